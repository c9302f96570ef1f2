//! Changing a text in place: the edits follow each other, the text then holds the wanted values, and without a change it
//! keeps its bytes.
//!
//! The first eight bytes of an input choose the change.

use porchlight_yaml::{Document, Edit, Kind, SequenceIndent, apply_edits, emit, parse_first, same_values, splice};

use crate::seeds;

#[path = "../../../functions/lib/yaml/tests/splice/change.rs"]
mod change;
#[path = "../../../functions/lib/yaml/tests/suite/dice.rs"]
#[expect(dead_code, reason = "made for more tests than this one")]
mod dice;

/// The law.
pub fn holds(bytes: &[u8]) {
    let Some((choice, text)) = bytes.split_first_chunk::<8>() else { return };
    let Some(document) = std::str::from_utf8(text).ok().and_then(read) else { return };
    assert_eq!(edits(&document, &document), []);
    let mut wanted = document.clone();
    let changed = change::change(&mut dice::Dice::new(u64::from_le_bytes(*choice)), &mut wanted);
    if changed.is_none() || !can_be_written(&wanted) {
        return;
    }
    let text = document.source();
    let edits = edits(&document, &wanted);
    let mut done = 0;
    for Edit { start, end, .. } in &edits {
        assert!(done <= *start && start <= end && *end <= text.len(), "{edits:?}");
        done = *end;
    }
    let result = apply_edits(text, &edits);
    let again = parse_first(result.as_str().into()).unwrap_or_else(|error| panic!("{error}\n{text}\n---\n{result}"));
    let again = again.expect("it holds a document");
    let roots = again.root().zip(wanted.root()).expect("both have a root");
    assert!(same_values((&again, roots.0), (&wanted, roots.1)), "other values\n{text}\n---\n{result}");
}

/// A text that is a mapping, as resources are.
fn read(text: &str) -> Option<Document> {
    let document = parse_first(text.into()).ok()??;
    let is_plain = document.kind(document.root()?) == Kind::Mapping && document.duplicate_keys().is_empty();
    is_plain.then_some(document)
}

/// False for trees that no text stands for: with keys twice, or an alias without its anchor, which went with the change;
/// and for those that kpt's emitter, ours too, writes in a way that reads as another.
fn can_be_written(wanted: &Document) -> bool {
    let mut text = String::new();
    emit(wanted, SequenceIndent::Compact, &mut text);
    let read = parse_first(text.into()).ok().flatten();
    let is_same = |read: &Document| {
        let roots = read.root().zip(wanted.root());
        roots.is_some_and(|(root, wanted_root)| same_values((read, root), (wanted, wanted_root)))
    };
    wanted.duplicate_keys().is_empty() && read.as_ref().is_some_and(is_same)
}

fn edits(document: &Document, wanted: &Document) -> Vec<Edit> {
    splice(document, wanted, SequenceIndent::Compact).expect("a text that was read")
}

/// Texts with a choice before them.
pub fn seeds() -> Vec<Vec<u8>> {
    let with_choice = |(number, text): (usize, Vec<u8>)| [&(number as u64).to_le_bytes()[..], &text].concat();
    seeds::yaml().into_iter().enumerate().map(with_choice).collect()
}
