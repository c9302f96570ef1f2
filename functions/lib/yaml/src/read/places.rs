//! Where nodes stand in the text, for those who edit it.

use super::token::Mark;
use crate::tree::{Document, Kind, NodeId, Style};

/// The place of a node, in bytes of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Of its anchor or tag, where it has one in front, else of its content.
    pub(crate) start: usize,
    /// Of the text, quotes included, or of the opening bracket or first child.
    pub(crate) content: usize,
    /// Behind the last byte of the content; the line ends of a block scalar belong to it only where they count.
    pub(crate) end: usize,
    /// Of the `-`, `:` or `?` in front of it.
    pub(crate) lead: Option<usize>,
}

/// Collects places while a document is composed.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    places: Vec<Place>,
    lead: Option<usize>,
}

impl Recorder {
    pub(super) fn lead(&mut self, mark: Mark) {
        self.lead = Some(mark.index as usize);
    }

    /// A node was made.
    pub(super) fn add(&mut self, start: Mark) {
        let start = start.index as usize;
        self.places.push(Place { start, content: start, end: start, lead: self.lead.take() });
    }

    pub(super) fn content(&mut self, node: NodeId, start: Mark, end: Mark) {
        if let Some(place) = self.places.get_mut(node.index()) {
            (place.content, place.end) = (start.index as usize, end.index as usize);
        }
    }

    pub(super) fn end(&mut self, node: NodeId, end: Mark) {
        if let Some(place) = self.places.get_mut(node.index()) {
            place.end = end.index as usize;
        }
    }

    /// The places, with block collections reaching to the end of their last child.
    pub(super) fn finish(self, text: &str, document: &Document) -> Vec<Place> {
        let mut places = self.places;
        // Children come after their parents.
        let mut order: Vec<NodeId> = Vec::with_capacity(places.len());
        order.extend(document.root());
        let mut next = 0;
        while let Some(node) = order.get(next).copied() {
            order.extend(document.children(node));
            next += 1;
        }
        for node in order.into_iter().rev() {
            let Place { content, end, .. } = places[node.index()];
            let end = match (document.kind(node), document.style(node)) {
                (Kind::Scalar, Style::Literal | Style::Folded) => block_scalar_end(text, content, end),
                (Kind::Mapping | Kind::Sequence, _) => match document.last_child(node) {
                    // A flow collection ends with its bracket.
                    Some(last) => end.max(places[last.index()].end),
                    None => end,
                },
                _ => end,
            };
            places[node.index()].end = end;
        }
        places
    }
}

/// Without the line ends that mean nothing.
fn block_scalar_end(text: &str, start: usize, end: usize) -> usize {
    let header = text[start + 1..].split(['\n', '#']).next().unwrap_or("");
    if header.contains('+') {
        return end;
    }
    start + text[start..end].trim_end_matches(['\n', '\r']).len()
}
