//! What came of a case, and of all of them.

use serde::Serialize;

/// How one case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Verdict {
    /// Every run did what is expected.
    Pass,
    /// A run did something else.
    Fail {
        /// What was different; never empty.
        mismatches: Vec<Mismatch>,
    },
    /// It was not run.
    Skip {
        /// Why.
        reason: String,
    },
    /// Its expectations were rewritten, or were found to be right.
    Updated {
        /// Whether anything was written that was not there before.
        changed: bool,
    },
}

/// One difference between what is expected and what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// What differs.
    pub aspect: Aspect,
    /// One line.
    pub message: String,
    /// Expected to seen, as a unified diff, where both are texts.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub diff: String,
}

/// What of a run is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// The case itself cannot be used.
    Case,
    /// The program or a script could not be run.
    Run,
    /// The exit code.
    ExitCode,
    /// What was printed on standard error.
    Stderr,
    /// What was printed on standard output.
    Stdout,
    /// The written `results.yaml`.
    Results,
    /// The package after the run.
    Package,
}

/// A case and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The case's name.
    pub case: String,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// All outcomes, in the order of the cases' names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The program and its version.
    pub program: String,
    /// How many cases passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many were not run.
    pub skipped: usize,
    /// How many were updated.
    pub updated: usize,
    /// Each case.
    pub cases: Vec<Outcome>,
}

impl Summary {
    /// Counts the outcomes.
    #[must_use]
    pub fn of(program: String, cases: Vec<Outcome>) -> Self {
        let mut summary = Self { program, ..Self::default() };
        for case in &cases {
            match case.verdict {
                Verdict::Pass => summary.passed += 1,
                Verdict::Fail { .. } => summary.failed += 1,
                Verdict::Skip { .. } => summary.skipped += 1,
                Verdict::Updated { .. } => summary.updated += 1,
            }
        }
        summary.cases = cases;
        summary
    }

    /// Nothing failed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.failed == 0
    }
}

impl Mismatch {
    /// A difference that is said in one line.
    #[must_use]
    pub fn new(aspect: Aspect, message: impl Into<String>) -> Self {
        Self { aspect, message: message.into(), diff: String::new() }
    }

    /// A difference between two texts.
    #[must_use]
    pub fn between(aspect: Aspect, message: impl Into<String>, expected: &str, seen: &str) -> Self {
        let diff = similar::TextDiff::from_lines(expected, seen)
            .unified_diff()
            .context_radius(3)
            .header("expected", "seen")
            .to_string();
        Self { aspect, message: message.into(), diff }
    }
}
