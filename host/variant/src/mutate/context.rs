//! The package context (porch §4.5).

use std::collections::BTreeMap;

use porchlight_krm::Code;
use porchlight_yaml::{Kind, Scalar};

use super::{CONTEXT_FILE, CONTEXT_NAME, Package};
use crate::fault::Place;
use crate::note::{Note, Quirk};
use crate::variant::Variant;
use crate::{Fault, edit};

pub(super) fn change(package: &mut Package<'_>, variant: &Variant) -> Result<(), Fault> {
    let Some(wanted) = &variant.spec.package_context else { return Ok(()) };
    if wanted.data.is_empty() && wanted.remove_keys.is_empty() {
        return Ok(());
    }
    if !package.files.contains_key(CONTEXT_FILE) {
        let message = format!(
            "the variant sets the package context, but {} has no file `{CONTEXT_FILE}` in its root",
            package.label
        );
        return Err(Fault::new(message)
            .at(variant.place("packageContext"))
            .hint(format!("add a ConfigMap called `{CONTEXT_NAME}` in `{CONTEXT_FILE}`, or remove `packageContext`")));
    }
    let mut document = package.object(CONTEXT_FILE)?;
    let file = package.name(CONTEXT_FILE);
    let refuse = |message: String| Err(Fault::coded(Code::VariantInvalid, message).at(Place::file(&file)));
    let Some(root) = document.root() else { return refuse("no object".to_owned()) };
    let text = |mapping, key: &str| document.get(mapping, key).map(|value| document.text(value).to_owned());
    let name = document.get(root, "metadata").and_then(|metadata| text(metadata, "name")).unwrap_or_default();
    let kind = text(root, "kind").unwrap_or_default();
    if kind != "ConfigMap" || name != CONTEXT_NAME {
        return refuse(format!("expected a ConfigMap called `{CONTEXT_NAME}`, found a {kind} called `{name}`"));
    }
    let mut data: BTreeMap<String, String> = match document.get(root, "data") {
        Some(data) if document.kind(data) == Kind::Mapping => {
            let value = |value| match document.resolve(value) {
                Scalar::Null => String::new(),
                _ => document.text(value).to_owned(),
            };
            document.entries(data).map(|(key, entry)| (document.text(key).to_owned(), value(entry))).collect()
        }
        _ => return refuse("the ConfigMap has no `data`".to_owned()),
    };
    data.extend(wanted.data.clone());
    for key in &wanted.remove_keys {
        data.remove(key);
        if wanted.data.contains_key(key) {
            let message = format!("the key `{key}` is set and removed; it ends up removed");
            package.notes.push(Note::quirk(Quirk::ContextKeyBoth, message).at(variant.place("packageContext")));
        }
    }
    let node = porchlight_yaml::serde::to_node(&mut document, &data);
    edit::sort(&mut document, node);
    edit::set(&mut document, root, "data", node);
    package.write(CONTEXT_FILE, &[&document]);
    Ok(())
}
