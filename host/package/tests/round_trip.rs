//! A render without functions gives the bytes the real kpt gives, on every package of the corpus.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use porchlight_package::{Compat, PackageTree, PlanOptions, Sources};

/// Reads and writes a package as a pipeline without functions does; the number of changed files.
fn rewrite(root: &Path) -> usize {
    let tree = PackageTree::open(root, Compat::Beta56).expect("opens");
    let mut items = Vec::new();
    let mut sources = Sources::default();
    for id in tree.depth_first() {
        tree.validate(id).expect("valid");
        let contents = tree.read(id).expect("reads");
        items.extend(contents.resources);
        sources.extend(contents.sources);
    }
    tree.settle(&mut items, true).expect("paths within the package");
    let plan = tree.plan(items, &sources, PlanOptions::default()).expect("a plan");
    plan.commit().expect("commits");
    plan.changes().len()
}

fn corpus() -> Option<PathBuf> {
    let path = match std::env::var_os("PORCHLIGHT_CORPUS") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    path.is_dir().then_some(path)
}

/// Directories with a Kptfile that are in no other such directory.
fn packages(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut work = vec![below.to_owned()];
    while let Some(directory) = work.pop() {
        if directory.join("Kptfile").exists() {
            found.push(directory);
            continue;
        }
        for entry in fs::read_dir(&directory).expect("lists") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                work.push(entry.path());
            }
        }
    }
    found.sort();
    found
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

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut work = vec![root.to_owned()];
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(&directory).expect("lists") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                work.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below").to_owned();
                found.insert(name, fs::read(&path).expect("reads"));
            }
        }
    }
    found
}

#[test]
fn corpus_packages_come_out_as_from_kpt() {
    let Some(corpus) = corpus() else {
        println!("skipped: no corpus");
        return;
    };
    if Command::new("kpt").arg("version").output().is_err() {
        println!("skipped: no kpt");
        return;
    }
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
