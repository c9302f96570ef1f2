//! Every bad input: its code, what is wrong, and what to do next. Nothing changes.

use porchlight_krm::Code;
use porchlight_repository::{
    Contents, Git, InitTask, Layout, Mirrors, PackagePath, Repository, RepositoryError, Settings, Task,
};

use crate::scratch::{Scratch, draft, git, package, published, sample, selector, set, settings};

fn told(error: &RepositoryError) -> String {
    let advice = error.advice();
    let advice = if advice.is_empty() { String::new() } else { format!(" -> {advice}") };
    format!("[{}] {error}{advice}", error.code())
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, RepositoryError>, code: Code, parts: &[&str]) {
    let error = result.expect_err("it is refused");
    let text = told(&error);
    assert_eq!(error.code(), code, "{text}");
    for part in parts {
        assert!(text.contains(part), "{text}\nlacks {part}");
    }
}

#[test]
fn places_that_are_no_repositories() {
    let Some(scratch) = Scratch::new() else { return };
    let open = |address: &str| {
        Repository::open(Git::find("git").expect("git"), address, settings(), &Mirrors::at(scratch.path("mirrors")))
    };
    let nowhere = scratch.path("nowhere").display().to_string();
    refused(open(&nowhere), Code::PorchUnavailable, &["no such folder", "git init --bare"]);
    std::fs::create_dir(scratch.path("plain")).expect("folder");
    refused(open(&scratch.path("plain").display().to_string()), Code::PorchUnavailable, &["is no git repository"]);
    // A folder inside a working directory is not the repository around it.
    scratch.git(&["init", "--quiet", "work"]);
    std::fs::create_dir(scratch.path("work/inside")).expect("folder");
    refused(open(&scratch.path("work/inside").display().to_string()), Code::PorchUnavailable, &["no git repository"]);
    refused(open("--upload-pack=touch x"), Code::NameInvalid, &["neither a path nor a URL"]);
    refused(open(&format!("file://{nowhere}")), Code::PorchUnavailable, &["cannot be reached", "git ls-remote"]);
    refused(open("ext::sh -c touch% x"), Code::PorchUnavailable, &["not allowed"]);
    let none = Repository::open(Git::find("git").expect("git"), "file:///x", settings(), &Mirrors::none());
    refused(none, Code::PorchUnavailable, &["XDG_CACHE_HOME"]);
    let missing = RepositoryError::from(Git::find(scratch.path("no-git")).expect_err("no git"));
    assert!(told(&missing).contains("[TOOL_MISSING]") && told(&missing).contains("install git"), "{}", told(&missing));
}

#[test]
fn a_missing_branch_is_made_only_where_that_is_wanted() {
    let Some(scratch) = Scratch::new() else { return };
    let without = Settings { create_branch: false, ..settings() };
    refused(scratch.try_open(without.clone()), Code::PorchUnavailable, &["no branch `main`", "--create-branch"]);
    assert_eq!(scratch.bare_git(&["for-each-ref"]), "");
    scratch.open();
    scratch.try_open(without.clone()).expect("it is there now");
    let layout = Layout::new("release", "").expect("a layout");
    refused(scratch.try_open(Settings { layout, ..without }), Code::PorchUnavailable, &["no branch `release`"]);
}

#[test]
fn packages_and_revisions_that_are_not_there() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    draft(&mut repository, "edge/upf", "w");
    refused(repository.find(&selector("upf")), Code::RevisionUnknown, &["no package `upf`", "did you mean `edge/upf`"]);
    refused(repository.find(&selector("amf@v1")), Code::RevisionUnknown, &["no package `amf`", "repo list"]);
    refused(repository.find(&selector("edge/upf@x")), Code::RevisionUnknown, &["no revision `x`", "it has `w`"]);
    refused(repository.find(&selector("edge/upf")), Code::RevisionUnknown, &["(published)", "`w`"]);
    refused(repository.approve(&selector("edge/upf@x")), Code::RevisionUnknown, &["`x`"]);
}

