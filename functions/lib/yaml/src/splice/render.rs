//! New text in the manner of the text around it.

use std::collections::HashSet;

use crate::read::{Place, parse_with_places};
use crate::resolve::Scalar;
use crate::string::string_style;
use crate::tree::{Document, Kind, NodeId, Style};
use crate::write::{SequenceIndent, emit};

use super::lines::Lines;
use super::values::same_leaf;

/// How a text indents what is in a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// Columns from a key to the keys of its mapping.
    pub(super) mapping: usize,
    /// Columns from a key to the dashes of its list.
    pub(super) sequence: usize,
}

impl Manner {
    /// What the first mapping and the first list in `document` do; where there is none, two columns and `indent`.
    pub(super) fn of(document: &Document, places: &[Place], lines: &Lines<'_>, indent: SequenceIndent) -> Self {
        let (mut mapping, mut sequence) = (None, None);
        let mut order: Vec<NodeId> = document.root().into_iter().collect();
        let mut next = 0;
        while let Some(node) = order.get(next).copied() {
            next += 1;
            if mapping.is_some() && sequence.is_some() {
                break;
            }
            order.extend(document.children(node));
            if document.style(node) == Style::Flow {
                continue;
            }
            for (key, value) in document.entries(node) {
                match step(document, places, lines, key, value) {
                    Some((Kind::Mapping, step)) => mapping = mapping.or(Some(step)),
                    Some((_, step)) => sequence = sequence.or(Some(step)),
                    None => {}
                }
            }
        }
        let default = if indent == SequenceIndent::Wide { 2 } else { 0 };
        Self { mapping: mapping.unwrap_or(2).max(1), sequence: sequence.unwrap_or(default) }
    }

    /// The same, as the entries of `mapping` do it.
    pub(super) fn within(
        mut self,
        document: &Document,
        places: &[Place],
        lines: &Lines<'_>,
        siblings: impl Iterator<Item = (NodeId, NodeId)>,
    ) -> Self {
        for (key, value) in siblings {
            match step(document, places, lines, key, value) {
                Some((Kind::Mapping, step)) => self.mapping = step.max(1),
                Some((_, step)) => self.sequence = step,
                None => {}
            }
        }
        self
    }
}

/// How far a block collection stands right of its key.
fn step(document: &Document, places: &[Place], lines: &Lines<'_>, key: NodeId, value: NodeId) -> Option<(Kind, usize)> {
    let kind = document.kind(value);
    let is_block = matches!(kind, Kind::Mapping | Kind::Sequence) && document.style(value) != Style::Flow;
    let first = document.first_child(value).filter(|_| is_block)?;
    let place = places[first.index()];
    let content = if kind == Kind::Sequence { place.lead? } else { place.lead.unwrap_or(place.start) };
    let key = places[key.index()];
    Some((kind, lines.column(content).checked_sub(lines.column(key.lead.unwrap_or(key.start)))?))
}

/// What is to be written, and how.
pub(super) struct Source<'a> {
    pub(super) document: &'a Document,
    /// Comment lines that are not to be written along.
    pub(super) strays: &'a HashSet<&'a str>,
    /// Every string is put into double quotes.
    pub(super) json: bool,
}

/// A text behind `:` or `-`: what goes on the same line, with its blank, and the lines below.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) line: String,
    pub(super) below: Option<String>,
}

impl Source<'_> {
    /// An entry (with `key`) or an item as lines at `column`, without the last line end.
    pub(super) fn unit(&self, key: Option<NodeId>, value: NodeId, column: usize, manner: Manner) -> String {
        let mut copy = Document::default();
        let holder = match key {
            Some(key) => {
                let holder = copy.new_mapping();
                let (key, value) = (copy.import(self.document, key), copy.import(self.document, value));
                copy.push_entry(holder, key, value);
                holder
            }
            None => {
                let holder = copy.new_sequence();
                let value = copy.import(self.document, value);
                copy.push(holder, value);
                holder
            }
        };
        copy.set_root(holder);
        self.remove_strays(&mut copy);
        shift(&written(&copy), column, manner)
    }

    /// A value behind the `:` of a key at `column`, or the `-` of an item there.
    pub(super) fn tail(&self, value: Value, is_item: bool, column: usize, manner: Manner) -> Tail {
        let mut copy = Document::default();
        let node = value.make(self.document, &mut copy);
        let (holder, lead) = if is_item {
            let holder = copy.new_sequence();
            copy.push(holder, node);
            (holder, "-")
        } else {
            let holder = copy.new_mapping();
            let key = copy.new_scalar("k", Style::Plain);
            copy.push_entry(holder, key, node);
            (holder, "k:")
        };
        copy.set_root(holder);
        self.remove_strays(&mut copy);
        *copy.comments_mut(node) = crate::Comments::default();
        let text = shift(&written(&copy), column, manner);
        let text = text.trim_start_matches(' ').strip_prefix(lead).unwrap_or("");
        match text.split_once('\n') {
            Some((line, below)) => Tail { line: line.to_owned(), below: Some(below.to_owned()) },
            None => Tail { line: text.to_owned(), below: None },
        }
    }

    /// A value as it is written inside of brackets, without comments.
    pub(super) fn inline(&self, value: Value) -> String {
        let mut copy = Document::default();
        let node = value.make(self.document, &mut copy);
        let holder = copy.new_sequence();
        copy.set_style(holder, Style::Flow);
        copy.push(holder, node);
        copy.set_root(holder);
        let mut work = vec![holder];
        while let Some(node) = work.pop() {
            if copy.comments(node).is_some() {
                *copy.comments_mut(node) = crate::Comments::default();
            }
            match copy.kind(node) {
                Kind::Mapping | Kind::Sequence => copy.set_style(node, Style::Flow),
                Kind::Scalar if self.json && matches!(copy.resolve(node), Scalar::Str(_)) => {
                    copy.set_style(node, Style::DoubleQuoted);
                }
                Kind::Scalar | Kind::Alias => {}
            }
            work.extend(copy.children(node));
        }
        let text = written(&copy);
        let text = text.trim_end_matches('\n');
        text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or("").to_owned()
    }

    fn remove_strays(&self, copy: &mut Document) {
        let mut work: Vec<NodeId> = copy.root().into_iter().collect();
        while let Some(node) = work.pop() {
            work.extend(copy.children(node));
            let Some(comments) = copy.comments(node) else { continue };
            let kept = |text: &str| -> Box<str> {
                let lines: Vec<&str> = text.split('\n').filter(|line| !self.strays.contains(line.trim())).collect();
                lines.join("\n").trim_matches('\n').into()
            };
            let comments =
                crate::Comments { head: kept(&comments.head), line: kept(&comments.line), foot: kept(&comments.foot) };
            *copy.comments_mut(node) = comments;
        }
    }
}

