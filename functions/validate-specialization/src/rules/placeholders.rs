//! Nothing stands where a value should be.

use porchlight_krm::{Code, FieldPath, PathStep};
use serde_json::Value;

use super::injection;
use crate::data::Data;
use crate::package::{Item, Package};
use crate::report::{Defect, Report, Weight};

/// Kinds that hold programs and templates of others, where brackets mean something.
const PROGRAMS: [&str; 7] = [
    "ApplyReplacements",
    "ApplySetters",
    "CustomResourceDefinition",
    "Kptfile",
    "Kustomization",
    "StarlarkRun",
    "Workflow",
];

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    for item in &package.items {
        fields(item, report);
        if !PROGRAMS.contains(&item.resource.kind()) {
            let mut path = Vec::new();
            texts(&item.value, &mut path, &mut |path, text| text_at(item, path, text, report));
        }
    }
}

fn fields(item: &Item<'_>, report: &mut Report<'_>) {
    if injection::is_optional(item) {
        return;
    }
    for field in &Data::get().placeholders.fields {
        let named = field.name.as_deref().is_none_or(|name| name == item.resource.name());
        if item.resource.kind() != field.kind || !named {
            continue;
        }
        let current = item.resource.str_at(&field.path).unwrap_or_default();
        if field.values.iter().any(|value| value == current) {
            let message = if current.is_empty() {
                format!("`{}` is not set", field.path)
            } else {
                format!("`{}` still has the blueprint's value `{current}`", field.path)
            };
            report.add(
                item,
                Defect::new(Weight::Unfinished, Code::SpecializationIncomplete, "placeholder", message)
                    .at(field.path.clone())
                    .current(current)
                    .hint(field.hint.clone()),
            );
        }
    }
}

fn text_at(item: &Item<'_>, path: &[PathStep], text: &str, report: &mut Report<'_>) {
    let placeholders = &Data::get().placeholders;
    let trimmed = text.trim();
    let word = placeholders.words.iter().any(|word| word.value.eq_ignore_ascii_case(trimmed));
    let template = is_identifier(path)
        && placeholders.templates.iter().any(|template| {
            trimmed
                .find(template.open.as_str())
                .is_some_and(|start| trimmed[start + template.open.len()..].contains(template.close.as_str()))
        });
    if word || template {
        let path = FieldPath::from(path.to_vec()).to_string();
        let message = format!("`{path}` holds the placeholder `{trimmed}`");
        report.add(
            item,
            Defect::new(Weight::Unfinished, Code::SpecializationIncomplete, "placeholder", message)
                .at(path)
                .current(text)
                .hint("write the value, or let the function that knows it write it"),
        );
    }
}

/// Fields whose texts are names of things: no template language is at home there.
fn is_identifier(path: &[PathStep]) -> bool {
    let key = |position: usize| match path.get(position) {
        Some(PathStep::Key(key)) => key.as_str(),
        _ => "",
    };
    let last = path.len().saturating_sub(1);
    match key(0) {
        "metadata" => matches!(key(1), "name" | "namespace" | "labels"),
        "spec" => {
            matches!(
                key(last),
                "image"
                    | "namespace"
                    | "clusterName"
                    | "hostname"
                    | "serviceAccountName"
                    | "provider"
                    | "repo"
                    | "package"
            )
        }
        _ => false,
    }
}

/// Every text below a value, with the way to it. The depth is bounded where the value was read.
fn texts(value: &Value, path: &mut Vec<PathStep>, found: &mut impl FnMut(&[PathStep], &str)) {
    match value {
        Value::String(text) => found(path, text),
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                path.push(PathStep::Index(position));
                texts(item, path, found);
                path.pop();
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                path.push(PathStep::Key(key.clone()));
                texts(item, path, found);
                path.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