#[test]
fn steps_that_are_not_allowed() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    let lifecycle = Code::LifecycleInvalid;
    draft(&mut repository, "upf", "w");
    let which = selector("upf@w");
    refused(repository.approve(&which), lifecycle, &["`upf@w` is Draft and cannot be approved", "`propose` it first"]);
    refused(repository.propose_deletion(&which), lifecycle, &["`delete` it at once"]);
    repository.propose(&which).expect("it");
    refused(repository.propose(&which), lifecycle, &["Proposed and cannot be proposed"]);
    let changed = set(&mut repository, "upf@w", "x", "y").expect_err("a proposal does not change");
    assert!(matches!(changed, porchlight_repository::UpdateError::Repository(ref error) if error.code() == lifecycle));
    repository.approve(&which).expect("it");
    let before = scratch.bare_git(&["for-each-ref"]);
    refused(repository.approve(&which), lifecycle, &["Published and cannot be approved"]);
    refused(repository.delete(&which), lifecycle, &["propose-delete"]);
    refused(repository.reject(&which), lifecycle, &["Published and cannot be rejected"]);
    assert!(set(&mut repository, "upf@w", "x", "y").is_err());
    assert_eq!(scratch.bare_git(&["for-each-ref"]), before);
    draft(&mut repository, "smf", "w");
    for which in ["upf@main", "smf@w"] {
        refused(repository.source(&selector(which)), lifecycle, &[which, "no published revision"]);
    }
    assert_eq!(repository.source(&selector("upf")).expect("it").0.workspace, "w");
}

#[test]
fn gates_have_to_be_met() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    draft(&mut repository, "upf", "w");
    let kptfile = |status: &str| {
        format!(
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: upf\ninfo:\n  readinessGates:\n  - conditionType: config.site\nstatus:\n  conditions:\n  - type: config.site\n    status: \"{status}\"\n"
        )
    };
    set(&mut repository, "upf@w", "Kptfile", &kptfile("False")).expect("it");
    refused(repository.propose(&selector("upf@w")), Code::LifecycleInvalid, &["`config.site` not True", "Kptfile"]);
    set(&mut repository, "upf@w", "Kptfile", &kptfile("True")).expect("it");
    repository.propose(&selector("upf@w")).expect("it is ready");
    repository.reject(&selector("upf@w")).expect("it");
    set(&mut repository, "upf@w", "Kptfile", "metadata: [\n").expect("it");
    refused(repository.propose(&selector("upf@w")), Code::RevisionInvalid, &["upf@w", "Kptfile"]);
}

#[test]
fn drafts_that_cannot_be() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    published(&mut repository, "edge/upf", "w");
    draft(&mut repository, "core/amf", "w");
    let before = scratch.bare_git(&["for-each-ref"]);
    let init = || Task::init(InitTask::default());
    let exists = Code::RevisionExists;
    let upf = package("edge/upf");
    refused(
        repository.create(&upf, "w", Task::edit(String::new()), &sample("upf")),
        exists,
        &["`edge/upf@w` exists already: it is Published", "another workspace"],
    );
    refused(repository.create(&upf, "x", init(), &sample("upf")), exists, &["exists already"]);
    for (path, other) in
        [("edge", "edge/upf"), ("edge/upf/sub", "edge/upf"), ("core", "core/amf"), ("core/amf/x/y", "core/amf")]
    {
        refused(repository.create(&package(path), "w", init(), &sample("x")), exists, &["inside each other", other]);
    }
    let name = Code::NameInvalid;
    refused(
        repository.create(&upf, "Not_Good", Task::edit(String::new()), &sample("upf")),
        name,
        &["workspace", "lower-case"],
    );
    let upper = PackagePath::existing("Edge/UPF").expect("a path");
    refused(repository.create(&upper, "w", init(), &sample("x")), name, &["package", "Edge/UPF"]);
    let none = Contents::default();
    refused(repository.create(&package("new"), "w", init(), &none), Code::RevisionInvalid, &["new@w", "no `Kptfile`"]);
    assert_eq!(scratch.bare_git(&["for-each-ref"]), before);
}

#[test]
fn a_branch_with_files_in_a_working_directory_does_not_move() {
    let Some(scratch) = Scratch::new() else { return };
    published(&mut scratch.open(), "upf", "w");
    scratch.git(&["clone", "--quiet", "blueprints.git", "work"]);
    let work = scratch.path("work");
    let open = || {
        let git = Git::find("git").expect("git");
        Repository::open(git, &work.display().to_string(), settings(), &Mirrors::none()).expect("a repository")
    };
    let mut repository = open();
    assert_eq!(repository.settings().name, "work");
    draft(&mut repository, "smf", "w");
    repository.propose(&selector("smf@w")).expect("it");
    refused(
        repository.approve(&selector("smf@w")),
        Code::PorchUnavailable,
        &["`main` is checked out", "bare repository"],
    );
    assert_eq!(git(&work, &["status", "--porcelain"]), "");
    // With HEAD detached nobody's files are those of the branch.
    git(&work, &["checkout", "--quiet", "--detach"]);
    assert_eq!(open().approve(&selector("smf@w")).expect("it").revision, 1);
}
