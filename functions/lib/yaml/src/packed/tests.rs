use std::sync::Arc;

use super::{Gap, Malformed, Packed, Texts, unpack};
use crate::tree::{Document, NodeId};

const TEXT: &str = "\
# above
items:
  - &a !!str name: x # beside
    text: |
      two
      lines
    more: {a: [1, 'b', \"ü\"], c: *a}

    # below

  - plain
annotations:
  one: \"1\"
  first: 'x'
  last: 'y'
after:
  - z
";

fn parsed(text: &str) -> (Document, NodeId) {
    let document = crate::parse_first(text.into()).unwrap().unwrap();
    let root = document.root().unwrap();
    (document, root)
}

fn texts(packed: &Packed) -> Texts {
    Texts { source: Arc::from(packed.texts.as_str()), start: 0 }
}

fn places(document: &Document, root: NodeId) -> Vec<(u32, u32, String)> {
    let mut places = Vec::new();
    let mut work = vec![root];
    while let Some(node) = work.pop() {
        places.push((document.line(node), document.column(node), document.text(node).to_owned()));
        let start = work.len();
        work.extend(document.children(node));
        work[start..].reverse();
    }
    places
}

#[test]
fn a_tree_comes_back_with_all_it_has() {
    let (document, root) = parsed(TEXT);
    let mut packed = Packed::default();
    packed.push(&document, root, 0, None);
    let back = unpack(&packed.nodes, &texts(&packed), 0, &[]).unwrap();
    let back_root = back.root().unwrap();
    assert!(document.is_identical(root, &back, back_root));
    assert_eq!(places(&document, root), places(&back, back_root));
}

#[test]
fn a_gap_takes_as_many_lines_as_it_gets_entries() {
    let (document, root) = parsed(TEXT);
    let annotations = document.get(root, "annotations").unwrap();
    let (first, _) = document.entry(annotations, "first").unwrap();
    let gap = Gap::new(&document, first, document.last_child(annotations).unwrap());
    let mut packed = Packed::default();
    packed.push(&document, root, 0, Some(gap));
    for entries in [&[("first", "x"), ("last", "y")][..], &[("first", "x")], &[]] {
        let (lines, count) = (TEXT.replace("  first: 'x'\n  last: 'y'\n", ""), entries.len());
        let filled: String = entries.iter().map(|(key, value)| format!("  {key}: '{value}'\n")).collect();
        let text = lines.replace("  one: \"1\"\n", &format!("  one: \"1\"\n{filled}"));
        let (wanted, wanted_root) = parsed(&text);
        let back = unpack(&packed.nodes, &texts(&packed), 0, entries).unwrap();
        let back_root = back.root().unwrap();
        assert!(wanted.is_identical(wanted_root, &back, back_root), "{count}");
        // Without entries the following lines are one too far; a gap is never left empty.
        if count > 0 {
            assert_eq!(places(&wanted, wanted_root), places(&back, back_root), "{count}");
        }
    }
}

#[test]
fn damaged_bytes_are_refused_or_read_as_something_else_and_never_worse() {
    let (document, root) = parsed(TEXT);
    let mut packed = Packed::default();
    packed.push(&document, root, 0, None);
    let texts = texts(&packed);
    for end in 0..packed.nodes.len() {
        assert_eq!(unpack(&packed.nodes[..end], &texts, 0, &[]).unwrap_err(), Malformed);
    }
    for place in 0..packed.nodes.len() {
        for byte in [0, 1, 2, 0x20, 0x7f, 0x80, 0xfe, 0xff] {
            let mut nodes = packed.nodes.clone();
            nodes[place] = byte;
            if let Ok(document) = unpack(&nodes, &texts, 0, &[]) {
                assert!(document.node_count() <= nodes.len());
            }
        }
    }
}
