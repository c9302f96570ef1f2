//! SIGKILL at any moment of a commit leaves the whole old or the whole new package.
//!
//! The test starts itself as a child that commits back and forth, and kills it. `PORCHLIGHT_KILLS` sets how often.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use porchlight_package::{Change, JOURNAL_FILE, commit, recover};

const FILES: usize = 120;
const CHILD: &str = "PORCHLIGHT_KILL_CHILD";

/// Content of file `number` in state `state`; lengths differ, and every fifth file exists in one state only.
fn content(number: usize, state: usize) -> Option<Arc<[u8]>> {
    let present = !number.is_multiple_of(5) || (number / 5 + state).is_multiple_of(2);
    let lines = 1 + (number * 7 + state * 13) % 40;
    present.then(|| format!("state: s{state}\n").repeat(lines).into_bytes().into())
}

fn path(number: usize) -> String {
    format!("d{}/f{number}.yaml", number % 7)
}

fn changes(from: usize, to: usize) -> Vec<Change> {
    (0..FILES)
        .map(|number| Change { path: path(number), old: content(number, from), new: content(number, to) })
        .filter(|change| change.old != change.new)
        .collect()
}

/// The state the package is wholly in.
fn state(root: &Path) -> Option<usize> {
    (0..2).find(|state| {
        (0..FILES).all(|number| fs::read(root.join(path(number))).ok().as_deref() == content(number, *state).as_deref())
    })
}

/// Not a test by itself: the process that is killed.
#[test]
fn child() {
    let Some(root) = std::env::var_os(CHILD) else { return };
    let root = Path::new(&root);
    loop {
        let from = state(root).expect("a whole package");
        commit(root, &changes(from, 1 - from)).expect("commits");
    }
}

#[test]
fn a_killed_commit_is_old_or_new() {
    let kills: u32 = std::env::var("PORCHLIGHT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path();
    let fresh: Vec<Change> = changes(0, 1)
        .into_iter()
        .map(|change| Change { path: change.path, new: change.old, old: None })
        .filter(|change| change.new.is_some())
        .collect();
    commit(root, &fresh).expect("commits");
    let (mut interrupted, mut replayed, mut dropped, mut torn_before_recovery) = (0, 0, 0, 0);
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().expect("itself"))
            .args(["--exact", "child", "--nocapture"])
            .env(CHILD, root)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        // Wait until it works, then a moment that differs from kill to kill.
        let deadline = Instant::now() + Duration::from_secs(10);
        while !root.join(JOURNAL_FILE).exists() && Instant::now() < deadline {
            sleep(Duration::from_micros(100));
        }
        sleep(Duration::from_micros(u64::from(kill * 7919 % 9000)));
        child.kill().expect("kills");
        child.wait().expect("ends");
        interrupted += u32::from(root.join(JOURNAL_FILE).exists());
        torn_before_recovery += u32::from(state(root).is_none());
        match recover(root).expect("recovers") {
            Some(recovery) if recovery.completed => replayed += 1,
            Some(_) => dropped += 1,
            None => {}
        }
        assert!(state(root).is_some(), "kill {kill}: the package is torn");
        assert!(!root.join(JOURNAL_FILE).exists(), "kill {kill}: the journal is left");
    }
    println!(
        "| {kills} kills of a commit by SIGKILL: damaged packages | **0** ({interrupted} met the commit: {replayed} completed, {dropped} dropped; {torn_before_recovery} torn before the recovery) | 0 |"
    );
}
