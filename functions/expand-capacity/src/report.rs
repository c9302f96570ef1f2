//! What became of the demand: a `CapacityReport` with every number, and results a person reads.

use porchlight_api::Object;
use porchlight_api::capacity_report::CapacityReport;
use porchlight_api::intent_report::DerivedValue;
use porchlight_api::sizing_profile::Metric;
use porchlight_krm::ownership::Desired;
use porchlight_krm::{Code, Finding, Resource, annotations};
use porchlight_sizing::in_words;

use crate::capacity_values;
use crate::planning::Plan;
use crate::targets::TargetKind;

/// Name of the report, and of the file it is written to.
const NAME: &str = "capacity-report";

/// The report of a package; none where nothing is sized.
pub(crate) fn object(items: &[Resource], plans: &[Plan]) -> Option<Desired> {
    if plans.is_empty() {
        return None;
    }
    let derived = plans.iter().flat_map(|plan| of_plan(items, plan)).collect();
    let report = Object::new(NAME, CapacityReport { derived }).annotated(annotations::LOCAL_CONFIG, "true");
    Some(Desired::new(NAME, Resource::from_typed(&report)).in_file(format!("{NAME}.yaml")))
}

fn of_plan(items: &[Resource], plan: &Plan) -> Vec<DerivedValue> {
    let scope = plan.target.scope(items);
    let mut derived = plan.demand.derived.clone();
    derived.extend(plan.size.derived.iter().cloned());
    let entry = |name: &str, value: String, calculation: String, source: &str| DerivedValue {
        name: name.to_owned(),
        scope: scope.clone(),
        value,
        rule: plan.rule.name.clone(),
        calculation: Some(calculation),
        source: source.to_owned(),
    };
    if plan.size.instances > 1 && plan.target.kind != TargetKind::Workload {
        for (field, value) in plan.values() {
            let metric = capacity_values::metric(field);
            let Some(each) = value.ceil() else { continue };
            let planned = in_words(metric, plan.demand.planned.metric(metric, 0));
            let carrying = plan.carrying();
            let name = format!("{} of each instance", field.name());
            let calculation = format!("{planned} / {carrying}");
            derived.push(entry(&name, in_words(metric, each), calculation, &plan.rule.rule.source));
        }
    }
    let figures = porchlight_sizing::Figures::get();
    for network in plan.data_networks(items) {
        for pool in plan.prefixes(&items[network]) {
            let sessions = in_words(Metric::MaxSessions, plan.size.each.sessions.unwrap_or(0));
            let name = format!("pool {}/{}", items[network].name(), pool.index);
            let source = format!("{}; {}", figures.pool_margin.source, figures.pool_reserved.source);
            derived.push(entry(&name, format!("/{}", pool.length), format!("{sessions} of each instance"), &source));
        }
    }
    derived
}

/// Results: what was decided, and what will not be as asked.
pub(crate) fn findings(items: &[Resource], plan: &Plan) -> Vec<Finding> {
    let item = &items[plan.target.item];
    let mut findings = Vec::new();
    if let Some(instances) = plan.size.derived.first().filter(|_| plan.size.instances > 1) {
        let calculation = instances.calculation.as_deref().unwrap_or_default();
        let message = format!("{} = {calculation} ({}), source: {}", instances.value, plan.rule.name, instances.source);
        findings.push(Finding::info(Code::CapacityPlanned, message).on(item));
    }
    if plan.target.kind == TargetKind::NetworkFunction {
        findings.extend(ignored_by_the_operator(plan, item));
    }
    for network in plan.data_networks(items) {
        for pool in plan.prefixes(&items[network]).into_iter().filter(|pool| pool.too_small) {
            let message = "the largest prefix that may be claimed is too small for the sessions: add pools";
            let field = format!("spec.pools[{}].prefixLength", pool.index);
            findings.push(
                Finding::warning(Code::SizingLimitExceeded, message).on(&items[network]).field(field, pool.length),
            );
        }
    }
    findings
}

/// An operator that starts the same pod whatever it is told will not carry more for it.
fn ignored_by_the_operator(plan: &Plan, item: &Resource) -> Option<Finding> {
    let rule = &plan.rule.rule;
    let is_fixed =
        rule.linear.is_none() && rule.per_instance.is_empty() && rule.steps.iter().all(|step| step.at_most.is_empty());
    let is_asked = plan.target.expansion.spec.demand.is_some() || plan.target.expansion.spec.growth.is_some();
    if !is_fixed || !is_asked {
        return None;
    }
    let provider = plan.target.provider.as_deref().unwrap_or(&plan.target.nf_type);
    let message = format!(
        "{provider} starts the same pod for every capacity, and no rule of {} says what one instance carries; the demand is \
         recorded only",
        plan.rule.name
    );
    Some(Finding::warning(Code::ProviderUnsupported, message).on(item).field("spec.provider", provider))
}
