//! Properties that hold for every text and every tree.

use porchlight_yaml::{Document, Kind, NodeId, Scalar, SequenceIndent, emit, emit_node, parse, parse_fully};
use proptest::prelude::*;

use super::{dice, soup};

/// A value without layout.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        "[-?:,\\[\\]{}#&*!|>'\"%@` ~<=+._0-9a-z]{0,10}",
        "[a \\n\\t:#'\"\\\\-]{0,12}",
        "\\PC{0,6}",
        any::<String>(),
        prop::sample::select(
            &["yes", "012", "1e3", "~", "null", "12:30", "<<", "true", "0x1F", ".inf", "2001-01-01", ""][..]
        )
        .prop_map(str::to_owned),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    any_text().prop_map(Value::Text).prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            prop::collection::vec((any_text(), inner), 0..5).prop_map(Value::Map),
        ]
    })
}

fn build(document: &mut Document, value: &Value) -> NodeId {
    match value {
        Value::Text(text) => document.new_string(text),
        Value::List(items) => {
            let list = document.new_sequence();
            for item in items {
                let item = build(document, item);
                document.push(list, item);
            }
            list
        }
        Value::Map(entries) => {
            let map = document.new_mapping();
            for (key, value) in entries {
                let key = document.new_string(key);
                let value = build(document, value);
                document.push_entry(map, key, value);
            }
            map
        }
    }
}

fn value_of(document: &Document, node: NodeId) -> Value {
    match document.kind(node) {
        Kind::Sequence => Value::List(document.children(node).map(|item| value_of(document, item)).collect()),
        Kind::Mapping => Value::Map(
            document
                .entries(node)
                .map(|(key, value)| (document.text(key).to_owned(), value_of(document, value)))
                .collect(),
        ),
        _ => {
            assert!(matches!(document.resolve(node), Scalar::Str(_)), "read as {:?}", document.resolve(node));
            Value::Text(document.text(node).to_owned())
        }
    }
}

/// Everything of a tree but places and comments.
fn outline(document: &Document) -> Vec<String> {
    let mut lines = Vec::new();
    let mut work: Vec<NodeId> = document.root().into_iter().collect();
    while let Some(node) = work.pop() {
        let count = document.children(node).count();
        let (text, anchor) = (document.text(node), document.anchor(node));
        // A merge key is written with its tag.
        let tag = document.tag(node).replace("!!merge", "");
        lines.push(format!("{:?} {count} {text:?} {tag} {anchor}", document.kind(node)));
        work.extend(document.children(node));
    }
    lines
}

fn written(document: &Document) -> String {
    let mut out = String::new();
    emit(document, SequenceIndent::Wide, &mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_built_is_read_back(value in any_value(), wide in any::<bool>()) {
        let mut document = Document::default();
        let root = build(&mut document, &value);
        document.set_root(root);
        let indent = if wide { SequenceIndent::Wide } else { SequenceIndent::Compact };
        let mut text = String::new();
        emit(&document, indent, &mut text);
        let read = parse(text.as_str().into());
        prop_assert!(read.is_ok(), "{:?}\n{}", read, text);
        let read = &read.unwrap()[0];
        prop_assert_eq!(value_of(read, read.root().unwrap()), value, "\n{}", text);
        // Written again, it stays as it is.
        let mut again = String::new();
        emit(read, indent, &mut again);
        prop_assert_eq!(again, text);
    }

    #[test]
    fn no_text_makes_the_reader_or_the_writer_fail(text in "[-a:?,\\[\\]{}#&*!|>'\"%@` ~<\\\\\\n\\t\\r0é\u{85}\u{2028}\u{feff}]{0,60}") {
        if let Ok(documents) = parse(text.as_str().into()) {
            for document in &documents {
                let _ = written(document);
                for node in document.root().into_iter().flat_map(|root| document.children(root)) {
                    emit_node(document, node, SequenceIndent::Compact, &mut String::new());
                    let _ = document.resolve(node);
                }
                let _ = document.duplicate_keys();
            }
        }
    }

    #[test]
    fn any_string_is_read_or_refused(text in any::<String>()) {
        prop_assert_eq!(parse(text.as_str().into()).is_ok(), parse_fully(text.as_str().into()).is_ok());
    }
}

/// go-yaml writes some texts in a way that reads as another text: folded ones, and quoted or plain ones with
/// line or paragraph separators in them. The others come back.
#[test]
fn what_is_written_reads_as_the_same_tree() {
    let mut compared = 0;
    for seed in 0..20_000 {
        let text = soup::resource(&mut dice::Dice::new(seed));
        let Ok(documents) = parse(text.as_str().into()) else { continue };
        for document in &documents {
            let out = written(document);
            if text.contains('>') || text.contains(['\u{2028}', '\u{85}', '#']) {
                continue;
            }
            let again = parse(out.as_str().into()).unwrap_or_else(|error| panic!("{error}\n{text}\n{out}"));
            assert_eq!(outline(&again[0]), outline(document), "\n{text}\n{out}");
            compared += 1;
        }
    }
    assert!(compared > 1_000, "only {compared} compared");
}
