//! All intents of a package: found, checked one by one and against each other, decomposed, and their objects applied.

mod found;

use porchlight_api::Kind;
use porchlight_api::edge_site::EdgeSite;
use porchlight_api::infra::Network;
use porchlight_api::intent_report::NotFulfilledState;
use porchlight_api::network_slice_intent::AdminState;
use porchlight_krm::ownership::{self, Owner};
use porchlight_krm::{
    Code, CodedError, FieldPath, Finding, Function, Notice, Resource, ResourceList, Severity, annotations,
};

use crate::DecomposeIntent;
use crate::config::Config;
use crate::conflicts::{self, Decision, Granted};
use crate::objects::{self, Desired};
use crate::placement::{Instance, Plan, plan};
use crate::problem::Problems;
use crate::sharing;
use crate::sites::Clusters;
use crate::slice::Slice;
use crate::time::Time;
use crate::validate::validate;
use crate::{provider_limits, report};

/// A valid intent.
struct Valid<'a> {
    intent: &'a Resource,
    slice: Slice,
    notices: Vec<Notice>,
}

/// What all intents of a package come to.
struct Decomposition {
    desired: Vec<ownership::Desired>,
    findings: Vec<Finding>,
}

/// Decomposes every intent of the list, or reports everything that is wrong with them.
pub(crate) fn decompose(list: &mut ResourceList, config: &Config) -> Result<(), CodedError> {
    let now = now(config)?;
    let Decomposition { desired, findings } = match decompose_items(&list.items, config, now) {
        Ok(decomposition) => decomposition,
        Err(errors) => {
            for error in errors {
                list.fail(error);
            }
            return Ok(());
        }
    };
    list.results.extend(findings);
    if desired.is_empty() && !list.items.iter().any(is_generated) {
        return Ok(());
    }
    let owner = Owner { function: DecomposeIntent::NAME, conflict: Code::IntentConflict };
    ownership::apply(list, owner, desired)?;
    Ok(())
}

fn is_generated(item: &Resource) -> bool {
    item.label(annotations::GENERATED_BY) == Some(DecomposeIntent::NAME)
}

/// The time the configuration tells.
fn now(config: &Config) -> Result<Option<Time>, CodedError> {
    let Some(text) = &config.now else { return Ok(None) };
    let invalid = || {
        let message = format!("`now` is `{text}`: expected a time such as 2027-01-01T00:00:00Z (RFC 3339)");
        CodedError::new(Code::FnConfigInvalid, message)
    };
    Time::parse(text).map(Some).ok_or_else(invalid)
}

fn decompose_items(items: &[Resource], config: &Config, now: Option<Time>) -> Result<Decomposition, Vec<CodedError>> {
    let mut errors = Vec::new();
    let clusters = Clusters::find(items);
    let intents = found::find(items, &mut errors);
    let mut result = Decomposition { desired: Vec::new(), findings: Vec::new() };
    let mut valid: Vec<Valid<'_>> = Vec::new();
    for &intent in &intents {
        if is_deactivated(intent) {
            let text = "deactivated: what was generated from it is removed";
            result.rest(
                intent,
                NotFulfilledState::Suspended,
                &Notice::info(Code::IntentUnsupported, "spec.adminState", text),
            );
            continue;
        }
        match validate(intent, &clusters, config) {
            Ok((slice, notices)) => match out_of_time(&slice, now) {
                Some((state, notice)) => result.rest(intent, state, &notice),
                None => valid.push(Valid { intent, slice, notices }),
            },
            Err(problems) => errors.extend(problems.iter().map(|problem| problem.error(intent))),
        }
    }
    errors.extend(found::repeated_names(&intents));
    errors.extend(found::repeated_slices(&valid));
    errors.extend(found::subnets_called_like_slices(&valid, &intents));
    let mut decisions = conflicts::addresses(&mut valid.iter_mut().map(|valid| &mut valid.slice).collect::<Vec<_>>());
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for Valid { intent, slice, .. } in &valid {
        let mut problems = Problems::default();
        plans.push(plan(slice, &mut problems));
        errors.extend(problems.0.iter().map(|problem| problem.error(intent)));
    }
    let (shared, differences, problems) = sharing::merge(&plans);
    errors.extend(problems.iter().filter_map(|problem| Some(problem.error(valid.first()?.intent))));
    if !errors.is_empty() {
        return Err(errors);
    }
    let (shortages, granted) = conflicts::radio(&shared);
    decisions.extend(differences);
    decisions.extend(shortages);
    if intents.is_empty() {
        result.findings.push(Finding::info(
            Code::IntentUnsupported,
            "the package holds no NetworkSliceIntent; nothing to decompose",
        ));
    }
    let around = Surroundings { plans: &plans, shared: &shared, decisions: &decisions, granted: &granted };
    result.add_common(items, &around);
    for (valid, plan) in valid.iter().zip(&plans) {
        result.add_slice(valid, plan, &around);
    }
    Ok(result)
}

/// What a slice shares the package with.
struct Surroundings<'p, 'a> {
    plans: &'p [Plan<'a>],
    shared: &'p [Instance<'a>],
    decisions: &'p [Decision],
    granted: &'p [Granted],
}

