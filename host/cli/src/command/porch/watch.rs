//! `porchlight porch watch`

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use porchlight_porch::{Event, PackageRevision};
use porchlight_repository::Lifecycle;
use serde_json::json;

use super::failure;
use super::open::ClusterFlags;
use super::scope::ScopeFlags;
use crate::failure::Failure;
use crate::limits::parse_time;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    cluster: ClusterFlags,
    #[command(flatten)]
    scope: ScopeFlags,
    /// End when all of them are of this stage, and there are some: `Draft`, `Proposed`, `Published`, `DeletionProposed`
    #[arg(long, value_name = "STAGE")]
    until: Option<Lifecycle>,
    /// End after this time; with `--until` that is a failure, with exit code 4
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    timeout: Option<Duration>,
    /// Form of the lines
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// A JSON object a line, with the object as the server wrote it
    Json,
}

pub(crate) fn run(arguments: &Watch) -> Result<u8, Failure> {
    let porch = arguments.cluster.open()?;
    let filter = arguments.scope.filter(None);
    let end = arguments.timeout.and_then(|time| Instant::now().checked_add(time));
    let mut wanted = Wanted { stage: arguments.until, ..Wanted::default() };
    let (mut unwritten, mut is_read) = (None, true);
    let watched = porch.watch(&filter, end, |event| {
        wanted.look(&event);
        match tell(&event, arguments.format) {
            Ok(ControlFlow::Continue(())) if !wanted.is_met() => ControlFlow::Continue(()),
            Ok(ControlFlow::Continue(())) => ControlFlow::Break(()),
            Ok(ControlFlow::Break(())) => {
                is_read = false;
                ControlFlow::Break(())
            }
            Err(failure) => {
                unwritten = Some(failure);
                ControlFlow::Break(())
            }
        }
    });
    watched.map_err(|error| failure(&error))?;
    match (unwritten, arguments.until) {
        (Some(failure), _) => Err(failure),
        (None, Some(stage)) if is_read && !wanted.is_met() => {
            Err(Failure::plain(format_args!("not all package revisions are {stage} in time")).exit(exit::DEADLINE))
        }
        _ => Ok(exit::SUCCESS),
    }
}

/// What is waited for.
#[derive(Debug, Default)]
struct Wanted {
    stage: Option<Lifecycle>,
    is_complete: bool,
    stages: BTreeMap<String, Option<Lifecycle>>,
}

impl Wanted {
    fn look(&mut self, event: &Event) {
        match event {
            Event::Added(revision) | Event::Changed(revision) => {
                self.stages.insert(revision.name().to_owned(), revision.lifecycle().ok());
            }
            Event::Gone(revision) => drop(self.stages.remove(revision.name())),
            Event::Complete => self.is_complete = true,
        }
    }

    fn is_met(&self) -> bool {
        self.stage.is_some()
            && self.is_complete
            && !self.stages.is_empty()
            && self.stages.values().all(|stage| *stage == self.stage)
    }
}

fn tell(event: &Event, form: Form) -> Result<ControlFlow<()>, Failure> {
    let (word, revision) = match event {
        Event::Added(revision) => ("added", revision),
        Event::Changed(revision) => ("changed", revision),
        Event::Gone(revision) => ("gone", revision),
        Event::Complete => return Ok(ControlFlow::Continue(())),
    };
    let line = match form {
        Form::Text => text(word, revision),
        Form::Json => json!({"event": word, "object": revision.object()}).to_string(),
    };
    output::streamed(format!("{line}\n").as_bytes())
}

fn text(word: &str, revision: &PackageRevision) -> String {
    let stage = revision.lifecycle().map(|stage| stage.to_string()).unwrap_or_default();
    let number = match revision.revision() {
        0 => String::new(),
        number => format!(", revision {number}"),
    };
    format!("{word:<7} {} {stage}{number}", revision.name())
}
