use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// What kpt read under each ignore file; recorded by `testdata/kpt/krmignore/record.sh`.
const RECORDED: &str = include_str!("../../../../testdata/kpt/krmignore/recorded.txt");
const FILES: &str = include_str!("../../../../testdata/kpt/krmignore/files.txt");

#[test]
fn leaves_out_what_kpt_leaves_out() {
    for line in RECORDED.lines() {
        let (written, expected) = line.split_once('\t').expect("two columns");
        let ignore = Ignore::parse(&unescape(written)).expect("a pattern in every line");
        let expected: BTreeSet<&str> = expected.split(' ').filter(|path| !path.is_empty()).collect();
        let read: BTreeSet<&str> = FILES.lines().filter(|path| is_read(&ignore, path)).collect();
        assert_eq!(read, expected, "under {written:?}");
    }
}

#[test]
fn a_line_without_a_pattern_is_an_error() {
    for (text, line) in [("!\n", 1), ("a\n\n/\n", 3), ("!/", 1)] {
        assert_eq!(Ignore::parse(text).expect_err("no pattern").line, line, "{text:?}");
    }
}

#[test]
fn reading_stops_at_a_line_too_long_for_go() {
    let text = format!("a.yaml\n#{}\nb.yaml\n", "x".repeat(LONGEST_LINE));
    let ignore = Ignore::parse(&text).expect("patterns");
    assert!(ignore.matches("a.yaml", false));
    assert!(!ignore.matches("b.yaml", false));
}

/// Asks for every directory above a file first, as the walk does.
fn is_read(ignore: &Ignore, path: &str) -> bool {
    let above = path.match_indices('/').all(|(end, _)| !ignore.matches(&path[..end], true));
    above && !ignore.matches(path, false)
}

/// The escapes of `printf %b` that the patterns use.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    out
}

proptest! {
    #[test]
    fn never_panics(text in "[a-c!/*?\\[\\]^\\\\# \n-]{0,24}", path in "[a-cé]{1,3}(/[a-cé]{1,3}){0,3}", directory: bool) {
        if let Ok(ignore) = Ignore::parse(&text) {
            let _ = ignore.matches(&path, directory);
        }
    }

    #[test]
    fn a_name_ignores_it_at_any_depth(name in "[a-z]{1,6}", above in "([a-z]{1,3}/){0,3}") {
        let ignore = Ignore::parse(&name).expect("a pattern");
        let path = format!("{above}{name}");
        prop_assert!(ignore.matches(&path, false) && ignore.matches(&path, true));
    }

    #[test]
    fn an_accepted_path_is_never_ignored(path in "[a-z]{1,3}(/[a-z]{1,3}){0,3}", others in "([a-z*]{1,4}\n){0,4}") {
        let ignore = Ignore::parse(&format!("!{path}\n{others}")).expect("patterns");
        prop_assert!(!ignore.matches(&path, false));
    }
}
