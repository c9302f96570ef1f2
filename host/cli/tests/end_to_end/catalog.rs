//! The packages people start from, and the repository as a package.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{copy, differing, files, installed, kpt, porchlight, repository, set_pipeline, text};

const SLICES: [&str; 3] = ["slice-embb", "slice-urllc", "slice-mmtc"];

fn slice(name: &str) -> tempfile::TempDir {
    let scratch = tempfile::tempdir().expect("scratch folder");
    copy(&repository().join("catalog").join(name), &scratch.path().join(name));
    scratch
}

#[test]
fn every_slice_is_specialised_and_a_second_render_changes_nothing() {
    for name in SLICES {
        let scratch = slice(name);
        let package = scratch.path().join(name);
        let before = files(&package);
        let output = porchlight(&package, &["render"]);
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        let once = files(&package);
        let made: Vec<&String> = once.keys().filter(|file| !before.contains_key(*file)).collect();
        for kind in ["packagevariant-", "intent-report", "sbom"] {
            assert!(
                made.iter().any(|file| file.contains(kind)),
                "{name} has no new file with {kind} in its name: {made:?}"
            );
        }
        // The Kptfile gets the SBOM's digest; all else stays as the user wrote it.
        for (file, bytes) in before.iter().filter(|(file, _)| *file != "Kptfile") {
            assert!(once.get(file) == Some(bytes), "{name}: what the user wrote in {file} must not change");
        }
        let check = porchlight(&package, &["render", "--check"]);
        assert!(check.status.success(), "{name}: {}{}", text(&check.stdout), text(&check.stderr));
        assert!(porchlight(&package, &["render"]).status.success());
        assert_eq!(differing(&once, &files(&package)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_slice_renders_in_kpt_to_the_same_bytes() {
    for name in SLICES {
        let scratch = slice(name);
        let (ours, theirs) = (scratch.path().join("ours").join(name), scratch.path().join("theirs").join(name));
        for package in [&ours, &theirs] {
            copy(&scratch.path().join(name), package);
            set_pipeline(
                package,
                &["exec: porchlight fn run decompose-intent", "exec: porchlight fn run annotate-sbom"],
            );
        }
        let Some(output) = kpt(&theirs, &["fn", "render", "--allow-exec"]) else { return };
        assert!(output.status.success(), "kpt: {}", text(&output.stderr));
        let output = porchlight(&ours, &["render", "--allow-exec", "--kpt-compat", "beta.56"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(differing(&files(&ours), &files(&theirs)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_site_that_leaves_the_intent_takes_its_objects_along_and_edits_stay() {
    let scratch = slice("slice-embb");
    let package = scratch.path().join("slice-embb");
    assert!(porchlight(&package, &["render"]).status.success());
    let variants = |tree: &std::collections::BTreeMap<String, Vec<u8>>| -> Vec<String> {
        tree.keys().filter(|file| file.contains("packagevariant-")).cloned().collect()
    };
    let all = variants(&files(&package));
    assert!(all.iter().any(|file| file.contains("edge02")), "{all:?}");

    let kept = all.iter().find(|file| file.contains("edge01")).expect("a variant for edge01");
    let edited = fs::read_to_string(package.join(kept)).expect("variant");
    let edited = edited.replacen("spec:\n", "spec:\n  deletionPolicy: orphan # our own choice\n", 1);
    fs::write(package.join(kept), edited).expect("edited variant");

    let intent = fs::read_to_string(package.join("intent.yaml")).expect("intent");
    let cut = "    - name: edge02\n      role: edge\n      cluster: edge02\n      weight: 40\n";
    assert!(intent.contains(cut));
    fs::write(package.join("intent.yaml"), intent.replace(cut, "")).expect("changed intent");
    let output = porchlight(&package, &["render"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let left = variants(&files(&package));
    assert!(!left.iter().any(|file| file.contains("edge02")), "{left:?}");
    let still = fs::read_to_string(package.join(kept)).expect("variant");
    assert!(still.contains("deletionPolicy: orphan # our own choice"), "{still}");
}

/// A package that others wrote, put below an add-on of the catalog as its README says. Its own functions need images.
fn below(addon: &str, corpus: Option<&str>) -> Option<tempfile::TempDir> {
    let scratch = slice(addon);
    if let Some(package) = corpus {
        let Some(folder) = std::env::var_os("PORCHLIGHT_CORPUS") else {
            println!("skipped: no corpus");
            return None;
        };
        let below = scratch.path().join(addon).join("package");
        copy(&Path::new(&folder).join("nephio-catalog").join(package), &below);
        let kptfile = fs::read_to_string(below.join("Kptfile")).expect("Kptfile");
        let bare = kptfile.split("pipeline:").next().expect("something in front of the pipeline");
        fs::write(below.join("Kptfile"), bare).expect("Kptfile without a pipeline");
    }
    Some(scratch)
}

#[test]
fn policies_come_to_a_package_and_leave_with_their_profiles() {
    let Some(scratch) = below("policy-baseline", Some("workloads/free5gc/free5gc-cp")) else { return };
    let package = scratch.path().join("policy-baseline");
    let output = porchlight(&package, &["render"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let once = files(&package);
    for file in ["default-deny-all", "allow-sbi-free5gc-nrf", "allow-exposed-webui-service"] {
        let name = format!("policies/networkpolicy-{file}.yaml");
        assert!(once.contains_key(&name), "{name} is missing: {:?}", once.keys().collect::<Vec<_>>());
    }
    let deployment = text(&once["package/ausf/ausf-deployment.yaml"]);
    for line in ["runAsNonRoot: true", "readOnlyRootFilesystem: true", "app.kubernetes.io/managed-by: porchlight"] {
        assert!(deployment.contains(line), "{line} is missing:\n{deployment}");
    }
    let check = porchlight(&package, &["render", "--check"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));

    fs::remove_file(package.join("profile.yaml")).expect("the profile leaves");
    let config = fs::read_to_string(package.join("policy-config.yaml")).expect("configuration");
    let none = config.replace("    - baseline\n    - operational-ha\n", "    []\n");
    assert_ne!(config, none);
    fs::write(package.join("policy-config.yaml"), none).expect("configuration without profiles");
    let output = porchlight(&package, &["render"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let after = files(&package);
    assert!(!after.keys().any(|file| file.starts_with("policies/")), "{:?}", after.keys().collect::<Vec<_>>());
    let deployment = text(&after["package/ausf/ausf-deployment.yaml"]);
    assert!(
        !deployment.contains("orchestration.nephio-oran.io") && !deployment.contains("runAsNonRoot"),
        "{deployment}"
    );
}

#[test]
fn a_package_of_others_gets_its_bill_of_materials() {
    let Some(scratch) = below("sbom-addon", Some("workloads/free5gc/free5gc-cp")) else { return };
    let package = scratch.path().join("sbom-addon");
    let output = porchlight(&package, &["render"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let once = files(&package);
    let sbom = text(&once["sbom.yaml"]);
    for part in ["CycloneDX", "SPDX-2.3", "pkg:oci/initcurl?repository_url=docker.io%2Ftowards5gs%2Finitcurl&tag=1.0.0"]
    {
        assert!(sbom.contains(part), "no `{part}` in:\n{sbom}");
    }
    let deployment = text(&once["package/ausf/ausf-deployment.yaml"]);
    assert!(deployment.contains("orchestration.nephio-oran.io/sbom-digest: sha256:"), "{deployment}");
    // Only objects with images and the Kptfile carry the digest.
    let kept = text(&once["package/ausf/ausf-configmap.yaml"]);
    assert!(!kept.contains("sbom-digest") && kept.contains("nrfUri: http://nrf-nnrf:8000"), "{kept}");
    let check = porchlight(&package, &["render", "--check"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
}

#[test]
fn a_broken_addon_fails_with_its_code_and_changes_nothing() {
    for (addon, broken, file, code) in [
        ("policy-baseline", "broken-profile.yaml", "profile.yaml", "[POLICY_INVALID]"),
        ("sbom-addon", "broken-config.yaml", "sbom-config.yaml", "[FN_CONFIG_INVALID]"),
    ] {
        let Some(scratch) = below(addon, None) else { return };
        let package = scratch.path().join(addon);
        let broken = repository().join("testdata/catalog").join(addon).join(broken);
        fs::copy(broken, package.join(file)).expect("a broken file");
        let before = files(&package);
        let output = porchlight(&package, &["render"]);
        assert!(!output.status.success());
        assert!(text(&output.stderr).contains(code), "{addon}: {}", text(&output.stderr));
        assert_eq!(differing(&before, &files(&package)), Vec::<String>::new());
    }
}

/// What git tracks, copied to a scratch folder: a clone without its history.
fn clone(to: &Path) -> bool {
    if !installed("git") {
        return false;
    }
    let root = repository();
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(&root).output().expect("git starts");
    if !listed.status.success() {
        println!("skipped: not a git checkout");
        return false;
    }
    for name in text(&listed.stdout).split('\0').filter(|name| !name.is_empty()) {
        if root.join(name).is_file() {
            fs::create_dir_all(to.join(name).parent().expect("a folder")).expect("scratch folder");
            fs::copy(root.join(name), to.join(name)).expect("copied file");
        }
    }
    true
}

#[test]
fn the_repository_is_a_package_that_renders() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let root = scratch.path().join("porchlight");
    if !clone(&root) {
        return;
    }
    let before = files(&root);
    let output = porchlight(&root, &["render"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let after = files(&root);
    // Its subpackages have pipelines of their own.
    let rendered = |name: &str| name == "Kptfile" || ["catalog/", "deploy/"].iter().any(|part| name.starts_with(part));
    for (name, bytes) in before.iter().filter(|(name, _)| !rendered(name)) {
        assert!(after.get(name) == Some(bytes), "{name} is not for the pipeline to change");
    }
}
