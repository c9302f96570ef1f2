//! The `Rendered` status that kpt writes into the root Kptfile since beta.62.
//!
//! kpt's own expectations hold it. A program that does not write it (kpt before, Porchlight without `--write-status`) is still
//! compared with them: for the root Kptfile by value, with the `Rendered` condition and `renderStatus` taken out and empty
//! fields not counting, because writing the status also re-writes the rest of the file; for every other file to the byte.

use serde_json::Value;

use crate::decode;
use crate::patch;

const KPTFILE: &str = "Kptfile";

/// Whether an expected diff puts a render status into the root Kptfile.
pub(crate) fn is_expected(diff: &str) -> bool {
    patch::files(diff).iter().any(|file| file.path == KPTFILE && file.text.contains("type: Rendered"))
}

/// Takes the root Kptfile out of both diffs if `actual` holds what `original` patched by `expected` holds, status aside.
///
/// # Errors
/// What differs, in one line and the two values.
pub(crate) fn without(
    expected: &str,
    actual: &str,
    original: &str,
    rendered: &str,
) -> Result<(String, String), Box<(String, String)>> {
    let others = |diff: &str| {
        let kept: String =
            patch::files(diff).iter().filter(|file| file.path != KPTFILE).map(|file| file.text).collect();
        kept.trim().to_owned()
    };
    let files = patch::files(expected);
    let change = files.iter().find(|file| file.path == KPTFILE).map_or("", |file| file.text);
    let Some(wanted) = patch::apply(original, change) else {
        return Err(Box::new((
            "the expected diff of the Kptfile does not fit the Kptfile\n".to_owned(),
            original.to_owned(),
        )));
    };
    let (wanted, found) = (value(&wanted), value(rendered));
    if wanted != found {
        return Err(Box::new((shown(&wanted), shown(&found))));
    }
    Ok((others(expected), others(actual)))
}

fn shown(value: &Result<Value, String>) -> String {
    match value {
        Ok(value) => serde_json::to_string_pretty(value).unwrap_or_default() + "\n",
        Err(message) => format!("{message}\n"),
    }
}

/// The first document of a Kptfile without its render status and without empty fields.
fn value(text: &str) -> Result<Value, String> {
    let mut value: Value = decode::first(text)?.unwrap_or_default();
    if let Some(status) = value.get_mut("status").and_then(Value::as_object_mut) {
        status.remove("renderStatus");
        if let Some(conditions) = status.get_mut("conditions").and_then(Value::as_array_mut) {
            conditions.retain(|condition| condition.get("type").and_then(Value::as_str) != Some("Rendered"));
        }
    }
    prune(&mut value);
    Ok(value)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, field| !is_empty(field));
            fields.sort_keys();
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGINAL: &str = "kind: Kptfile\nmetadata:\n  name: 'a' # c\npipeline: {}\n";
    const EXPECTED: &str = "diff --git a/Kptfile b/Kptfile\n--- a/Kptfile\n+++ b/Kptfile\n@@ -1,4 +1,9 @@\n kind: Kptfile\n metadata:\n-  name: 'a' # c\n\
                            -pipeline: {}\n+  name: a\n+  labels:\n+    x: y\n+status:\n+  conditions:\n+    - type: Rendered\n\
                            diff --git a/r.yaml b/r.yaml\n@@ -1 +1 @@\n-a\n+b";

    #[test]
    fn the_status_does_not_count_and_the_rest_does() {
        assert!(is_expected(EXPECTED));
        let rendered = "kind: Kptfile\nmetadata:\n  labels:\n    x: y\n  name: 'a' # c\n";
        let (wanted, found) = without(EXPECTED, "diff --git a/Kptfile b/Kptfile\n", ORIGINAL, rendered).unwrap();
        assert_eq!(wanted, "diff --git a/r.yaml b/r.yaml\n@@ -1 +1 @@\n-a\n+b");
        assert_eq!(found, "");
        let (wanted, found) = *without(EXPECTED, "", ORIGINAL, ORIGINAL).unwrap_err();
        assert!(wanted.contains("labels") && !found.contains("labels"), "{wanted}{found}");
    }
}
