//! The differential fuzzer: two programs, the same generated packages, no difference.
//!
//! A package is a number ([`generate`]), so what is found is found again. Functions are edits of text that this program makes
//! itself ([`function`]) when a Kptfile says `exec: …`. Tame packages are rendered many at a time, as subpackages of one, since
//! most of a render's time is the start of the program; wild ones, which may fail, one at a time. What differs is rendered
//! alone, made small ([`shrink`]) and written as a case archive.

pub mod function;
pub mod generate;
pub mod judge;
pub mod known;
pub mod random;
pub mod shrink;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::archive::{Archive, Content, Entry};
use crate::function_map::FunctionMap;
use crate::program::{Profile, Program};
use crate::tools::Tools;
use generate::Generated;
use judge::{Aspect, Difference, Files, Judge};

/// How many tame packages one render holds.
const BATCH: u64 = 8;
/// How many renders a difference may cost until it is small enough.
const SHRINKING: usize = 250;

/// What to compare, and for how long.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The program that is right.
    pub reference: Program,
    /// The program under test.
    pub subject: Program,
    /// The first seed; the others follow it.
    pub seed: u64,
    /// How many packages at most.
    pub packages: u64,
    /// How long at most.
    pub time: Duration,
    /// Stop after this many differences.
    pub findings: usize,
    /// What a Kptfile says to run a function of [`function`]: a program and its first words.
    pub command: String,
    /// Whether printed text is compared too.
    pub console: bool,
    /// Where cases of what was found are written.
    pub save: Option<PathBuf>,
    /// How many renders at a time.
    pub jobs: usize,
    /// Further words for the subject.
    pub flags: Vec<String>,
}

/// A difference and the smallest package that shows it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The package's seed.
    pub seed: u64,
    /// What differs in the small package.
    pub difference: Difference,
    /// The small package.
    pub files: Files,
}

/// What came of a campaign.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many packages were compared.
    pub packages: u64,
    /// How many of them the reference could not render.
    pub refused: u64,
    /// Differences nobody has explained yet.
    pub found: Vec<Found>,
    /// Differences that are meant (docs/kpt-compatibility.md), by reason.
    pub explained: std::collections::BTreeMap<&'static str, u64>,
}

