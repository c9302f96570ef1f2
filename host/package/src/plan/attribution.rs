//! kpt's mark on Config Connector resources.

use porchlight_krm::Resource;
use porchlight_yaml::{Document, Kind};

use crate::annotation;
use crate::compat::Compat;

const BLUEPRINT: &str = "cnrm.cloud.google.com/blueprint";

/// Notes in the `blueprint` annotation of a Config Connector resource that functions were run on it.
pub(super) fn attribute(item: &mut Resource, compat: Compat) {
    let document = item.document();
    let has_metadata = document
        .get(item.root(), "metadata")
        .is_some_and(|metadata| document.kind(metadata) == Kind::Mapping && document.first_child(metadata).is_some());
    if !item.api_version().contains(".cnrm.") || !has_metadata {
        return;
    }
    let tool = match compat {
        Compat::Beta56 => "kpt",
        Compat::Latest => "krm",
    };
    let value = record(annotation::get(document, BLUEPRINT).unwrap_or_default(), tool);
    // A resource that can hold no annotation gets none; kpt makes as little of it.
    let _ = annotation::set(item.document_mut(), BLUEPRINT, &value);
}

/// Takes the mark away that [`attribute`] put on a document which was read as `original`.
pub(super) fn undo(document: &mut Document, original: &Document) {
    let before = annotation::get(original, BLUEPRINT);
    let Some(now) = annotation::get(document, BLUEPRINT) else { return };
    let is_mark = ["kpt", "krm"].iter().any(|tool| record(before.unwrap_or_default(), tool) == now);
    if !is_mark {
        return;
    }
    match before.map(str::to_owned) {
        // It holds annotations, so it can hold this one.
        Some(before) => drop(annotation::set(document, BLUEPRINT, &before)),
        None => annotation::clear(document, BLUEPRINT),
    }
}

/// Adds `TOOL-fn` to a comma-separated list, or `fn` to the entry of the tool that is there.
fn record(current: &str, tool: &str) -> String {
    if current.is_empty() {
        return format!("{tool}-fn");
    }
    if !current.contains(&format!("{tool}-")) {
        return format!("{current},{tool}-fn");
    }
    // Groups pile up over entries, as they do in kpt.
    let mut entry = tool.to_owned();
    let parts: Vec<String> = current
        .split(',')
        .map(|part| {
            if !part.contains(tool) {
                return part.to_owned();
            }
            for (group, present) in [("pkg", part.contains("pkg")), ("fn", true), ("live", part.contains("live"))] {
                if present {
                    entry.push('-');
                    entry.push_str(group);
                }
            }
            entry.clone()
        })
        .collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::record;

    #[test]
    fn records_once() {
        for (current, expected) in [
            ("", "kpt-fn"),
            ("cnrm/x:y/v1", "cnrm/x:y/v1,kpt-fn"),
            ("kpt-fn", "kpt-fn"),
            ("a,kpt-pkg,b", "a,kpt-pkg-fn,b"),
            ("kpt-pkg-live", "kpt-pkg-fn-live"),
        ] {
            assert_eq!(record(current, "kpt"), expected, "{current}");
        }
    }
}
