//! A repository with a long history: memory and time are those of its revisions, not of its commits.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so, and what was measured is told")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use porchlight_repository::{Filter, Git, Mirrors, Repository, Settings, Task};

const PACKAGES: usize = 500;
const REVISIONS: usize = 10;
/// What this process may grow by, in KiB. The list itself has 5,500 entries of less than 1 KiB.
const MOST_MEMORY: u64 = 48 * 1024;
/// Far more than it takes, for machines with much else to do.
const MOST_TIME: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let trials = vec![Trial::test("five_thousand_commits_of_five_hundred_packages", long_history)];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A history as years of approvals leave it.
fn history() -> String {
    let mut stream = String::new();
    let mut mark = 0;
    for revision in 1..=REVISIONS {
        for package in 0..PACKAGES {
            let path = format!("region-{}/nf-{package}", package % 20);
            let previous = mark;
            mark += 1;
            let message = format!(
                "Approving package revision {path}/{revision}\n\nkpt:{{\"package\":\"{path}\",\"workspaceName\":\"w{revision}\",\"revision\":\"{revision}\"}}\n"
            );
            let person = "Package Orchestration Service <porch@kpt.dev>";
            let time = 1_600_000_000 + mark;
            write!(
                stream,
                "commit refs/heads/main\nmark :{mark}\nauthor {person} {time} +0000\ncommitter {person} {time} +0000\ndata {}\n{message}",
                message.len()
            )
            .expect("a text grows");
            if previous > 0 {
                writeln!(stream, "from :{previous}").expect("a text grows");
            }
            for (file, text) in [
                ("Kptfile", format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: nf-{package}\n")),
                (
                    "nf.yaml",
                    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nf\ndata:\n  n: \"{mark}\"\n"),
                ),
            ] {
                write!(stream, "M 100644 inline {path}/{file}\ndata {}\n{text}\n", text.len()).expect("a text grows");
            }
            write!(stream, "\nreset refs/tags/{path}/v{revision}\nfrom :{mark}\n\n").expect("a text grows");
        }
    }
    stream
}

/// Highest resident memory of this process so far, in KiB; none where the system does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn git(bare: &Path, arguments: &[&str], input: &[u8]) -> Result<(), Failed> {
    let mut child = Command::new("git").arg("--git-dir").arg(bare).args(arguments).stdin(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("no pipe")?.write_all(input)?;
    assert!(child.wait()?.success(), "git {arguments:?}");
    Ok(())
}

fn long_history() -> Result<(), Failed> {
    let Ok(program) = Git::find("git") else {
        println!("skipped: no git");
        return Ok(());
    };
    let scratch = tempfile::tempdir()?;
    let bare = scratch.path().join("r.git");
    git(&bare, &["init", "--quiet", "--bare", "--initial-branch=main"], &[])?;
    git(&bare, &["fast-import", "--quiet"], history().as_bytes())?;
    git(&bare, &["pack-refs", "--all"], &[])?;

    let before = peak();
    let start = Instant::now();
    let mut repository = Repository::open(program, &bare.display().to_string(), Settings::default(), &Mirrors::none())?;
    let revisions = repository.revisions(&Filter::default())?;
    let listed = start.elapsed();
    assert_eq!(revisions.len(), PACKAGES * (REVISIONS + 1));
    assert_eq!(revisions.iter().filter(|revision| revision.latest).count(), PACKAGES);
    assert!(
        revisions.iter().filter(|revision| revision.revision > 0).all(|r| r.workspace == format!("w{}", r.revision))
    );

    // One package of many: the others do not matter, nor does what lies before.
    let start = Instant::now();
    let latest = repository.find(&"region-7/nf-7".parse()?)?;
    assert_eq!(latest.revision, 10);
    let contents = repository.contents(&latest)?;
    repository.create(&latest.package, "w11", Task::edit(latest.name.clone()), &contents)?;
    repository.propose(&"region-7/nf-7@w11".parse()?)?;
    let approved = repository.approve(&"region-7/nf-7@w11".parse()?)?;
    let one = start.elapsed();
    assert_eq!(approved.revision, 11);
    // Nobody wrote how the first revision began: the whole history is looked through.
    let start = Instant::now();
    let first = repository.find(&"region-7/nf-7@w10".parse()?)?;
    assert_eq!(repository.details(&first)?.task, None);
    assert_eq!(repository.details(&approved)?.task, Some(Task::edit(latest.name)));
    let walked = start.elapsed();

    println!("listed {} revisions in {listed:?}; edit to approval {one:?}; walked in {walked:?}", revisions.len());
    assert!(listed + one + walked < MOST_TIME);
    if let (Some(before), Some(after)) = (before, peak()) {
        println!("peak memory {before} KiB before, {after} KiB after");
        assert!(after - before < MOST_MEMORY, "{before} KiB before, {after} KiB after");
    }
    Ok(())
}