/// A value to write, perhaps in the style of another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) node: NodeId,
    pub(super) style: Option<Style>,
    /// Anchor and tag stay where they are in the text.
    pub(super) bare: bool,
}

impl Value {
    fn make(self, from: &Document, to: &mut Document) -> NodeId {
        let node = to.import(from, self.node);
        if let Some(style) = self.style {
            to.set_style(node, style);
        }
        if self.bare {
            to.set_anchor(node, "");
            to.set_tag(node, "");
        }
        node
    }
}

/// The style for a scalar that takes the place of `old`: the old one, where it can hold the new value.
pub(super) fn scalar_style(old: (&Document, NodeId), new: (&Document, NodeId)) -> Style {
    let (document, node) = new;
    let text = document.text(node);
    let own = document.style(node);
    let candidate = match (old.0.kind(old.1), old.0.style(old.1)) {
        (Kind::Scalar, Style::Plain) if old.0.text(old.1).is_empty() => return own,
        (Kind::Scalar, Style::Plain) if own == Style::Plain || string_style(text) == Style::Plain => Style::Plain,
        (Kind::Scalar, style @ (Style::SingleQuoted | Style::DoubleQuoted)) if !text.contains('\n') => style,
        (Kind::Scalar, Style::Literal) if text.contains('\n') => Style::Literal,
        _ => return own,
    };
    let mut trial = Document::default();
    let root = trial.new_sequence();
    trial.set_root(root);
    let copy = trial.import(document, node);
    trial.set_style(copy, candidate);
    trial.set_anchor(copy, "");
    if trial.comments(copy).is_some() {
        *trial.comments_mut(copy) = crate::Comments::default();
    }
    trial.push(root, copy);
    let read = crate::read::parse_first(written(&trial).into()).ok().flatten();
    let holds = read.is_some_and(|read| {
        let item = read.root().and_then(|root| read.first_child(root));
        item.is_some_and(|item| read.style(item) == candidate && same_leaf(&read, item, document, node))
    });
    if holds { candidate } else { own }
}

fn written(document: &Document) -> String {
    let mut text = String::new();
    emit(document, SequenceIndent::Compact, &mut text);
    text
}

/// Moves lines to `column`, and what is nested in them as far in as `manner` says.
fn shift(text: &str, column: usize, manner: Manner) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let lines = Lines::new(text);
    let count = lines.of(text.len()) + 1;
    // By how much each line goes further right than the one above.
    let mut change = vec![0_i64; count + 1];
    if manner != (Manner { mapping: 2, sequence: 0 })
        && let Ok(Some((document, places))) = parse_with_places(text.into())
    {
        let mut work: Vec<NodeId> = document.root().into_iter().collect();
        while let Some(node) = work.pop() {
            work.extend(document.children(node));
            for (key, value) in document.entries(node) {
                let by = match step(&document, &places, &lines, key, value) {
                    Some((Kind::Mapping, step)) => manner.mapping as i64 - step as i64,
                    Some((_, step)) => manner.sequence as i64 - step as i64,
                    None => continue,
                };
                let first = lines.of(places[key.index()].end) + 1;
                let last = lines.below(places[value.index()].end).min(count);
                change[first.min(last)] += by;
                change[last] -= by;
            }
        }
    }
    let mut out = String::with_capacity(text.len() + count * (column + 2));
    let mut indent = column as i64;
    for (index, line) in text.split('\n').enumerate() {
        indent += change[index];
        if index > 0 {
            out.push('\n');
        }
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if blanks < line.len() {
            let blanks = usize::try_from(blanks as i64 + indent).unwrap_or(0);
            out.extend(std::iter::repeat_n(' ', blanks));
            out.push_str(line.trim_start_matches(' '));
        } else if !line.is_empty() {
            // Blanks alone count in a literal text.
            out.extend(std::iter::repeat_n(' ', usize::try_from(blanks as i64 + indent).unwrap_or(0)));
        }
    }
    out
}
