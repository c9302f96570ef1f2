//! What lets a later upgrade find the object of the blueprint again.

use porchlight_krm::Resource;
use porchlight_package::annotation;

/// Start of the comment behind `metadata:`.
const COMMENT: &str = "kpt-merge:";
/// Annotation with group, kind, namespace and name of the object in the blueprint.
const IDENTIFIER: &str = "internal.kpt.dev/upstream-identifier";

/// Adds comment and annotation. Objects without name, namespace and labels are left alone.
pub(super) fn add(resource: &mut Resource) {
    let (name, namespace) = (resource.name().to_owned(), resource.namespace().to_owned());
    if name.is_empty() && namespace.is_empty() && resource.labels().next().is_none() {
        return;
    }
    let root = resource.root();
    let Some((key, _)) = resource.document().entry(root, "metadata") else { return };
    let document = resource.document_mut();
    let there = document.comments(key).map(|comments| comments.line.to_string()).unwrap_or_default();
    let (namespace, name) = if there.contains(COMMENT) {
        // The identity the object had when the comment was made.
        let text = there.trim_start_matches('#').trim();
        let Some((namespace, name)) = text.strip_prefix(COMMENT).and_then(|identity| identity.trim().split_once('/'))
        else {
            return;
        };
        (namespace.to_owned(), name.to_owned())
    } else {
        document.comments_mut(key).line = format!("# {COMMENT} {namespace}/{name}").into();
        (namespace, name)
    };
    let namespace = if namespace.is_empty() { "default" } else { &namespace };
    let group = resource.api_version().split_once('/').map_or("", |(group, _)| group);
    let identifier = format!("{group}|{}|{namespace}|{name}", resource.kind());
    // Metadata that holds no annotations is no object's; it stays as it is.
    drop(annotation::set(resource.document_mut(), IDENTIFIER, &identifier));
}
