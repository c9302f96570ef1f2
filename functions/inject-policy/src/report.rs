//! The policy report: for every control of the catalogues that apply, what of the package meets it, or who else has to.

use std::fmt::Write as _;

use porchlight_api::annotation::POLICY_DIGEST;
use porchlight_krm::Resource;
use porchlight_krm::annotations::LOCAL_CONFIG;
use porchlight_krm::order::{Gather, SortedMap, SortedSet};
use porchlight_yaml::json::{self, json};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::data::{Control, Data};
use crate::plan::Wish;
use crate::profiles::Profile;
use crate::resolution::Applied;

/// Name of the ConfigMap.
pub(crate) const NAME: &str = "policy-report";

/// What the rules did, for the report.
#[derive(Default)]
pub(crate) struct Evidence {
    /// Objects by rule, and the interfaces each is for.
    met: SortedMap<String, SortedMap<String, SortedSet<String>>>,
    /// Findings by rule.
    found: SortedMap<String, usize>,
}

impl Evidence {
    /// A rule was met by an object.
    pub(crate) fn met(&mut self, applied: &Applied, object: &Resource) {
        self.met_for(applied, &[], object);
    }

    /// A rule was met by an object for interfaces.
    pub(crate) fn met_for(&mut self, applied: &Applied, interfaces: &[&str], object: &Resource) {
        let reference = format!("{}/{}", object.kind(), object.name());
        let objects = self.met.entry(applied.rule.id.clone()).or_default();
        objects.entry(reference).or_default().extend(interfaces.iter().map(|&interface| interface.to_owned()));
    }

    /// Objects that meet a control by a rule.
    fn objects(&self, rule: &str, control: &Control) -> impl Iterator<Item = &String> {
        let objects = self.met.get(rule).into_iter().flatten();
        let interfaces: SortedSet<String> = control.interfaces.iter().cloned().gather();
        objects
            .filter(move |(_, of)| interfaces.is_empty() || !interfaces.is_disjoint(of))
            .map(|(reference, _)| reference)
    }

    /// A rule has a finding.
    pub(crate) fn found(&mut self, applied: &Applied) {
        *self.found.entry(applied.rule.id.clone()).or_default() += 1;
    }
}

/// The report as an object; `None` where no profile names a catalogue.
pub(crate) fn report(profiles: &[Profile], evidence: &Evidence, namespace: Option<&str>) -> Option<Wish> {
    let frameworks: SortedSet<&str> =
        profiles.iter().flat_map(|profile| profile.frameworks.iter().map(String::as_str)).gather();
    let mut data = Map::new();
    for framework in frameworks {
        let document = Data::get().controls.document(framework)?;
        data.insert(format!("{}.yaml", framework.to_lowercase()), Value::String(page(document, profiles, evidence)));
    }
    if data.is_empty() {
        return None;
    }
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), NAME.into());
    metadata.extend(namespace.map(|namespace| ("namespace".to_owned(), namespace.into())));
    metadata.insert("annotations".to_owned(), json!({ LOCAL_CONFIG: "true", POLICY_DIGEST: digest(profiles) }));
    let object = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data });
    let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
    Some(Wish { object: Resource::from_typed(&object), profiles: names.join(",") })
}

/// One catalogue as YAML text.
fn page(document: &crate::data::ControlDocument, profiles: &[Profile], evidence: &Evidence) -> String {
    let mut text = format!("document: {}\nversion: \"{}\"\ncontrols:\n", quoted(&document.title), document.version);
    let asked = |rule: &str| {
        profiles.iter().any(|profile| {
            profile.rules.get(rule).is_some_and(|rule| rule.mode != porchlight_api::policy_profile::PolicyMode::Off)
        })
    };
    for control in Data::get().controls.controls.iter().filter(|control| control.framework == document.framework) {
        let rules: Vec<&str> = control.rules.iter().map(String::as_str).filter(|rule| asked(rule)).collect();
        let objects: SortedSet<&String> = rules.iter().flat_map(|rule| evidence.objects(rule, control)).gather();
        let findings: usize = rules.iter().filter_map(|rule| evidence.found.get(*rule)).sum();
        let ids: Vec<String> = control.ids.iter().map(|id| quoted(id)).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "- ids: [{}]\n  title: {}", ids.join(", "), quoted(&control.title));
        let status = match (&control.by, rules.is_empty(), objects.is_empty(), findings) {
            (Some(_), ..) => "elsewhere",
            (None, true, ..) => "notAsked",
            (None, false, _, 1..) => "findings",
            (None, false, false, 0) => "met",
            (None, false, true, 0) => "nothingToDo",
        };
        let _ = writeln!(text, "  status: {status}");
        if let Some(by) = &control.by {
            let _ = writeln!(text, "  by: {}", quoted(by));
        }
        if !rules.is_empty() {
            let _ = writeln!(text, "  rules: [{}]", rules.join(", "));
        }
        if findings > 0 {
            let _ = writeln!(text, "  findings: {findings}");
        }
        if !objects.is_empty() {
            let objects: Vec<String> = objects.iter().map(|object| quoted(object)).collect();
            let _ = writeln!(text, "  objects: [{}]", objects.join(", "));
        }
    }
    text
}

/// A text in YAML's double quotes, which for these texts are JSON's.
fn quoted(text: &str) -> String {
    json::text(&json!(text))
}

/// SHA-256 of the rules that apply: equal for packages with equal policies.
fn digest(profiles: &[Profile]) -> String {
    let rules = |profile: &Profile| -> Map<String, Value> {
        let rule = |(id, rule): (&String, &crate::profiles::Rule)| {
            (
                id.clone(),
                json!({ "mode": serde_json::to_value(rule.mode).unwrap_or_default(), "controls": rule.controls, "params": rule.params }),
            )
        };
        profile.rules.iter().map(rule).collect()
    };
    let canonical: Value = profiles
        .iter()
        .map(|profile| {
            json!({
                "name": profile.name,
                "priority": profile.priority,
                "selector": serde_json::to_value(&profile.selector).unwrap_or_default(),
                "frameworks": profile.frameworks,
                "rules": rules(profile),
            })
        })
        .collect();
    Sha256::digest(json::text(&canonical)).iter().fold("sha256:".to_owned(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
