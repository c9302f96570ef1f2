//! References, trees and messages are those of porch §5, as plain git shows them.

use porchlight_repository::{Filter, InitTask, Layout, Lifecycle, Settings, Task};

use crate::scratch::{Scratch, draft, package, published, sample, selector, set, settings};

fn refs(scratch: &Scratch) -> Vec<String> {
    scratch.bare_git(&["for-each-ref", "--format=%(refname)"]).lines().map(str::to_owned).collect()
}

#[test]
fn the_way_of_a_revision_leaves_what_porch_would_leave() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    assert_eq!(
        scratch.bare_git(&["cat-file", "commit", "main"]).split_once("\n\n").map(|(_, message)| message),
        Some("Initial commit: Creating main branch")
    );
    assert_eq!(scratch.bare_git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"]), "100644 README.md\n");
    assert_eq!(scratch.bare_git(&["show", "main:README.md"]), "Created by porch");

    let init = InitTask { description: "a UPF".to_owned(), ..InitTask::default() };
    let made = repository.create(&package("edge/upf"), "first", Task::init(init), &sample("upf")).expect("a draft");
    assert_eq!((made.revision, made.lifecycle, made.name.as_str()), (0, Lifecycle::Draft, "blueprints.edge.upf.first"));
    assert_eq!(refs(&scratch), ["refs/heads/drafts/edge/upf/first", "refs/heads/main"]);
    assert_eq!(
        scratch.bare_git(&["cat-file", "commit", "drafts/edge/upf/first"]).lines().skip(1).collect::<Vec<_>>(),
        [
            format!("parent {}", scratch.bare_git(&["rev-parse", "main"]).trim()).as_str(),
            "author Package Orchestration Service <porch@kpt.dev> 1700000000 +0000",
            "committer Package Orchestration Service <porch@kpt.dev> 1700000000 +0000",
            "",
            "Creating new empty revision",
            "",
            "",
            "kpt:{\"package\":\"edge/upf\",\"workspaceName\":\"first\",\"revision\":\"0\",\"task\":{\"type\":\"init\",\"init\":{\"description\":\"a UPF\"}}}",
        ]
    );
    assert_eq!(
        scratch.bare_git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "drafts/edge/upf/first"]),
        "100644 README.md\n100644 edge/upf/Kptfile\n100644 edge/upf/README.md\n100644 edge/upf/nf/config.yaml\n\
         100644 edge/upf/package-context.yaml\n"
    );

    let updated = set(&mut repository, "edge/upf@first", "nf/more.yaml", "a: 1\n").expect("an update");
    assert_eq!((updated.changed.as_slice(), updated.attempts), (&["nf/more.yaml".to_owned()][..], 1));
    let message = scratch.bare_git(&["show", "--no-patch", "--format=%B", "drafts/edge/upf/first"]);
    assert_eq!(
        message.trim_end(),
        "Rendering package\n\n\nkpt:{\"package\":\"edge/upf\",\"workspaceName\":\"first\",\"revision\":\"0\",\"task\":{\"type\":\"render\"}}"
    );
    let before = scratch.bare_git(&["rev-parse", "drafts/edge/upf/first"]);

    repository.propose(&selector("edge/upf@first")).expect("a proposal");
    assert_eq!(refs(&scratch), ["refs/heads/main", "refs/heads/proposed/edge/upf/first"]);
    assert_eq!(scratch.bare_git(&["rev-parse", "proposed/edge/upf/first"]), before);
    repository.reject(&selector("edge/upf@first")).expect("a rejection");
    assert_eq!(refs(&scratch), ["refs/heads/drafts/edge/upf/first", "refs/heads/main"]);
    repository.propose(&selector("edge/upf@first")).expect("a proposal");

    let main = scratch.bare_git(&["rev-parse", "main"]);
    let revision = repository.approve(&selector("edge/upf@first")).expect("a revision");
    assert_eq!((revision.revision, revision.latest, revision.workspace.as_str()), (1, true, "first"));
    assert_eq!(refs(&scratch), ["refs/heads/main", "refs/tags/edge/upf/v1"]);
    assert_eq!(scratch.bare_git(&["rev-parse", "main"]), scratch.bare_git(&["rev-parse", "edge/upf/v1"]));
    assert_eq!(scratch.bare_git(&["rev-parse", "main^1", "main^2"]), format!("{main}{before}"));
    assert_eq!(
        scratch.bare_git(&["cat-file", "commit", "main"]).split_once("\n\n").map(|(_, message)| message),
        Some(
            "Approving package revision edge/upf/1\n\nkpt:{\"package\":\"edge/upf\",\"workspaceName\":\"first\",\"revision\":\"1\"}\n"
        )
    );

    repository.propose_deletion(&selector("edge/upf@v1")).expect("a proposal of deletion");
    assert_eq!(refs(&scratch)[0], "refs/heads/deletionProposed/edge/upf/v1");
    assert_eq!(repository.find(&selector("edge/upf@first")).expect("it").lifecycle, Lifecycle::DeletionProposed);
    repository.reject(&selector("edge/upf@v1")).expect("it stays");
    repository.propose_deletion(&selector("edge/upf@v1")).expect("a proposal of deletion");
    repository.delete(&selector("edge/upf@v1")).expect("a deletion");
    assert_eq!(refs(&scratch), ["refs/heads/main"]);
    assert_eq!(scratch.bare_git(&["ls-tree", "--name-only", "main"]), "README.md\nedge\n");

    repository.propose_deletion(&selector("edge/upf@main")).expect("a proposal of deletion");
    assert_eq!(refs(&scratch)[0], "refs/heads/deletionProposed/edge/upf/main");
    repository.delete(&selector("edge/upf@main")).expect("a deletion");
    assert_eq!(refs(&scratch), ["refs/heads/main"]);
    assert_eq!(scratch.bare_git(&["ls-tree", "-r", "-t", "--name-only", "main"]), "README.md\n");
    assert_eq!(scratch.bare_git(&["cat-file", "commit", "main"]).lines().last(), Some("Delete edge/upf"));
    assert_eq!(scratch.bare_git(&["fsck", "--strict", "--no-dangling"]), "");
}