impl Decomposition {
    /// An intent that nothing is generated from now: a report says why.
    fn rest(&mut self, intent: &Resource, state: NotFulfilledState, notice: &Notice) {
        self.findings.push(notice.finding(intent));
        let report = objects::idle_report(intent, &report::at_rest(intent.name(), state));
        self.desired.push(wish(intent.name().to_owned(), report));
    }

    /// What belongs to no slice alone.
    fn add_common(&mut self, items: &[Resource], around: &Surroundings<'_, '_>) {
        let networks = objects::networks(around.plans).into_iter();
        let networks = networks.filter(|network| !is_users(items, &network.resource));
        self.desired.extend(networks.map(|network| wish(String::from("networks"), network)));
        let sites = objects::edge_sites(around.plans).into_iter();
        let sites = sites.filter(|site| !is_users(items, &site.resource));
        self.desired.extend(sites.map(|site| wish(String::from("sites"), site)));
        for instance in around.shared {
            let objects = objects::of_shared(instance).into_iter();
            self.desired.extend(objects.map(|object| wish(instance.owner().to_owned(), object)));
        }
    }

    fn add_slice(&mut self, valid: &Valid<'_>, plan: &Plan<'_>, around: &Surroundings<'_, '_>) {
        let Valid { intent, slice, notices } = valid;
        let notices = all_notices(notices, plan, around);
        let mut own = objects::of_slice(plan);
        let serves = |instance: &&Instance<'_>| instance.slices.iter().any(|other| other.name == slice.name);
        let shared: Vec<&Instance<'_>> = around.shared.iter().filter(serves).collect();
        let with_shared = own.iter().chain(&[]);
        let shared_objects: Vec<Desired> = shared.iter().flat_map(|instance| objects::of_shared(instance)).collect();
        let all: Vec<&Desired> = with_shared.chain(&shared_objects).collect();
        let conflicts = around.decisions.iter().filter_map(|decision| decision.entry(&slice.name)).collect();
        let granted = around.granted.iter().filter(|granted| granted.slice == slice.name).collect::<Vec<_>>();
        let report = report::of(plan, &report::Around { shared, conflicts, granted }, &all, &notices);
        own.push(objects::report(slice, report));
        self.desired.extend(own.into_iter().map(|object| wish(slice.name.clone(), object)));
        self.findings.extend(notices.iter().map(|notice| notice.finding(intent)));
    }
}

/// Before its start an intent is suspended, after its end terminated.
fn out_of_time(slice: &Slice, now: Option<Time>) -> Option<(NotFulfilledState, Notice)> {
    let now = now?;
    let validity = slice.spec.validity.as_ref()?;
    let time = |text: &Option<String>| text.as_deref().and_then(Time::parse);
    if let Some(start) = validity.start.as_ref().filter(|_| time(&validity.start).is_some_and(|start| now < start)) {
        let notice =
            Notice::info(Code::IntentUnsupported, "spec.validity.start", "not valid yet: nothing is generated");
        return Some((NotFulfilledState::Suspended, notice.with_current(start)));
    }
    let end = validity.end.as_ref().filter(|_| time(&validity.end).is_some_and(|end| now >= end))?;
    let text = "not valid any more: what was generated from it is removed";
    let notice = Notice::info(Code::IntentUnsupported, "spec.validity.end", text);
    Some((NotFulfilledState::Terminated, notice.with_current(end)))
}

fn is_deactivated(intent: &Resource) -> bool {
    let path = FieldPath::of(["spec", "adminState"]);
    matches!(intent.get::<AdminState>(&path), Ok(Some(AdminState::Deactivated)))
}

fn wish(origin: String, object: Desired) -> ownership::Desired {
    ownership::Desired::new(origin, object.resource).in_file(object.file)
}

/// Whether a user brought this network or site along: a package never gets a second one.
fn is_users(items: &[Resource], wanted: &Resource) -> bool {
    let cluster = wanted.str_at("spec.cluster.name");
    items.iter().filter(|item| item.kind() == wanted.kind() && !is_generated(item)).any(|item| match wanted.kind() {
        Network::KIND => item.api_version() == wanted.api_version() && item.name() == wanted.name(),
        EdgeSite::KIND => {
            item.name() == wanted.name() || (cluster.is_some() && item.str_at("spec.cluster.name") == cluster)
        }
        _ => false,
    })
}

/// Everything to say about a slice.
fn all_notices(notices: &[Notice], plan: &Plan<'_>, around: &Surroundings<'_, '_>) -> Vec<Notice> {
    let mut all = notices.to_vec();
    all.extend(plan.notices.iter().cloned());
    all.extend(provider_limits::check(plan));
    all.extend(provider_limits::shared_radio(plan, around.plans));
    let lost = around.decisions.iter().filter(|decision| decision.loser == plan.slice.name);
    all.extend(lost.map(Decision::notice));
    all.extend(report::limits(plan));
    if !plan.slice.recorded_only.is_empty() {
        all.push(Notice {
            level: Severity::Info,
            code: Code::IntentUnsupported,
            field: plan.slice.recorded_only[0].clone(),
            current: None,
            message: format!("recorded, but nothing is generated from it: {}", plan.slice.recorded_only.join(", ")),
        });
    }
    all
}
