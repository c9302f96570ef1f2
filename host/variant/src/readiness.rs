//! What a Kptfile says about its package.

use porchlight_package::KPTFILE;
use porchlight_yaml::{Document, NodeId};

use crate::edit;
use crate::store::Files;

/// Types of readiness gates without a condition whose status is `True`.
#[must_use]
pub fn closed_gates(files: &Files) -> Vec<String> {
    let Some((kptfile, root)) = kptfile(files) else { return Vec::new() };
    let items = |parent: &str, list: &str| {
        let list = kptfile.get(root, parent).and_then(|parent| kptfile.get(parent, list));
        list.into_iter().flat_map(|list| kptfile.children(list)).collect::<Vec<NodeId>>()
    };
    let text = |mapping: NodeId, key: &str| kptfile.get(mapping, key).map(|value| kptfile.text(value));
    let conditions = items("status", "conditions");
    let is_open = |gate: &str| {
        let condition = conditions.iter().find(|condition| text(**condition, "type") == Some(gate));
        condition.is_some_and(|condition| text(*condition, "status") == Some("True"))
    };
    let gates = items("info", "readinessGates").into_iter().filter_map(|gate| text(gate, "conditionType"));
    gates.filter(|gate| !is_open(gate)).map(str::to_owned).collect()
}

/// `upstreamLock.git.ref`, where there is one.
#[must_use]
pub fn upstream_reference(files: &Files) -> Option<String> {
    let (kptfile, root) = kptfile(files)?;
    let git = kptfile.get(kptfile.get(root, "upstreamLock")?, "git")?;
    let reference = kptfile.text(kptfile.get(git, "ref")?);
    (!reference.is_empty()).then(|| reference.to_owned())
}

fn kptfile(files: &Files) -> Option<(Document, NodeId)> {
    let text = std::str::from_utf8(files.get(KPTFILE)?).ok()?;
    let kptfile = edit::read_one(text).ok()?;
    let root = kptfile.root()?;
    Some((kptfile, root))
}
