//! Every fault is reported with its place and what to do.

use porchlight_yaml::{parse, parse_first, split_documents};

/// Text, line, column, and a part of the message.
const FAULTS: &[(&str, u32, u32, &str)] = &[
    ("a:\n\tb: 1\n", 2, 1, "tab"),
    ("a:\n  - b\n\t- c\n", 3, 1, "tab"),
    ("a: |\n\ttext\n", 2, 1, "tab"),
    ("a: 'x\nb: 1\n", 1, 4, "the missing '"),
    ("a: \"x\n", 1, 4, "the missing \""),
    ("a: b: c\n", 1, 5, "second `: `"),
    ("a: 1\n  b: 2\n", 2, 4, "second `: `"),
    ("a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
    ("a:\n  - b\n c: 2\n", 3, 2, "indentation"),
    ("a: [1, 2\nb: 3\n", 2, 2, "`]`"),
    ("a: {x: 1\n", 1, 4, "`}`"),
    ("a: ]\n", 1, 4, "closes nothing"),
    ("a: @x\n", 1, 4, "quotes"),
    ("a: `x`\n", 1, 4, "quotes"),
    ("a: *x\n", 1, 4, "anchor"),
    ("a: !e!x y\n", 1, 4, "%TAG"),
    ("a: \"\\q\"\n", 1, 5, "escape"),
    ("a: \"\\u12\"\n", 1, 5, "hexadecimal"),
    ("a: \"\\ud800\"\n", 1, 5, "Unicode"),
    ("%YAML 1.2\n---\na: 1\n", 1, 1, "1.2"),
    ("%NAME x\n---\na: 1\n", 1, 1, "directive"),
    ("a: 1\nb\nc: 2\n", 2, 1, "`key: value`"),
    ("é: \"ü\n", 1, 4, "not closed"),
    ("a: \u{0}\n", 1, 4, "U+0000"),
    ("a: 1\né: \u{7}\n", 2, 4, "U+0007"),
    ("a: - b\n", 1, 4, "list item"),
    ("a: >x\n  b\n", 1, 5, "only a comment"),
    ("a: 1\n...\nb: 2\n", 3, 1, "unexpected content"),
    ("a: {{ .Values.x }}-b\n", 1, 19, "indentation"),
];

#[test]
fn faults_are_reported_where_they_are() {
    for (text, line, column, part) in FAULTS {
        let Err(error) = parse((*text).into()) else { panic!("accepted: {text:?}") };
        assert!(error.message.contains(part), "{text:?}: {error}");
        assert_eq!((error.line, error.column), (*line, *column), "{text:?}: {error}");
        assert!(error.to_string().starts_with(&format!("line {line}, column {column}: ")));
    }
}

#[test]
fn a_fault_in_a_later_document_is_only_seen_by_who_reads_it() {
    let text = "a: 1\n---\nx: y\n---\nb: 'x\n";
    assert!(parse(text.into()).is_err());
    assert!(parse_first(text.into()).unwrap().is_some());
}

#[test]
fn text_behind_a_separator_is_refused() {
    let error = split_documents("a: 1\n--- # fine\nb: 1\n--- foo\n").unwrap_err();
    assert_eq!(error.line, 4);
    assert_eq!(error.to_string(), "line 4: invalid document separator: --- foo");
}
