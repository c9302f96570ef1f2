//! Which intents a package holds, and whether they are told apart.

use porchlight_api::network_slice_intent::NetworkSliceIntent;
use porchlight_api::{API_VERSION, GROUP, Kind};
use porchlight_krm::order::Arrange;
use porchlight_krm::{Code, CodedError, Resource};

use super::Valid;
use crate::problem::Problem;

/// The intents of a package in an order that does not depend on that of the items. Other versions and kinds that look
/// like intents are errors.
pub(super) fn find<'a>(items: &'a [Resource], errors: &mut Vec<CodedError>) -> Vec<&'a Resource> {
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
    intents.arrange_by_key(|intent| (intent.name(), intent.namespace(), intent.file()));
    intents
}

/// Names identify slices: two intents of one name would fight over the same objects.
pub(super) fn repeated_names(intents: &[&Resource]) -> Vec<CodedError> {
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
pub(super) fn repeated_slices(valid: &[Valid<'_>]) -> Vec<CodedError> {
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

/// A shared subnet cannot be called like a slice: both name packages.
pub(super) fn subnets_called_like_slices(valid: &[Valid<'_>], intents: &[&Resource]) -> Vec<CodedError> {
    let subnets = valid.iter().filter_map(|valid| Some((valid, valid.slice.shared_subnet.as_deref()?)));
    let taken = subnets.filter(|(_, subnet)| intents.iter().any(|intent| intent.name() == *subnet));
    taken
        .map(|(valid, subnet)| {
            let message = "an intent of the package has this name: packages would be called alike".to_owned();
            conflict("spec.sharedSubnet", subnet, message).error(valid.intent)
        })
        .collect()
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
