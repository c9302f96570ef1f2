//! The expansions of a package, and the one of the functionConfig.

mod check;

use porchlight_api::capacity_expansion::CapacityExpansion;
use porchlight_api::{API_VERSION, GROUP, Kind};
use porchlight_krm::order::Arrange;
use porchlight_krm::{Code, CodedError, FieldPath, Resource};

use crate::problem::{invalid, missing};
use crate::profiles::Profiles;

/// A checked expansion.
#[derive(Clone)]
pub(crate) struct Expansion {
    pub(crate) spec: CapacityExpansion,
    /// The object it was read from, for messages: a `CapacityExpansion`, or the functionConfig.
    pub(crate) object: Resource,
    /// False where there is neither: sizes are computed as the package has it.
    pub(crate) is_stated: bool,
}

impl Expansion {
    /// The profile it sizes by.
    pub(crate) fn profile(&self) -> &str {
        self.spec.sizing_profile_ref.as_deref().unwrap_or(porchlight_sizing::profile::DEFAULT)
    }
}

/// The expansions of the package, by name, and the one for everything else.
pub(crate) struct Expansions {
    pub(crate) of_package: Vec<Expansion>,
    pub(crate) otherwise: Expansion,
}

/// Reads and checks every expansion.
pub(crate) fn find(
    items: &[Resource],
    config: CapacityExpansion,
    config_object: Option<&Resource>,
    profiles: &Profiles,
    errors: &mut Vec<CodedError>,
) -> Expansions {
    let mut objects: Vec<&Resource> =
        items.iter().filter(|item| item.kind() == CapacityExpansion::KIND && is_in_our_group(item)).collect();
    objects.arrange_by_key(|item| (item.name(), item.namespace()));
    let mut of_package = Vec::new();
    for object in objects {
        if object.api_version() != API_VERSION {
            let message = format!("version {} is not known: write {API_VERSION}", object.api_version());
            let error = CodedError::new(Code::IntentUnsupported, message).intent(object.kind()).on(object);
            errors.push(error.field("apiVersion", object.api_version()));
            continue;
        }
        match object.get::<Option<CapacityExpansion>>(&FieldPath::of(["spec"])) {
            Err(error) => {
                let field = if error.path.is_empty() { "spec".to_owned() } else { format!("spec.{}", error.path) };
                errors.push(match &error.value {
                    Some(value) => invalid(object, &field, value, &error.message),
                    None => missing(object, &field, &error.message),
                });
            }
            Ok(spec) => {
                let spec = spec.flatten().unwrap_or_default();
                of_package.push(Expansion { spec, object: object.clone(), is_stated: true });
            }
        }
    }
    let object =
        config_object.cloned().unwrap_or_else(|| Resource::new(API_VERSION, CapacityExpansion::KIND, "default"));
    let otherwise = Expansion { spec: config, object, is_stated: config_object.is_some() };
    for expansion in of_package.iter().chain([&otherwise]) {
        errors.extend(check::check(expansion, profiles));
    }
    Expansions { of_package, otherwise }
}

fn is_in_our_group(item: &Resource) -> bool {
    item.api_version().split_once('/').is_some_and(|(group, _)| group == GROUP)
}
