//! A resource as the rules look at it.

use std::cell::OnceCell;

use porchlight_krm::Resource;
use serde_json::Value;

pub(crate) struct Object<'r> {
    pub(crate) resource: &'r Resource,
    value: OnceCell<Value>,
}

impl<'r> Object<'r> {
    pub(crate) fn of(resource: &'r Resource) -> Self {
        Self { resource, value: OnceCell::new() }
    }

    /// The object as a value, aliases and merge keys applied; `null` where it cannot be read as one. Made when a rule asks
    /// for it: most objects are of no rule's business.
    pub(crate) fn value(&self) -> &Value {
        self.value.get_or_init(|| self.resource.typed().unwrap_or_default())
    }

    /// The API group, "" for Kubernetes' core.
    pub(crate) fn group(&self) -> &'r str {
        self.resource.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// True for Kubernetes' own kinds that hold a pod spec.
    pub(crate) fn holds_pods(&self) -> bool {
        porchlight_schema::pod_spec(self.group(), self.resource.kind()).is_some()
    }

    /// The pod spec and the way to it, for Kubernetes' own kinds that hold one.
    pub(crate) fn pod_spec(&self) -> Option<(&Value, String)> {
        let steps = porchlight_schema::pod_spec(self.group(), self.resource.kind())?;
        let spec = steps.iter().try_fold(self.value(), |value, step| value.get(step))?;
        Some((spec, steps.join(".")))
    }

    /// The text at a JSON pointer, "" for none.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.value().pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The list at a JSON pointer, with positions.
    pub(crate) fn list(&self, pointer: &str) -> impl Iterator<Item = (usize, &Value)> {
        items(self.value().pointer(pointer))
    }
}

/// The items of a list, with positions; none where there is no list.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = (usize, &Value)> {
    value.and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// The texts of a list.
pub(crate) fn texts(value: Option<&Value>) -> Vec<&str> {
    items(value).filter_map(|(_, item)| item.as_str()).collect()
}
