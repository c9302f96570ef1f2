//! Five edits as functions make them.

use porchlight_krm::Resource;
use porchlight_yaml::{Document, Kind, NodeId};

/// What every line of an edit holds.
pub(crate) const MARK: &str = "edited";

pub(crate) struct Edit {
    pub(crate) name: &'static str,
    /// Makes the edit where the resource has a place for it.
    pub(crate) make: fn(&mut Document, NodeId) -> Option<()>,
    /// Most lines that may go.
    pub(crate) removed: usize,
    /// Most lines that may come.
    pub(crate) added: usize,
}

pub(crate) const EDITS: [Edit; 5] = [
    Edit { name: "set the namespace", make: namespace, removed: 1, added: 1 },
    Edit { name: "add an annotation", make: annotation, removed: 1, added: 2 },
    Edit { name: "set the image", make: image, removed: 1, added: 1 },
    Edit { name: "remove the replicas", make: replicas, removed: 2, added: 1 },
    Edit { name: "append to env", make: env, removed: 1, added: 3 },
];

impl Edit {
    pub(crate) fn make(&self, resource: &mut Resource) -> bool {
        let root = resource.root();
        (self.make)(resource.document_mut(), root).is_some()
    }
}

fn set(document: &mut Document, mapping: NodeId, key: &str, text: &str) {
    let value = document.new_string(text);
    match document.get(mapping, key) {
        Some(old) => document.replace(old, value),
        None => {
            let key = document.new_string(key);
            document.push_entry(mapping, key, value);
        }
    }
}

fn mapping(document: &mut Document, holder: NodeId, key: &str) -> Option<NodeId> {
    if let Some(node) = document.get(holder, key) {
        return (document.kind(node) == Kind::Mapping).then_some(node);
    }
    let (key, node) = (document.new_string(key), document.new_mapping());
    document.push_entry(holder, key, node);
    Some(node)
}

fn namespace(document: &mut Document, root: NodeId) -> Option<()> {
    let metadata = mapping(document, root, "metadata")?;
    set(document, metadata, "namespace", "edited");
    Some(())
}

fn annotation(document: &mut Document, root: NodeId) -> Option<()> {
    let metadata = mapping(document, root, "metadata")?;
    let annotations = mapping(document, metadata, "annotations")?;
    set(document, annotations, "example.com/edited", "yes");
    Some(())
}

fn container(document: &Document, root: NodeId) -> Option<NodeId> {
    let pod = |node| document.get(document.get(node, "template")?, "spec");
    let spec = document.get(root, "spec")?;
    let containers = document.get(pod(spec).unwrap_or(spec), "containers")?;
    document.first_child(containers).filter(|first| document.kind(*first) == Kind::Mapping)
}

fn image(document: &mut Document, root: NodeId) -> Option<()> {
    let container = container(document, root)?;
    document.get(container, "image")?;
    set(document, container, "image", "registry.example/edited:v1");
    Some(())
}

fn replicas(document: &mut Document, root: NodeId) -> Option<()> {
    let spec = document.get(root, "spec")?;
    document.remove(spec, "replicas").map(drop)
}

fn env(document: &mut Document, root: NodeId) -> Option<()> {
    let container = container(document, root)?;
    let env = match document.get(container, "env") {
        Some(env) => env,
        None => {
            let (key, env) = (document.new_string("env"), document.new_sequence());
            document.push_entry(container, key, env);
            env
        }
    };
    let item = document.new_mapping();
    set(document, item, "name", "edited-name");
    set(document, item, "value", "edited-value");
    document.push(env, item);
    Some(())
}
