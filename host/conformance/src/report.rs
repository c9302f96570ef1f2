//! Outcomes as text for people and JSON for programs.

use std::io::{self, Write};

use crate::outcome::{Outcome, Summary, Verdict};

/// In which form outcomes are reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// A line a case, differences below it, a summary at the end.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// Writes the report.
///
/// # Errors
/// What `out` refuses.
pub(crate) fn write(summary: &Summary, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, summary)?;
            writeln!(out)
        }
        Format::Text => {
            for outcome in &summary.cases {
                case(outcome, out)?;
            }
            let mut parts = vec![format!("{} passed", summary.passed), format!("{} failed", summary.failed)];
            parts.extend((summary.skipped > 0).then(|| format!("{} skipped", summary.skipped)));
            parts.extend((summary.updated > 0).then(|| format!("{} updated", summary.updated)));
            writeln!(out, "{} cases with {}: {}", summary.cases.len(), summary.program, parts.join(", "))
        }
    }
}

fn case(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let name = &outcome.case;
    match &outcome.verdict {
        Verdict::Pass => writeln!(out, "PASS {name}"),
        Verdict::Skip { reason } => writeln!(out, "SKIP {name}: {reason}"),
        Verdict::Updated { changed: true } => writeln!(out, "NEW  {name}"),
        Verdict::Updated { changed: false } => writeln!(out, "SAME {name}"),
        Verdict::Fail { mismatches } => {
            writeln!(out, "FAIL {name}")?;
            for mismatch in mismatches {
                writeln!(out, "  {}", mismatch.message)?;
                for line in mismatch.diff.lines() {
                    writeln!(out, "    {line}")?;
                }
            }
            Ok(())
        }
    }
}
