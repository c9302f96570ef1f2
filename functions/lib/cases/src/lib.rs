//! Golden cases of functions: data on disk, one folder per case, for tests only. Beside them what tests of several functions
//! share: the [`corpus`] of packages that others wrote, [`laws`] of validators, tables of
//! [`bad_inputs`], and whether a function is [`described`].
//!
//! `testdata/functions/<function>/<case>/`:
//!
//! | file | what |
//! |---|---|
//! | `input.yaml` | stdin: a ResourceList, its functionConfig included |
//! | `expected.yaml` | stdout, byte for byte |
//! | `expected-stderr.txt` | stderr, byte for byte. Where it is there the function has to fail (exit 1), else to succeed |
//!
//! Every successful case is also run on its own output, which must not change any more (requirements A3); a case that is
//! meant to settle later says so by a file `not-idempotent` with the reason in it.
//!
//! Each case is also run as a request (`porchlight_krm::protocol`), with the same outcome.
//!
//! `UPDATE=1` writes what the function gives instead of comparing. Read the difference as you would read code.
//!
//! A function's `tests/cases.rs` (with `harness = false`) is
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     porchlight_cases::run::<my_function::MyFunction>()
//! }
//! ```

pub mod bad_inputs;
pub mod corpus;
pub mod described;
pub mod laws;
pub mod request;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use porchlight_krm::{Function, Outcome, run_text};
use similar::TextDiff;

/// Runs every case of `F` below `testdata/functions/`, with the arguments `cargo test` gives.
#[must_use]
pub fn run<F: Function + 'static>() -> ExitCode {
    let folder = folder(F::NAME);
    let trials: Vec<Trial> = match cases(&folder) {
        Ok(cases) => cases.into_iter().map(|case| trial::<F>(&folder, case)).collect(),
        Err(error) => vec![Trial::test("cases", move || Err(Failed::from(error)))],
    };
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Whether recorded files are written instead of compared.
pub(crate) fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Folder of a function's cases in the repository.
#[must_use]
pub fn folder(function: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../testdata/functions").join(function)
}

/// Names of the cases, sorted. A folder without cases is a mistake, not an empty success.
fn cases(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("input.yaml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    if names.is_empty() { Err(format!("{}: no case with an input.yaml", folder.display())) } else { Ok(names) }
}

fn trial<F: Function + 'static>(folder: &Path, case: String) -> Trial {
    let folder = folder.join(&case);
    Trial::test(case, move || check::<F>(&folder).map_err(Failed::from))
}

fn check<F: Function>(case: &Path) -> Result<(), String> {
    let input = read(&case.join("input.yaml"))?;
    let outcome = run_text::<F>(&input);
    let stderr = case.join("expected-stderr.txt");
    if is_update() {
        return update(case, &stderr, &outcome);
    }
    if stderr.is_file() {
        same("stderr", &read(&stderr)?, &outcome.stderr)?;
    } else {
        same("stderr", "", &outcome.stderr)?;
    }
    same("stdout", &read(&case.join("expected.yaml"))?, &outcome.stdout)?;
    if outcome.exit_code != u8::from(stderr.is_file()) {
        return Err(format!("exit code {}", outcome.exit_code));
    }
    check_request::<F>(&input, &outcome)?;
    if outcome.exit_code == 0 && !case.join("not-idempotent").is_file() {
        let again = run_text::<F>(&outcome.stdout);
        same("stdout of a second run on the first one's output", &outcome.stdout, &again.stdout)?;
    }
    Ok(())
}

/// A request must come to the same as the text.
fn check_request<F: Function>(input: &str, by_text: &Outcome) -> Result<(), String> {
    let Some(answered) = request::run_by_request::<F>(input) else { return Ok(()) };
    same("stderr of a request", &by_text.stderr, &answered.stderr)?;
    if answered.exit_code != by_text.exit_code {
        return Err(format!("exit code {} of a request", answered.exit_code));
    }
    if answered.exit_code == 0 {
        return same("stdout of a request", &by_text.stdout, &answered.stdout);
    }
    if by_text.stdout.ends_with(&answered.stdout) {
        return Ok(());
    }
    same("results of a request", &by_text.stdout, &answered.stdout)
}

fn update(case: &Path, stderr: &Path, outcome: &Outcome) -> Result<(), String> {
    let write = |path: &Path, text: &str| fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()));
    write(&case.join("expected.yaml"), &outcome.stdout)?;
    if outcome.exit_code != 0 {
        return write(stderr, &outcome.stderr);
    }
    if stderr.is_file() {
        fs::remove_file(stderr).map_err(|error| format!("{}: {error}", stderr.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}; UPDATE=1 writes it", path.display()))
}

fn same(what: &str, expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let diff = TextDiff::from_lines(expected, found);
    let text = diff.unified_diff().context_radius(3).header("expected", "found").to_string();
    Err(format!("{what} differs:\n{text}"))
}
