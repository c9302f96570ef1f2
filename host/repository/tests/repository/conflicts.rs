//! Whoever comes second notices, and loses nothing.

use porchlight_krm::Code;
use porchlight_repository::{Contents, RepositoryError, Task, UpdateError};

use crate::scratch::{Scratch, draft, published, selector, set};

#[test]
fn the_second_is_asked_again_with_what_the_first_made() {
    let Some(scratch) = Scratch::new() else { return };
    let (mut ours, mut theirs) = (scratch.open(), scratch.open());
    draft(&mut ours, "upf", "w");
    let mut seen = Vec::new();
    let updated = ours
        .update::<String>(&selector("upf@w"), &Task::render(), |_, revision, contents| {
            if seen.is_empty() {
                set(&mut theirs, "upf@w", "theirs", "1").expect("it");
            }
            seen.push(revision.commit.clone());
            let mut contents = contents.clone();
            contents.insert("ours", b"1".to_vec());
            Ok(contents)
        })
        .expect("an update");
    assert_eq!((updated.attempts, seen.len()), (2, 2));
    assert_ne!(seen[0], seen[1]);
    let listed = scratch.bare_git(&["ls-tree", "--name-only", "drafts/upf/w:upf"]);
    assert!(listed.contains("ours") && listed.contains("theirs"), "{listed}");
}

#[test]
fn what_does_not_change_anything_is_not_written() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    let revision = draft(&mut repository, "upf", "w");
    let same = repository.update::<String>(&selector("upf@w"), &Task::render(), |_, _, contents| Ok(contents.clone()));
    let same = same.expect("nothing to do");
    assert_eq!((same.changed.len(), &same.revision.commit), (0, &revision.commit));
    let failed: Result<_, UpdateError<&str>> =
        repository.update(&selector("upf@w"), &Task::render(), |_, _, _| Err("no"));
    assert!(matches!(failed, Err(UpdateError::Work("no"))));
    assert_eq!(scratch.bare_git(&["rev-parse", "drafts/upf/w"]).trim(), revision.commit.as_str());
}

#[test]
fn a_proposal_that_changed_meanwhile_is_not_approved_unseen() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    let draft = draft(&mut repository, "upf", "w");
    set(&mut repository, "upf@w", "x", "1").expect("it");
    // Somebody proposes while the draft stays behind: two stages of one revision. The later one counts.
    scratch.bare_git(&["update-ref", "refs/heads/proposed/upf/w", draft.commit.as_str()]);
    let error = repository.propose(&selector("upf@w")).expect_err("it is proposed");
    assert_eq!(error.code(), Code::LifecycleInvalid);
    scratch.bare_git(&["update-ref", "-d", "refs/heads/drafts/upf/w"]);
    // A reference that is not what it was: nothing of the transaction happens.
    let stale = repository.find(&selector("upf@w")).expect("it");
    let newer = scratch.bare_git(&["rev-parse", "main"]).trim().to_owned();
    scratch.bare_git(&["update-ref", "refs/heads/drafts/upf/w", &newer]);
    let error = repository.reject(&selector("upf@w")).expect_err("the draft is there");
    let RepositoryError::Conflict { reference, expected, found } = &error else { panic!("{error}") };
    assert_eq!((reference.as_str(), expected), ("drafts/upf/w", &None));
    assert_eq!(found.as_ref().map(porchlight_repository::ObjectId::as_str), Some(newer.as_str()));
    assert_eq!(error.code(), Code::PorchConflict);
    assert_eq!(scratch.bare_git(&["rev-parse", "proposed/upf/w"]).trim(), stale.commit.as_str());
}

#[test]
fn two_approvals_of_two_packages_both_arrive() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    for package in ["a", "b", "c", "d"] {
        draft(&mut repository, package, "w");
        repository.propose(&selector(&format!("{package}@w"))).expect("it");
    }
    let revisions: Vec<i64> = std::thread::scope(|scope| {
        let approve = |package: &'static str| {
            let mut repository = scratch.open();
            move || repository.approve(&selector(&format!("{package}@w"))).expect("it").revision
        };
        let running: Vec<_> = ["a", "b", "c", "d"].map(|package| scope.spawn(approve(package))).into_iter().collect();
        running.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    assert_eq!(revisions, [1, 1, 1, 1]);
    assert_eq!(scratch.bare_git(&["ls-tree", "--name-only", "main"]), "README.md\na\nb\nc\nd\n");
    assert_eq!(scratch.bare_git(&["rev-list", "--first-parent", "--count", "main"]).trim(), "5");
}

#[test]
fn changes_of_different_files_come_together_and_of_the_same_do_not() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    let package = published(&mut repository, "upf", "w").package;
    let base = repository.find(&selector("upf")).expect("it");
    let base = repository.contents_at(&package, &base.commit).expect("git").expect("a package");
    let with = |file: &str, text: &str| {
        let mut contents = base.clone();
        contents.insert(file, text.as_bytes().to_vec());
        contents
    };
    let merged = Contents::merged(&base, &with("a", "1"), &with("b", "2")).expect("no conflict");
    assert_eq!((merged.get("a"), merged.get("b")), (Some(&b"1"[..]), Some(&b"2"[..])));
    let error = Contents::merged(&base, &with("a", "1"), &with("a", "2")).expect_err("a conflict");
    assert_eq!(error.paths, ["a"]);
    assert_eq!(RepositoryError::from(error).code(), Code::PorchConflict);
}
