//! Following what becomes of package revisions.
//!
//! As every client of Kubernetes does it: a list, then a stream of changes from the version of that list. Where a stream
//! ends, or the server no longer knows the version (410), everything is listed again and compared with what was known, so
//! no change is lost, and none is told twice, whatever a server makes of versions.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Filter, Porch, escaped, typed};
use crate::error::PorchError;
use crate::object::PackageRevision;

/// The longest stream; servers end them after some minutes by themselves.
const LONGEST: Duration = Duration::from_secs(240);
/// Between two lists there is at least this time, however often streams end.
const PACE: Duration = Duration::from_secs(1);

/// What became of a package revision.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// It is there: at the beginning, or newly.
    Added(PackageRevision),
    /// It is another than before.
    Changed(PackageRevision),
    /// It is gone, or no longer one of those that are wanted; as it was last.
    Gone(PackageRevision),
    /// All that was there at the beginning has been told.
    Complete,
}

/// What is known, by name.
type Known = BTreeMap<String, PackageRevision>;

/// A stream has ended.
enum Ended {
    /// The listener has seen enough.
    Enough,
    /// The server ended it, or does not know its version.
    Over,
}

impl Porch {
    /// Tells `listener` of package revisions and of what becomes of them, until it has seen enough or `until` has come.
    ///
    /// # Errors
    /// As every request. A stream that breaks off is none.
    pub fn watch(
        &self,
        filter: &Filter,
        until: Option<Instant>,
        mut listener: impl FnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), PorchError> {
        let mut known = Known::new();
        let mut is_first = true;
        loop {
            let begun = Instant::now();
            let (revisions, version) = self.list_at(filter)?;
            if compare(&mut known, revisions, &mut listener).is_break() {
                return Ok(());
            }
            if is_first && listener(Event::Complete).is_break() {
                return Ok(());
            }
            is_first = false;
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(());
            }
            let time = left.unwrap_or(LONGEST).min(LONGEST);
            if let Ended::Enough = self.stream(filter, &version, time, &mut known, &mut listener)? {
                return Ok(());
            }
            let pause = PACE.saturating_sub(begun.elapsed());
            thread::sleep(until.map_or(pause, |until| pause.min(until.saturating_duration_since(Instant::now()))));
        }
    }

    fn stream(
        &self,
        filter: &Filter,
        version: &str,
        time: Duration,
        known: &mut Known,
        listener: &mut impl FnMut(Event) -> ControlFlow<()>,
    ) -> Result<Ended, PorchError> {
        let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
        let mut query = filter.query();
        query.push_str(if query.is_empty() { "?" } else { "&" });
        query.push_str(&format!("watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}"));
        if !version.is_empty() {
            query.push_str(&format!("&resourceVersion={}", escaped(version)));
        }
        let path = format!("{}{query}", self.path("packagerevisions", ""));
        let lines = match self.http.stream(&path, time)? {
            Ok(lines) => lines,
            Err(answer) if answer.status == 410 => return Ok(Ended::Over),
            Err(answer) => return Err(self.refusal(&answer, crate::http::Method::Get, "packagerevisions")),
        };
        // A line that breaks off belongs to a stream that does.
        for event in lines {
            let mut object = event["object"].clone();
            typed(&mut object, "PackageRevision");
            let revision = PackageRevision { object };
            let told = match event["type"].as_str() {
                Some("ADDED" | "MODIFIED") if filter.fits(&revision) => seen(known, revision),
                Some("ADDED" | "MODIFIED" | "DELETED") => known.remove(revision.name()).map(Event::Gone),
                Some("ERROR") if revision.object["code"] == 410 => return Ok(Ended::Over),
                Some("ERROR") => {
                    return Err(self.refusal(&error_of(revision.object), crate::http::Method::Get, "packagerevisions"));
                }
                // A bookmark only moves the version, which the next list does too; what is not known is for others.
                _ => None,
            };
            if told.is_some_and(|event| listener(event).is_break()) {
                return Ok(Ended::Enough);
            }
        }
        Ok(Ended::Over)
    }
}

/// A `Status` in a stream, as if it were an answer.
fn error_of(status: Value) -> crate::http::Answer {
    let code = status["code"].as_u64().and_then(|code| u16::try_from(code).ok());
    crate::http::Answer { status: code.unwrap_or(500), body: status }
}

/// What is new about a revision.
fn seen(known: &mut Known, revision: PackageRevision) -> Option<Event> {
    match known.insert(revision.name().to_owned(), revision.clone()) {
        None => Some(Event::Added(revision)),
        // Servers begin a stream with what a list has told.
        Some(before) if before == revision => None,
        Some(before) if !revision.version().is_empty() && before.version() == revision.version() => None,
        Some(_) => Some(Event::Changed(revision)),
    }
}

/// Tells what is otherwise in a list than it was.
fn compare(
    known: &mut Known,
    revisions: Vec<PackageRevision>,
    listener: &mut impl FnMut(Event) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let gone: Vec<String> =
        known.keys().filter(|name| !revisions.iter().any(|revision| revision.name() == *name)).cloned().collect();
    for name in gone {
        if let Some(revision) = known.remove(&name) {
            listener(Event::Gone(revision))?;
        }
    }
    for revision in revisions {
        if let Some(event) = seen(known, revision) {
            listener(event)?;
        }
    }
    ControlFlow::Continue(())
}