#[test]
fn the_same_work_gives_the_same_commits() {
    let heads: Vec<String> = (0..2)
        .filter_map(|_| {
            let scratch = Scratch::new()?;
            published(&mut scratch.open(), "a/b", "w");
            Some(scratch.bare_git(&["rev-parse", "main"]))
        })
        .collect();
    assert!(heads.windows(2).all(|pair| pair[0] == pair[1]), "{heads:?}");
}

#[test]
fn revisions_count_on_and_packages_do_not_touch_each_other() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    published(&mut repository, "upf", "one");
    published(&mut repository, "smf", "one");
    for (workspace, number) in [("two", 2), ("three", 3)] {
        let from = repository.find(&selector("upf")).expect("the latest");
        let mut contents = repository.contents(&from).expect("files");
        contents.insert("note.txt", workspace.as_bytes().to_vec());
        let task = Task::edit(from.name);
        repository.create(&package("upf"), workspace, task, &contents).expect("a draft");
        repository.propose(&selector(&format!("upf@{workspace}"))).expect("a proposal");
        assert_eq!(repository.approve(&selector(&format!("upf@{workspace}"))).expect("it").revision, number);
    }
    assert_eq!(scratch.bare_git(&["show", "main:upf/note.txt"]), "three");
    assert_eq!(scratch.bare_git(&["rev-parse", "main:smf"]), scratch.bare_git(&["rev-parse", "smf/v1:smf"]));
    // A number is not used again as long as a higher one is there.
    repository.propose_deletion(&selector("upf@v2")).expect("it");
    repository.delete(&selector("upf@v2")).expect("it");
    let listed: Vec<(String, i64, bool)> = repository
        .revisions(&Filter { package: Some(package("upf")), ..Filter::default() })
        .expect("a list")
        .into_iter()
        .map(|revision| (revision.workspace, revision.revision, revision.latest))
        .collect();
    let expected = [("main", -1, false), ("one", 1, false), ("three", 3, true)];
    assert_eq!(listed, expected.map(|(workspace, number, latest)| (workspace.to_owned(), number, latest)));
    let details = repository.find(&selector("upf@three")).and_then(|revision| repository.details(&revision));
    let details = details.expect("details");
    assert_eq!(details.task, Some(Task::edit("blueprints.upf.two".to_owned())));
    assert_eq!(details.self_lock.reference, "upf/v3");
    assert_eq!(details.self_lock.commit, scratch.bare_git(&["rev-parse", "upf/v3"]).trim());
}

