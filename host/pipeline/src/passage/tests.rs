use std::fs;
use std::path::{Path, PathBuf};

use porchlight_package::annotation;

use super::*;
use crate::stream::Input;

/// The YAML files of the test data.
fn files() -> Vec<PathBuf> {
    let mut work = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")];
    let mut files = Vec::new();
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                work.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(path);
            }
        }
    }
    files
}

/// The resources of a text, or of the list in it, with the annotations of a package's.
fn items(text: &[u8]) -> Vec<Item> {
    let Ok(read) = Input::from_stream(text, "") else { return Vec::new() };
    let mut items = read.items;
    for item in &mut items {
        item.set_annotations(&[
            (annotation::LEGACY_INDEX, "0"),
            (annotation::LEGACY_PATH, "a.yaml"),
            (annotation::INDEX, "0"),
            (annotation::PACKAGE_PATH, "/package"),
            (annotation::PATH, "a.yaml"),
        ]);
    }
    items
}

/// Compares the short way with the long one, where there is a short one.
fn is_short(item: &Item, what: &dyn std::fmt::Display) -> bool {
    if !is_settled(item) {
        return false;
    }
    let Some(short) = plain_passage(item) else { return false };
    let long = written_passage(item).unwrap_or_else(|| panic!("{what}: no long way"));
    assert_eq!(short.packed, long.packed, "{what}");
    assert_eq!((short.lines, short.after.is_none()), (long.lines, long.after.is_none()), "{what}");
    true
}

#[test]
fn a_layout_says_what_a_text_says() {
    let mut short_ways = 0;
    for file in files() {
        let read = items(&fs::read(&file).unwrap());
        short_ways += read.iter().filter(|item| is_short(item, &file.display())).count();
    }
    assert!(short_ways > 100, "only {short_ways} resources take the short way");
}

/// A resource, line by line.
const LINES: [&str; 23] = [
    "apiVersion: apps/v1",
    "kind: Deployment",
    "metadata:",
    "  name: a",
    "  annotations:",
    "    own: 'x'",
    "spec:",
    "  letters: [a, b]",
    "  containers:",
    "  - name: main",
    "    args: [\"--listen\", ':80', c d]",
    "    command:",
    "    - sh",
    "    - \"-c\"",
    "    env:",
    "      - name: A",
    "        value: ''",
    "      - {}",
    "    ports: []",
    "  script: |",
    "    run",
    "  empty:",
    "status: {}",
];

/// What may stand above a line, and behind it.
const ABOVE: [&str; 7] =
    ["", "# one\n", "# one\n# two\n", "# one\n\n", "\n# one\n", "  # deeper\n", "# {\"$openapi\":\"x\"}\n"];
const BEHIND: [&str; 3] = ["", " # behind", " # kpt-set: ${x}"];

#[test]
fn comments_stand_where_their_text_would_be() {
    let (mut all, mut short_ways) = (0, 0);
    let remarks: Vec<(usize, usize)> =
        (0..ABOVE.len()).flat_map(|above| (0..BEHIND.len()).map(move |behind| (above, behind))).skip(1).collect();
    for first in 0..LINES.len() {
        for second in first..LINES.len() {
            for (number, one) in remarks.iter().enumerate() {
                // Two at a time, each with one of the others.
                let other = remarks[(number * 7 + first + second) % remarks.len()];
                let mut text = String::new();
                for (place, line) in LINES.iter().enumerate() {
                    let (above, behind) = match place {
                        _ if place == first => *one,
                        _ if place == second => other,
                        _ => (0, 0),
                    };
                    let indent = &line[..line.len() - line.trim_start().len()];
                    for comment in ABOVE[above].split_inclusive('\n') {
                        text += &if comment == "\n" { comment.to_owned() } else { format!("{indent}{comment}") };
                    }
                    text += &format!("{line}{}\n", BEHIND[behind]);
                }
                let read = items(text.as_bytes());
                all += 1;
                short_ways += read.iter().filter(|item| is_short(item, &text)).count();
                // And as it is behind a function.
                for item in read.into_iter().filter(is_settled) {
                    let mut item = item;
                    item.try_passage();
                    if item.passage().is_some() {
                        item.pass();
                        is_short(&item, &text);
                    }
                }
            }
        }
    }
    assert!(short_ways * 5 > all, "only {short_ways} of {all} take the short way");
}
