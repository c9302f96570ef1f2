//! Inputs to begin with, from the cases of the tests.

use std::fs;
use std::path::{Path, PathBuf};

use porchlight_yaml::parse_first;

use crate::LAWS;

/// Larger files only slow a fuzzer down.
const LARGEST: u64 = 12 << 10;

/// A path of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The texts of the YAML test suite and of our own cases of formatting.
pub fn yaml() -> Vec<Vec<u8>> {
    let suite = fs::read_to_string(repository("testdata/yaml-test-suite/cases.json")).expect("the suite");
    let suite = parse_first(suite.into()).expect("the suite is JSON").expect("the suite is not empty");
    let cases = suite.root().into_iter().flat_map(|root| suite.children(root));
    let texts = cases.filter_map(|case| Some(suite.text(suite.get(case, "text")?).as_bytes().to_vec()));
    texts.chain(files("testdata/yaml", |name| name.ends_with(".yaml"))).collect()
}

/// The inputs of our functions' cases.
pub fn resource_lists() -> Vec<Vec<u8>> {
    files("testdata/functions", |name| name == "input.yaml")
}

/// Kptfiles, good and bad.
pub fn kptfiles() -> Vec<Vec<u8>> {
    files("testdata/kpt", |name| name.ends_with("Kptfile"))
}

/// The files below a folder whose names fit, in the order of their paths.
pub fn files(folder: &str, fits: impl Fn(&str) -> bool) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut work = vec![repository(folder)];
    while let Some(folder) = work.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() {
                work.push(path);
            } else if fits(&name.to_string_lossy()) && entry.metadata().is_ok_and(|file| file.len() <= LARGEST) {
                found.push(path);
            }
        }
    }
    found.sort();
    found.into_iter().map(|file| fs::read(file).expect("a file that can be read")).collect()
}

/// What a fuzzer found, kept below `fuzz/findings`.
pub fn findings(law: &str) -> Vec<Vec<u8>> {
    files(&format!("fuzz/findings/{law}"), |_| true)
}

/// Writes the inputs of a law to the folder that `PORCHLIGHT_SEEDS` names, if it does: a fuzz target does so before it
/// begins.
pub fn write(law: &str) {
    let Some(folder) = std::env::var_os("PORCHLIGHT_SEEDS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).expect("a folder");
    let law = LAWS.iter().find(|one| one.name == law).expect("a law of that name");
    for (number, seed) in (law.seeds)().into_iter().chain(findings(law.name)).enumerate() {
        fs::write(folder.join(format!("{}-{number}", law.name)), seed).expect("a file");
    }
}
