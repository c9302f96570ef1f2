//! Every rule of kpt-render §1 to §6 has a case.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

use porchlight_conformance::{Rules, Suite, discover};

/// The sections, and how many numbered rules kpt-render has in those that are lists.
const SECTIONS: [(&str, usize); 30] = [
    ("1.1", 4),
    ("1.2", 0),
    ("1.3", 0),
    ("1.4", 0),
    ("2.1", 0),
    ("2.2", 0),
    ("2.3", 0),
    ("2.4", 0),
    ("2.5", 4),
    ("2.6", 0),
    ("2.7", 9),
    ("2.8", 0),
    ("2.9", 8),
    ("2.10", 0),
    ("2.11", 0),
    ("3.1", 0),
    ("3.2", 0),
    ("3.3", 0),
    ("3.4", 0),
    ("3.5", 0),
    ("4", 0),
    ("5.1", 0),
    ("5.2", 0),
    ("5.3", 0),
    ("6.1", 0),
    ("6.2", 0),
    ("6.3", 0),
    ("6.4", 0),
    ("6.5", 0),
    ("6.6", 0),
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn table() -> (Rules, Suite) {
    let cases = repository().join("testdata/cases");
    (Rules::read(&cases.join("rules.yaml")).unwrap(), discover(&cases, false).unwrap())
}

#[test]
fn every_rule_has_a_case_and_every_case_a_rule() {
    let (rules, suite) = table();
    assert_eq!(rules.problems(&suite, &repository()), Vec::<String>::new());
}

#[test]
fn every_section_is_there() {
    let (rules, _) = table();
    for (section, least) in SECTIONS {
        let found = rules.sections.iter().find(|found| found.section == section);
        let count = found.map_or(0, |section| section.rules.len());
        assert!(count >= least.max(1), "§{section} has {count} rules in the table");
    }
}

#[test]
fn a_rule_without_a_case_is_found() {
    let (mut rules, suite) = table();
    let rule = &mut rules.sections[4].rules[0];
    let case = std::mem::replace(&mut rule.cases, vec!["2.1-packages/not-there".to_owned()]).remove(0);
    let problems = rules.problems(&suite, &repository());
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("not-there") && problems[1].contains(&case), "{problems:?}");
    rules.sections[4].rules[0].cases.clear();
    assert!(rules.problems(&suite, &repository())[0].starts_with("rule 2.1.1 has no case"));
}
