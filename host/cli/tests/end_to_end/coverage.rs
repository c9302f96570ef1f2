//! Coverage plans: the catalog package, and the map of a plan.

use std::fs;

use crate::program::{copy, differing, files, kpt, porchlight, repository, set_pipeline, text};

const NAME: &str = "ran-site";

fn package() -> (tempfile::TempDir, std::path::PathBuf) {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let package = scratch.path().join(NAME);
    copy(&repository().join("catalog").join(NAME), &package);
    (scratch, package)
}

#[test]
fn the_package_is_planned_and_a_second_render_changes_nothing() {
    let (_scratch, package) = package();
    let before = files(&package);
    let output = porchlight(&package, &["render"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let once = files(&package);
    for file in ["district/coverage-plan.yaml", "district/packagevariants-du.yaml", "clusters/edge01.yaml"] {
        assert!(once.contains_key(file), "{file} is missing among {:?}", once.keys());
    }
    for (file, bytes) in before.iter().filter(|(file, _)| *file != "Kptfile") {
        assert!(once.get(file) == Some(bytes), "what the user wrote in {file} must not change");
    }
    let check = porchlight(&package, &["render", "--check"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
}

#[test]
fn the_package_renders_in_kpt_to_the_same_bytes() {
    let (scratch, _) = package();
    let (ours, theirs) = (scratch.path().join("ours").join(NAME), scratch.path().join("theirs").join(NAME));
    for package in [&ours, &theirs] {
        copy(&scratch.path().join(NAME), package);
        set_pipeline(package, &["exec: porchlight fn run expand-coverage", "exec: porchlight fn run annotate-sbom"]);
    }
    let Some(output) = kpt(&theirs, &["fn", "render", "--allow-exec"]) else { return };
    assert!(output.status.success(), "kpt: {}", text(&output.stderr));
    let output = porchlight(&ours, &["render", "--allow-exec", "--kpt-compat", "beta.56"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(differing(&files(&ours), &files(&theirs)), Vec::<String>::new());
}

#[test]
fn the_map_of_the_package_is_the_committed_one_before_and_after_a_render() {
    let (_scratch, package) = package();
    let committed = fs::read_to_string(package.join("coverage.svg")).expect("the committed map");
    let output = porchlight(&package, &["coverage", "plot", "."]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout) == committed, "the map differs from the committed one");
    assert!(porchlight(&package, &["render"]).status.success());
    let output = porchlight(&package, &["coverage", "plot", ".", "-o", "again.svg"]);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
    assert!(fs::read_to_string(package.join("again.svg")).expect("the map") == committed);
}

#[test]
fn a_faulty_package_is_refused_with_code_field_and_site_and_nothing_changes() {
    let (_scratch, package) = package();
    let edges = fs::read_to_string(package.join("edge-sites.yaml")).expect("edge sites");
    let cut = "    name: edge02\n";
    assert!(edges.contains(cut));
    fs::write(package.join("edge-sites.yaml"), edges.replace(cut, "    name: \"\"\n")).expect("faulty edge site");
    let coverage = fs::read_to_string(package.join("coverage.yaml")).expect("coverage");
    fs::write(package.join("coverage.yaml"), coverage.replace("band: n78", "band: n9")).expect("faulty coverage");
    let before = files(&package);
    for arguments in [&["render"][..], &["coverage", "plot", "."]] {
        let output = porchlight(&package, arguments);
        assert_eq!(output.status.code(), Some(1));
        let stderr = text(&output.stderr);
        for part in
            ["COVERAGE_INVALID", "spec.cluster.name", "the site `east` has no cluster", "spec.radio[0].band", "n9"]
        {
            assert!(stderr.contains(part), "{part} is not in:\n{stderr}");
        }
        assert_eq!(differing(&before, &files(&package)), Vec::<String>::new());
    }
}

#[test]
fn a_package_without_a_plan_has_no_map() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let package = scratch.path().join("slice-embb");
    copy(&repository().join("catalog/slice-embb"), &package);
    let output = porchlight(&package, &["coverage", "plot", "."]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("COVERAGE_INVALID") && stderr.contains("hint: "), "{stderr}");
}
