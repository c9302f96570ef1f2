//! What the rules found, weighed by the configuration and counted.

use std::collections::BTreeMap;

use porchlight_api::audit_config::{AuditExposureConfig, FailOn};
use porchlight_api::object_pattern::any_matches;
use porchlight_krm::{Code, Finding};

use crate::data::{Data, Level};
use crate::object::Object;

/// A rule that applies to a field.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    rule: &'static str,
    message: String,
    path: String,
    current: Option<String>,
    proposed: Option<String>,
}

impl Hit {
    pub(crate) fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self { rule, message: message.into(), path: String::new(), current: None, proposed: None }
    }

    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// What stands there. Never a secret.
    pub(crate) fn current(mut self, value: impl std::fmt::Display) -> Self {
        self.current = Some(value.to_string());
        self
    }

    pub(crate) fn proposing(mut self, value: impl std::fmt::Display) -> Self {
        self.proposed = Some(value.to_string());
        self
    }
}

/// Findings under way.
pub(crate) struct Report<'c> {
    config: &'c AuditExposureConfig,
    findings: Vec<Finding>,
    counts: BTreeMap<Level, usize>,
    accepted: usize,
}

impl<'c> Report<'c> {
    pub(crate) fn new(config: &'c AuditExposureConfig) -> Self {
        Self { config, findings: Vec::new(), counts: BTreeMap::new(), accepted: 0 }
    }

    pub(crate) fn add(&mut self, object: &Object<'_>, hit: Hit) {
        let Hit { rule, message, path, current, proposed } = hit;
        let rule = Data::rule(rule);
        let code = if rule.id.starts_with("malformed-") { Code::AuditInputInvalid } else { Code::ExposureFound };
        let accepted = self.accepts(object);
        let message = format!("{}: {message}", rule.severity.as_str());
        let finding = if accepted {
            self.accepted += 1;
            Finding::info(code, format!("{message} (accepted)"))
        } else {
            *self.counts.entry(rule.severity).or_default() += 1;
            match rule.severity {
                level if self.fails(level) => Finding::error(code, message),
                Level::Low => Finding::info(code, message),
                _ => Finding::warning(code, message),
            }
        };
        let mut finding = finding
            .on(object.resource)
            .tag("rule", &rule.id)
            .tag("severity", rule.severity.as_str())
            .tag("source", &rule.source)
            .hint(&rule.fix);
        finding = match (path.is_empty(), current) {
            (true, _) => finding,
            (false, Some(current)) => finding.field(path, current),
            (false, None) => finding.missing_field(path),
        };
        self.findings.push(match proposed {
            Some(proposed) => finding.proposing(proposed),
            None => finding,
        });
    }

    fn fails(&self, level: Level) -> bool {
        match self.config.fail_on {
            FailOn::Critical => level <= Level::Critical,
            FailOn::High => level <= Level::High,
            FailOn::Medium => level <= Level::Medium,
            FailOn::Low => level <= Level::Low,
            FailOn::None => false,
        }
    }

    fn accepts(&self, object: &Object<'_>) -> bool {
        any_matches(&self.config.accept, object.resource.kind(), object.resource.name())
    }

    /// The findings, and one with the counts.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let Self { mut findings, counts, accepted, .. } = self;
        if findings.is_empty() {
            return findings;
        }
        let count = |level: Level| counts.get(&level).copied().unwrap_or_default();
        let parts: Vec<String> =
            Level::ALL.iter().map(|level| format!("{} {}", count(*level), level.as_str())).collect();
        let mut message = parts.join(", ");
        if accepted > 0 {
            message += &format!(", {accepted} accepted");
        }
        let mut summary = Finding::info(Code::ExposureFound, message).tag("rule", "summary").tag("accepted", accepted);
        for level in Level::ALL {
            summary = summary.tag(level.as_str().to_lowercase(), count(level));
        }
        findings.push(summary);
        findings
    }
}
