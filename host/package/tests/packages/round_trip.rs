//! A render without functions gives the bytes the real kpt gives, on every package of the corpus.

use std::fs;
use std::path::Path;
use std::process::Command;

use porchlight_package::{Compat, PlanOptions};

use crate::reading::{Package, corpus, files, has_kpt, packages};

/// Reads and writes a package as a pipeline without functions does; the number of changed files.
fn rewrite(root: &Path) -> usize {
    let package = Package::read(root, Compat::Beta56).expect("reads");
    let plan = package.plan(package.items.clone(), PlanOptions::default()).expect("a plan");
    plan.commit().expect("commits");
    plan.changes().len()
}

/// Copies a package, with the pipeline of every Kptfile taken out.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("creates");
    for entry in fs::read_dir(from).expect("lists") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else if entry.file_name() == "Kptfile" {
            fs::write(target, without_pipeline(&fs::read_to_string(entry.path()).expect("reads"))).expect("writes");
        } else {
            fs::copy(entry.path(), target).expect("copies");
        }
    }
}

fn without_pipeline(kptfile: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for line in kptfile.split_inclusive('\n') {
        if !line.starts_with([' ', '-', '#', '\n']) {
            inside = line.starts_with("pipeline:");
        }
        if !inside {
            out.push_str(line);
        }
    }
    out
}

#[test]
fn corpus_packages_come_out_as_from_kpt() {
    let Some(corpus) = corpus().filter(|_| has_kpt()) else { return };
    let packages = packages(&corpus.join("nephio-catalog"));
    assert!(packages.len() >= 14, "{} packages", packages.len());
    let (mut compared, mut different) = (0, Vec::new());
    for package in &packages {
        let directory = tempfile::tempdir().expect("a directory");
        // kpt shows and stores directory names, so both copies have the same one.
        let name = package.file_name().expect("a name");
        let (theirs, ours) = (directory.path().join("kpt").join(name), directory.path().join("ours").join(name));
        copy(package, &theirs);
        copy(package, &ours);
        let output = Command::new("kpt").args(["fn", "render"]).arg(&theirs).output().expect("runs");
        assert!(output.status.success(), "{}: {}", package.display(), String::from_utf8_lossy(&output.stderr));
        rewrite(&ours);
        assert_eq!(rewrite(&ours), 0, "{}: a second render changes nothing", package.display());
        let (theirs, ours) = (files(&theirs), files(&ours));
        assert_eq!(theirs.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>(), "{}", package.display());
        compared += theirs.len();
        different
            .extend(theirs.iter().filter(|(path, bytes)| ours[*path] != **bytes).map(|(path, _)| package.join(path)));
    }
    println!("{} packages, {compared} files compared, {} equal", packages.len(), compared - different.len());
    assert!(different.is_empty(), "differ: {different:#?}");
}
