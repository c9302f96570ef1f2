//! What the rules ask for, collected: objects to make, fields to set, and what is to be said.

use porchlight_api::annotation::CONTROLS;
use porchlight_api::policy_config::PolicyConfig;
use porchlight_api::policy_profile::PolicyMode;
use porchlight_krm::annotations::LOCAL_CONFIG;
use porchlight_krm::{Code, FieldPath, Finding, Resource};
use porchlight_yaml::json::json;
use serde_json::Value;

use crate::data::Data;
use crate::exceptions::Exceptions;
use crate::package::workloads::Workload;
use crate::package::{Package, is_generated};
use crate::params::shown;
use crate::report::Evidence;
use crate::resolution::{Applied, Resolution, Subject};

/// A field to set in an object of the package.
pub(crate) struct Edit {
    pub(crate) item: usize,
    pub(crate) path: FieldPath,
    pub(crate) value: Value,
    pub(crate) controls: Vec<String>,
    pub(crate) rule: String,
}

/// An object to make.
pub(crate) struct Wish {
    pub(crate) object: Resource,
    pub(crate) profiles: String,
}

/// The rules at work on a package.
pub(crate) struct Plan<'a> {
    pub(crate) items: &'a [Resource],
    pub(crate) package: &'a Package,
    pub(crate) config: &'a PolicyConfig,
    pub(crate) resolution: Resolution,
    pub(crate) exceptions: Exceptions,
    pub(crate) edits: Vec<Edit>,
    pub(crate) wishes: Vec<Wish>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) evidence: Evidence,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(
        items: &'a [Resource],
        package: &'a Package,
        config: &'a PolicyConfig,
        resolution: Resolution,
        exceptions: Exceptions,
    ) -> Self {
        Self {
            items,
            package,
            config,
            resolution,
            exceptions,
            edits: Vec::new(),
            wishes: Vec::new(),
            findings: Vec::new(),
            evidence: Evidence::default(),
        }
    }

    /// The rule as it holds for the package as a whole.
    pub(crate) fn rule(&mut self, id: &str) -> Option<Applied> {
        self.resolution.rule(id, &Subject::default())
    }

    /// The rule as it holds for a namespace of the package.
    pub(crate) fn rule_in(&mut self, id: &str, namespace: &str) -> Option<Applied> {
        let position = self.package.namespaces.position(namespace);
        if let Some(position) = position
            && (crate::package::unmanaged(&self.items[position]).is_some()
                || self.exceptions.covers(id, &self.items[position]))
        {
            return None;
        }
        let functions = self.package.functions.iter().filter(|function| function.namespace == namespace);
        let workloads = self.package.workloads.iter().filter(|workload| workload.namespace == namespace);
        let nf_types = functions
            .map(|function| &function.subject)
            .chain(workloads.map(|workload| &workload.subject))
            .flat_map(|subject| subject.nf_types.iter().cloned())
            .collect();
        let labels = position
            .map(|position| crate::package::workloads::labels(self.items[position].labels()))
            .unwrap_or_default();
        let subject = Subject { kind: "Namespace".to_owned(), namespace: namespace.to_owned(), labels, nf_types };
        self.resolution.rule(id, &subject)
    }

    /// The rule as it holds for a workload, unless it opted out, an exception covers it or its role cannot do without; the
    /// last two are reported.
    pub(crate) fn rule_for(&mut self, id: &str, workload: &Workload) -> Option<Applied> {
        if workload.unmanaged.is_some() {
            return None;
        }
        let applied = self.resolution.rule(id, &workload.subject)?;
        let item = &self.items[workload.item];
        if self.exceptions.covers(id, item) {
            return None;
        }
        if let (Some(reason), Some(role)) = (workload.need(id), workload.role) {
            let message = format!("rule `{id}` does not apply to role `{}`: {reason}", role.name);
            let finding = Finding::info(Code::SecurityPolicyFailed, message).on(item).tag("rule", id);
            self.findings.push(finding.tag("role", &role.name));
            return None;
        }
        Some(applied)
    }

    /// Sets a field; in audit mode says that it should be set.
    pub(crate) fn set(&mut self, applied: &Applied, item: usize, path: FieldPath, value: Value) {
        let current = self.items[item].get::<Value>(&path).ok().flatten().filter(|current| !current.is_null());
        if current.as_ref() == Some(&value) {
            self.evidence.met(applied, &self.items[item]);
            return;
        }
        let rule = applied.rule;
        let about = |finding: Finding| {
            let finding = finding.on(&self.items[item]).tag("rule", &rule.id);
            let finding = match &current {
                Some(current) => finding.field(&path, shown(current)),
                None => finding.missing_field(&path),
            };
            finding.proposing(shown(&value))
        };
        if applied.mode == PolicyMode::Audit {
            let message = format!("`{path}` should be `{}`: {}", shown(&value), rule.summary);
            self.findings.push(about(Finding::warning(Code::SecurityPolicyFailed, message)));
            self.evidence.found(applied);
            return;
        }
        if let Some(current) = &current {
            let message =
                format!("`{path}` was `{}` and becomes `{}`: {}", shown(current), shown(&value), rule.summary);
            let finding = about(Finding::warning(Code::SecurityPolicyFailed, message));
            self.findings.push(finding.hint("a PolicyException keeps the old value, with a reason and an end"));
        }
        self.evidence.met(applied, &self.items[item]);
        self.edits.push(Edit {
            item,
            path,
            value,
            controls: applied.controls.iter().cloned().collect(),
            rule: rule.id.clone(),
        });
    }

    /// Makes an object; in audit mode says that it should be there.
    pub(crate) fn make(&mut self, applied: &Applied, object: &Value) {
        self.make_for(applied, &[], object);
    }

    /// As [`Plan::make`], for interfaces: controls that are about others do not ask for it.
    pub(crate) fn make_for(&mut self, applied: &Applied, interfaces: &[&str], object: &Value) {
        let mut object = Resource::from_typed(object);
        if let Some(item) = self.items.iter().find(|item| !is_generated(item) && says_the_same(item, &object)) {
            self.evidence.met_for(applied, interfaces, item);
            return;
        }
        if applied.mode == PolicyMode::Audit {
            let message = format!("{} should be there: {}", object.id(), applied.rule.summary);
            self.findings.push(Finding::warning(Code::SecurityPolicyFailed, message).tag("rule", &applied.rule.id));
            self.evidence.found(applied);
            return;
        }
        let asking = applied.controls.iter().map(String::as_str).filter(|control| is_about(control, interfaces));
        let controls = asking.collect::<Vec<_>>().join(",");
        if !controls.is_empty() {
            object.set_annotation(CONTROLS, &controls);
        }
        self.evidence.met_for(applied, interfaces, &object);
        self.wishes.push(Wish { object, profiles: applied.profiles.clone() });
    }

    /// Makes a document that stays in the package: a ConfigMap that is not applied.
    pub(crate) fn document(&mut self, applied: &Applied, name: &str, interface: &str, data: &[(String, String)]) {
        let data: serde_json::Map<String, Value> =
            data.iter().map(|(key, text)| (key.clone(), Value::String(text.clone()))).collect();
        let mut metadata = serde_json::Map::new();
        metadata.insert("name".to_owned(), name.into());
        if let Some(home) = self.package.namespaces.home() {
            metadata.insert("namespace".to_owned(), home.into());
        }
        if !interface.is_empty() {
            metadata.insert("labels".to_owned(), json!({ INTERFACE: interface }));
        }
        metadata.insert("annotations".to_owned(), json!({ LOCAL_CONFIG: "true" }));
        let object = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data });
        let interfaces = [interface];
        self.make_for(applied, if interface.is_empty() { &[] } else { &interfaces }, &object);
    }

    /// A check that failed: a warning, or in enforce mode an error.
    pub(crate) fn fault(&mut self, applied: &Applied, finding: impl FnOnce(fn(Code, String) -> Finding) -> Finding) {
        fn error(code: Code, message: String) -> Finding {
            Finding::error(code, message)
        }
        fn warning(code: Code, message: String) -> Finding {
            Finding::warning(code, message)
        }
        let severity = if applied.mode == PolicyMode::Enforce { error } else { warning };
        self.findings.push(finding(severity).tag("rule", &applied.rule.id));
        self.evidence.found(applied);
    }

    /// Two aims that contradict each other: a warning, or in strict mode an error.
    pub(crate) fn conflict(&self, message: impl Into<String>) -> Finding {
        if self.config.strict {
            Finding::error(Code::PolicyConflict, message)
        } else {
            Finding::warning(Code::PolicyConflict, message)
        }
    }

    /// Something worth knowing about an item.
    pub(crate) fn note(&mut self, item: usize, rule: &str, message: impl Into<String>) {
        let finding = Finding::info(Code::SecurityPolicyFailed, message).on(&self.items[item]).tag("rule", rule);
        self.findings.push(finding);
    }
}

/// Whether an object is what another one asks for already: of its identity, and equal but for its metadata.
fn says_the_same(item: &Resource, wished: &Resource) -> bool {
    let content = |object: &Resource| {
        let mut value: Value = object.typed().ok()?;
        value.as_object_mut()?.remove("metadata");
        Some(value)
    };
    item.id() == wished.id() && content(item) == content(wished)
}

/// Whether a control, written with its version, is about one of these interfaces or about any.
fn is_about(control: &str, interfaces: &[&str]) -> bool {
    let id = control.split_once('@').map_or(control, |(id, _)| id);
    let known = Data::get().controls.controls.iter().find(|known| known.ids.iter().any(|other| other == id));
    known.is_none_or(|known| {
        known.interfaces.is_empty() || known.interfaces.iter().any(|interface| interfaces.contains(&interface.as_str()))
    })
}

/// Label: the interface a document is for.
pub(crate) const INTERFACE: &str = "orchestration.nephio-oran.io/interface";
