//! Packages that others wrote, rendered by us and by kpt with the same two functions: equal to the byte.
//!
//! The packages themselves are not part of this repository (`PORCHLIGHT_CORPUS` names their folder); kept here are
//! digests of what kpt beta.56 wrote, so that the comparison holds where kpt is absent. `UPDATE=1` records them anew.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::program::{copy, differing, digests, files, kpt, porchlight, repository, set_pipeline, text};

const PIPELINE: [&str; 2] = ["exec: porchlight fn run decompose-intent", "exec: porchlight fn run annotate-sbom"];

pub(crate) fn packages() -> Vec<(String, PathBuf)> {
    let Some(corpus) = env::var_os("PORCHLIGHT_CORPUS").map(PathBuf::from) else {
        println!("skipped: no corpus");
        return Vec::new();
    };
    let catalog = corpus.join("nephio-catalog");
    let mut found: Vec<(String, PathBuf)> = files(&catalog)
        .into_keys()
        .filter_map(|name| name.strip_suffix("/Kptfile").map(|folder| (folder.to_owned(), catalog.join(folder))))
        .collect();
    found.sort();
    found
}

fn recorded(package: &str) -> PathBuf {
    repository().join("testdata/kpt/corpus").join(format!("{}.sha256", package.replace('/', "_")))
}

#[test]
fn renders_of_real_packages_equal_kpt_byte_for_byte() {
    let packages = packages();
    let (mut compared, mut equal, mut problems) = (0, 0, Vec::new());
    for (name, source) in &packages {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let (ours, theirs) = (scratch.path().join("ours/package"), scratch.path().join("theirs/package"));
        for copy_of in [&ours, &theirs] {
            copy(source, copy_of);
            set_pipeline(copy_of, &PIPELINE);
        }

        let output = porchlight(&ours, &["render", "--allow-exec", "--kpt-compat", "beta.56"]);
        if !output.status.success() {
            problems.push(format!("{name}: {}", text(&output.stderr)));
            continue;
        }
        let our_files = files(&ours);

        if let Some(output) = kpt(&theirs, &["fn", "render", "--allow-exec"]) {
            assert!(output.status.success(), "kpt on {name}: {}", text(&output.stderr));
            let their_files = files(&theirs);
            let different = differing(&our_files, &their_files);
            compared += their_files.len();
            equal += their_files.len() - different.len().min(their_files.len());
            if !different.is_empty() {
                problems.push(format!("{name}: other bytes than kpt in {}", different.join(", ")));
            }
            if env::var_os("UPDATE").is_some() {
                fs::create_dir_all(recorded(name).parent().expect("a folder")).expect("testdata folder");
                fs::write(recorded(name), digests(&their_files)).expect("recorded digests");
            }
        }
        match fs::read_to_string(recorded(name)) {
            Ok(expected) if expected == digests(&our_files) => {}
            Ok(_) => problems.push(format!("{name}: other bytes than recorded from kpt (UPDATE=1 records anew)")),
            Err(_) => problems.push(format!("{name}: nothing recorded (UPDATE=1 with kpt installed records it)")),
        }
    }
    println!("{} packages, {compared} files compared with kpt, {equal} equal", packages.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_second_render_of_real_packages_changes_nothing() {
    for (name, source) in packages() {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let package = scratch.path().join("package");
        copy(&source, &package);
        set_pipeline(&package, &PIPELINE);
        assert!(porchlight(&package, &["render", "--allow-exec"]).status.success(), "{name}: first render");
        let once = files(&package);
        let check = porchlight(&package, &["render", "--allow-exec", "--check"]);
        assert!(
            check.status.success(),
            "{name}: --check after a render: {}{}",
            text(&check.stdout),
            text(&check.stderr)
        );
        assert!(porchlight(&package, &["render", "--allow-exec"]).status.success(), "{name}: second render");
        assert_eq!(differing(&once, &files(&package)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn functions_named_by_image_and_by_exec_write_the_same() {
    for (name, source) in packages() {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let trees = [("image", false), ("exec", true)].map(|(form, exec)| {
            let package = scratch.path().join(form).join("package");
            copy(&source, &package);
            let decompose = if exec { PIPELINE[0] } else { "image: ghcr.io/porchlight/decompose-intent:v0.1.0" };
            set_pipeline(&package, &[decompose]);
            let output = porchlight(&package, if exec { &["render", "--allow-exec"] } else { &["render"] });
            assert!(output.status.success(), "{name} by {form}: {}", text(&output.stderr));
            let mut tree = files(&package);
            tree.remove("Kptfile");
            tree
        });
        assert_eq!(differing(&trees[0], &trees[1]), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_recorded_package_is_still_in_the_corpus() {
    let packages = packages();
    if packages.is_empty() {
        return;
    }
    let known: Vec<PathBuf> = packages.iter().map(|(name, _)| recorded(name)).collect();
    let folder = repository().join("testdata/kpt/corpus");
    for file in files(Path::new(&folder)).keys() {
        assert!(known.contains(&folder.join(file)), "{file} belongs to no package of the corpus");
    }
}
