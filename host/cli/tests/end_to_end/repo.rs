//! Packages in Porch's repositories, from a laptop.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::program::{copy, installed, porchlight, repository, set_pipeline, text};

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(folder).output().expect("git");
    assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// `porchlight repo <command> r.git …`.
fn repo(folder: &Path, command: &str, arguments: &[&str]) -> Output {
    let mut all = vec!["repo", command, "r.git"];
    all.extend(arguments);
    porchlight(folder, &all)
}

/// A folder with the bare repository `r.git` and its main branch; none, visibly, without git.
fn scratch() -> Option<tempfile::TempDir> {
    if !installed("git") {
        return None;
    }
    let scratch = tempfile::tempdir().expect("scratch folder");
    git(scratch.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "r.git"]);
    Some(scratch)
}

#[test]
fn from_init_to_deletion() {
    let Some(scratch) = scratch() else { return };
    let folder = scratch.path();
    let here = |command: &str, arguments: &[&str]| repo(folder, command, arguments);
    let missing = here("list", &[]);
    assert_eq!(missing.status.code(), Some(5));
    assert!(
        text(&missing.stderr).contains("[PORCH_UNAVAILABLE] Porch: `r.git` has no branch `main`"),
        "{}",
        text(&missing.stderr)
    );

    let made = here("init", &["edge/upf", "--workspace", "first", "--create-branch", "--description", "a UPF"]);
    assert_eq!(done(&made), "edge/upf@first\n");
    done(&here("get", &["edge/upf@first"]));
    assert_eq!(fs::read_dir(folder.join("upf")).expect("a folder").count(), 4);

    // A function of ours runs on the way into the repository.
    fs::write(
        folder.join("upf/deployment.yaml"),
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: upf\nspec:\n  template:\n    spec:\n      containers:\n      - name: upf\n        image: registry.example.org/upf:1.0.0\n",
    )
    .expect("a file");
    set_pipeline(&folder.join("upf"), &["image: ghcr.io/porchlight/annotate-sbom:v0.1.0"]);
    let pushed = here("push", &["edge/upf@first", "upf"]);
    assert!(done(&pushed).starts_with("edge/upf@first changed at "), "{}", text(&pushed.stdout));
    let listed = git(&folder.join("r.git"), &["ls-tree", "-r", "--name-only", "drafts/edge/upf/first:edge/upf"]);
    assert!(listed.contains("deployment.yaml") && listed.contains("sbom.yaml"), "{listed}");
    let kptfile = git(&folder.join("r.git"), &["show", "drafts/edge/upf/first:edge/upf/Kptfile"]);
    assert!(kptfile.contains("reason: RenderSuccess"), "{kptfile}");
    assert!(folder.join("upf/sbom.yaml").is_file());
    // The folder is at what was pushed, so a second push has nothing to do.
    assert_eq!(kptfile, fs::read_to_string(folder.join("upf/Kptfile")).expect("a file"));
    assert!(done(&here("push", &["edge/upf@first", "upf"])).contains(" unchanged at "));
    assert!(done(&here("render", &["edge/upf@first"])).contains(" unchanged at "));
    assert_eq!(here("render", &["edge/upf@first", "--check"]).status.code(), Some(0));

    assert_eq!(done(&here("propose", &["edge/upf@first"])), "edge/upf@first is Proposed\n");
    let refused = here("push", &["edge/upf@first", "upf"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("[LIFECYCLE_INVALID]"), "{}", text(&refused.stderr));
    assert_eq!(done(&here("approve", &["edge/upf@first"])), "edge/upf@first is Published as revision 1\n");
    assert_eq!(done(&here("edit", &["edge/upf", "--workspace", "second"])), "edge/upf@second\n");
    assert_eq!(
        done(&here("list", &[])),
        "PACKAGE   WORKSPACE  REVISION  LATEST  LIFECYCLE\n\
         edge/upf  main       -1                Published\n\
         edge/upf  first      1         yes     Published\n\
         edge/upf  second     0                 Draft\n"
    );
    let shown: serde_json::Value = serde_json::from_str(&done(&here("show", &["edge/upf@second"]))).expect("JSON");
    assert_eq!(shown["task"]["edit"]["sourceRef"]["name"], "r.edge.upf.first");
    assert_eq!(shown["selfLock"]["ref"], "drafts/edge/upf/second");
    assert_eq!(done(&here("delete", &["edge/upf@second"])), "edge/upf@second is deleted\n");
    done(&here("propose-delete", &["edge/upf@v1", "edge/upf@main"]));
    done(&here("delete", &["edge/upf@v1", "edge/upf@main"]));
    assert_eq!(git(&folder.join("r.git"), &["for-each-ref", "--format=%(refname)"]), "refs/heads/main\n");
    assert_eq!(git(&folder.join("r.git"), &["ls-tree", "-r", "--name-only", "main"]), "README.md\n");
}

#[test]
fn what_others_did_meanwhile_stays() {
    let Some(scratch) = scratch() else { return };
    let folder = scratch.path();
    let here = |command: &str, arguments: &[&str]| repo(folder, command, arguments);
    done(&here("init", &["upf", "--workspace", "w", "--create-branch"]));
    for name in ["ours", "theirs", "late"] {
        done(&here("get", &["upf@w", name]));
    }
    fs::write(folder.join("theirs/theirs.txt"), "1\n").expect("a file");
    done(&here("push", &["upf@w", "theirs"]));
    fs::write(folder.join("ours/ours.txt"), "1\n").expect("a file");
    done(&here("push", &["upf@w", "ours"]));
    assert!(folder.join("ours/theirs.txt").is_file());
    fs::write(folder.join("late/ours.txt"), "another\n").expect("a file");
    let conflict = here("push", &["upf@w", "late"]);
    assert_eq!(conflict.status.code(), Some(1));
    let told = text(&conflict.stderr);
    assert!(told.contains("[PORCH_CONFLICT] Porch: ") && told.contains("ours.txt"), "{told}");
    assert_eq!(fs::read_to_string(folder.join("late/ours.txt")).expect("a file"), "another\n");
    assert!(done(&here("push", &["upf@w", "late", "--overwrite"])).contains(" changed at "));
    let plain = folder.join("plain");
    copy(&repository().join("catalog/slice-embb"), &plain);
    let unknown = here("push", &["upf@w", "plain"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        text(&unknown.stderr).contains("hint: read the draft with `porchlight repo get`"),
        "{}",
        text(&unknown.stderr)
    );
}

#[test]
fn bad_input_has_codes_and_changes_nothing() {
    let Some(scratch) = scratch() else { return };
    let folder = scratch.path();
    done(&repo(folder, "init", &["upf", "--workspace", "w", "--create-branch"]));
    let before = git(&folder.join("r.git"), &["for-each-ref"]);
    for (arguments, exit, part) in [
        (&["repo", "list", "nowhere"][..], 5, "[PORCH_UNAVAILABLE] Porch: `nowhere` is no git repository"),
        (&["repo", "list", "--", "-x"], 2, "[NAME_INVALID]"),
        (&["repo", "list", "r.git", "--branch", "release"], 5, "no branch `release`"),
        (&["repo", "list", "r.git", "--branch", "drafts/x"], 2, "[NAME_INVALID]"),
        (&["repo", "list", "r.git", "--lifecycle", "Gone"], 2, "none of Draft"),
        (&["repo", "get", "r.git", "amf"], 1, "[REVISION_UNKNOWN] Porch: the repository has no package `amf`"),
        (&["repo", "get", "r.git", "upf@x"], 1, "it has `w`"),
        (&["repo", "get", "r.git", "upf@w", "r.git"], 2, "exists already"),
        (
            &["repo", "approve", "r.git", "upf@w"],
            1,
            "[LIFECYCLE_INVALID] Porch: `upf@w` is Draft and cannot be approved",
        ),
        (&["repo", "init", "r.git", "upf", "--workspace", "w"], 1, "[REVISION_EXISTS]"),
        (&["repo", "init", "r.git", "upf/sub", "--workspace", "w"], 1, "inside each other"),
        (&["repo", "init", "r.git", "Upf", "--workspace", "w"], 2, "lower-case"),
        (&["repo", "edit", "r.git", "upf@w", "--workspace", "x"], 1, "no published revision"),
    ] {
        let output = porchlight(folder, arguments);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {told}");
        assert!(told.contains(part), "{arguments:?}: {told}");
    }
    let without = Command::new(env!("CARGO_BIN_EXE_porchlight"))
        .args(["repo", "list", "r.git"])
        .env("PATH", folder)
        .current_dir(folder)
        .output()
        .expect("the program starts");
    assert_eq!(without.status.code(), Some(5));
    assert!(
        text(&without.stderr).contains("[TOOL_MISSING] Porch: `git` cannot be started"),
        "{}",
        text(&without.stderr)
    );
    assert_eq!(git(&folder.join("r.git"), &["for-each-ref"]), before);
}

/// A pipeline whose first function waits, the first time a process with `GATE` runs it, until somebody opens that gate; the
/// second lists the images of the whole package.
#[cfg(unix)]
fn gated_pipeline(folder: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    let gate = folder.join("gate.sh");
    let script = "#!/bin/sh\n\
        if [ -n \"$GATE\" ] && [ ! -e \"$GATE/waiting\" ]; then\n\
          : > \"$GATE/waiting\"\n\
          while [ ! -e \"$GATE/open\" ]; do sleep 0.02; done\n\
        fi\n\
        exec cat\n";
    fs::write(&gate, script).expect("a file");
    fs::set_permissions(&gate, fs::Permissions::from_mode(0o755)).expect("a program");
    format!(
        "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: upf\npipeline:\n  mutators:\n  - exec: {}\n  - image: \
         ghcr.io/porchlight/annotate-sbom:v0.1.0\n",
        gate.display()
    )
}

#[cfg(unix)]
#[test]
fn of_two_processes_that_push_at_once_the_second_renders_again() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let Some(scratch) = scratch() else { return };
    let folder = scratch.path();
    let here = |command: &str, arguments: &[&str]| repo(folder, command, arguments);
    done(&here("init", &["upf", "--workspace", "w", "--create-branch"]));
    done(&here("get", &["upf@w", "base"]));
    fs::write(folder.join("base/Kptfile"), gated_pipeline(folder)).expect("a file");
    done(&here("push", &["upf@w", "base", "--allow-exec"]));
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  template:\n    spec:\n      \
             containers:\n      - name: main\n        image: registry.example.org/{name}:1.0.0\n"
        )
    };
    for name in ["first", "second"] {
        done(&here("get", &["upf@w", name]));
        fs::write(folder.join(name).join(format!("{name}.yaml")), deployment(name)).expect("a file");
    }
    // The second has read the draft and is in the middle of its render ...
    fs::create_dir(folder.join("gate")).expect("a folder");
    let second = Command::new(env!("CARGO_BIN_EXE_porchlight"))
        .args(["repo", "push", "r.git", "upf@w", "second", "--allow-exec"])
        .current_dir(folder)
        .env("GATE", folder.join("gate"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("porchlight starts");
    let begun = Instant::now();
    while !folder.join("gate/waiting").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the second never renders");
        std::thread::sleep(Duration::from_millis(10));
    }
    // ... when the first pushes.
    let first = done(&here("push", &["upf@w", "first", "--allow-exec"]));
    assert!(!first.contains("because others were first"), "{first}");
    fs::write(folder.join("gate/open"), "").expect("a file");
    let second = done(&second.wait_with_output().expect("porchlight ends"));
    assert!(second.contains(", done 2 times because others were first"), "{second}");

    done(&here("get", &["upf@w", "both"]));
    for name in ["first", "second"] {
        assert!(folder.join(format!("both/{name}.yaml")).is_file(), "{name}");
        let sbom = fs::read_to_string(folder.join("both/sbom.yaml")).expect("a file");
        assert!(sbom.contains(&format!("registry.example.org/{name}")), "{name} is missing in\n{sbom}");
    }
    // All of it is as one more render would have it.
    done(&here("render", &["upf@w", "--check", "--allow-exec"]));
}

