//! What a render with an empty pipeline does to one file: split, read, drop what the host would drop, write.

use porchlight_yaml::{
    Document, Kind, Scalar, Style, derive_sequence_indent, emit_all, normalise_line_ends, parse_first, split_documents,
};

/// Annotations that only exist while a package is in memory.
const HOST_ANNOTATIONS: [&str; 6] = [
    "config.kubernetes.io/index",
    "internal.config.kubernetes.io/index",
    "config.kubernetes.io/path",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/package-path",
];

pub(crate) fn render(text: &str) -> Result<String, String> {
    let text = normalise_line_ends(text);
    let mut documents = Vec::new();
    for part in split_documents(&text).map_err(|error| error.to_string())? {
        let Some(mut document) = parse_first(part.into()).map_err(|error| error.to_string())? else { continue };
        let Some(root) = document.root() else { continue };
        if document.kind(root) == Kind::Scalar && document.resolve(root) == Scalar::Null {
            continue;
        }
        if document.kind(root) != Kind::Mapping {
            return Err("not a mapping".to_owned());
        }
        drop_host_annotations(&mut document);
        attribute(&mut document);
        documents.push((document, derive_sequence_indent(part)));
    }
    let mut out = String::new();
    emit_all(documents.iter().map(|(document, indent)| (document, *indent)), &mut out);
    Ok(out)
}

fn drop_host_annotations(document: &mut Document) {
    let Some(root) = document.root() else { return };
    let Some(metadata) = document.get(root, "metadata") else { return };
    let Some(annotations) = document.get(metadata, "annotations") else { return };
    for key in HOST_ANNOTATIONS {
        document.remove(annotations, key);
    }
    if document.first_child(annotations).is_none() {
        document.remove(metadata, "annotations");
    }
    if document.first_child(metadata).is_none() {
        document.remove(root, "metadata");
    }
}

/// kpt marks Config Connector resources that passed through it.
fn attribute(document: &mut Document) {
    let Some(root) = document.root() else { return };
    let version = document.get(root, "apiVersion").map_or("", |version| document.text(version));
    if !version.contains(".cnrm.") {
        return;
    }
    let Some(metadata) = document.get(root, "metadata") else { return };
    if document.get(metadata, "annotations").is_none() {
        let (key, annotations) = (document.new_string("annotations"), document.new_mapping());
        let (name, value) = (
            document.new_string("cnrm.cloud.google.com/blueprint"),
            document.new_scalar("kpt-fn", Style::SingleQuoted),
        );
        document.push_entry(annotations, name, value);
        document.push_entry(metadata, key, annotations);
    }
}
