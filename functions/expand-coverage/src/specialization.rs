//! Inside a package variant: the package is a blueprint of one radio network function, and its cells come as text in the
//! configuration. They replace those of the blueprint's `NFConfig`; the image stays the blueprint's.

use porchlight_api::Kind;
use porchlight_api::req::Dependency;
use porchlight_api::workload::{NFConfig, RanConfig, RanPlmn};
use porchlight_krm::ownership::{self, Owner};
use porchlight_krm::{Code, CodedError, FieldPath, Resource, ResourceList, annotations};

use crate::NAME;
use crate::config::Config;

/// Name of the `Dependency` on the central unit in the blueprints.
const CENTRAL_UNIT: &str = "cucp";

/// Writes the configured cells into the package.
pub(crate) fn specialize(list: &mut ResourceList, config: &Config) -> Result<(), CodedError> {
    let wanted = config.nf_config.as_deref().map(parse).transpose()?;
    let mut missing = Vec::new();
    if let Some(wanted) = wanted {
        let theirs = |item: &&mut Resource| {
            item.is(NFConfig::API_VERSION, NFConfig::KIND) && item.label(annotations::GENERATED_BY) != Some(NAME)
        };
        match list.items.iter_mut().find(theirs) {
            Some(item) => replace_cells(item, &wanted),
            None => missing.push(ownership::Desired::new(NAME, wanted).in_file("nfconfig.yaml")),
        }
    }
    if let Some(package) = &config.central_unit {
        for item in &mut list.items {
            if item.is(Dependency::API_VERSION, Dependency::KIND) && item.name() == CENTRAL_UNIT {
                item.set(&FieldPath::of(["spec", "packageName"]), package);
            }
        }
    }
    let generated = list.items.iter().any(|item| item.label(annotations::GENERATED_BY) == Some(NAME));
    if !missing.is_empty() || generated {
        ownership::apply(list, Owner { function: NAME, conflict: Code::IntentConflict }, missing)?;
    }
    Ok(())
}

fn parse(text: &str) -> Result<Resource, CodedError> {
    let invalid =
        |cause: String| CodedError::new(Code::FnConfigInvalid, "`nfConfig` is not an NFConfig in YAML").cause(cause);
    let mut documents = porchlight_yaml::parse(text.into()).map_err(|error| invalid(error.to_string()))?;
    if documents.len() != 1 {
        return Err(invalid(format!("expected one document, found {}", documents.len())));
    }
    let object = Resource::from_document(documents.remove(0)).map_err(|error| invalid(error.to_string()))?;
    if !object.is(NFConfig::API_VERSION, NFConfig::KIND) {
        return Err(invalid(format!("found {} {}", object.api_version(), object.kind())));
    }
    Ok(object)
}

fn refs() -> FieldPath {
    FieldPath::of(["spec", "configRefs"])
}

/// Kind of an embedded object, where it is one of those a plan writes.
fn planned_kind(resource: &Resource, index: usize) -> Option<&'static str> {
    let text = |key: &str| resource.at(&refs().index(index).key(key)).map(|node| resource.document().text(node));
    let known = [(RanConfig::API_VERSION, RanConfig::KIND), (RanPlmn::API_VERSION, RanPlmn::KIND)];
    known
        .into_iter()
        .find(|(api_version, kind)| text("apiVersion") == Some(api_version) && text("kind") == Some(kind))
        .map(|(_, kind)| kind)
}

fn length(resource: &Resource) -> usize {
    (0..).take_while(|index| resource.at(&refs().index(*index)).is_some()).count()
}

/// The specs of cells and networks, in their order; more of them than there were are added, fewer removed.
fn replace_cells(item: &mut Resource, wanted: &Resource) {
    for kind in [RanConfig::KIND, RanPlmn::KIND] {
        let of_kind = |resource: &Resource| -> Vec<usize> {
            (0..length(resource)).filter(|index| planned_kind(resource, *index) == Some(kind)).collect()
        };
        let (there, new) = (of_kind(item), of_kind(wanted));
        for (place, from) in new.iter().enumerate() {
            match there.get(place) {
                Some(to) => copy(item, &refs().index(*to).key("spec"), wanted, &refs().index(*from).key("spec")),
                None => copy(item, &refs().index(length(item)), wanted, &refs().index(*from)),
            }
        }
        for surplus in there.iter().skip(new.len()).rev() {
            item.remove(&refs().index(*surplus));
        }
    }
}

/// Sets what stands at `from`, field by field where both are mappings, so that comments stay.
fn copy(item: &mut Resource, to: &FieldPath, wanted: &Resource, from: &FieldPath) {
    let Some(node) = wanted.at(from) else { return };
    let keys: Vec<String> =
        wanted.document().entries(node).map(|(key, _)| wanted.document().text(key).to_owned()).collect();
    if item.at(to).is_some() && !keys.is_empty() {
        for key in keys {
            copy(item, &to.key(&key), wanted, &from.key(&key));
        }
        return;
    }
    let new = item.document_mut().import(wanted.document(), node);
    item.set_node(to, new);
}