#[test]
fn a_clone_knows_where_it_comes_from() {
    let Some(scratch) = scratch() else { return };
    let folder = scratch.path();
    let here = |command: &str, arguments: &[&str]| repo(folder, command, arguments);
    done(&here("init", &["upf", "--workspace", "first", "--create-branch"]));
    for step in ["propose", "approve"] {
        done(&here(step, &["upf@first"]));
    }
    git(folder, &["init", "--quiet", "--bare", "--initial-branch=main", "site.git"]);
    let clone = |arguments: &[&str]| {
        let common = ["repo", "clone", "site.git", "edge/upf", "--from", "r.git", "--create-branch", "--deployment"];
        porchlight(folder, &[&common[..], arguments].concat())
    };
    let url = ["--from-url", "https://host.example/blueprints"];
    let made = clone(&[&["--workspace", "w", "--revision", "upf@v1"][..], &url].concat());
    assert_eq!(done(&made), "edge/upf@w\n");
    let show = |path: &str| git(&folder.join("site.git"), &["show", &format!("drafts/edge/upf/w:edge/upf/{path}")]);
    let commit = git(&folder.join("r.git"), &["rev-parse", "upf/v1"]);
    let lock = format!(
        "upstream:\n  type: git\n  git:\n    repo: https://host.example/blueprints.git\n    directory: upf\n    ref: \
         upf/v1\nupstreamLock:\n  type: git\n  git:\n    repo: https://host.example/blueprints.git\n    directory: upf\n    \
         ref: upf/v1\n    commit: {}\n",
        commit.trim()
    );
    let kptfile = show("Kptfile");
    assert!(kptfile.contains(&lock), "{kptfile}\n{lock}");
    assert!(kptfile.contains("\n  name: edge/upf\n"), "{kptfile}");
    let context = show("package-context.yaml");
    assert!(context.contains("\n  package-path: edge/upf\n"), "{context}");
    let message = git(&folder.join("site.git"), &["log", "-1", "--format=%B", "drafts/edge/upf/w"]);
    assert!(message.starts_with("Creating new revision by cloning\n") && message.contains("\nkpt:{"), "{message}");
    assert!(message.contains(r#""type":"clone""#) && message.contains(r#""ref":"upf/v1""#), "{message}");

    // The package is there now; and what has no revision cannot be an upstream.
    for (arguments, code) in [
        (["--workspace", "w2", "--revision", "upf@v1"], "[REVISION_EXISTS]"),
        (["--workspace", "w2", "--revision", "upf@main"], "[REVISION_INVALID]"),
        (["--workspace", "w2", "--revision", "upf@v9"], "[REVISION_UNKNOWN]"),
    ] {
        let refused = clone(&arguments);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
        assert!(text(&refused.stderr).contains(code), "{arguments:?}: {}", text(&refused.stderr));
    }
}
