//! What scalars mean, how strings are styled, and the rules kyaml applies to a text before it is parsed.

use porchlight_yaml::{
    Document, Scalar, SequenceIndent, Style, derive_sequence_indent, emit, emit_node, normalise_line_ends, parse,
    parse_first, resolve_plain, split_documents, string_style,
};

#[test]
fn plain_scalars_mean_what_go_reads() {
    let table: &[(&str, Scalar<'_>)] = &[
        ("", Scalar::Null),
        ("~", Scalar::Null),
        ("Null", Scalar::Null),
        ("nULL", Scalar::Str("nULL")),
        ("TRUE", Scalar::Bool(true)),
        ("yes", Scalar::Str("yes")),
        ("on", Scalar::Str("on")),
        ("12", Scalar::Int(12)),
        ("+12", Scalar::Int(12)),
        ("-0", Scalar::Int(0)),
        ("014", Scalar::Int(12)),
        ("0o14", Scalar::Int(12)),
        ("-0o14", Scalar::Int(-12)),
        ("08", Scalar::Float(8.0)),
        ("0x1F", Scalar::Int(31)),
        ("0b101", Scalar::Int(5)),
        ("1_000", Scalar::Int(1000)),
        ("9223372036854775807", Scalar::Int(i64::MAX)),
        ("-9223372036854775808", Scalar::Int(i64::MIN)),
        ("9223372036854775808", Scalar::Uint(9_223_372_036_854_775_808)),
        ("+9223372036854775808", Scalar::Float(9_223_372_036_854_775_808.0)),
        ("18446744073709551616", Scalar::Float(18_446_744_073_709_551_616.0)),
        ("1.10", Scalar::Float(1.1)),
        ("1e3", Scalar::Float(1000.0)),
        ("1.", Scalar::Float(1.0)),
        (".5", Scalar::Float(0.5)),
        (".", Scalar::Str(".")),
        ("1e999", Scalar::Str("1e999")),
        ("-.inf", Scalar::Float(f64::NEG_INFINITY)),
        ("12345678L", Scalar::Str("12345678L")),
        ("1.2.3", Scalar::Str("1.2.3")),
        ("12:30", Scalar::Str("12:30")),
        ("500m", Scalar::Str("500m")),
        ("2001-1-2", Scalar::Timestamp("2001-1-2")),
        ("2001-02-29", Scalar::Str("2001-02-29")),
        ("2001-12-14t21:59:43.10-05:00", Scalar::Timestamp("2001-12-14t21:59:43.10-05:00")),
        ("2001-12-14 21:59:43.10", Scalar::Timestamp("2001-12-14 21:59:43.10")),
        ("2001-12-14 21:59:43.10 -5", Scalar::Str("2001-12-14 21:59:43.10 -5")),
    ];
    for (text, expected) in table {
        assert_eq!(resolve_plain(text), *expected, "{text:?}");
    }
    assert!(matches!(resolve_plain(".nan"), Scalar::Float(value) if value.is_nan()));
}

#[test]
fn quotes_and_tags_are_taken_into_account() {
    let documents = parse(
        "[\"12\", '', !!str 12, !!int 12, !!float 12, !!int x, !!binary aGk=, !own 12, <<, ! 12, !!null x]".into(),
    );
    let documents = documents.unwrap();
    let document = &documents[0];
    let values: Vec<_> = document.children(document.root().unwrap()).map(|item| document.resolve(item)).collect();
    let expected = [
        Scalar::Str("12"),
        Scalar::Str(""),
        Scalar::Str("12"),
        Scalar::Int(12),
        Scalar::Float(12.0),
        Scalar::Str("x"),
        Scalar::Binary("aGk="),
        Scalar::Str("12"),
        Scalar::Merge,
        Scalar::Int(12),
        Scalar::Null,
    ];
    assert_eq!(values, expected);
}

#[test]
fn new_strings_are_quoted_where_a_reader_would_take_them_for_something_else() {
    let quoted = [
        "yes",
        "n",
        "off",
        "true",
        "null",
        "~",
        "",
        "12",
        "0644",
        "1e3",
        "1_000",
        "12:30",
        "1:2:3.5",
        "2001-01-01",
        "<<",
    ];
    for text in quoted {
        assert_eq!(string_style(text), Style::DoubleQuoted, "{text:?}");
    }
    for text in ["a", "1.2.3", "12:60", "a:b", "a: b", "- x", "500m", "yesterday", "12345678L", ":1", "0o", "1:2:x"] {
        assert_eq!(string_style(text), Style::Plain, "{text:?}");
    }
    assert_eq!(string_style("a\nb"), Style::Literal);

    let mut document = Document::default();
    let root = document.new_mapping();
    document.set_root(root);
    for (key, value) in
        [("a", "- x"), ("b", "x: y"), ("c", "it's"), ("d", "yes"), ("e", "a\nb\n"), ("f", " x"), ("g", "\t")]
    {
        let (key, value) = (document.new_string(key), document.new_string(value));
        document.push_entry(root, key, value);
    }
    let mut out = String::new();
    emit(&document, SequenceIndent::Compact, &mut out);
    assert_eq!(out, "a: '- x'\nb: 'x: y'\nc: it's\nd: \"yes\"\ne: |\n  a\n  b\nf: ' x'\ng: \"\\t\"\n");
}

#[test]
fn a_file_is_split_as_kyaml_splits_it() {
    let table: &[(&str, &[&str])] = &[
        ("", &[]),
        ("a: 1\n", &["a: 1\n"]),
        ("---\na: 1\n", &["---\na: 1\n"]),
        ("a: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]),
        ("a: 1\n--- # x\nb: 2", &["a: 1\n", "b: 2"]),
        // Two separators in a row: the line end between them serves the first only.
        ("a: 1\n---\n---\nb: 2\n", &["a: 1\n", "---\nb: 2\n"]),
        ("a: 1\n---", &["a: 1\n---"]),
        ("a: |\n ---\n", &["a: |\n ---\n"]),
    ];
    for (text, parts) in table {
        assert_eq!(split_documents(text).unwrap(), *parts, "{text:?}");
    }
    assert_eq!(normalise_line_ends("a\r\nb\rc\n"), "a\nb\rc\n");
}

#[test]
fn the_indentation_of_lists_is_taken_from_the_first_that_shows_it() {
    let table = [
        ("a: 1\n", SequenceIndent::Compact),
        ("a:\n- x\n", SequenceIndent::Compact),
        ("a:\n  - x\n", SequenceIndent::Wide),
        ("a:\n    - x\nb:\n- x\n", SequenceIndent::Compact),
        ("a: # c\n  # d\n  - x\n", SequenceIndent::Wide),
        ("\"a:b\":\n  - x\n", SequenceIndent::Compact),
        ("- x\n", SequenceIndent::Compact),
        ("a:\n  -\n    x: 1\n", SequenceIndent::Compact),
    ];
    for (text, expected) in table {
        assert_eq!(derive_sequence_indent(text), expected, "{text:?}");
    }
}

#[test]
fn documents_of_a_stream() {
    assert!(parse("".into()).unwrap().is_empty());
    assert!(parse("# only\n\n".into()).unwrap().is_empty());
    assert_eq!(parse("---\n---\n".into()).unwrap().len(), 2);
    assert_eq!(parse("a: 1\n---\nb: 2\n...\n---\nc: 3\n".into()).unwrap().len(), 3);
    assert!(parse_first("# only\n".into()).unwrap().is_none());
    let document = parse_first("---\n".into()).unwrap().unwrap();
    assert_eq!(document.resolve(document.root().unwrap()), Scalar::Null);
}

#[test]
fn a_subtree_is_written_as_a_document_of_its_own() {
    let documents = parse("# doc\n\na:\n  # c\n  b: [x] # l\n  # f\n\n".into()).unwrap();
    let document = &documents[0];
    let value = document.get(document.root().unwrap(), "a").unwrap();
    let mut out = String::new();
    emit_node(document, value, SequenceIndent::Compact, &mut out);
    assert_eq!(out, "# c\nb: [x] # l\n# f\n");
}

#[test]
fn places_are_counted_in_characters() {
    let documents = parse("\"é\": {ü: [x, ä: 1]}\n".into()).unwrap();
    let document = &documents[0];
    let map = document.get(document.root().unwrap(), "é").unwrap();
    let list = document.get(map, "ü").unwrap();
    let columns: Vec<_> = document.children(list).map(|item| document.column(item)).collect();
    assert_eq!((document.column(map), document.column(list), columns), (6, 10, vec![11, 14]));
}
