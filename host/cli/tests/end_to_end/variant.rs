//! `porchlight variant`: the packages of PackageVariants and sets, from folders.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::program::{differing, files, porchlight, text};

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: upf\n  annotations:\n    \
                       config.kubernetes.io/local-config: \"true\"\npipeline:\n  mutators:\n  - image: \
                       ghcr.io/porchlight/annotate-sbom:v0.1.0\n    configMap:\n      timestamp: \"2026-01-01T00:00:00Z\"\n";
const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: upf\nspec:\n  selector:\n    matchLabels: \
                          {app: upf}\n  template:\n    metadata:\n      labels: {app: upf}\n    spec:\n      containers:\n      \
                          - name: upf\n        image: docker.io/free5gc/upf:v3.4.0\n";
const REPOSITORIES: &str = "apiVersion: config.porch.kpt.dev/v1alpha1\nkind: Repository\nmetadata:\n  name: blueprints\nspec:\n  \
                            type: git\n  git:\n    repo: https://git.example.org/blueprints\n---\napiVersion: \
                            config.porch.kpt.dev/v1alpha1\nkind: Repository\nmetadata:\n  name: edge\nspec:\n  type: git\n  \
                            git:\n    repo: https://git.example.org/edge\n";
const VARIANT: &str = "apiVersion: config.porch.kpt.dev/v1alpha1\nkind: PackageVariant\nmetadata:\n  name: edge-upf\nspec:\n  \
                       upstream:\n    repo: blueprints\n    package: upf\n    workspaceName: v1\n  downstream:\n    repo: \
                       edge\n    package: upf\n";

fn workspace() -> tempfile::TempDir {
    let scratch = tempfile::tempdir().expect("scratch folder");
    write(scratch.path(), "blueprints/upf/v1/Kptfile", KPTFILE);
    write(scratch.path(), "blueprints/upf/v1/deployment.yaml", DEPLOYMENT);
    write(scratch.path(), "cluster/repositories.yaml", REPOSITORIES);
    write(scratch.path(), "variant.yaml", VARIANT);
    scratch
}

fn write(folder: &Path, name: &str, content: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().expect("a folder")).expect("scratch folder");
    fs::write(file, content).expect("scratch file");
}

const FROM: [&str; 4] = ["--repo", "blueprints=blueprints", "--cluster", "cluster"];

#[test]
fn a_variant_is_shown_written_and_rendered_and_a_second_run_changes_nothing() {
    let scratch = workspace();
    let before = files(scratch.path());
    let preview = porchlight(scratch.path(), &[&["variant", "preview", "variant.yaml"], &FROM[..]].concat());
    assert!(preview.status.success(), "{}", text(&preview.stderr));
    let shown = text(&preview.stdout);
    assert!(
        shown.starts_with("create    edge/upf packagevariant-1 (variant edge-upf, from blueprints.upf.v1)"),
        "{shown}"
    );
    assert!(shown.contains("+upstreamLock:"), "{shown}");
    assert_eq!(files(scratch.path()), before);

    let expand = [&["variant", "expand", "variant.yaml", "--render", "-o", "out"], &FROM[..]].concat();
    let output = porchlight(scratch.path(), &expand);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "out/edge/upf/packagevariant-1\n");
    let once = files(&scratch.path().join("out/edge/upf/packagevariant-1"));
    assert!(text(&once["Kptfile"]).contains("upstreamLock:"), "{}", text(&once["Kptfile"]));
    let deployment = text(&once["deployment.yaml"]);
    assert!(deployment.contains("orchestration.nephio-oran.io/sbom-digest: sha256:"), "{deployment}");

    let output = porchlight(scratch.path(), &expand);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("unchanged edge/upf"), "{}", text(&output.stderr));
    let again = files(&scratch.path().join("out/edge/upf/packagevariant-1"));
    assert_eq!(differing(&once, &again), Vec::<String>::new());
}

#[test]
fn a_set_over_five_hundred_targets_is_shown_at_once() {
    let scratch = workspace();
    let mut set = String::from(
        "apiVersion: config.porch.kpt.dev/v1alpha2\nkind: PackageVariantSet\nmetadata:\n  name: edges\nspec:\n  \
         upstream:\n    repo: blueprints\n    package: upf\n    workspaceName: v1\n  targets:\n  - repositories:\n",
    );
    let mut cluster = String::new();
    for number in 0..500 {
        let _ = writeln!(set, "    - name: edge-{number}");
        let _ = write!(
            cluster,
            "---\napiVersion: config.porch.kpt.dev/v1alpha1\nkind: Repository\nmetadata:\n  name: edge-{number}\nspec:\n  \
             type: git\n  git:\n    repo: https://git.example.org/edge-{number}\n"
        );
    }
    write(scratch.path(), "set.yaml", &set);
    write(scratch.path(), "cluster/edges.yaml", cluster.trim_start_matches("---\n"));
    let output = porchlight(scratch.path(), &[&["variant", "preview", "set.yaml", "--names-only"], &FROM[..]].concat());
    assert!(output.status.success(), "{}{}", text(&output.stderr), text(&output.stdout));
    let shown = text(&output.stdout);
    assert_eq!(shown.lines().filter(|line| line.starts_with("create ")).count(), 500, "{shown}");
    assert!(shown.trim_end().ends_with("500 packages: 500 to create"), "{shown}");
}

#[test]
fn what_cannot_be_a_variant_is_told_with_its_place_and_nothing_is_written() {
    let scratch = workspace();
    let bad = VARIANT.replace("    package: upf\n    workspaceName", "    packag: upf\n    workspaceName");
    write(scratch.path(), "bad.yaml", &bad);
    write(scratch.path(), "none.yaml", REPOSITORIES);
    write(
        scratch.path(),
        "lost.yaml",
        &VARIANT.replace("package: upf\n    workspaceName", "package: upff\n    workspaceName"),
    );
    let before = files(scratch.path());
    for (file, exit, told) in [
        ("bad.yaml", 2, "did you mean `package`"),
        ("none.yaml", 2, "no PackageVariant and no PackageVariantSet in `none.yaml`"),
        ("missing.yaml", 2, "cannot read `missing.yaml`"),
        ("lost.yaml", 1, "upff"),
    ] {
        let output = porchlight(scratch.path(), &[&["variant", "expand", file, "-o", "out"], &FROM[..]].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{file}: {said}");
        assert!(said.contains(told), "{file}: {said}");
        assert_eq!(files(scratch.path()), before, "{file}");
    }
}
