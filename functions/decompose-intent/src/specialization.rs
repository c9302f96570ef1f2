//! Inside a package variant: the package is a blueprint of one network function, and the intent comes as text in the
//! configuration. The blueprint's own objects take the intent's values under the names they have; only what the
//! blueprint lacks is added.

mod nf_config;

use porchlight_api::infra::Network;
use porchlight_api::network_slice_intent::{NetworkSliceIntent, Placement};
use porchlight_api::object::condition_type;
use porchlight_api::req::{Capacity, DataNetwork, Dependency, Interface};
use porchlight_api::workload::{NFConfig, NFDeployment};
use porchlight_api::{Kind, annotation};
use porchlight_krm::ownership::{self, Owner};
use porchlight_krm::{Code, CodedError, FieldPath, Function, Resource, ResourceList, annotations};

use crate::DecomposeIntent;
use crate::config::Config;
use crate::objects::{self, Desired};
use crate::placement::plan;
use crate::problem::{Problem, Problems};
use crate::sharing;
use crate::sites::Clusters;
use crate::slice::Slice;
use crate::validate::validate;

/// Writes the part of the configured intent that this package is for.
pub(crate) fn specialize(list: &mut ResourceList, config: &Config) -> Result<(), CodedError> {
    let intents = parse(config.intent.as_deref().unwrap_or_default())?;
    let (Some(nf), Some(site)) = (config.network_function, config.site.as_deref()) else {
        return Err(invalid(
            "`intent` needs `networkFunction` and `site`: they say which part of it this package is for",
        ));
    };
    if intents.len() > 1 && config.shared_subnet.is_none() {
        return Err(invalid("several intents need `sharedSubnet`: what they have between them"));
    }
    // The sites of the intent are elsewhere; what the package knows is its own cluster.
    let mut slices = Vec::new();
    for intent in &intents {
        match validate(intent, &Clusters::default(), config) {
            Ok((slice, _)) => slices.push(slice),
            Err(problems) => return fail(list, intent, &problems),
        }
    }
    for slice in &mut slices {
        tell_attachments(slice, &Clusters::find(&list.items));
        slice.placement = Placement::InPackage;
    }
    let mut plans = Vec::new();
    for (slice, intent) in slices.iter().zip(&intents) {
        let mut problems = Problems::default();
        plans.push(plan(slice, &mut problems));
        if !problems.is_empty() {
            return fail(list, intent, &problems.0);
        }
    }
    let ordinal = config.instance.unwrap_or(1);
    let (shared, _, _) = sharing::merge(&plans);
    let alone = plans.iter().flat_map(|plan| &plan.instances).filter(|instance| instance.subnet().is_none());
    let mut candidates =
        shared.iter().chain(alone).filter(|instance| instance.subnet() == config.shared_subnet.as_deref());
    let found = candidates
        .find(|instance| instance.function.nf == nf && instance.site_name() == site && instance.ordinal == ordinal);
    let Some(instance) = found else {
        let names: Vec<&str> = slices.iter().map(|slice| slice.name.as_str()).collect();
        return Err(invalid(&format!(
            "the intent `{}` places no {nf} (instance {ordinal}) at `{site}`",
            names.join("`, `")
        )));
    };
    let mut missing = Vec::new();
    for desired in objects::of_instance(instance) {
        if !adopt(&mut list.items, &desired) && may_be_added(&list.items, &desired.resource) {
            let file = desired.file.rsplit('/').next().unwrap_or_default().to_owned();
            missing.push(ownership::Desired::new(instance.owner(), desired.resource).in_file(file));
        }
    }
    let networks = objects::networks_of(instance).into_iter();
    let unknown = networks.filter(|network| !has_network(&list.items, network.resource.name()));
    missing.extend(
        unknown.map(|network| ownership::Desired::new(instance.owner(), network.resource).in_file(network.file)),
    );
    own(list, missing)
}

/// Whether the blueprint brings a network along.
fn has_network(items: &[Resource], name: &str) -> bool {
    let mut networks = items.iter().filter(|item| item.is(Network::API_VERSION, Network::KIND) && !is_ours(item));
    networks.any(|network| network.name() == name)
}

fn invalid(message: &str) -> CodedError {
    CodedError::new(Code::FnConfigInvalid, message)
}

/// The intents of a text, one per document.
fn parse(text: &str) -> Result<Vec<Resource>, CodedError> {
    let invalid = |cause: String| invalid("`intent` is not a NetworkSliceIntent in YAML").cause(cause);
    let documents = porchlight_yaml::parse(text.into()).map_err(|error| invalid(error.to_string()))?;
    let mut intents = Vec::new();
    for document in documents {
        let intent = Resource::from_document(document).map_err(|error| invalid(error.to_string()))?;
        if !intent.is(NetworkSliceIntent::API_VERSION, NetworkSliceIntent::KIND) {
            return Err(invalid(format!("found {} {}", intent.api_version(), intent.kind())));
        }
        intents.push(intent);
    }
    if intents.is_empty() {
        return Err(invalid("expected a document, found none".to_owned()));
    }
    Ok(intents)
}

