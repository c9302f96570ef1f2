//! All intents of a package: found, checked one by one and against each other, decomposed, and their objects applied.

use porchlight_api::infra::Network;
use porchlight_api::network_slice_intent::{AdminState, NetworkSliceIntent};
use porchlight_api::{API_VERSION, GROUP, Kind};
use porchlight_krm::ownership::{self, Owner};
use porchlight_krm::{Code, CodedError, FieldPath, Finding, Function, Resource, ResourceList, annotations};

use crate::DecomposeIntent;
use crate::config::Config;
use crate::objects::{self, Desired};
use crate::placement::{Plan, plan};
use crate::problem::{Level, Notice, Problem, Problems};
use crate::provider_limits;
use crate::report;
use crate::sites::Clusters;
use crate::slice::Slice;
use crate::validate::validate;

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
    let Decomposition { desired, findings } = match decompose_items(&list.items, config) {
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

fn decompose_items(items: &[Resource], config: &Config) -> Result<Decomposition, Vec<CodedError>> {
    let mut errors = Vec::new();
    let clusters = Clusters::find(items);
    let intents = find(items, &mut errors);
    let mut findings = Vec::new();
    let mut valid: Vec<Valid<'_>> = Vec::new();
    for &intent in &intents {
        if is_deactivated(intent) {
            let text = "deactivated: what was generated from it is removed";
            findings.push(Notice::info(Code::IntentUnsupported, "spec.adminState", text).finding(intent));
            continue;
        }
        match validate(intent, &clusters, config) {
            Ok((slice, notices)) => valid.push(Valid { intent, slice, notices }),
            Err(problems) => errors.extend(problems.iter().map(|problem| problem.error(intent))),
        }
    }
    errors.extend(repeated_names(&intents));
    errors.extend(repeated_slices(&valid));
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for Valid { intent, slice, .. } in &valid {
        let mut problems = Problems::default();
        plans.push(plan(slice, &mut problems));
        errors.extend(problems.0.iter().map(|problem| problem.error(intent)));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if intents.is_empty() {
        findings.push(Finding::info(
            Code::IntentUnsupported,
            "the package holds no NetworkSliceIntent; nothing to decompose",
        ));
    }

    let networks = objects::networks(&plans).into_iter().filter(|network| !is_users(items, &network.resource));
    let mut desired: Vec<ownership::Desired> =
        networks.map(|network| wish(String::from("networks"), network)).collect();
    for (Valid { intent, slice, notices }, plan) in valid.iter().zip(&plans) {
        let notices = all_notices(notices, plan, &plans);
        let mut own = objects::of_slice(plan);
        let report = objects::report(slice, report::of(plan, &own, &notices));
        own.push(report);
        desired.extend(own.into_iter().map(|object| wish(slice.name.clone(), object)));
        findings.extend(notices.iter().map(|notice| notice.finding(intent)));
    }
    Ok(Decomposition { desired, findings })
}

fn wish(origin: String, object: Desired) -> ownership::Desired {
    ownership::Desired::new(origin, object.resource).in_file(object.file)
}

/// Whether a user brought this network along: a package never gets a second one.
fn is_users(items: &[Resource], network: &Resource) -> bool {
    items.iter().any(|item| {
        item.is(Network::API_VERSION, Network::KIND) && item.name() == network.name() && !is_generated(item)
    })
}

/// Everything to say about a slice.
fn all_notices(notices: &[Notice], plan: &Plan<'_>, plans: &[Plan<'_>]) -> Vec<Notice> {
    let mut all = notices.to_vec();
    all.extend(plan.notices.iter().cloned());
    all.extend(provider_limits::check(plan));
    all.extend(provider_limits::shared_radio(plan, plans));
    all.extend(report::limits(plan));
    if !plan.slice.recorded_only.is_empty() {
        all.push(Notice {
            level: Level::Info,
            code: Code::IntentUnsupported,
            field: plan.slice.recorded_only[0].clone(),
            current: None,
            message: format!("recorded, but nothing is generated from it: {}", plan.slice.recorded_only.join(", ")),
        });
    }
    all
}

/// The intents of a package in an order that does not depend on that of the items. Other versions and kinds that look
/// like intents are errors.
fn find<'a>(items: &'a [Resource], errors: &mut Vec<CodedError>) -> Vec<&'a Resource> {
    let mut intents: Vec<&Resource> = Vec::new();
    for item in items.iter().filter(|item| item.kind() == NetworkSliceIntent::KIND) {
        let group = item.api_version().split_once('/').map_or("", |(group, _)| group);
        if item.api_version() == API_VERSION {
            intents.push(item);
        } else if group == GROUP {
            errors.push(
                CodedError::new(
                    Code::IntentUnsupported,
                    format!("`{}` is of a version that is not known here: use {API_VERSION}", item.name()),
                )
                .intent(item.kind())
                .on(item)
                .field("apiVersion", item.api_version()),
            );
        }
    }
    intents.sort_by_key(|intent| (intent.name(), intent.namespace(), intent.file()));
    intents
}

fn is_deactivated(intent: &Resource) -> bool {
    let path = FieldPath::of(["spec", "adminState"]);
    matches!(intent.get::<AdminState>(&path), Ok(Some(AdminState::Deactivated)))
}

/// Names identify slices: two intents of one name would fight over the same objects.
fn repeated_names(intents: &[&Resource]) -> Vec<CodedError> {
    let pairs = intents.iter().zip(intents.iter().skip(1));
    pairs
        .filter(|(first, second)| first.name() == second.name())
        .map(|(first, second)| {
            let message = format!("another intent has this name ({}): rename one of them", place(first));
            conflict("metadata.name", second.name(), message).error(second)
        })
        .collect()
}

/// One network cannot have one S-NSSAI twice.
fn repeated_slices(valid: &[Valid<'_>]) -> Vec<CodedError> {
    let mut errors = Vec::new();
    for (index, later) in valid.iter().enumerate() {
        let same_snssai = |other: &&Valid<'_>| other.slice.snssai() == later.slice.snssai();
        for earlier in valid[..index].iter().filter(same_snssai) {
            let shared = later.slice.plmns.iter().find(|plmn| earlier.slice.plmns.contains(plmn));
            let Some(plmn) = shared.filter(|_| earlier.slice.name != later.slice.name) else { continue };
            let message = format!(
                "the intent `{}` ({}) has this S-NSSAI in PLMN {}/{} already: change sst or sd of one of them",
                earlier.slice.name,
                place(earlier.intent),
                plmn.mcc,
                plmn.mnc
            );
            errors.push(conflict("spec.snssai", &later.slice.snssai(), message).error(later.intent));
        }
    }
    errors
}

fn conflict(field: &str, current: &str, message: String) -> Problem {
    Problem { field: field.to_owned(), current: Some(current.to_owned()), message, cause: Code::IntentConflict }
}

fn place(intent: &Resource) -> String {
    match intent.file() {
        (Some(path), index) => format!("{path}, object {}", index.unwrap_or_default() + 1),
        (None, _) => "in no file".to_owned(),
    }
}
