//! A report for people.

use super::schema::{RunReport, Status};

pub(super) fn render(report: &RunReport) -> String {
    let word = |status| match status {
        Status::Success => "success",
        Status::Warning => "warning",
        Status::Error => "error",
    };
    let details = &report.details;
    let mut lines = vec![
        format!("{}: {}", word(report.status), report.summary),
        format!(
            "{} function(s) in {} package(s), {}",
            details.metrics.functions_run, details.metrics.packages, details.metrics.execution_time
        ),
    ];
    let mut section = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            lines.push(String::new());
            lines.push(format!("{title}:"));
            lines.extend(items.into_iter().map(|item| format!("  {item}")));
        }
    };
    section("Actions", details.actions_taken.clone());
    section(
        "Files",
        details.configurations_applied.iter().map(|applied| format!("{}: {}", applied.file, applied.changes)).collect(),
    );
    section(
        "Errors",
        report
            .errors
            .iter()
            .map(|error| {
                let code = error.code.map_or("-", |code| code.as_str());
                format!("[{code}] {}: {}", error.component, error.message.replace('\n', " "))
            })
            .collect(),
    );
    section("Next steps", report.next_steps.clone());
    lines.join("\n") + "\n"
}