fn fail(list: &mut ResourceList, intent: &Resource, problems: &[Problem]) -> Result<(), CodedError> {
    for problem in problems {
        list.fail(problem.error(intent));
    }
    Ok(())
}

/// The injected cluster tells which attachment types it offers.
fn tell_attachments(slice: &mut Slice, clusters: &Clusters) {
    for site in &mut slice.sites {
        site.cnis = clusters.cnis(&site.cluster);
    }
}

/// Adds what the blueprint lacks, under the name its NFDeployment has.
fn own(list: &mut ResourceList, mut missing: Vec<ownership::Desired>) -> Result<(), CodedError> {
    let deployment = list.items.iter().find(|item| item.is(NFDeployment::API_VERSION, NFDeployment::KIND));
    if let Some(owner) = deployment.map(|item| condition_type(item.api_version(), item.kind(), item.name())) {
        for desired in &mut missing {
            for key in [annotation::SPECIALIZER_OWNER, annotation::SPECIALIZER_FOR] {
                if desired.object.annotation(key).is_some() {
                    desired.object.set_annotation(key, &owner);
                }
            }
        }
    }
    if missing.is_empty() && !list.items.iter().any(is_ours) {
        return Ok(());
    }
    let owner = Owner { function: DecomposeIntent::NAME, conflict: Code::IntentConflict };
    ownership::apply(list, owner, missing)?;
    Ok(())
}

fn is_ours(item: &Resource) -> bool {
    item.label(annotations::GENERATED_BY) == Some(DecomposeIntent::NAME)
}

/// Whether the object is one that a blueprint may leave to us. Dependencies only where the blueprint has any: others
/// find their peers by themselves.
fn may_be_added(items: &[Resource], object: &Resource) -> bool {
    match object.kind() {
        Capacity::KIND | DataNetwork::KIND | NFConfig::KIND => true,
        Dependency::KIND => items.iter().any(|item| item.is(Dependency::API_VERSION, Dependency::KIND)),
        _ => false,
    }
}

/// Puts the wanted values into the blueprint's object of the same role; `false` where there is none.
fn adopt(items: &mut [Resource], desired: &Desired) -> bool {
    let wanted = &desired.resource;
    let same_kind = |item: &Resource| item.is(wanted.api_version(), wanted.kind()) && !is_ours(item);
    let count = items.iter().filter(|item| same_kind(item)).count();
    // Blueprints call the one Capacity or NFConfig of a package as they like.
    let only = count == 1 && [Capacity::KIND, NFConfig::KIND].contains(&wanted.kind());
    let Some(item) = items.iter_mut().find(|item| same_kind(item) && (only || item.name() == wanted.name())) else {
        return false;
    };
    let changed = match wanted.kind() {
        Capacity::KIND | DataNetwork::KIND => copy_fields(item, wanted),
        Interface::KIND => {
            let network = copy(item, wanted, &FieldPath::of(["spec", "networkInstance", "name"]));
            copy(item, wanted, &FieldPath::of(["spec", "cniType"])) || network
        }
        Dependency::KIND => copy(item, wanted, &FieldPath::of(["spec", "packageName"])),
        NFConfig::KIND => nf_config::merge(item, wanted),
        // Namespace, quota and the NFDeployment itself are the blueprint's.
        _ => false,
    };
    if changed {
        for key in [annotation::INTENT, annotation::DERIVED_FROM] {
            if let Some(value) = wanted.annotation(key) {
                item.set_annotation(key, value);
            }
        }
    }
    true
}

/// Copies every field of the spec; fields that only the blueprint has stay. `true` where that changed something.
fn copy_fields(item: &mut Resource, wanted: &Resource) -> bool {
    let spec = FieldPath::of(["spec"]);
    let Some(node) = wanted.at(&spec) else { return false };
    let document = wanted.document();
    let mut changed = false;
    for (key, _) in document.entries(node) {
        changed |= copy(item, wanted, &spec.key(document.text(key)));
    }
    changed
}

/// Copies the value at a path, where there is one.
fn copy(item: &mut Resource, wanted: &Resource, path: &FieldPath) -> bool {
    copy_to(item, path, wanted, path)
}

/// Copies a value from one path to another.
fn copy_to(item: &mut Resource, to: &FieldPath, wanted: &Resource, from: &FieldPath) -> bool {
    let Some(node) = wanted.at(from) else { return false };
    let new = item.document_mut().import(wanted.document(), node);
    item.set_node(to, new)
}
