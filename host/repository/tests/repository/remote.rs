//! Repositories behind URLs: the same, through a mirror.

use porchlight_krm::Code;
use porchlight_repository::{Filter, Git, Lifecycle, Mirrors, Repository, Settings};

use crate::scratch::{Scratch, draft, selector, set, settings};

fn open(scratch: &Scratch, mirrors: &str) -> Repository {
    let url = format!("file://{}", scratch.bare().display());
    let mirrors = Mirrors::at(scratch.path(mirrors));
    Repository::open(Git::find("git").expect("git"), &url, settings(), &mirrors).expect("a repository")
}

#[test]
fn the_way_of_a_revision_over_a_url() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = open(&scratch, "mirrors");
    assert_eq!(repository.settings().name, "blueprints");
    draft(&mut repository, "edge/upf", "w");
    set(&mut repository, "edge/upf@w", "x", "1").expect("it");
    repository.propose(&selector("edge/upf@w")).expect("it");
    repository.reject(&selector("edge/upf@w")).expect("it");
    repository.propose(&selector("edge/upf@w")).expect("it");
    assert_eq!(repository.approve(&selector("edge/upf@w")).expect("it").revision, 1);
    assert_eq!(scratch.bare_git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main\nrefs/tags/edge/upf/v1\n");
    // Another machine sees the same; so does one that opens the repository by its path.
    let here: Vec<_> = scratch.open().revisions(&Filter::default()).expect("a list");
    let there: Vec<_> = open(&scratch, "other").revisions(&Filter::default()).expect("a list");
    assert_eq!(here, there);
    repository.propose_deletion(&selector("edge/upf@v1")).expect("it");
    repository.delete(&selector("edge/upf@v1")).expect("it");
    assert_eq!(scratch.bare_git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main\n");
}

#[test]
fn two_machines_do_not_lose_each_others_work() {
    let Some(scratch) = Scratch::new() else { return };
    let (mut ours, mut theirs) = (open(&scratch, "ours"), open(&scratch, "theirs"));
    draft(&mut ours, "upf", "w");
    let mut calls = 0;
    let updated =
        ours.update::<String>(&selector("upf@w"), &porchlight_repository::Task::render(), |_, _, contents| {
            calls += 1;
            if calls == 1 {
                set(&mut theirs, "upf@w", "theirs", "1").expect("it");
            }
            let mut contents = contents.clone();
            contents.insert("ours", b"1".to_vec());
            Ok(contents)
        });
    assert_eq!(updated.expect("it").attempts, 2);
    let listed = scratch.bare_git(&["ls-tree", "--name-only", "drafts/upf/w:upf"]);
    assert!(listed.contains("ours") && listed.contains("theirs"), "{listed}");
    // Machines that approve at the same time.
    draft(&mut theirs, "smf", "w");
    ours.propose(&selector("upf@w")).expect("it");
    theirs.propose(&selector("smf@w")).expect("it");
    std::thread::scope(|scope| {
        let one = scope.spawn(|| ours.approve(&selector("upf@w")).expect("it"));
        let other = scope.spawn(|| theirs.approve(&selector("smf@w")).expect("it"));
        assert_eq!(one.join().expect("it ends").lifecycle, Lifecycle::Published);
        assert_eq!(other.join().expect("it ends").lifecycle, Lifecycle::Published);
    });
    assert_eq!(scratch.bare_git(&["ls-tree", "--name-only", "main"]), "README.md\nsmf\nupf\n");
}

/// The rules of the server count, and what it says reaches the user.
#[cfg(unix)]
#[test]
fn a_server_that_says_no_is_quoted() {
    use std::os::unix::fs::PermissionsExt;
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = open(&scratch, "mirrors");
    let hook = scratch.bare().join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("folder");
    std::fs::write(&hook, "#!/bin/sh\necho frozen until monday >&2\nexit 1\n").expect("a hook");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("a hook");
    let package = porchlight_repository::PackagePath::new("upf").expect("a path");
    let task = porchlight_repository::Task::init(porchlight_repository::InitTask::default());
    let error = repository.create(&package, "w", task, &crate::scratch::sample("upf")).expect_err("refused");
    assert_eq!(error.code(), Code::PorchUnavailable);
    assert!(error.to_string().contains("frozen until monday"), "{error}");
    assert!(!scratch.bare_git(&["for-each-ref"]).contains("upf"));
}

/// Hooks and settings of a repository are its owner's programs: none of them runs here.
#[cfg(unix)]
#[test]
fn nothing_of_a_repository_is_run() {
    use std::os::unix::fs::PermissionsExt;
    let Some(scratch) = Scratch::new() else { return };
    scratch.open();
    let witness = scratch.path("witness");
    let script = format!("#!/bin/sh\necho \"$0\" >> {}\n", witness.display());
    for hook in ["reference-transaction", "post-update", "update", "pre-push", "post-checkout"] {
        let path = scratch.bare().join("hooks").join(hook);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        std::fs::write(&path, &script).expect("a hook");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a hook");
    }
    scratch.bare_git(&["config", "core.fsmonitor", scratch.bare().join("hooks/update").to_str().expect("text")]);
    let mut repository = scratch.try_open(Settings { create_branch: false, ..settings() }).expect("a repository");
    crate::scratch::published(&mut repository, "upf", "w");
    assert!(!witness.exists(), "{}", std::fs::read_to_string(&witness).unwrap_or_default());
}
