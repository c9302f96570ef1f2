//! Bringing comments back from the resource as sent to the resource as returned.
//!
//! kyaml does this with a general merge walker over both trees; the outcome is the sum of these rules
//! (kpt-render §2.10): a comment is copied where the returned node has none at that place; fields correspond by
//! name; elements of a list correspond by position where their scalar texts are equal, which is always so for
//! two mappings; elements of a list that is merged by key correspond, a second time, by key. The same walk here
//! visits each pair of nodes once per correspondence, without recursion.

use porchlight_yaml::{Document, Kind, NodeId, Style};

use super::associative;
use super::error::RestoreError;
use super::fields::{FieldPair, FieldPairer};
use super::node::is_null;
use super::schema::Schema;

/// Lists merged by key inside each other are visited twice per level; below this depth only by position.
/// Kubernetes' own types need two levels, only schemas in comments could ask for more.
const MAX_MERGE_DEPTH: u8 = 6;

/// Copies comments from the tree at `from` to the tree at `to`.
///
/// # Errors
/// A field that came back as another kind of node. Of several, the one kpt reports.
pub(super) fn copy_comments(from: (&Document, NodeId), to: (&mut Document, NodeId)) -> Result<(), RestoreError> {
    let (document, root) = to;
    if Walk::new(from.0, document, false).run(from.1, root).is_ok() {
        return Ok(());
    }
    // kpt visits fields sorted by name. That only shows in which of several errors is found first.
    Walk::new(from.0, document, true).run(from.1, root)
}

/// Copies those comments of one node that its counterpart lacks.
fn copy_node_comments((from, sent): (&Document, NodeId), to: &mut Document, returned: NodeId) {
    let Some(comments) = from.comments(sent) else { return };
    super::fill(comments, to.comments_mut(returned));
}

/// kyaml writes a folded scalar it compares as a double-quoted one, because comments after `>` go wrong.
fn unfold(document: &mut Document, node: NodeId) {
    if document.kind(node) == Kind::Scalar && document.style(node) == Style::Folded && document.tag(node).is_empty() {
        document.set_style(node, Style::DoubleQuoted);
    }
}

enum Task {
    /// The two resources. Which comments are their own, only the caller knows.
    Root(Pair),
    /// Two nodes at the same place.
    Pair(Pair),
    /// Two elements at the same position of two lists: a walk of its own, which knows nothing of the list's type.
    Element(Pair),
    /// The second visit of two lists, by key.
    Keyed(Pair),
}

struct Pair {
    sent: NodeId,
    returned: NodeId,
    schema: Option<Schema>,
    /// How many lists merged by key are around.
    depth: u8,
}

struct Walk<'a> {
    from: &'a Document,
    to: &'a mut Document,
    /// Visit fields in the order of their names.
    by_name: bool,
    tasks: Vec<Task>,
    pairer: FieldPairer,
}

impl<'a> Walk<'a> {
    fn new(from: &'a Document, to: &'a mut Document, by_name: bool) -> Self {
        Self { from, to, by_name, tasks: Vec::new(), pairer: FieldPairer::default() }
    }

