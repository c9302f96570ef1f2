//! Two processes work on the same draft at the same time: one wins each round, the other reads and renders again.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so, and what was measured is told")]

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

use libtest_mimic::{Arguments, Failed, Trial};
use porchlight_repository::{Git, InitTask, Mirrors, PackagePath, Repository, Selector, Settings, Task, new_package};

/// Set for the processes that race: address of the repository, folder for a mirror, name of the process, rounds.
const RACER: &str = "PORCHLIGHT_RACER";

fn main() -> ExitCode {
    if let Ok(racer) = env::var(RACER) {
        return race(&racer);
    }
    let trials = vec![
        Trial::test("two_processes_on_one_repository", || run(200, false)),
        Trial::test("two_machines_on_one_url", || run(30, true)),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn open(address: &str, mirrors: &str) -> Result<Repository, String> {
    let git = Git::find("git").map_err(|error| error.to_string())?;
    let settings = Settings { create_branch: true, ..Settings::default() };
    Repository::open(git, address, settings, &Mirrors::at(mirrors.into())).map_err(|error| error.to_string())
}

/// Adds a line per round to a file that both write, as a render would change it.
fn race(racer: &str) -> ExitCode {
    let words: Vec<&str> = racer.split('\n').collect();
    let &[address, mirrors, name, rounds] = words.as_slice() else { return ExitCode::FAILURE };
    let work = || -> Result<u32, String> {
        let mut repository = open(address, mirrors)?;
        let selector: Selector = "upf@w".parse().map_err(|_| "no selector")?;
        let mut attempts = 0;
        for round in 0..rounds.parse().map_err(|_| "no number")? {
            let updated = repository.update::<String>(&selector, &Task::render(), |_, _, contents| {
                let mut contents = contents.clone();
                let mut lines = contents.get("log").unwrap_or_default().to_vec();
                lines.extend(format!("{name} {round}\n").into_bytes());
                contents.insert("log", lines);
                Ok(contents)
            });
            attempts += updated.map_err(|error| error.to_string())?.attempts;
        }
        Ok(attempts)
    };
    match work() {
        Ok(attempts) => {
            println!("{attempts}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(rounds: usize, by_url: bool) -> Result<(), Failed> {
    if Git::find("git").is_err() {
        println!("skipped: no git");
        return Ok(());
    }
    let scratch = tempfile::tempdir()?;
    let bare = scratch.path().join("r.git").display().to_string();
    let status = Command::new("git").args(["init", "--quiet", "--bare", "--initial-branch=main", &bare]).status()?;
    assert!(status.success());
    let mut repository = open(&bare, "")?;
    let package = PackagePath::new("upf")?;
    let init = InitTask::default();
    repository.create(&package, "w", Task::init(init.clone()), &new_package("upf", &init))?;

    let address = if by_url { format!("file://{bare}") } else { bare.clone() };
    let start = Instant::now();
    let racers: Vec<_> = ["one", "two"]
        .into_iter()
        .map(|name| {
            let mirrors = scratch.path().join(name).display().to_string();
            let racer = format!("{address}\n{mirrors}\n{name}\n{rounds}");
            Command::new(env::current_exe()?).env(RACER, racer).stdout(std::process::Stdio::piped()).spawn()
        })
        .collect::<Result<_, _>>()?;
    let mut attempts = 0;
    for racer in racers {
        let output = racer.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(output.status.success(), "{said}");
        attempts += said.parse::<usize>()?;
    }
    let elapsed = start.elapsed();

    let draft = repository.find(&"upf@w".parse()?)?;
    let contents = repository.contents(&draft)?;
    let log = String::from_utf8_lossy(contents.get("log").unwrap_or_default()).into_owned();
    for name in ["one", "two"] {
        let of_one: Vec<&str> = log.lines().filter(|line| line.starts_with(name)).collect();
        let expected: Vec<String> = (0..rounds).map(|round| format!("{name} {round}")).collect();
        assert_eq!(of_one, expected, "every round once, in order");
    }
    assert_eq!(log.lines().count(), 2 * rounds);
    let commits = Command::new("git").args(["-C", &bare, "rev-list", "--count", "main..drafts/upf/w"]).output()?;
    assert_eq!(String::from_utf8_lossy(&commits.stdout).trim(), (2 * rounds + 1).to_string());
    println!("{rounds} rounds of two: {attempts} attempts in {elapsed:?}");
    Ok(())
}
