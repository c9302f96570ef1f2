//! What the functions found, for people, code hosts and CI servers.

use std::env;
use std::fs;
use std::path::Path;

use clap::Args;
use porchlight_findings::{Findings, Format, Sources};
use porchlight_pipeline::FunctionResultList;

use crate::failure::Failure;
use crate::{exit, output};

// In which form findings are told, beside kpt's `results.yaml`.
#[derive(Debug, Clone, Args)]
pub(super) struct FindingsFlags {
    /// Tell what functions found, with file and line: into the directory for results if there is one, else to stdout
    #[arg(long, value_name = "text|json|sarif|junit")]
    results_format: Option<Format>,
}

impl FindingsFlags {
    /// Makes sure that there is a place for the findings, before any work is done.
    pub(super) fn check(&self, directory: Option<&Path>, stdout_is_taken: bool) -> Result<(), Failure> {
        if self.results_format.is_some() && directory.is_none() && stdout_is_taken {
            return Err(Failure::plain("the findings and other output both go to stdout")
                .hint("give the findings a directory: `--results-dir results`")
                .exit(exit::USAGE));
        }
        Ok(())
    }

    /// What `results` hold, with places in the files below `root` as they are now; nothing where nobody asked.
    pub(super) fn of(&self, results: &FunctionResultList, root: &Path) -> Findings {
        if self.results_format.is_some() { Findings::of(results, &mut sources(root)) } else { Findings::default() }
    }

    /// Writes what was found, also where something ended the render.
    pub(super) fn write(
        &self,
        directory: Option<&Path>,
        findings: Findings,
        failure: Option<&Failure>,
    ) -> Result<(), Failure> {
        let Some(format) = self.results_format else { return Ok(()) };
        let findings = match failure {
            Some(Failure { code, message, .. }) => {
                findings.ended_by(porchlight_findings::Failure { code: *code, message: message.trim_end().to_owned() })
            }
            None => findings,
        };
        let text = format.write(&findings);
        let Some(directory) = directory else { return output::data(text.as_bytes()) };
        let file = directory.join(format.file_name());
        fs::create_dir_all(directory).and_then(|()| fs::write(&file, text)).map_err(|error| {
            Failure::plain(format_args!("cannot write the findings `{}`: {error}", file.display()))
                .hint("name a directory that can be written with `--results-dir`")
        })
    }
}

/// The files below `root`, told relative to the directory the program runs in.
pub(super) fn sources(root: &Path) -> Sources {
    Sources::new(root, env::current_dir().unwrap_or_default())
}
