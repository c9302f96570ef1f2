//! Fields that the configuration says hold images.

use std::str::FromStr;

use porchlight_krm::{FieldPath, PathStep};
use porchlight_yaml::{Kind, NodeId};
use thiserror::Error;

use crate::fields::Fields;

/// `[Kind:]path`, where a path is a field path with `[*]` for every item of a list and `*` for every entry of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImagePath {
    kind: Option<String>,
    steps: Vec<Pattern>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Step(PathStep),
    AnyItem,
    AnyEntry,
}

/// Why a text is no image path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{path}` is not a field path such as `spec.sidecar.image`, `spec.jobs[*].image` or `Backup:spec.images[*]`: {reason}"
)]
pub(crate) struct ImagePathError {
    path: String,
    reason: String,
}

impl ImagePath {
    /// Whether the path is meant for objects of this kind.
    pub(crate) fn is_for(&self, kind: &str) -> bool {
        self.kind.as_deref().is_none_or(|wanted| wanted == kind)
    }

    /// Every field of an object that the path leads to.
    pub(crate) fn find(&self, fields: &Fields<'_>, root: NodeId) -> Vec<(FieldPath, NodeId)> {
        let mut found = vec![(FieldPath::from(Vec::new()), root)];
        for step in &self.steps {
            found = found.iter().flat_map(|(path, node)| follow(fields, step, path, *node)).collect();
        }
        found
    }
}

fn follow(fields: &Fields<'_>, step: &Pattern, path: &FieldPath, node: NodeId) -> Vec<(FieldPath, NodeId)> {
    let Some(node) = fields.target(node) else { return Vec::new() };
    let document = fields.document();
    match step {
        Pattern::Step(PathStep::Key(key)) if document.kind(node) == Kind::Mapping => {
            fields.get(node, key).map(|value| (path.key(key), value)).into_iter().collect()
        }
        Pattern::Step(PathStep::Key(_)) => Vec::new(),
        Pattern::Step(PathStep::Index(index)) => fields
            .items(node)
            .filter(|(position, _)| position == index)
            .map(|(at, item)| (path.index(at), item))
            .collect(),
        Pattern::Step(PathStep::Match { key, value }) => fields
            .items(node)
            .filter(|(_, item)| fields.is_mapping(*item) && fields.text_at(*item, &[key]) == Some(value))
            .map(|(at, item)| (path.index(at), item))
            .collect(),
        Pattern::AnyItem => fields.items(node).map(|(at, item)| (path.index(at), item)).collect(),
        Pattern::AnyEntry => document
            .entries(node)
            .filter_map(|(key, value)| Some((path.key(document.text(key)), fields.target(value)?)))
            .collect(),
    }
}

impl FromStr for ImagePath {
    type Err = ImagePathError;

    fn from_str(text: &str) -> Result<Self, ImagePathError> {
        let error = |reason: String| ImagePathError { path: text.to_owned(), reason };
        let (kind, path) = match text.split_once(':') {
            Some((kind, path)) if kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) => (Some(kind), path),
            _ => (None, text),
        };
        if kind == Some("") || path.trim().is_empty() {
            return Err(error("it is empty".to_owned()));
        }
        // The wildcards become ordinary steps for the parser of field paths, and patterns again after it.
        let plain = path.trim().replace("[*]", "[\"[*]\"]");
        let parsed: FieldPath =
            plain.parse().map_err(|cause: porchlight_krm::PathError| error(cause.message.to_owned()))?;
        let steps = parsed.steps().iter().map(|step| match step {
            PathStep::Key(key) if key == "[*]" => Pattern::AnyItem,
            PathStep::Key(key) if key == "*" => Pattern::AnyEntry,
            step => Pattern::Step(step.clone()),
        });
        Ok(Self { kind: kind.map(str::to_owned), steps: steps.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_steps_of_their_own() {
        let path: ImagePath = "Backup: spec.jobs[*].by-name.*.image".parse().unwrap();
        assert!(path.is_for("Backup") && !path.is_for("Restore"));
        let key = |name: &str| Pattern::Step(PathStep::Key(name.to_owned()));
        assert_eq!(
            path.steps,
            [key("spec"), key("jobs"), Pattern::AnyItem, key("by-name"), Pattern::AnyEntry, key("image")]
        );
        let path: ImagePath = "metadata.annotations[\"a.b:c/d\"]".parse().unwrap();
        assert_eq!(path.steps, [key("metadata"), key("annotations"), key("a.b:c/d")]);
        assert!(path.is_for("Anything"));
    }

    #[test]
    fn texts_that_are_no_paths_are_quoted_with_the_reason() {
        for text in ["", "Kind:", ":spec", "spec[", "spec..image"] {
            let error = text.parse::<ImagePath>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is not a field path")), "{error}");
        }
    }
}
