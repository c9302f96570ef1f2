//! Recorded cases: a text, what a function made of it, and the text with the edits.

use std::path::Path;

use porchlight_yaml::{SequenceIndent, apply_edits, parse_first, same_values, splice};

struct Case<'t> {
    name: &'t str,
    text: &'t str,
    wanted: &'t str,
    result: &'t str,
}

/// Cases of a file: `=== NAME`, then the three texts, each below a line with its name.
fn cases(file: &str) -> Vec<Case<'_>> {
    let mut found = Vec::new();
    for case in file.split("=== ").skip(1) {
        let (name, rest) = case.split_once('\n').unwrap();
        let (text, rest) = rest.strip_prefix(">>> text\n").unwrap().split_once(">>> wanted\n").unwrap();
        let (wanted, result) = rest.split_once(">>> result\n").unwrap();
        found.push(Case { name, text, wanted, result });
    }
    found
}

/// `$` at the end of a text says that its last line has no line end.
fn unended(text: &str) -> String {
    text.strip_suffix("$\n").unwrap_or(text).to_owned()
}

#[test]
fn recorded_cases() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/splice/cases");
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in files {
        let file = std::fs::read_to_string(&path).unwrap();
        for case in cases(&file) {
            count += 1;
            let text = unended(case.text);
            let wanted = parse_first(unended(case.wanted).into()).unwrap().unwrap();
            let original = parse_first(text.as_str().into()).unwrap().unwrap();
            let edits = splice(&original, &wanted, SequenceIndent::Compact).unwrap();
            let result = apply_edits(&text, &edits);
            let read = parse_first(result.as_str().into()).unwrap().unwrap();
            assert!(
                same_values((&read, read.root().unwrap()), (&wanted, wanted.root().unwrap())),
                "{}: other values\n{result}",
                case.name
            );
            if result != unended(case.result) {
                wrong.push(format!("=== {}\n{result}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 40, "only {count} cases");
}
