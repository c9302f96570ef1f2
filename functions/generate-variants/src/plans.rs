//! The plans of a run.

use porchlight_api::variant_plan::VariantPlan;
use porchlight_api::{API_VERSION, GROUP, Kind, Object};
use porchlight_krm::order::Arrange;
use porchlight_krm::{Code, CodedError, Resource, ResourceList, ValueError};

/// A plan and the object it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Name, the first part of the names of its variants.
    pub(crate) name: String,
    /// Namespace, also of its variants; "" for none.
    pub(crate) namespace: String,
    /// What is wanted.
    pub(crate) spec: VariantPlan,
    /// The object, for messages.
    pub(crate) object: Resource,
    /// Folder of its file, with a slash; "" for the root and for a configuration.
    pub(crate) folder: String,
}

/// The plan of the configuration, if there is one, and those of the package, sorted by name.
///
/// # Errors
/// A plan that is malformed, or of a version that is not known.
pub(crate) fn read(list: &ResourceList, config: VariantPlan) -> Result<Vec<Plan>, CodedError> {
    let mut plans = Vec::new();
    if config != VariantPlan::default()
        && let Some(object) = &list.function_config
    {
        plans.push(Plan {
            name: object.name().to_owned(),
            namespace: object.namespace().to_owned(),
            spec: config,
            object: object.clone(),
            folder: String::new(),
        });
    }
    let ours = list.items.iter().filter(|item| item.kind() == VariantPlan::KIND);
    for item in ours.filter(|item| item.api_version().split('/').next() == Some(GROUP)) {
        if item.api_version() != API_VERSION {
            let message = format!("VariantPlan `{}` is of an unknown version `{}`", item.name(), item.api_version());
            return Err(CodedError::new(Code::IntentUnsupported, message)
                .on(item)
                .field("apiVersion", item.api_version()));
        }
        let misfit = |ValueError { path, message, .. }: ValueError| {
            let text = format!("VariantPlan `{}` is malformed: {message}", item.name());
            CodedError::new(Code::VariantInvalid, text).on(item).missing_field(path)
        };
        let Object { spec, .. } = item.typed::<Object<VariantPlan>>().map_err(misfit)?;
        let file = item.file().0.unwrap_or_default();
        plans.push(Plan {
            name: item.name().to_owned(),
            namespace: item.namespace().to_owned(),
            spec,
            object: item.clone(),
            folder: file.rfind('/').map_or_else(String::new, |end| file[..=end].to_owned()),
        });
    }
    plans.arrange_by(|a, b| (&a.name, &a.namespace).cmp(&(&b.name, &b.namespace)));
    if let Some(pair) = plans.windows(2).find(|pair| pair[0].name == pair[1].name) {
        let message = format!("two plans are called `{}`; their variants would have the same names", pair[0].name);
        return Err(CodedError::new(Code::VariantInvalid, message)
            .on(&pair[1].object)
            .field("metadata.name", &pair[1].name));
    }
    Ok(plans)
}
