//! Writing YAML: what is written is read as the tree it was written from, by us and by another parser, and strings that a
//! function makes come back whatever they hold.

use porchlight_yaml::{Document, Kind, Scalar, SequenceIndent, emit, emit_node, parse};

use crate::events::without_styles;
use crate::{events, outline};

/// The law.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    made_strings_come_back(text);
    let Ok(documents) = parse(text.into()) else { return };
    for document in &documents {
        let written = [SequenceIndent::Compact, SequenceIndent::Wide].map(|indent| {
            let mut out = String::new();
            emit(document, indent, &mut out);
            out
        });
        for node in document.root().into_iter().flat_map(|root| document.children(root)) {
            emit_node(document, node, SequenceIndent::Compact, &mut String::new());
        }
        if is_written_as_kpt_misreads_it(text) {
            continue;
        }
        for out in written {
            // Nothing at all is written as nothing, whatever tag it has.
            if out.trim().is_empty() {
                continue;
            }
            let again = parse(out.as_str().into()).unwrap_or_else(|error| panic!("{error}\n{text}\n{out}"));
            let wanted = without_styles(events::ours(std::slice::from_ref(document)));
            assert_eq!(without_styles(events::ours(&again)), wanted, "\n{text}\n{out}");
            if let Some(theirs) = events::theirs(&out) {
                assert_eq!(events::ours(&again), theirs, "\n{text}\n{out}");
            }
        }
    }
}

/// kpt's emitter, whose bytes ours are, writes some texts in a way that reads as another: folded ones, those with breaks
/// of YAML 1.1 in them, and comments that come to stand in the way.
fn is_written_as_kpt_misreads_it(text: &str) -> bool {
    events::is_read_otherwise(text) || text.contains(['>', '#'])
}

/// The text as the value, a key and an item of a new document.
fn made_strings_come_back(text: &str) {
    let mut document = Document::default();
    let root = document.new_mapping();
    document.set_root(root);
    let (key, value) = (document.new_string("value"), document.new_string(text));
    document.push_entry(root, key, value);
    let (key, list, item) = (document.new_string(text), document.new_sequence(), document.new_string(text));
    document.push(list, item);
    document.push_entry(root, key, list);
    let mut out = String::new();
    emit(&document, SequenceIndent::Compact, &mut out);
    let read = parse(out.as_str().into()).unwrap_or_else(|error| panic!("{error}\n{out}"));
    let read = &read[0];
    for node in outline::nodes(read).into_iter().filter(|node| read.kind(*node) == Kind::Scalar) {
        assert!(matches!(read.resolve(node), Scalar::Str(_)), "{out}");
        assert!([text, "value"].contains(&read.text(node)), "{:?} came back as {:?}\n{out}", text, read.text(node));
    }
}
