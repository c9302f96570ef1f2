//! Findings as data.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::{Failure, Field, Finding, FunctionRun, Place};
use crate::{Findings, Severity};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    counts: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<EndedBy<'a>>,
    functions: Vec<Function<'a>>,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Counts {
    error: usize,
    warning: usize,
    info: usize,
}

#[derive(Serialize)]
struct EndedBy<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: &'a str,
}

#[derive(Serialize)]
struct Function<'a> {
    function: &'a str,
    package: &'a str,
    failed: bool,
    findings: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    severity: Severity,
    #[serde(skip_serializing_if = "str::is_empty")]
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    function: &'a str,
    package: &'a str,
    file: &'a Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<ResourceName<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a Field>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceName<'a> {
    api_version: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'a str,
    name: &'a str,
}

pub(crate) fn write(findings: &Findings) -> String {
    let report = Report {
        counts: Counts {
            error: findings.count(Severity::Error),
            warning: findings.count(Severity::Warning),
            info: findings.count(Severity::Info),
        },
        failure: findings
            .failure
            .as_ref()
            .map(|Failure { code, message }| EndedBy { code: code.map(porchlight_krm::Code::as_str), message }),
        functions: findings
            .functions
            .iter()
            .map(|run| Function {
                function: &run.function,
                package: &run.package,
                failed: run.failed,
                findings: run.findings.len(),
            })
            .collect(),
        findings: findings.iter().map(|(run, finding)| entry(run, finding)).collect(),
    };
    serde_json::to_string_pretty(&report).expect("invariant: keys are text and values finite") + "\n"
}

fn entry<'a>(run: &'a FunctionRun, finding: &'a Finding) -> Entry<'a> {
    Entry {
        severity: finding.severity,
        code: &finding.code,
        message: &finding.message,
        hint: finding.hint.as_deref(),
        function: &run.function,
        package: &run.package,
        file: &finding.place,
        resource: finding.resource.as_ref().map(|resource| ResourceName {
            api_version: &resource.api_version,
            kind: &resource.kind,
            namespace: &resource.namespace,
            name: &resource.name,
        }),
        field: finding.field.as_ref(),
        tags: &finding.tags,
    }
}