/// Runs the campaign; `tell` hears of every difference once it is small.
///
/// # Errors
/// A program cannot be run, or there is no place to work.
pub fn run(campaign: &Campaign, tell: &(dyn Fn(&Found) + Sync)) -> io::Result<Outcome> {
    let functions = FunctionMap::default();
    let tools = Tools::new(&campaign.subject, &functions)?;
    let next = AtomicU64::new(0);
    let outcome = Mutex::new(Outcome::default());
    let end = Instant::now() + campaign.time;
    let errors = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..campaign.jobs.max(1) {
            scope.spawn(|| {
                if let Err(error) = worker(campaign, &tools, &next, end, &outcome, tell) {
                    lock(&errors).get_or_insert(error);
                }
            });
        }
    });
    match lock(&errors).take() {
        Some(error) => Err(error),
        None => Ok(std::mem::take(&mut *lock(&outcome))),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn worker(
    campaign: &Campaign,
    tools: &Tools,
    next: &AtomicU64,
    end: Instant,
    outcome: &Mutex<Outcome>,
    tell: &(dyn Fn(&Found) + Sync),
) -> io::Result<()> {
    let folder = tempfile::Builder::new().prefix("fuzz-").tempdir()?;
    let judge = Judge {
        reference: &campaign.reference,
        subject: &campaign.subject,
        tools,
        profile: Profile::Beta56,
        console: campaign.console,
        folder: fs::canonicalize(folder.path())?,
        flags: campaign.flags.clone(),
    };
    loop {
        let start = next.fetch_add(BATCH, Ordering::Relaxed);
        if start >= campaign.packages || Instant::now() >= end || lock(outcome).found.len() >= campaign.findings {
            return Ok(());
        }
        let seeds = start..(start + BATCH).min(campaign.packages);
        let made: Vec<(u64, Generated)> = seeds
            .map(|number| campaign.seed.wrapping_add(number))
            .map(|seed| (seed, generate::package(seed, &campaign.command)))
            .collect();
        let (tame, wild): (Vec<_>, Vec<_>) = made.into_iter().partition(|(_, package)| package.tame);
        let mut alone = wild;
        lock(outcome).packages += together(&judge, &tame, &mut alone)?;
        for (seed, package) in alone {
            let difference = judge.differ(&package.files)?;
            lock(outcome).packages += 1;
            let Some(difference) = difference else { continue };
            if let Some(reason) = known::reason(&difference) {
                *lock(outcome).explained.entry(reason).or_default() += 1;
                continue;
            }
            let found = small(&judge, seed, package.files, difference)?;
            if let Some(reason) = known::reason(&found.difference) {
                *lock(outcome).explained.entry(reason).or_default() += 1;
                continue;
            }
            if let Some(folder) = &campaign.save {
                save(folder, &found)?;
            }
            tell(&found);
            lock(outcome).found.push(found);
            if Instant::now() >= end {
                return Ok(());
            }
        }
    }
}

/// Compares packages in one render and says how many are done; those that have to be looked at alone go to `alone`.
fn together(judge: &Judge<'_>, packages: &[(u64, Generated)], alone: &mut Vec<(u64, Generated)>) -> io::Result<u64> {
    if packages.len() < 2 {
        alone.extend_from_slice(packages);
        return Ok(0);
    }
    // A failing package hides the others, so a batch counts only when all of it is rendered.
    if judge.agree_on_success(&batch(packages))? {
        return Ok(u64::try_from(packages.len()).unwrap_or(0));
    }
    let (left, right) = packages.split_at(packages.len() / 2);
    Ok(together(judge, left, alone)? + together(judge, right, alone)?)
}

/// The packages as subpackages of one without a pipeline.
fn batch(packages: &[(u64, Generated)]) -> Files {
    let root = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: batch\n";
    let mut files = Files::from([("Kptfile".to_owned(), root.as_bytes().to_vec())]);
    for (number, (_, package)) in packages.iter().enumerate() {
        for (path, bytes) in &package.files {
            files.insert(format!("p{number:02}/{path}"), bytes.clone());
        }
    }
    files
}

fn small(judge: &Judge<'_>, seed: u64, files: Files, difference: Difference) -> io::Result<Found> {
    let aspect = difference.aspect;
    let shows =
        |files: &Files| judge.differ(files).is_ok_and(|found| found.is_some_and(|found| found.aspect == aspect));
    let files = shrink::shrink(files, SHRINKING, shows);
    let difference = judge.differ(&files)?.unwrap_or(difference);
    Ok(Found { seed, difference, files })
}

/// Writes a case archive named by aspect and seed.
fn save(folder: &std::path::Path, found: &Found) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let aspect = match found.difference.aspect {
        Aspect::Exit => "exit",
        Aspect::Tree => "tree",
        Aspect::Results => "results",
        Aspect::Console => "console",
    };
    fs::write(folder.join(format!("{aspect}-{}.txtar", found.seed)), archive(found).to_text())
}

/// The small package as a case, with what differs above it.
#[must_use]
pub fn archive(found: &Found) -> Archive {
    let Difference { text, consoles, .. } = &found.difference;
    let comment: String =
        format!("seed {}\n{text}{consoles}", found.seed).lines().map(|line| format!("# {line}\n")).collect();
    let mut entries: Vec<Entry> = found
        .files
        .iter()
        .map(|(path, bytes)| Entry {
            path: path.clone(),
            content: Content::File { bytes: bytes.clone(), executable: false },
        })
        .collect();
    entries.push(Entry {
        path: ".expected/config.yaml".to_owned(),
        content: Content::File { bytes: b"profile: beta.56\nallowExec: true\n".to_vec(), executable: false },
    });
    Archive { comment, entries }
}
