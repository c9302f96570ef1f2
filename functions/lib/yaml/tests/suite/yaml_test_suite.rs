//! The cases of the YAML test suite (`testdata/yaml-test-suite`): what is YAML, as the suite and as kpt see it.

use std::path::Path;
use std::sync::Arc;

use porchlight_yaml::serde::from_node;
use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accept,
    Refuse,
}

#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    title: String,
    suite: Verdict,
    kpt: Verdict,
    text: String,
}

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(path)).unwrap()
}

fn cases() -> Vec<Case> {
    let documents = porchlight_yaml::parse(file("testdata/yaml-test-suite/cases.json").into()).unwrap();
    from_node(&documents[0], documents[0].root().unwrap()).unwrap()
}

#[test]
fn every_text_is_accepted_or_refused_as_kpt_does() {
    let cases = cases();
    assert_eq!(cases.len(), 402);
    let mut wrong = Vec::new();
    for Case { id, title, kpt, text, .. } in cases {
        let read = porchlight_yaml::parse(Arc::from(text));
        let verdict = if read.is_ok() { Verdict::Accept } else { Verdict::Refuse };
        if verdict != kpt {
            wrong.push(format!("{id} ({title}): kpt {kpt:?}, ours {verdict:?} {:?}", read.err()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn where_kpt_departs_from_the_suite_the_table_says_so() {
    let table = file("docs/kpt-compatibility.md");
    let table = table.split("## YAML that is not read as YAML 1.2 asks").nth(1).expect("the section of the table");
    let section = table.split("\n## ").next().unwrap_or_default();
    let told: Vec<&str> = section.split(['`', '\n']).filter(|word| word.len() >= 4).collect();
    let cases = cases();
    let other: Vec<&Case> = cases.iter().filter(|case| case.suite != case.kpt).collect();
    assert_eq!(other.len(), 73);
    for case in other {
        assert!(told.contains(&case.id.as_str()), "{} ({}) is not in the table", case.id, case.title);
    }
}
