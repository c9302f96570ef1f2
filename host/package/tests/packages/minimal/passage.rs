//! What becomes of a resource on its way through a function that changes nothing.

use porchlight_krm::Resource;
use porchlight_yaml::{Comments, Document, Kind, NodeId, Scalar, SequenceIndent, Style, emit, parse_first};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// The resource itself comes back.
    Untouched,
    /// It is written and read.
    Written,
    /// Comments and style are lost as well, as in a function that reads into types.
    Restyled,
}

impl Passage {
    pub(crate) const ALL: [Self; 3] = [Self::Untouched, Self::Written, Self::Restyled];

    pub(crate) fn of(self, resource: &Resource) -> Resource {
        let mut document = resource.document().clone();
        if self == Self::Untouched {
            return resource.clone();
        }
        if self == Self::Restyled {
            restyle(&mut document);
        }
        let mut text = String::new();
        emit(&document, SequenceIndent::Compact, &mut text);
        let read = parse_first(text.into()).expect("what was written can be read").expect("a document");
        Resource::from_document(read).expect("still a mapping")
    }
}

fn restyle(document: &mut Document) {
    *document.document_comments_mut() = Comments::default();
    let mut work: Vec<NodeId> = document.root().into_iter().collect();
    while let Some(node) = work.pop() {
        work.extend(document.children(node));
        if document.comments(node).is_some() {
            *document.comments_mut(node) = Comments::default();
        }
        match document.kind(node) {
            Kind::Scalar if matches!(document.resolve(node), Scalar::Str(_)) && document.tag(node).is_empty() => {
                let text = document.text(node).to_owned();
                let style = porchlight_yaml::string_style(&text);
                document.set_text(node, text, style);
            }
            Kind::Mapping | Kind::Sequence => document.set_style(node, Style::Plain),
            _ => {}
        }
    }
}
