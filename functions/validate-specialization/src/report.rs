//! What the rules found, weighed by the configuration.

use porchlight_api::validate_config::{Reporting, ValidateSpecializationConfig};
use porchlight_krm::{Code, Finding};

use crate::package::Item;

/// How much a defect matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Wrong in every package.
    Wrong,
    /// What the specialisation of a blueprint puts right.
    Unfinished,
    /// May be right.
    Doubtful,
    /// A policy that is missing.
    Uncovered,
}

/// A defect.
#[derive(Clone, Debug)]
pub(crate) struct Defect {
    pub(crate) weight: Weight,
    pub(crate) code: Code,
    /// Stable name of the rule; the finding's tag `rule`.
    pub(crate) rule: &'static str,
    pub(crate) message: String,
    /// The field, as a field path; "" for the object as a whole.
    pub(crate) path: String,
    pub(crate) current: Option<String>,
    pub(crate) proposed: Option<String>,
    pub(crate) hint: String,
}

impl Defect {
    pub(crate) fn new(weight: Weight, code: Code, rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            weight,
            code,
            rule,
            message: message.into(),
            path: String::new(),
            current: None,
            proposed: None,
            hint: String::new(),
        }
    }

    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    pub(crate) fn current(mut self, value: impl Into<String>) -> Self {
        self.current = Some(value.into());
        self
    }

    pub(crate) fn proposing(mut self, value: Option<impl Into<String>>) -> Self {
        self.proposed = value.map(Into::into);
        self
    }

    pub(crate) fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = text.into();
        self
    }
}

/// Findings under way.
pub(crate) struct Report<'c> {
    config: &'c ValidateSpecializationConfig,
    findings: Vec<Finding>,
}

impl<'c> Report<'c> {
    pub(crate) fn new(config: &'c ValidateSpecializationConfig) -> Self {
        Self { config, findings: Vec::new() }
    }

    /// Reports a defect of an item, unless the configuration does not want to hear of its kind.
    pub(crate) fn add(&mut self, item: &Item<'_>, defect: Defect) {
        let Defect { weight, code, rule, message, path, current, proposed, hint } = defect;
        let strict = self.config.strict;
        let finding = match weight {
            Weight::Wrong => Finding::error(code, message),
            Weight::Unfinished if self.config.blueprint => Finding::info(code, message),
            Weight::Unfinished => Finding::error(code, message),
            Weight::Doubtful if strict => Finding::error(code, message),
            Weight::Doubtful => Finding::warning(code, message),
            Weight::Uncovered => match self.config.policy_coverage {
                Reporting::Off => return,
                Reporting::Warning if !strict => Finding::warning(code, message),
                Reporting::Warning | Reporting::Error => Finding::error(code, message),
            },
        };
        let mut finding = finding.on(item.resource).tag("rule", rule);
        finding = match (path.is_empty(), current) {
            (true, _) => finding,
            (false, Some(current)) => finding.field(path, current),
            (false, None) => finding.missing_field(path),
        };
        if let Some(proposed) = proposed {
            finding = finding.proposing(proposed);
        }
        self.findings.push(if hint.is_empty() { finding } else { finding.hint(hint) });
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
