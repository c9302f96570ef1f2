//! The keys of a report.

use porchlight_krm::{Code, Component};
use serde::Serialize;
use serde_json::Value;

/// A report of one run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RunReport {
    #[serde(rename = "apiVersion")]
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) metadata: Metadata,
    pub(crate) status: Status,
    /// One line, never empty.
    pub(crate) summary: String,
    pub(crate) details: Details,
    pub(crate) errors: Vec<ReportedError>,
    /// Not empty where the status is not success.
    pub(crate) next_steps: Vec<String>,
    pub(crate) handoff_to: Option<Handoff>,
    pub(crate) artifacts: Vec<Value>,
    pub(crate) run: RunFacts,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Metadata {
    /// Id of the run.
    pub(crate) name: String,
}

/// How the run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Success,
    /// Done, but a function warned.
    Warning,
    Error,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Details {
    pub(crate) actions_taken: Vec<String>,
    pub(crate) resources_created: Vec<ResourceCreated>,
    pub(crate) configurations_applied: Vec<ConfigurationApplied>,
    pub(crate) metrics: Metrics,
    pub(crate) stages: Vec<Stage>,
    pub(crate) targets: Vec<Target>,
    /// What functions reported, as they reported it.
    pub(crate) results: Vec<Value>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct ResourceCreated {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Path in the package.
    pub(crate) location: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct ConfigurationApplied {
    pub(crate) file: String,
    pub(crate) changes: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Metrics {
    /// Seconds, as `2.300s`.
    pub(crate) execution_time: String,
    pub(crate) tokens_used: u64,
    pub(crate) functions_run: usize,
    pub(crate) packages: usize,
    pub(crate) retries: u64,
    pub(crate) fuel_used: u64,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) status: Status,
    pub(crate) duration: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Target {
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) completed: usize,
    pub(crate) failed: usize,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReportedError {
    pub(crate) code: Option<Code>,
    pub(crate) component: Component,
    pub(crate) intent: Option<String>,
    pub(crate) message: String,
    pub(crate) critical: bool,
    pub(crate) causes: Vec<String>,
}

/// Who takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Handoff {
    #[serde(rename = "security-compliance-agent")]
    SecurityCompliance,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct RunFacts {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) stage: u32,
    pub(crate) goal: Option<String>,
    pub(crate) started: String,
    pub(crate) finished: String,
    pub(crate) resumed_from: Option<String>,
}
