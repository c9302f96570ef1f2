//! Every control of nephio-domain §F.4: missing before, there after. The rows are data, `controls.yaml`; the packages they
//! are about stand in `inputs/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use porchlight_krm::{FieldPath, ResourceList};
use serde::Deserialize;
use serde_json::Value;

use crate::package::{find, list, read, run};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    ids: Vec<String>,
    /// File of `inputs/`.
    input: String,
    profiles: Vec<String>,
    /// An object that has to be there, and bear the ids.
    object: Option<String>,
    /// A field of the object, and its value.
    field: Option<String>,
    value: Option<Value>,
    /// The rule of a finding that has to be told.
    finding: Option<String>,
    /// The status the policy report has to give.
    report: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages")
}

fn rows() -> Vec<Row> {
    read(&folder().join("controls.yaml"))
}

fn input(name: &str) -> ResourceList {
    list(&fs::read_to_string(folder().join(format!("inputs/{name}.yaml"))).unwrap())
}

/// The status of a control in the policy report.
fn status(list: &ResourceList, id: &str) -> Option<String> {
    let report = find(list, "ConfigMap/policy-report")?;
    let data: Value = report.get(&FieldPath::of(["data"])).unwrap()?;
    let pages = data.as_object()?.values().filter_map(Value::as_str);
    pages
        .flat_map(|page| page.split("- ids: ").skip(1))
        .find(|entry| entry.lines().next().is_some_and(|ids| ids.contains(&format!("\"{id}\""))))
        .and_then(|entry| Some(entry.split_once("status: ")?.1.lines().next()?.to_owned()))
}

/// Whether a row's evidence is in a list, and whether it names the id where it can.
fn holds(row: &Row, id: &str, list: &ResourceList) -> bool {
    let object = row.object.as_deref().map(|reference| find(list, reference));
    let bears = |object: &porchlight_krm::Resource| {
        let controls = object.annotation("orchestration.nephio-oran.io/controls").unwrap_or_default();
        controls
            .split(',')
            .any(|control| control.split_once('@').is_some_and(|(known, version)| known == id && !version.is_empty()))
    };
    let found = match (&object, &row.field) {
        (Some(None), _) => false,
        (Some(Some(object)), None) => bears(object),
        (Some(Some(object)), Some(field)) => {
            let value: Option<Value> = object.get(&field.parse().unwrap()).unwrap();
            value == row.value && bears(object)
        }
        (None, _) => true,
    };
    let told = row.finding.as_ref().is_none_or(|rule| {
        list.results
            .iter()
            .any(|finding| finding.tags.get("rule") == Some(rule) && finding.severity != porchlight_krm::Severity::Info)
    });
    let reported = row.report.as_ref().is_none_or(|wanted| status(list, id).as_ref() == Some(wanted));
    found && told && reported
}

#[test]
fn every_control_is_missing_before_and_there_after() {
    for row in rows() {
        assert!(row.object.is_some() || row.finding.is_some() || row.report.is_some(), "{:?} shows nothing", row.ids);
        let mut bare = input(&row.input);
        bare.items.retain(|item| item.kind() != "PolicyProfile");
        let before = run(bare, &[]);
        let profiles: Vec<&str> = row.profiles.iter().map(String::as_str).collect();
        let after = run(input(&row.input), &profiles);
        for id in &row.ids {
            assert!(!holds(&row, id, &before), "{id} is met before anything is done");
            assert!(holds(&row, id, &after), "{id} is not met by {profiles:?}");
        }
    }
}

#[derive(Deserialize)]
struct Catalogue {
    controls: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    ids: Vec<String>,
}

#[test]
fn every_control_of_the_catalogues_has_a_row() {
    let known: Catalogue = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/controls.yaml"));
    let known: BTreeSet<String> = known.controls.into_iter().flat_map(|entry| entry.ids).collect();
    let shown: BTreeSet<String> = rows().into_iter().flat_map(|row| row.ids).collect();
    assert_eq!(known.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new(), "controls without a row");
    assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "rows for no control");
}
