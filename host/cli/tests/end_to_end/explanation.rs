//! `fn describe NAME PKG`: which rule gave which number.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::program::{copy, differing, files, porchlight, repository, text};

#[test]
fn every_number_names_its_rule_and_source() {
    for (function, package, said) in [
        ("expand-capacity", "upf-edge", "instances"),
        ("decompose-intent", "slice-embb", "sliceType"),
        ("expand-coverage", "ran-site", "site"),
    ] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        copy(&repository().join("catalog").join(package), &scratch.path().join(package));
        let before: BTreeMap<_, _> = files(scratch.path());
        let told = porchlight(scratch.path(), &["fn", "describe", function, package]);
        assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
        let told = text(&told.stdout);
        assert!(told.contains(said) && told.contains("rule ") && told.contains("source: "), "{told}");

        let data = porchlight(scratch.path(), &["fn", "describe", function, package, "--format", "json"]);
        let values: Vec<Value> = serde_json::from_slice(&data.stdout).expect("JSON");
        assert!(!values.is_empty(), "{function}");
        for value in &values {
            for key in ["scope", "name", "value", "rule", "source"] {
                assert!(value[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {value}");
            }
        }
        assert_eq!(differing(&before, &files(scratch.path())), Vec::<String>::new(), "nothing is written");
    }
}

#[test]
fn a_package_that_cannot_be_rendered_says_why() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let told = porchlight(scratch.path(), &["fn", "describe", "expand-capacity", "nowhere"]);
    assert_eq!(told.status.code(), Some(2), "{}", text(&told.stderr));
    assert!(text(&told.stderr).contains("nowhere"), "{}", text(&told.stderr));
}
