//! A resource as JSON, as Go's encoder writes what go-yaml decodes (kpt-render §2.9.6).
//!
//! Keys are sorted, the indentation is two spaces, numbers are written anew, `<`, `>` and `&` are escaped. kpt
//! writes the resource as YAML first and decodes that; so do we, since quotes may come in on that way.
//! Unlike kpt we also escape DEL and the controls above it, which YAML could not read back.

mod scalar;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use porchlight_yaml::{Document, Kind, NodeId, Scalar, SequenceIndent, emit, parse_first};

/// Deeper nesting is refused: every line of the output is indented by its depth.
const DEEPEST: usize = 500;
/// Aliases can make few bytes into many values; more than this are refused.
const MOST_VALUES: usize = 1_000_000;

/// The JSON text with a final line end, or why there is none.
pub(super) fn write(document: &Document) -> Result<String, String> {
    let mut yaml = String::new();
    emit(document, SequenceIndent::Compact, &mut yaml);
    let parsed = parse_first(Arc::from(yaml)).map_err(|error| error.to_string())?;
    let Some((document, root)) = parsed.as_ref().and_then(|document| Some((document, document.root()?))) else {
        return Ok("null\n".to_owned());
    };
    let mut writer = Writer { document, anchors: HashMap::new(), out: String::new(), open: Vec::new(), values: 0 };
    writer.write(root)?;
    writer.out.push('\n');
    Ok(writer.out)
}

struct Writer<'a> {
    document: &'a Document,
    /// The latest node of each anchor, filled on the way through the document.
    anchors: HashMap<&'a str, NodeId>,
    out: String,
    open: Vec<Collection<'a>>,
    values: usize,
}

/// A collection of which some members are written.
struct Collection<'a> {
    /// Nodes being written, to find an alias within what it stands for.
    node: NodeId,
    members: Members<'a>,
    first: bool,
}

enum Members<'a> {
    Object(std::collections::btree_map::IntoIter<&'a str, NodeId>),
    Array(std::vec::IntoIter<NodeId>),
}

impl<'a> Writer<'a> {
    fn write(&mut self, root: NodeId) -> Result<(), String> {
        self.collect_anchors(root);
        self.value(root)?;
        while let Some(collection) = self.open.last_mut() {
            let next = match &mut collection.members {
                Members::Object(entries) => entries.next().map(|(key, value)| (Some(key), value)),
                Members::Array(items) => items.next().map(|item| (None, item)),
            };
            let empty = collection.first && next.is_none();
            let first = std::mem::replace(&mut collection.first, false);
            let Some((key, value)) = next else {
                let end = if matches!(collection.members, Members::Object(_)) { '}' } else { ']' };
                self.open.pop();
                if !empty {
                    self.new_line();
                }
                self.out.push(end);
                continue;
            };
            if !first {
                self.out.push(',');
            }
            self.new_line();
            if let Some(key) = key {
                scalar::string(key, &mut self.out);
                self.out.push_str(": ");
            }
            self.value(value)?;
        }
        Ok(())
    }

    fn collect_anchors(&mut self, root: NodeId) {
        let mut work = vec![root];
        while let Some(node) = work.pop() {
            let anchor = self.document.anchor(node);
            if !anchor.is_empty() {
                self.anchors.entry(anchor).or_insert(node);
            }
            work.extend(self.document.children(node));
        }
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.open.len() {
            self.out.push_str("  ");
        }
    }

    fn value(&mut self, node: NodeId) -> Result<(), String> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err("its aliases stand for too many values".to_owned());
        }
        let node = self.target(node)?;
        let document = self.document;
        let members = match document.kind(node) {
            Kind::Scalar => return scalar::write(document, node, &mut self.out),
            Kind::Alias => return Err("an alias stands for an alias".to_owned()),
            Kind::Sequence => Members::Array(document.children(node).collect::<Vec<_>>().into_iter()),
            Kind::Mapping => {
                let mut entries = BTreeMap::new();
                self.entries(node, &mut entries, 0)?;
                Members::Object(entries.into_iter())
            }
        };
        if self.open.len() >= DEEPEST {
            return Err(format!("it nests deeper than {DEEPEST} levels"));
        }
        self.out.push(if matches!(members, Members::Object(_)) { '{' } else { '[' });
        self.open.push(Collection { node, members, first: true });
        Ok(())
    }

    /// The node an alias stands for, or the node itself.
    fn target(&self, node: NodeId) -> Result<NodeId, String> {
        if self.document.kind(node) != Kind::Alias {
            return Ok(node);
        }
        let name = self.document.text(node);
        let target = *self.anchors.get(name).ok_or_else(|| format!("unknown anchor `{name}`"))?;
        if self.open.iter().any(|collection| collection.node == target) {
            return Err(format!("anchor `{name}` contains itself"));
        }
        Ok(target)
    }

    /// Own entries win over merged ones, earlier merges over later ones.
    fn entries(&mut self, node: NodeId, entries: &mut BTreeMap<&'a str, NodeId>, depth: usize) -> Result<(), String> {
        self.values += 1;
        if depth > DEEPEST || self.values > MOST_VALUES {
            return Err("its merge keys stand for too many values or for themselves".to_owned());
        }
        let document = self.document;
        let mut merged = Vec::new();
        for (key, value) in document.entries(node) {
            let kind = if document.kind(key) == Kind::Scalar { document.resolve(key) } else { Scalar::Null };
            match kind {
                Scalar::Merge if document.kind(value) == Kind::Sequence => merged.extend(document.children(value)),
                Scalar::Merge => merged.push(value),
                Scalar::Str(_) => {
                    entries.entry(document.text(key)).or_insert(value);
                }
                _ => return Err(format!("line {}: a key is no text: put it in quotes", document.line(key))),
            }
        }
        for source in merged {
            let target = self.target(source)?;
            self.entries(target, entries, depth + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
