//! Bad input gives its code and names the field, and changes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use porchlight_krm::{Function, ResourceList, run_text};
use porchlight_yaml::serde::FromNode;

use crate::corpus::items;

/// A row of `tests/bad-inputs.yaml` of a function.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
struct BadInput {
    /// What the requirements ask.
    asks: String,
    /// The case that shows it.
    case: String,
    /// Code of a finding.
    code: String,
    /// Why no field is named, where none is.
    #[serde(default)]
    whole: Option<String>,
}

/// Checks that every row of the function's `tests/bad-inputs.yaml` is as it says, and that every case called `bad-…` has one.
///
/// # Panics
/// At the first row that is not.
pub fn check<F: Function>() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(F::NAME).join("tests/bad-inputs.yaml");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let rows: Vec<BadInput> =
        porchlight_yaml::serde::from_text(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let folder = crate::folder(F::NAME);
    for BadInput { asks, case, code, whole } in &rows {
        let input = crate::read(&folder.join(case).join("input.yaml")).unwrap_or_else(|error| panic!("{error}"));
        let outcome = run_text::<F>(&input);
        assert_eq!(outcome.exit_code, 1, "{asks}: {case} succeeds");
        assert_eq!(items(&input), items(&outcome.stdout), "{asks}: {case} changes something");
        let list = ResourceList::parse(&outcome.stdout).unwrap_or_else(|error| panic!("{case}: {error}"));
        let findings: Vec<_> = list.results.iter().filter(|finding| finding.tags.get("code") == Some(code)).collect();
        assert!(!findings.is_empty(), "{asks}: {case} does not give {code}");
        let named = findings.iter().any(|finding| finding.field.is_some());
        assert!(named != whole.is_some(), "{asks}: {case}: a field is named, or why not");
    }
    let shown: BTreeSet<String> = rows.into_iter().map(|row| row.case).collect();
    let cases = crate::cases(&folder).unwrap_or_else(|error| panic!("{error}"));
    let missing: Vec<String> =
        cases.into_iter().filter(|case| case.starts_with("bad-") && !shown.contains(case)).collect();
    assert_eq!(missing, Vec::<String>::new(), "cases of bad input without a row in {}", file.display());
}
