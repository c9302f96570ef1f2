//! Package revisions of a cluster: the commands against a server that keeps Porch's rules.

#[path = "../../../porch/tests/api/fake.rs"]
mod fake;

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::program::{porchlight, text};
use fake::{Fake, kubeconfig};

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: upf\npipeline:\n  mutators:\n    - image: ghcr.io/porchlight/annotate-sbom:v0.1.0\n";
const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: upf\nspec:\n  template:\n    spec:\n      containers:\n        - name: upf\n          image: registry.example.org/upf:1.0.0\n";

/// `porchlight porch <command> --kubeconfig config …`.
fn porch(folder: &Path, command: &str, arguments: &[&str]) -> Output {
    let mut all = vec!["porch", command, "--kubeconfig", "config"];
    all.extend(arguments);
    porchlight(folder, &all)
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn from_draft_to_deletion() {
    let fake = Fake::start();
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = scratch.path();
    fs::write(folder.join("config"), kubeconfig(&fake.url(), "writer")).expect("a file");
    let here = |command: &str, arguments: &[&str]| porch(folder, command, arguments);
    let name = fake.add("edge/upf", "fix", "Draft", &[("Kptfile", KPTFILE), ("deployment.yaml", DEPLOYMENT)]);
    assert_eq!(
        done(&here("list", &[])),
        "NAME               PACKAGE   WORKSPACE  REVISION  LATEST  LIFECYCLE\n\
         repo.edge.upf.fix  edge/upf  fix        0                 Draft\n"
    );
    // Rendered here: what the function made is put; a second render changes nothing and puts nothing.
    assert_eq!(here("render", &[&name, "--check"]).status.code(), Some(1));
    assert!(done(&here("render", &[&name])).starts_with("repo.edge.upf.fix changed at version "));
    assert!(fake.state().files[&name]["spec"]["resources"]["sbom.yaml"].is_string());
    let puts = || fake.state().log.iter().filter(|line| line.starts_with("PUT")).count();
    assert_eq!(puts(), 1);
    assert!(done(&here("render", &[&name])).contains(" unchanged at "));
    assert_eq!((here("render", &[&name, "--check"]).status.code(), puts()), (Some(0), 1));

    done(&here("pull", &[&name, "upf"]));
    fs::write(folder.join("upf/note.txt"), "1\n").expect("a file");
    assert!(done(&here("push", &[&name, "upf"])).contains(" changed at "));
    assert!(done(&here("push", &[&name, "upf"])).contains(" unchanged at "));
    // Somebody else: the folder is no longer what the server has.
    fake.state().rival = Some(("theirs.txt".to_owned(), "1".to_owned()));
    fs::write(folder.join("upf/note.txt"), "2\n").expect("a file");
    for _ in 0..2 {
        let conflict = here("push", &[&name, "upf"]);
        assert_eq!(conflict.status.code(), Some(1));
        assert!(
            text(&conflict.stderr).contains("[PORCH_CONFLICT] Porch: `repo.edge.upf.fix`"),
            "{}",
            text(&conflict.stderr)
        );
    }
    assert_eq!(done(&here("propose", &[&name])), format!("{name} is Proposed\n"));
    assert_eq!(done(&here("approve", &[&name])), format!("{name} is Published\n"));
    assert_eq!(done(&here("propose-delete", &[&name])), format!("{name} is DeletionProposed\n"));
    assert_eq!(done(&here("delete", &[&name])), format!("{name} is deleted\n"));
}

#[test]
fn bad_input_has_codes() {
    let fake = Fake::start();
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = scratch.path();
    let name = fake.add("upf", "a", "Draft", &[("Kptfile", KPTFILE)]);
    fs::write(folder.join("config"), kubeconfig(&fake.url(), "writer")).expect("a file");
    fs::write(folder.join("stranger"), kubeconfig(&fake.url(), "x")).expect("a file");
    let open = kubeconfig("https://h", "x").replace("server:", "insecure-skip-tls-verify: true, server:");
    fs::write(folder.join("insecure"), open).expect("a file");
    fs::create_dir(folder.join("plain")).expect("a folder");
    fs::write(folder.join("plain/Kptfile"), KPTFILE).expect("a file");
    for (arguments, exit, part) in [
        (
            &["approve", &name, "--kubeconfig", "config"][..],
            1,
            "[LIFECYCLE_INVALID] Porch: `repo.upf.a` is Draft and cannot be approved",
        ),
        (&["pull", "repo.x.y", "--kubeconfig", "config"], 1, "[REVISION_UNKNOWN]"),
        (&["pull", "moved.x.y", "--kubeconfig", "config"], 5, "v1alpha2"),
        (&["push", &name, "plain", "--kubeconfig", "config"], 2, "hint: read the draft with `porchlight porch pull`"),
        (&["list", "--kubeconfig", "stranger"], 5, "[PORCH_AUTH]"),
        (&["list", "--kubeconfig", "insecure"], 5, "would not be checked"),
        (&["list", "--kubeconfig", "nowhere"], 5, "cannot read `nowhere`"),
        (&["list", "--kubeconfig", "config", "--context", "x"], 5, "there is no context `x`"),
        (&["list", "--server", "http://127.0.0.1:1"], 5, "connection refused"),
        (&["list", "--server", "http://10.0.0.1"], 5, "is not https"),
    ] {
        let arguments: Vec<&str> = std::iter::once("porch").chain(arguments.iter().copied()).collect();
        let output = porchlight(folder, &arguments);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {told}");
        assert!(told.contains(part), "{arguments:?}: {told}");
    }
}

#[test]
fn drafts_are_made_and_followed() {
    let fake = Fake::start();
    let scratch = tempfile::tempdir().expect("scratch folder");
    let folder = scratch.path();
    fs::write(folder.join("config"), kubeconfig(&fake.url(), "writer")).expect("a file");
    let here = |command: &str, arguments: &[&str]| porch(folder, command, arguments);
    let made = here("init", &["upf", "--repository", "blueprints", "--workspace", "first", "--description", "a UPF"]);
    assert_eq!(done(&made), "blueprints.upf.first\n");
    let first = "blueprints.upf.first";
    let clone = here("clone", &[first, "edge/upf", "--repository", "site", "--workspace", "w"]);
    assert_eq!(done(&clone), "site.edge.upf.w\n");
    let from_git = here(
        "clone",
        &["https://host.example/b.git", "smf", "--repository", "site", "--workspace", "w", "--ref", "v1"],
    );
    assert_eq!(done(&from_git), "site.smf.w\n");
    assert_eq!(here("init", &["upf", "--repository", "blueprints", "--workspace", "first"]).status.code(), Some(1));

    let late = here("watch", &["--package", "upf", "--until", "Published", "--timeout", "1s"]);
    assert_eq!((late.status.code(), text(&late.stdout)), (Some(4), format!("added   {first} Draft\n")));
    for step in ["propose", "approve"] {
        done(&here(step, &[first]));
    }
    let there = here("watch", &["--package", "upf", "--until", "Published"]);
    assert_eq!(done(&there), format!("added   {first} Published, revision 1\n"));
    assert_eq!(done(&here("copy", &[first, "--workspace", "second"])), "blueprints.upf.second\n");
    let all = here("watch", &["--timeout", "1s", "--format", "json"]);
    assert_eq!(done(&all).lines().filter(|line| line.starts_with(r#"{"event":"added","object":{"#)).count(), 4);
}