#[test]
fn only_the_directory_of_the_repository_counts() {
    let Some(scratch) = Scratch::new() else { return };
    published(&mut scratch.open(), "elsewhere", "w");
    let layout = Layout::new("main", "/packages/").expect("a layout");
    let mut repository = scratch.try_open(Settings { layout, deployment: true, ..settings() }).expect("a repository");
    let revision = published(&mut repository, "edge/upf", "w");
    assert_eq!(revision.name, "blueprints.edge.upf.w");
    assert_eq!(revision.reference, "refs/tags/packages/edge/upf/v1");
    let names: Vec<String> = repository
        .revisions(&Filter::default())
        .expect("a list")
        .iter()
        .map(porchlight_repository::PackageRevision::title)
        .collect();
    assert_eq!(names, ["edge/upf@main", "edge/upf@w"]);
    let details = repository.details(&revision).expect("details");
    assert_eq!((details.self_lock.directory.as_str(), details.deployment), ("packages/edge/upf", true));
    assert!(
        scratch.bare_git(&["show", "--no-patch", "--format=%B", "main"]).contains("\"package\":\"packages/edge/upf\"")
    );
}

/// Tags and branches that people made by hand, as Porch reads them (porch §5.2).
#[test]
fn what_others_wrote_is_read_as_porch_reads_it() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    published(&mut repository, "upf", "w");
    draft(&mut repository, "smf", "d");
    scratch.git(&["clone", "--quiet", "blueprints.git", "work"]);
    let work = scratch.path("work");
    let here = |arguments: &[&str]| crate::scratch::git(&work, arguments);
    std::fs::create_dir_all(work.join("old/amf/sub")).expect("folder");
    std::fs::write(work.join("old/amf/Kptfile"), "apiVersion: kpt.dev/v1\nkind: Kptfile\n").expect("file");
    std::fs::write(work.join("old/amf/sub/Kptfile"), "apiVersion: kpt.dev/v1\nkind: Kptfile\n").expect("file");
    here(&["add", "."]);
    here(&["commit", "--quiet", "--message", "by hand\n\nkpt:{broken"]);
    for tag in ["v7", "old/amf/v2", "old/amf/beta", "nothing/v1", "old/amf/sub/v1"] {
        here(&["tag", tag]);
    }
    here(&["tag", "--annotate", "--message", "x", "old/amf/v3"]);
    here(&["branch", "drafts/nothing/w"]);
    here(&["branch", "feature/amf/w"]);
    here(&["push", "--quiet", "--all"]);
    here(&["push", "--quiet", "--tags"]);
    let listed: Vec<(String, i64, Lifecycle, bool)> = repository
        .revisions(&Filter::default())
        .expect("a list")
        .into_iter()
        .map(|revision| (revision.title(), revision.revision, revision.lifecycle, revision.latest))
        .collect();
    let published = Lifecycle::Published;
    let expected = [
        ("old/amf@beta", -1, published, false),
        ("old/amf@main", -1, published, false),
        ("old/amf@v2", 2, published, false),
        ("old/amf@v3", 3, published, true),
        ("old/amf/sub@v1", 1, published, true),
        ("smf@d", 0, Lifecycle::Draft, false),
        ("upf@main", -1, published, false),
        ("upf@w", 1, published, true),
    ];
    assert_eq!(listed, expected.map(|(title, number, stage, latest)| (title.to_owned(), number, stage, latest)));
    // The tag object is what a deletion has to name.
    repository.propose_deletion(&selector("old/amf@v3")).expect("it");
    repository.delete(&selector("old/amf@v3")).expect("it");
    assert!(!scratch.bare_git(&["tag"]).contains("old/amf/v3"));
}

#[test]
fn authors_are_those_of_the_settings() {
    let Some(scratch) = Scratch::new() else { return };
    let signature = porchlight_repository::Signature::of("", "ann@example.org").at(1_700_000_000);
    let mut repository = scratch.try_open(Settings { signature, ..settings() }).expect("a repository");
    let revision = published(&mut repository, "upf", "w");
    assert_eq!((revision.author.as_str(), revision.time), ("ann@example.org", 1_700_000_000));
    assert_eq!(
        scratch.bare_git(&["log", "--first-parent", "--format=%an|%ae|%cn|%ce", "main"]),
        "ann@example.org|ann@example.org|Package Orchestration Service|porch@kpt.dev\n\
         Package Orchestration Service|porch@kpt.dev|Package Orchestration Service|porch@kpt.dev\n"
    );
}
