//! Running `porchlight` and `kpt` on scratch copies of packages.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use sha2::{Digest, Sha256};

/// Root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("host/cli lies two levels deep").to_owned()
}

/// `porchlight` with `arguments`, run in `folder`.
pub(crate) fn porchlight(folder: &Path, arguments: &[&str]) -> Output {
    run(Command::new(env!("CARGO_BIN_EXE_porchlight")).args(arguments).current_dir(folder))
}

/// The real kpt, which finds `porchlight` on its PATH; `None` where kpt is not installed.
pub(crate) fn kpt(folder: &Path, arguments: &[&str]) -> Option<Output> {
    installed("kpt").then(|| run(Command::new("kpt").args(arguments).current_dir(folder).env("PATH", path())))
}

/// Whether `program` is on the PATH; says so visibly where it is not.
pub(crate) fn installed(program: &str) -> bool {
    let found = env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(program).is_file());
    if !found {
        println!("skipped: no {program}");
    }
    found
}

/// PATH with the folder of the program under test first, so that `exec: porchlight fn run …` means this very program.
pub(crate) fn path() -> OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_porchlight")).parent().expect("a program lies in a folder").to_owned();
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(own).chain(env::split_paths(&rest))).expect("no folder of PATH holds a separator")
}

fn run(command: &mut Command) -> Output {
    // Compiled modules are kept apart from those of the person who runs the tests.
    command.env("PATH", path()).env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).output().expect("the program starts")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("scratch folder");
    for entry in fs::read_dir(from).expect("readable folder") {
        let entry = entry.expect("readable entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("type of an entry").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied file");
        }
    }
}

/// Every file below `folder` with its bytes, by path with `/`.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).expect("readable folder") {
            let path = entry.expect("readable entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below the folder").to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read(&path).expect("readable file"));
            }
        }
    }
    found
}

/// The files as `sha256  path` lines.
pub(crate) fn digests(files: &BTreeMap<String, Vec<u8>>) -> String {
    files.iter().map(|(name, bytes)| format!("{}  {name}\n", hex(&Sha256::digest(bytes)))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Names of files that differ, are missing or are new between two trees.
pub(crate) fn differing(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    one.keys()
        .chain(other.keys())
        .filter(|name| one.get(*name) != other.get(*name))
        .cloned()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Replaces the `pipeline` of the Kptfile in `folder` by these mutator lines.
pub(crate) fn set_pipeline(folder: &Path, mutators: &[&str]) {
    let path = folder.join("Kptfile");
    let old = fs::read_to_string(&path).expect("readable Kptfile");
    let mut new = String::new();
    let mut inside = false;
    for line in old.lines() {
        if !line.starts_with([' ', '#', '-']) {
            inside = line.starts_with("pipeline:");
        }
        if !inside {
            new.push_str(line);
            new.push('\n');
        }
    }
    new.push_str("pipeline:\n  mutators:\n");
    for mutator in mutators {
        new.push_str("  - ");
        new.push_str(mutator);
        new.push('\n');
    }
    fs::write(path, new).expect("writable Kptfile");
}
