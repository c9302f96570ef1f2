//! The `IntentReport`: what the demand comes to, which field led to which object, what will not be as the intent says.

mod derived;

use porchlight_api::intent_report::{
    Conflict, Feasibility, FeasibilityResult, Fulfilment, FulfilmentStatus, IntentReport, NotFulfilledState,
    ReportWarning, Trace,
};
use porchlight_api::{Draft, Quantity};
use porchlight_krm::order::SortedMap;
use porchlight_krm::{Code, Notice, Severity};
use porchlight_sizing::Figures;

use crate::conflicts::Granted;
use crate::deployment_order;
use crate::objects::{Desired, reference};
use crate::placement::{Instance, Plan};

/// What else there is to report about a slice.
pub(crate) struct Around<'p, 'a> {
    /// Network functions it has with others.
    pub(crate) shared: Vec<&'p Instance<'a>>,
    pub(crate) conflicts: Vec<Conflict>,
    /// Radio resources of shared DUs.
    pub(crate) granted: Vec<&'p Granted>,
}

/// The report of one slice.
pub(crate) fn of(plan: &Plan<'_>, around: &Around<'_, '_>, desired: &[&Desired], notices: &[Notice]) -> Draft {
    let warnings: Vec<&Notice> = notices.iter().filter(|notice| notice.level == Severity::Warning).collect();
    let reasons: Vec<String> = warnings
        .iter()
        .filter(|notice| matches!(notice.code, Code::IntentInfeasible | Code::SizingLimitExceeded))
        .map(|notice| notice.message.clone())
        .collect();
    let state = if warnings.is_empty() { NotFulfilledState::Acknowledged } else { NotFulfilledState::Degraded };
    let result = if reasons.is_empty() { FeasibilityResult::Feasible } else { FeasibilityResult::Infeasible };
    let report = IntentReport {
        intent: plan.slice.name.clone(),
        fulfilment: Fulfilment { status: FulfilmentStatus::NotFulfilled, not_fulfilled_state: Some(state) },
        feasibility: Some(Feasibility { result, reasons }),
        derived: derived::of(plan, around),
        decomposition: decomposition(desired),
        recorded_only: plan.slice.recorded_only.clone(),
        conflicts: around.conflicts.clone(),
        deployment_order: deployment_order::of(plan),
        warnings: warnings
            .into_iter()
            .map(|notice| ReportWarning {
                code: notice.code.to_string(),
                field: notice.field.clone(),
                message: notice.message.clone(),
            })
            .collect(),
    };
    Draft::new(&plan.slice.name, &report)
}

/// The report of an intent that nothing is generated from now.
pub(crate) fn at_rest(intent: &str, state: NotFulfilledState) -> IntentReport {
    IntentReport {
        intent: intent.to_owned(),
        fulfilment: Fulfilment { status: FulfilmentStatus::NotFulfilled, not_fulfilled_state: Some(state) },
        feasibility: None,
        derived: Vec::new(),
        decomposition: Vec::new(),
        recorded_only: Vec::new(),
        conflicts: Vec::new(),
        deployment_order: Vec::new(),
        warnings: Vec::new(),
    }
}

/// Limits that the demand exceeds.
pub(crate) fn limits(plan: &Plan<'_>) -> Vec<Notice> {
    let figures = Figures::get();
    let slice = plan.slice;
    let mut notices = Vec::new();
    for instance in user_planes(plan) {
        let site = instance.site;
        let wire = instance.demand.wire_rate(slice.service.packet_bytes, figures);
        let instances = instance.load.instances;
        if wire > site.nic_bandwidth {
            notices.push(Notice::warning(
                Code::SizingLimitExceeded,
                slice.service.throughput_field,
                format!(
                    "{} on the wire of N3 at {} are more than a port carries ({}), even with {instances} user planes: add \
                     sites, lower the weight, or set nicBandwidth",
                    bit_rate(wire),
                    site.name,
                    bit_rate(site.nic_bandwidth)
                ),
            ));
        }
        for (index, network) in slice.data_networks.iter().enumerate() {
            if instance.pool_prefixes(network).iter().any(|(_, prefix)| prefix.too_small) {
                notices.push(Notice::warning(
                    Code::SizingLimitExceeded,
                    format!("spec.dataNetworks[{index}].pools"),
                    format!(
                        "{} sessions at {} do not fit into {} pool(s) of at most /{}, even with {instances} user planes: add \
                         pools",
                        instance.site_demand.sessions,
                        site.name,
                        network.pools.len(),
                        figures.shortest_pool.value
                    ),
                ));
            }
        }
    }
    notices
}

/// One UPF per site: instances at one site carry the same.
fn user_planes<'p, 'a>(plan: &'p Plan<'a>) -> impl Iterator<Item = &'p Instance<'a>> {
    plan.instances.iter().filter(|instance| instance.claims_pools() && instance.ordinal == 1)
}

fn bit_rate(bits: u64) -> String {
    let quantity = Quantity::from_integer(bits).map_or_else(|_| bits.to_string(), |quantity| quantity.to_string());
    format!("{quantity} bit/s")
}

/// Sections of the intent in the order of its schema.
const SECTIONS: [&str; 12] = [
    "metadata.name",
    "spec.sliceType",
    "spec.snssai",
    "spec.plmns",
    "spec.dataNetworks",
    "spec.service",
    "spec.coverage",
    "spec.sites",
    "spec.siteSelector",
    "spec.topology",
    "spec.stack",
    "spec.providers",
];

/// Turns "object from fields" into "field to objects".
fn decomposition(desired: &[&Desired]) -> Vec<Trace> {
    let mut by_field: SortedMap<(usize, &str), Vec<String>> = SortedMap::new();
    for object in desired {
        for field in &object.derived_from {
            let section = SECTIONS.iter().position(|section| field.starts_with(section)).unwrap_or(SECTIONS.len());
            by_field.entry((section, field)).or_default().push(reference(&object.resource));
        }
    }
    by_field.into_iter().map(|((_, field), objects)| Trace { field: field.to_owned(), objects }).collect()
}