    fn run(mut self, sent: NodeId, returned: NodeId) -> Result<(), RestoreError> {
        let mut fields = Vec::new();
        self.tasks.push(Task::Root(Pair { sent, returned, schema: None, depth: 0 }));
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Root(pair) => self.visit(pair, false, &mut fields)?,
                Task::Pair(pair) => self.visit(pair, true, &mut fields)?,
                Task::Element(pair) => {
                    copy_node_comments((self.from, pair.sent), self.to, pair.returned);
                    self.visit(pair, true, &mut fields)?;
                }
                Task::Keyed(pair) => self.visit_by_key(&pair)?,
            }
        }
        Ok(())
    }

    /// One pair of nodes. The kind is that of the first one that is not null; the other may be null, but
    /// nothing else than that kind.
    fn visit(&mut self, mut pair: Pair, with_comments: bool, fields: &mut Vec<FieldPair>) -> Result<(), RestoreError> {
        let (sent_null, returned_null) = (is_null(self.from, pair.sent), is_null(self.to, pair.returned));
        let kind = match (sent_null, returned_null) {
            (false, _) => self.from.kind(pair.sent),
            (true, false) => self.to.kind(pair.returned),
            // kyaml walks two nulls as empty mappings.
            (true, true) => Kind::Mapping,
        };
        if kind == Kind::Alias {
            return Ok(());
        }
        if !returned_null && self.to.kind(pair.returned) != kind {
            return Err(RestoreError::kind(self.to, pair.returned, kind));
        }
        pair.schema = self.schema_of(&pair, kind);
        if with_comments {
            copy_node_comments((self.from, pair.sent), self.to, pair.returned);
        }
        match kind {
            Kind::Scalar => unfold(self.to, pair.returned),
            Kind::Mapping => self.visit_fields(&pair, fields),
            Kind::Sequence => self.visit_elements(pair),
            Kind::Alias => {}
        }
        Ok(())
    }

    /// The type of a pair: what a comment on either says, else what its parent knows, else what the node itself
    /// says by `apiVersion` and `kind`.
    fn schema_of(&self, pair: &Pair, kind: Kind) -> Option<Schema> {
        if kind == Kind::Scalar {
            return None;
        }
        let of_comment =
            || Schema::of_comment(self.from, pair.sent).or_else(|| Schema::of_comment(self.to, pair.returned));
        of_comment().or_else(|| pair.schema.clone()).or_else(|| {
            (kind == Kind::Mapping).then(|| {
                Schema::of_mapping(self.from, pair.sent).or_else(|| Schema::of_mapping(self.to, pair.returned))
            })?
        })
    }

    fn visit_fields(&mut self, pair: &Pair, fields: &mut Vec<FieldPair>) {
        self.pairer.pair((self.from, pair.sent), (self.to, pair.returned), fields);
        if self.by_name {
            let to = &*self.to;
            fields.sort_by(|a, b| to.text(a.to.0).cmp(to.text(b.to.0)));
        }
        let first = self.tasks.len();
        for FieldPair { to: (key, value), from } in fields {
            let sent_key = from.map(|from| from.key).filter(|key| !is_null(self.from, *key));
            if !is_null(self.to, *key) {
                unfold(self.to, *key);
                if let Some(sent_key) = sent_key {
                    copy_node_comments((self.from, sent_key), self.to, *key);
                }
            }
            let Some(from) = from else {
                unfold(self.to, *value);
                continue;
            };
            if self.from.kind(from.value) == Kind::Scalar && self.to.kind(*value) == Kind::Scalar {
                copy_node_comments((self.from, from.value), self.to, *value);
                unfold(self.to, *value);
                continue;
            }
            let schema = Schema::of_comment(self.from, from.key)
                .or_else(|| Schema::of_comment(self.to, *key))
                .or_else(|| pair.schema.as_ref().and_then(|schema| schema.field(self.to.text(*key))));
            self.tasks.push(Task::Pair(Pair { sent: from.value, returned: *value, schema, depth: pair.depth }));
        }
        self.tasks[first..].reverse();
    }

    fn visit_elements(&mut self, pair: Pair) {
        let first = self.tasks.len();
        let is_merged =
            pair.depth < MAX_MERGE_DEPTH && pair.schema.as_ref().is_some_and(|schema| schema.merge_keys().is_some());
        let depth = pair.depth + u8::from(is_merged);
        let (mut sent, mut returned) = (self.from.first_child(pair.sent), self.to.first_child(pair.returned));
        while let (Some(from), Some(to)) = (sent, returned) {
            sent = self.from.next_sibling(from);
            returned = self.to.next_sibling(to);
            if self.from.text(from) != self.to.text(to) {
                continue;
            }
            if self.from.kind(from) == Kind::Scalar && self.to.kind(to) == Kind::Scalar {
                copy_node_comments((self.from, from), self.to, to);
                unfold(self.to, to);
            } else {
                self.tasks.push(Task::Element(Pair { sent: from, returned: to, schema: None, depth }));
            }
        }
        if is_merged {
            self.tasks.push(Task::Keyed(Pair { depth, ..pair }));
        }
        self.tasks[first..].reverse();
    }

    fn visit_by_key(&mut self, pair: &Pair) -> Result<(), RestoreError> {
        let Some(schema) = &pair.schema else { return Ok(()) };
        let Some(keys) = schema.merge_keys() else { return Ok(()) };
        let elements = schema.elements();
        let first = self.tasks.len();
        for (sent, returned) in associative::pairs((self.from, pair.sent), (self.to, pair.returned), &keys)? {
            self.tasks.push(Task::Pair(Pair { sent, returned, schema: elements.clone(), depth: pair.depth }));
        }
        self.tasks[first..].reverse();
        Ok(())
    }
}
