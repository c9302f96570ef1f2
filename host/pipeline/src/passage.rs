//! How a resource goes through a function that does not touch it, worked out once.
//!
//! Sent as text, a resource is written, read by the function, written by the function, read back and compared with what
//! was sent (comments and field order come back, oddities of kpt's included). Where the function leaves it alone, all of
//! that depends on nothing but the resource. So the host does it here, by the same steps, and remembers the outcome: what
//! the function is to see ([packed](porchlight_krm::protocol)), and what the resource is afterwards, which mostly is
//! what it was.
//!
//! This holds as long as a resource's text means the same whatever stands before and after it. Comments at its edges could
//! become those of a neighbour; such a resource is unfit, as is everything that a function might refuse. Where one is
//! unfit, all go as text.

mod element;

use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_krm::protocol::PackedItem;
use porchlight_package::{annotation, clean, krm_problem};
use porchlight_yaml::packed::Gap;
use porchlight_yaml::{Document, Kind, NodeId, Style, lay_out};

use crate::function::check_aliases;
use crate::item::{Item, MIGRATION_ID};
use crate::restore::{Origin, is_merged_somewhere, may_say_type, restore};
use crate::selection;

use element::FIRST_COLUMN;
pub(crate) use element::{Element, FIRST_LINE};

/// Whether a resource can go without text.
#[derive(Clone, Debug)]
pub(crate) enum Fitness {
    Fit(Arc<Passage>),
    Unfit,
}

/// The passage of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Passage {
    /// As functions see it, with a gap for the marks; lines are counted from its first.
    pub(crate) packed: PackedItem,
    /// Lines of its text, with all marks.
    lines: usize,
    /// What it is afterwards, where that is not what it was.
    after: Option<Resource>,
    /// It says what package it belongs to.
    pub(crate) has_package: bool,
    /// Package, path and index: no two resources have the same.
    pub(crate) place: String,
}

/// The annotations that number resources while a function runs, in the order they are set: the number in the package,
/// where a function gets a choice; the number for a mutator; the number in the list, in two spellings.
pub(crate) const MARKS: [&str; 4] =
    [selection::LATEST_ID_ANNOTATION, MIGRATION_ID, annotation::ID, annotation::LEGACY_ID];

impl Passage {
    /// Works out the passage of an item.
    pub(crate) fn of(item: &Item) -> Fitness {
        passage(item).map_or(Fitness::Unfit, |passage| Fitness::Fit(Arc::new(passage)))
    }

    fn new(item: &Item, packed: PackedItem, lines: usize, after: Option<Resource>) -> Self {
        let marks = item.marks();
        let package = marks.package.unwrap_or_default();
        let place = [package, marks.path.value(), marks.index.value()].join("\0");
        Self { packed, lines, after, has_package: !package.is_empty(), place }
    }

    /// Lines of the text with this many marks.
    pub(crate) fn lines(&self, marks: usize) -> usize {
        self.lines + marks - MARKS.len()
    }

    /// True where the resource is not afterwards what it was.
    pub(crate) fn changes(&self) -> bool {
        self.after.is_some()
    }

    /// What the resource is afterwards, where that is not what it was.
    pub(crate) fn take_after(self: &mut Arc<Self>) -> Option<Resource> {
        self.after.as_ref()?;
        match Arc::get_mut(self) {
            Some(passage) => passage.after.take(),
            None => self.after.clone(),
        }
    }
}

fn passage(item: &Item) -> Option<Passage> {
    if !is_settled(item) {
        return None;
    }
    plain_passage(item).or_else(|| written_passage(item))
}

/// The passage of a tree of the plain kind: it comes back as it is, and stands where its layout says.
fn plain_passage(item: &Item) -> Option<Passage> {
    let (sent, root) = (item.document(), item.resource.root());
    if has_own_comments(item) || !is_plain(sent, root) {
        return None;
    }
    let annotations = annotations(sent, root)?;
    let room = MARKS.len() as u32;
    let layout = lay_out(sent, root, FIRST_LINE, FIRST_COLUMN, (annotations, room))?;
    if !sent.duplicate_keys().is_empty() {
        return None;
    }
    let gap = Gap::behind(annotations, &layout, room);
    let packed = PackedItem::laid_out(sent, root, FIRST_LINE, gap, &layout);
    Some(Passage::new(item, packed, layout.lines as usize, None))
}

/// The passage of any tree: as an element of a list it is written and read.
fn written_passage(item: &Item) -> Option<Passage> {
    let sent = item.document();
    let element = Element::write(sent, item.resource.root(), |list, root| {
        let annotations = annotations(list, root)?;
        for mark in MARKS {
            let key = list.new_scalar(mark, Style::Plain);
            let value = list.new_scalar("1", Style::SingleQuoted);
            list.push_entry(annotations, key, value);
        }
        Some(())
    })?;
    let list = &element.list;
    if element.has_aliases {
        check_aliases(list, element.node, 0).ok()?;
    }
    if !list.duplicate_keys().is_empty() {
        return None;
    }
    let gap = gap(list, element.node)?;
    let packed = PackedItem::new(list, element.node, FIRST_LINE, Some(gap));
    Some(Passage::new(item, packed, element.lines, after(item, &element, gap)?))
}

