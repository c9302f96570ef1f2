//! A render that is killed, at any moment and in any way, leaves the whole old or the whole new package.
//!
//! The first change in the package's directories starts a clock; the kill comes a random time after it, within the
//! time that the writing takes. Every fifth kill comes anywhere in the run. `scripts/torture` sets more kills and has
//! the same done to kpt:
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PORCHLIGHT_KILLS` | kills by each signal | 60 |
//! | `PORCHLIGHT_KILL_SEED` | seed of the moments | 1 |
//! | `PORCHLIGHT_KILL_RESOURCES` | resources in the package | 120 |
//! | `PORCHLIGHT_KILL_KPT` | kills of kpt by each signal | 0 |

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::inotify;
use rustix::process::{Pid, Signal, kill_process};

use crate::measured::tell;
use crate::program::{differing, files, installed, path, porchlight, text};

type Files = BTreeMap<String, Vec<u8>>;

/// Swaps two states of every resource, of different length. Some resources also change their file.
const SWAP: &str = "\
s/state: first$/state: second, which is a good deal longer than the first was/;t
s/state: second.*/state: first/;t
s/moving-one-way-/moving-the-other-way-/;t
s/moving-the-other-way-/moving-one-way-/
";

/// A package whose render swaps its two states, again and again.
struct Swapping {
    scratch: tempfile::TempDir,
    states: [Files; 2],
}

impl Swapping {
    fn new(resources: usize, program: &Program) -> Self {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let script = scratch.path().join("swap.sed");
        fs::write(&script, SWAP).expect("a file");
        let package = scratch.path().join("pkg");
        fs::create_dir_all(package.join("sub")).expect("a folder");
        let kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\n";
        fs::write(package.join("sub/Kptfile"), kptfile).expect("a file");
        let pipeline = format!("pipeline:\n  mutators:\n    - exec: sed -f {}\n", script.display());
        fs::write(package.join("Kptfile"), format!("{kptfile}{pipeline}")).expect("a file");
        for number in 0..resources {
            let folder = if number % 3 == 0 { "sub/" } else { "" };
            let name = if number % 7 == 0 { "moving-one-way-" } else { "resource-" };
            let filler: String = (0..number % 40).map(|line| format!("  filler-{line}: x\n")).collect();
            fs::write(
                package.join(format!("{folder}{name}{number}.yaml")),
                format!(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: # of {number}\n  name: resource-{number}\ndata:\n  state: first\n{filler}"
                ),
            )
            .expect("a file");
        }
        let mut swapping = Self { scratch, states: Default::default() };
        // The first render also brings the files into the form in which they then stay.
        for state in [1, 0, 1, 0] {
            let status = program.command(&swapping.package()).status().expect("it starts");
            assert!(status.success(), "{program} renders");
            let now = files(&swapping.package());
            assert!(swapping.states[state].is_empty() || now.len() == swapping.states[state].len());
            swapping.states[state] = now;
        }
        assert_eq!(swapping.states[0].len(), resources + 2);
        assert!(differing(&swapping.states[0], &swapping.states[1]).len() >= resources);
        swapping
    }

    fn package(&self) -> PathBuf {
        self.scratch.path().join("pkg")
    }

    /// Which state the package is wholly in.
    fn state(&self, now: &Files) -> Option<usize> {
        self.states.iter().position(|state| state == now)
    }

    /// Brings a torn package back to its first state.
    fn reset(&self) {
        let package = self.package();
        for name in files(&package).keys().filter(|name| !self.states[0].contains_key(*name)) {
            fs::remove_file(package.join(name)).expect("removable");
        }
        for (name, bytes) in &self.states[0] {
            fs::write(package.join(name), bytes).expect("a file");
        }
    }

    /// Tells the first change in the package's directories.
    fn watch(&self) -> OwnedFd {
        let watch = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC).expect("inotify");
        let changes = inotify::WatchFlags::MODIFY | inotify::WatchFlags::CREATE | inotify::WatchFlags::DELETE;
        for directory in [self.package(), self.package().join("sub")] {
            inotify::add_watch(&watch, directory, changes).expect("a watch");
        }
        watch
    }
}

/// A program that renders.
#[derive(Clone, Copy)]
enum Program {
    Porchlight,
    Kpt,
}

impl Program {
    fn command(self, package: &Path) -> Command {
        let mut command = match self {
            Self::Porchlight => Command::new(env!("CARGO_BIN_EXE_porchlight")),
            Self::Kpt => {
                let mut command = Command::new("kpt");
                command.arg("fn");
                command
            }
        };
        command.args(["render", "--allow-exec"]).arg(package).env("PATH", path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl fmt::Display for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Porchlight => "porchlight",
            Self::Kpt => "kpt",
        })
    }
}

/// Waits for the first change; false where the program ended before one.
fn changed(watch: &OwnedFd, child: &mut Child) -> bool {
    let mut buffer = [0; 4096];
    loop {
        if rustix::io::read(watch, &mut buffer).is_ok_and(|read| read > 0) {
            return true;
        }
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        sleep(Duration::from_micros(50));
    }
}

/// Medians of how long a render takes, and its writing.
fn durations(swapping: &Swapping, program: Program) -> (Duration, Duration) {
    let mut times: Vec<(Duration, Duration)> = (0..5)
        .map(|_| {
            let watch = swapping.watch();
            let start = Instant::now();
            let mut child = program.command(&swapping.package()).spawn().expect("it starts");
            assert!(changed(&watch, &mut child), "a render changes files");
            let first = Instant::now();
            assert!(child.wait().expect("a child").success());
            (start.elapsed(), first.elapsed())
        })
        .collect();
    times.sort_unstable();
    let run = times[times.len() / 2].0;
    times.sort_unstable_by_key(|(_, writing)| *writing);
    (run, times[times.len() / 2].1)
}

/// What became of the package.
#[derive(Default)]
struct Tally {
    kills: usize,
    /// The program was faster than the kill.
    ended: usize,
    /// Kills that met the writing: its journal was there, or files of both states.
    within: usize,
    old: usize,
    new: usize,
    damaged: usize,
    /// Of the damaged packages, those with an emptied file, which reads as "no resources".
    emptied: usize,
}

/// SplitMix64: the moments of the kills.
struct Moments(u64);

impl Moments {
    fn within(&mut self, longest: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = u32::try_from((mixed ^ (mixed >> 31)) >> 40).expect("24 bits");
        longest * share / (1 << 24)
    }
}

/// Kills renders of `program` and looks at the package: Porchlight's after the next command, as kpt has no recovery.
fn kill(program: Program, signal: Signal, kills: usize, resources: usize, seed: u64) -> Tally {
    let swapping = Swapping::new(resources, &program);
    let package = swapping.package();
    let (run, writing) = durations(&swapping, program);
    let mut moments = Moments(seed);
    let mut tally = Tally { kills, ..Tally::default() };
    for number in 0..kills {
        let old = swapping.state(&files(&package)).expect("a whole package");
        let watch = swapping.watch();
        let mut child = program.command(&package).spawn().expect("it starts");
        if number % 5 == 4 {
            sleep(moments.within(run));
        } else {
            changed(&watch, &mut child);
            sleep(moments.within(writing + writing / 5));
        }
        // One that has ended is still there to be asked, as nobody has waited for it.
        if child.try_wait().expect("a child").is_none() {
            kill_process(Pid::from_child(&child), signal).expect("it can be killed");
        }
        let status = child.wait().expect("a child");
        tally.ended += usize::from(status.signal().is_none());
        let raw = files(&package);
        tally.within += usize::from(swapping.state(&raw).is_none());
        let now = match program {
            Program::Porchlight => {
                let next = porchlight(swapping.scratch.path(), &["fn", "source", "pkg"]);
                assert!(next.status.success(), "kill {number}: {}", text(&next.stderr));
                files(&package)
            }
            Program::Kpt => raw,
        };
        match swapping.state(&now) {
            Some(state) if state == old => tally.old += 1,
            Some(_) => tally.new += 1,
            None => {
                tally.damaged += 1;
                tally.emptied += usize::from(now.values().any(Vec::is_empty));
                swapping.reset();
            }
        }
    }
    tally
}

fn variable(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn a_killed_render_is_old_or_new() {
    let number = |name, default| usize::try_from(variable(name, default)).expect("a number");
    let resources = number("PORCHLIGHT_KILL_RESOURCES", 120);
    let seed = variable("PORCHLIGHT_KILL_SEED", 1);
    let mut programs = vec![(Program::Porchlight, number("PORCHLIGHT_KILLS", 60), "0")];
    let kills_of_kpt = number("PORCHLIGHT_KILL_KPT", 0);
    if kills_of_kpt > 0 && installed("kpt") {
        programs.push((Program::Kpt, kills_of_kpt, "–"));
    }
    for (program, kills, floor) in programs {
        for (name, signal) in [("SIGKILL", Signal::KILL), ("SIGINT", Signal::INT), ("SIGTERM", Signal::TERM)] {
            let Tally { kills, ended, within, old, new, damaged, emptied } =
                kill(program, signal, kills, resources, seed);
            let told = format!(
                "**{damaged}** ({old} old, {new} new; {ended} ended before, {within} met the writing, {emptied} with an emptied file)"
            );
            tell(&format!("{kills} kills of {program} by {name}: damaged packages"), &told, floor);
            if matches!(program, Program::Porchlight) {
                assert_eq!(damaged, 0, "{name}, seed {seed}: a package is neither old nor new");
                if signal == Signal::KILL && kills >= 60 {
                    assert!(within > 0, "no kill met the writing: the test aims badly");
                }
            }
        }
    }
}
