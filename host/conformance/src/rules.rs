//! The table of rules: which cases show which rule of kpt-render (`rules.yaml` beside the cases).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::case::Suite;
use crate::decode;

/// The table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The sections of kpt-render, in their order.
    pub sections: Vec<Section>,
}

/// A section of kpt-render.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its number, such as `2.10`.
    pub section: String,
    /// What it is about.
    pub about: String,
    /// Its rules; numbered ones have kpt-render's numbers.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its number, such as `2.10.1`.
    pub rule: String,
    /// What it says, in a line.
    pub says: String,
    /// The cases that show it, by the names of the suite.
    #[serde(default)]
    pub cases: Vec<String>,
    /// Tests that show it where kpt's case format cannot: files or folders of the repository.
    #[serde(default)]
    pub tests: Vec<String>,
}

impl Rules {
    /// Reads a table.
    ///
    /// # Errors
    /// The file cannot be read or is no table.
    pub fn read(file: &Path) -> Result<Self, String> {
        let named = |error: String| format!("{}: {error}", file.display());
        let text = fs::read_to_string(file).map_err(|error| named(error.to_string()))?;
        decode::first(&text).map_err(named)?.ok_or_else(|| named("there is no table".to_owned()))
    }

    /// What is wrong with the table: rules without a case, cases and tests that are not there, cases of the suite that
    /// show no rule, numbers that are missing or there twice. `repository` is where `tests` are.
    #[must_use]
    pub fn problems(&self, suite: &Suite, repository: &Path) -> Vec<String> {
        let known: BTreeSet<&str> = suite.cases.iter().map(|case| case.name.as_str()).collect();
        let mut shown = BTreeSet::new();
        let mut problems = Vec::new();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for section in &self.sections {
            *numbers.entry(&section.section).or_default() += 1;
            if section.rules.is_empty() {
                problems.push(format!("section {} has no rule", section.section));
            }
            for (position, rule) in section.rules.iter().enumerate() {
                let number = format!("{}.{}", section.section, position + 1);
                if rule.rule != number {
                    problems.push(format!("rule {} stands where {number} belongs", rule.rule));
                }
                if rule.cases.is_empty() && rule.tests.is_empty() {
                    problems.push(format!("rule {} has no case: {}", rule.rule, rule.says));
                }
                for case in &rule.cases {
                    shown.insert(case.as_str());
                    if !known.contains(case.as_str()) {
                        problems.push(format!("rule {}: there is no case {case}", rule.rule));
                    }
                }
                for test in rule.tests.iter().filter(|test| !repository.join(test).exists()) {
                    problems.push(format!("rule {}: there is no {test}", rule.rule));
                }
            }
        }
        problems.extend(
            numbers.iter().filter(|(_, count)| **count > 1).map(|(n, _)| format!("section {n} is there twice")),
        );
        problems.extend(known.difference(&shown).map(|case| format!("the case {case} shows no rule")));
        problems
    }
}
