//! Progress as kpt prints it on stderr (kpt-render §3.4).

use std::io::Write;
use std::time::Duration;

use porchlight_package::Compat;

use super::lines::{block_beta56, block_latest, duration};
use super::{Ending, Event, Reporter, Step};
use crate::results::ResultItem;
use porchlight_package::quote;

/// Writes kpt's lines. What cannot be written is dropped.
#[derive(Debug)]
pub struct TextReporter<W> {
    out: W,
    compat: Compat,
    truncate: bool,
    wasm: bool,
}

impl<W: Write> TextReporter<W> {
    /// A reporter in the form of one kpt release. `truncate` cuts results and stderr to four lines, which only
    /// beta.56 does.
    pub fn new(out: W, compat: Compat, truncate: bool) -> Self {
        Self { out, compat, truncate, wasm: false }
    }

    /// Whether every function is told as a wasm function, which kpt does under `--allow-alpha-wasm`.
    #[must_use]
    pub fn wasm(mut self, wasm: bool) -> Self {
        self.wasm = wasm;
        self
    }

    /// The writer.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn started(&self, step: &Step<'_>) -> String {
        let mut line = format!("[RUNNING] {}{}", if self.wasm { "WASM " } else { "" }, quote(step.function));
        if let Some(count) = step.selected {
            line += &format!(" on {count} resource(s)");
        }
        if self.compat == Compat::Latest && !step.package.is_empty() {
            line += &format!(" on package {}", quote(step.package));
        }
        line + "\n"
    }

    fn finished(
        &self,
        step: &Step<'_>,
        ending: Ending,
        elapsed: Duration,
        results: &[ResultItem],
        stderr: &str,
    ) -> String {
        let word = if ending == Ending::Passed { "PASS" } else { "FAIL" };
        let unit = match self.compat {
            Compat::Beta56 => Duration::from_millis(100),
            Compat::Latest => Duration::from_millis(1),
        };
        let mut out = format!("[{word}] {} in {}\n", quote(step.function), duration(elapsed, unit));
        if !results.is_empty() {
            let lines: Vec<String> = results.iter().map(ToString::to_string).collect();
            out += &self.block("Results", lines.iter().map(String::as_str), false);
        }
        if !stderr.is_empty() {
            out += &self.block("Stderr", stderr.split('\n'), true);
        }
        if let Ending::Failed { exit_code } = ending {
            out += &format!("  Exit code: {exit_code}\n");
            if self.compat == Compat::Beta56 {
                out.push('\n');
            }
        }
        out
    }

    fn block<'a>(&self, title: &str, lines: impl Iterator<Item = &'a str>, quoted: bool) -> String {
        match self.compat {
            Compat::Beta56 => block_beta56(title, lines, quoted, self.truncate),
            Compat::Latest if title == "Results" => block_latest("[Results]", lines),
            Compat::Latest => block_latest(title, lines),
        }
    }
}

impl<W: Write> Reporter for TextReporter<W> {
    fn report(&mut self, event: Event<'_>) {
        let text = match event {
            Event::Package { display_path, name } => match self.compat {
                Compat::Beta56 => format!("Package {}: \n", quote(display_path)),
                Compat::Latest => format!("Package {}:\n", quote(name)),
            },
            Event::Started(step) => self.started(&step),
            Event::Finished { step, ending, elapsed, results, stderr } => {
                self.finished(&step, ending, elapsed, results, stderr)
            }
            Event::PipelinePassed => "\n".to_owned(),
            Event::Rendered { functions, packages, whole } => match (whole, functions) {
                (true, _) => format!("Successfully executed {functions} function(s) in {packages} package(s).\n"),
                (false, 0) => format!("Failed to execute any functions in {packages} package(s).\n"),
                (false, _) => format!("Partially executed {functions} function(s) in {packages} package(s).\n"),
            },
            Event::ResultsSaved { file, apart } => {
                let space = if apart { "\n" } else { "" };
                format!("{space}For complete results, see {}\n", file.display())
            }
        };
        // Progress is not worth failing for.
        let _ = self.out.write_all(text.as_bytes());
    }
}
