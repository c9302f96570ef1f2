//! Fields set in objects of users, and taken back when no policy asks for them any more.
//!
//! What was set, and what stood there before, travels with the object in an annotation. Every run first looks at the
//! object as it would be without us, decides from that, and then changes only what differs. A field that somebody changed
//! since is theirs.

use porchlight_api::annotation::{CONTROLS, POLICY_FIELDS};
use porchlight_krm::order::{SortedMap, SortedSet};
use porchlight_krm::{Code, CodedError, FieldPath, Resource};
use porchlight_yaml::json;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::Edit;

/// A field we set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
struct Set {
    /// Our value.
    set: Value,
    /// What stood there; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    was: Option<Value>,
    /// How many mappings and lists around it were missing.
    #[serde(default, skip_serializing_if = "is_zero")]
    made: usize,
    /// Whether the outermost of these was there with nothing in it (`securityContext:`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    empty: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Fields we set in an object, by path.
type Record = SortedMap<String, Set>;

fn record(item: &Resource) -> Record {
    // A record somebody broke is as good as none: its fields are then the user's.
    item.annotation(POLICY_FIELDS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn value(item: &Resource, path: &FieldPath) -> Option<Value> {
    item.at(path)?;
    Some(item.get(path).ok().flatten().unwrap_or_default())
}

/// The object as it would be without our fields.
pub(crate) fn without_ours(item: &Resource) -> Resource {
    let fields = record(item);
    if fields.is_empty() {
        return item.clone();
    }
    let mut base = item.clone();
    for (path, set) in &fields {
        take_back(&mut base, path, set);
    }
    base.remove_annotation(POLICY_FIELDS);
    base.remove_annotation(CONTROLS);
    base
}

/// Puts back what stood at a path before we came, unless somebody changed it since.
fn take_back(item: &mut Resource, path: &str, set: &Set) {
    let Ok(path) = path.parse::<FieldPath>() else { return };
    if value(item, &path).as_ref() != Some(&set.set) {
        return;
    }
    if let Some(was) = &set.was {
        item.set(&path, was);
        return;
    }
    item.remove(&path);
    let steps = path.steps();
    for made in 1..=set.made.min(steps.len().saturating_sub(1)) {
        let around = FieldPath::from(steps[..steps.len() - made].to_vec());
        let Some(node) = item.at(&around) else { return };
        if item.document().first_child(node).is_some() {
            return;
        }
        if made == set.made && set.empty {
            item.set(&around, &Value::Null);
        } else {
            item.remove(&around);
        }
    }
}

/// Makes `item` what `base`, the object without us, is with the edits; `true` where that changed something.
///
/// # Errors
/// `SECURITY_POLICY_FAILED` where something else stands in the way of a field.
pub(crate) fn apply(item: &mut Resource, base: &Resource, edits: &[&Edit]) -> Result<bool, CodedError> {
    let before = record(item);
    let mut wanted = Record::new();
    let mut controls = SortedSet::new();
    for edit in edits {
        wanted.insert(edit.path.to_string(), plan(base, &edit.path, edit.value.clone()));
        controls.extend(edit.controls.iter().map(String::as_str));
    }
    let mut changed = false;
    for (path, set) in before.iter().filter(|(path, _)| !wanted.contains_key(*path)) {
        take_back(item, path, set);
        changed = true;
    }
    for edit in edits {
        changed |= item.set(&edit.path, &edit.value);
        if value(item, &edit.path).as_ref() != Some(&edit.value) {
            let message =
                format!("`{}` cannot be set: something else than a mapping or list stands above it", edit.path);
            return Err(CodedError::new(Code::SecurityPolicyFailed, message)
                .intent(item.kind())
                .cause(format!("rule `{}` asks for it", edit.rule))
                .on(item)
                .missing_field(&edit.path));
        }
    }
    if wanted.is_empty() {
        if !before.is_empty() {
            item.remove_annotation(CONTROLS);
        }
        return Ok(item.remove_annotation(POLICY_FIELDS) || changed);
    }
    let text = json::text(&serde_json::to_value(&wanted).expect("invariant: a record has text keys only"));
    changed |= item.set_annotation(POLICY_FIELDS, &text);
    let controls = controls.into_iter().collect::<Vec<_>>().join(",");
    if !controls.is_empty() {
        changed |= item.set_annotation(CONTROLS, &controls);
    } else if !before.is_empty() {
        changed |= item.remove_annotation(CONTROLS);
    }
    Ok(changed)
}

/// What there is to remember about a field, from the object without us.
fn plan(base: &Resource, path: &FieldPath, set: Value) -> Set {
    if let Some(was) = value(base, path) {
        return Set { set, was: Some(was), made: 0, empty: false };
    }
    let steps = path.steps();
    let mut made = 0;
    let mut empty = false;
    while made + 1 < steps.len() {
        let around = FieldPath::from(steps[..steps.len() - made - 1].to_vec());
        match value(base, &around) {
            Some(Value::Null) => {
                empty = true;
                made += 1;
                break;
            }
            Some(_) => break,
            None => made += 1,
        }
    }
    Set { set, was: None, made, empty }
}

#[cfg(test)]
mod tests;
