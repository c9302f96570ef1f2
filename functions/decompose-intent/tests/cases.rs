//! Runs the cases in `testdata/functions/decompose-intent/<case>/`:
//!
//! * `input.yaml`: the ResourceList on stdin;
//! * `expected.yaml`: the ResourceList on stdout, to the byte;
//! * `expected-stderr.txt`: the lines on stderr; where it is, the function must fail.
//!
//! `UPDATE=1 cargo test -p decompose-intent --test cases` rewrites what is expected. Whatever the case, a success must
//! be a fixed point, must not depend on the order of items, and a failure must leave the items alone.

use std::fs;
use std::path::{Path, PathBuf};

use decompose_intent::DecomposeIntent;
use libtest_mimic::{Arguments, Failed, Trial};
use porchlight_krm::{ResourceList, run_text};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/functions/decompose-intent");
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap_or_else(|error| panic!("{}: {error}", root.display()))
        .map(|entry| entry.expect("the folder of cases can be listed").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let trials = folders.into_iter().map(|folder| {
        let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Trial::test(name, move || case(&folder))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn case(folder: &Path) -> Result<(), Failed> {
    let input = fs::read_to_string(folder.join("input.yaml"))?;
    let outcome = run_text::<DecomposeIntent>(&input);
    compare(&folder.join("expected.yaml"), &outcome.stdout)?;
    compare(&folder.join("expected-stderr.txt"), &outcome.stderr)?;
    let failed = !outcome.stderr.is_empty();
    if outcome.exit_code != u8::from(failed) {
        return Err(format!("exit code {} does not go with stderr {:?}", outcome.exit_code, outcome.stderr).into());
    }
    if failed { unchanged_items(&input, &outcome.stdout) } else { laws(&input, &outcome.stdout) }
}

/// An absent file stands for no text.
fn compare(expected: &Path, actual: &str) -> Result<(), Failed> {
    let text = if expected.exists() { fs::read_to_string(expected)? } else { String::new() };
    if text == actual {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return if actual.is_empty() { fs::remove_file(expected) } else { fs::write(expected, actual) }
            .map_err(Failed::from);
    }
    let difference =
        similar::TextDiff::from_lines(text.as_str(), actual).unified_diff().header("expected", "actual").to_string();
    Err(format!("{}:\n{difference}", expected.display()).into())
}

fn laws(input: &str, output: &str) -> Result<(), Failed> {
    let again = run_text::<DecomposeIntent>(output);
    if again.stdout != output {
        return Err("a second run changes the result".into());
    }
    let mut list = ResourceList::parse(input).map_err(|error| error.to_string())?;
    list.items.reverse();
    let reversed = run_text::<DecomposeIntent>(&list.to_text());
    if sorted(&reversed.stdout)? != sorted(output)? {
        return Err("the result depends on the order of the items".into());
    }
    Ok(())
}

fn sorted(text: &str) -> Result<String, Failed> {
    let mut list = ResourceList::parse(text).map_err(|error| error.to_string())?;
    list.sort_items();
    Ok(list.to_text())
}

fn unchanged_items(input: &str, output: &str) -> Result<(), Failed> {
    let items = |text: &str| -> Result<String, Failed> {
        let mut list = ResourceList::parse(text).map_err(|error| error.to_string())?;
        list.results.clear();
        Ok(list.to_text())
    };
    if items(input)? == items(output)? { Ok(()) } else { Err("a failure changed the items".into()) }
}
