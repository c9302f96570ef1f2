//! The checks the controllers make before they do anything (porch §3.4, §3.5), in their words.

mod set;

use porchlight_api::porch::{Injector, PackageVariant};

pub use set::validate_set;

/// Keys of the package context that belong to kpt.
const RESERVED: [&str; 2] = ["name", "package-path"];

/// A check that failed: the field, for finding the line, and the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Path of the field below the object.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

impl Invalid {
    fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Checks a PackageVariant.
#[must_use]
pub fn validate_variant(spec: &PackageVariant) -> Vec<Invalid> {
    let mut invalid = Vec::new();
    let required = [
        ("spec.upstream.repo", &spec.upstream.repo),
        ("spec.upstream.package", &spec.upstream.package),
        ("spec.downstream.repo", &spec.downstream.repo),
        ("spec.downstream.package", &spec.downstream.package),
    ];
    for (field, _) in required.into_iter().filter(|(_, text)| text.is_empty()) {
        invalid.push(Invalid::new(field, format!("missing required field {field}")));
    }
    if let Some(context) = &spec.package_context {
        for key in RESERVED {
            if context.data.contains_key(key) {
                let field = "spec.packageContext.data";
                invalid.push(Invalid::new(field, reserved(field, &shown_map(&context.data), key)));
            }
            for _ in context.remove_keys.iter().filter(|removed| *removed == key) {
                let field = "spec.packageContext.removeKeys";
                invalid.push(Invalid::new(field, reserved(field, &shown_list(&context.remove_keys), key)));
            }
        }
    }
    for (index, Injector { name, .. }) in spec.injectors.iter().enumerate() {
        if name.is_empty() {
            let field = format!("spec.injectors[{index}]");
            invalid.push(Invalid::new(&field, format!("{field}.name must not be empty")));
        }
    }
    invalid
}

fn reserved(field: &str, value: &str, key: &str) -> String {
    format!("{field}: Invalid value: {value}: must not contain the key {key:?}")
}

/// As Kubernetes shows a value of a field: JSON.
fn shown_map(map: &std::collections::BTreeMap<String, String>) -> String {
    let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key:?}:{value:?}")).collect();
    format!("{{{}}}", entries.join(","))
}

fn shown_list(list: &[String]) -> String {
    let items: Vec<String> = list.iter().map(|item| format!("{item:?}")).collect();
    format!("[{}]", items.join(","))
}