/// True for comments of the document, which become those of the resource.
fn has_own_comments(item: &Item) -> bool {
    item.origin == Origin::Document && !item.document().document_comments().is_empty()
}

/// True for an item that is as every item is that went through a function: a Kubernetes object with a place, in both
/// spellings, and without marks.
fn is_settled(item: &Item) -> bool {
    let marks = item.marks();
    let (path, legacy_path) = marks.path.both();
    let (index, legacy_index) = marks.index.both();
    let is_unmarked = || {
        [selection::LATEST_ID_ANNOTATION, selection::BETA56_ID_ANNOTATION]
            .iter()
            .all(|mark| item.annotation(mark).is_none())
    };
    !path.is_empty()
        && path == legacy_path
        && index == legacy_index
        && marks.index.internal.is_some() == marks.index.legacy.is_some()
        && marks.id.internal.is_none()
        && marks.id.legacy.is_none()
        && marks.migration_id.is_none()
        && is_unmarked()
        && !clean(path).starts_with("../")
        && krm_problem(&item.resource).is_none()
}

/// The annotations of a resource, where they are a block mapping.
fn annotations(document: &Document, root: NodeId) -> Option<NodeId> {
    let annotations = document.get(document.get(root, "metadata")?, "annotations")?;
    (document.style(annotations) != Style::Flow && document.first_child(annotations).is_some()).then_some(annotations)
}

/// Where the marks are, if they stand as they were put: at the end, a line each.
fn gap(list: &Document, root: NodeId) -> Option<Gap> {
    let annotations = annotations(list, root)?;
    let entries: Vec<(NodeId, NodeId)> = list.entries(annotations).collect();
    let marks = &entries[entries.len().checked_sub(MARKS.len())?..];
    let (first, _) = *marks.first()?;
    let stands = |(number, (mark, (key, value))): (usize, (&str, &(NodeId, NodeId)))| {
        list.text(*key) == mark
            && (list.style(*key), list.style(*value)) == (Style::Plain, Style::SingleQuoted)
            && list.comments(*key).or(list.comments(*value)).is_none()
            && list.line(*key) == list.line(*value)
            && list.line(*key) as usize == list.line(first) as usize + number
            && list.column(*key) == list.column(first)
    };
    let all = MARKS.into_iter().zip(marks).enumerate().all(stands);
    let (_, last) = *marks.last()?;
    all.then(|| Gap::new(list, first, last))
}

/// What an item is after it went through a function unchanged; the inner `None` for what it was, the outer where kpt
/// would give up.
fn after(item: &Item, element: &Element, gap: Gap) -> Option<Option<Resource>> {
    let (sent, root) = (item.document(), item.resource.root());
    let had_own = has_own_comments(item);
    if !had_own && is_plain(sent, root) && sent.is_identical_up_to(root, &element.list, element.node, gap.first) {
        return Some(None);
    }
    let mut returned = element.document();
    restore(sent, item.origin, &mut returned).ok()?;
    let mut returned = Item::from_list(Resource::from_document(returned).ok()?);
    returned.clear_annotations(&MARKS);
    let is_same = sent.is_identical(root, returned.document(), returned.resource.root());
    Some((!is_same || had_own).then_some(returned.resource))
}

/// True for a tree that comes back from a comparison with itself as it is: no scalar that is written in another style, no
/// list that could be taken for one of another type, no comment that moves or says what type a node has.
fn is_plain(document: &Document, root: NodeId) -> bool {
    let mut work = vec![root];
    while let Some(node) = work.pop() {
        let is_fit = (document.is_bare(node) || document.tag(node).is_empty() && !may_say_type(document, node))
            && match document.kind(node) {
                Kind::Scalar => document.style(node) != Style::Folded,
                Kind::Sequence => document.children(node).all(|element| is_plain_element(document, element)),
                Kind::Mapping => document.entries(node).all(|(key, value)| is_plain_entry(document, key, value)),
                Kind::Alias => false,
            };
        if !is_fit {
            return false;
        }
        work.extend(document.children(node));
    }
    true
}

/// A comment above the first key of an element goes above the element.
fn is_plain_element(document: &Document, element: NodeId) -> bool {
    let has_head = |node| document.comments(node).is_some_and(|comments| !comments.head.is_empty());
    match document.kind(element) {
        Kind::Mapping => !document.first_child(element).is_some_and(has_head),
        Kind::Scalar => true,
        Kind::Sequence | Kind::Alias => false,
    }
}

/// Lists that are merged by key somewhere have mappings there.
fn is_plain_entry(document: &Document, key: NodeId, value: NodeId) -> bool {
    document.kind(value) != Kind::Sequence
        || document.children(value).all(|element| document.kind(element) == Kind::Mapping)
        || !is_merged_somewhere(document.text(key))
}

#[cfg(test)]
mod tests;
