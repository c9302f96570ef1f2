//! The report of a run (requirements §8): one document, the same for people's tools and for the next agent in line.

mod record;
mod run;
mod schema;
mod text;

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use porchlight_yaml::serde::to_node;
use porchlight_yaml::{Document, SequenceIndent, emit};

pub(crate) use record::Record;
pub(crate) use run::{Run, Work};
use schema::RunReport;

use crate::failure::Failure;
use crate::{exit, output};

// Where and how to report.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportFlags {
    /// Write a report of the run, also of a failed one; `-` is stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Form of the report
    #[arg(long, value_enum, default_value = "yaml", requires = "report")]
    pub(crate) report_format: ReportFormat,
}

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Yaml,
    Json,
    Text,
}

impl ReportFlags {
    /// Does the work of a command and reports it, whatever became of it.
    ///
    /// # Errors
    /// The report cannot be written, told before any work is done; what the work ends with.
    pub(crate) fn around(
        &self,
        mut run: Run,
        work: impl FnOnce(&mut Run) -> Result<u8, Failure>,
    ) -> Result<u8, Failure> {
        let Some(path) = &self.report else { return work(&mut run) };
        self.check(path)?;
        run.is_reported = true;
        let outcome = work(&mut run);
        let reported = self.write(path, &run.report(outcome.as_ref().err()));
        let code = outcome?;
        reported?;
        Ok(code)
    }

    /// Refuses a report on stdout where the command's data goes there.
    pub(crate) fn beside(&self, data: bool) -> Result<(), Failure> {
        if data && self.is_stdout() {
            return Err(Failure::plain("the report and the output of the command both go to stdout")
                .hint("give the report a file: `--report report.yaml`")
                .exit(exit::USAGE));
        }
        Ok(())
    }

    /// True where the report goes to stdout.
    pub(crate) fn is_stdout(&self) -> bool {
        self.report.as_deref() == Some(Path::new("-"))
    }

    /// Makes sure the report can be written, before any work is done.
    fn check(&self, path: &Path) -> Result<(), Failure> {
        if self.is_stdout() {
            return Ok(());
        }
        let fresh = !path.exists();
        OpenOptions::new().append(true).create(true).open(path).map_err(|error| {
            Failure::plain(format_args!("cannot write the report `{}`: {error}", path.display()))
                .hint("nothing was done; name a file in a directory that exists and can be written")
                .exit(exit::USAGE)
        })?;
        if fresh {
            // An empty file must not stay behind, nor be read as part of the package.
            drop(fs::remove_file(path));
        }
        Ok(())
    }

    /// Writes the report.
    fn write(&self, path: &Path, report: &RunReport) -> Result<(), Failure> {
        let text = match self.report_format {
            ReportFormat::Yaml => yaml(report),
            ReportFormat::Json => {
                serde_json::to_string_pretty(report).map_err(|error| Failure::plain(error.to_string()))? + "\n"
            }
            ReportFormat::Text => text::render(report),
        };
        if self.is_stdout() {
            return output::data(text.as_bytes());
        }
        fs::write(path, text)
            .map_err(|error| Failure::plain(format_args!("cannot write the report `{}`: {error}", path.display())))
    }
}

fn yaml(report: &RunReport) -> String {
    let mut document = Document::default();
    let root = to_node(&mut document, report);
    document.set_root(root);
    let mut text = String::new();
    emit(&document, SequenceIndent::Compact, &mut text);
    text
}
