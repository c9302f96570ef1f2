//! New drafts.

use porchlight_krm::Code;
use porchlight_porch::{Draft, Origin, PorchError};
use porchlight_repository::{Lifecycle, Step};
use serde_json::json;

use crate::client::porch;
use crate::fake::Fake;

fn draft(package: &str, workspace: &str, origin: Origin) -> Draft {
    Draft { repository: "repo".to_owned(), package: package.to_owned(), workspace: workspace.to_owned(), origin }
}

fn empty() -> Origin {
    Origin::Empty { description: "a UPF".to_owned(), keywords: vec!["edge".to_owned()], site: String::new() }
}

#[test]
fn a_draft_begins_empty_or_as_a_copy_or_as_a_clone() {
    let fake = Fake::start();
    let porch = porch(&fake, "writer");
    let made = porch.create(&draft("edge/upf", "first", empty())).expect("it is made");
    assert_eq!((made.name(), made.lifecycle().expect("a stage")), ("repo.edge.upf.first", Lifecycle::Draft));
    let task = |name: &str| fake.state().revisions[name]["spec"]["tasks"].clone();
    let init = json!([{"type": "init", "init": {"description": "a UPF", "keywords": ["edge"]}}]);
    assert_eq!(task(made.name()), init);

    for step in [Step::Propose, Step::Approve] {
        porch.step(made.name(), step).expect("it is allowed");
    }
    let source = made.name().to_owned();
    let copy = porch.create(&draft("edge/upf", "second", Origin::Copy(source.clone()))).expect("it is made");
    assert_eq!(task(copy.name()), json!([{"type": "edit", "edit": {"sourceRef": {"name": source}}}]));
    let clone = porch.create(&draft("site/upf", "first", Origin::Clone(source.clone()))).expect("it is made");
    assert_eq!(
        task(clone.name()),
        json!([{"type": "clone", "clone": {"upstreamRef": {"upstreamRef": {"name": source}}}}])
    );
    let git = Origin::Git {
        repository: "https://host.example/b.git".to_owned(),
        reference: "v1".to_owned(),
        directory: "upf".to_owned(),
        secret: "s".to_owned(),
    };
    let from_git = porch.create(&draft("git/upf", "first", git)).expect("it is made");
    assert_eq!(
        task(from_git.name())[0]["clone"]["upstreamRef"],
        json!({"type": "git", "git": {"repo": "https://host.example/b.git", "ref": "v1", "directory": "upf",
            "secretRef": {"name": "s"}}})
    );
}

#[test]
fn what_is_there_is_not_made_again() {
    let fake = Fake::start();
    let porch = porch(&fake, "writer");
    porch.create(&draft("upf", "w", empty())).expect("it is made");
    let again = porch.create(&draft("upf", "w", empty())).expect_err("it is there");
    assert_eq!(again.code(), Code::RevisionExists, "{again}");
    let beside = porch.create(&draft("upf", "other", empty())).expect_err("the package is there");
    assert!(matches!(&beside, PorchError::Refused { reason, .. } if reason.contains("use copy")), "{beside}");
    let of_draft = porch.create(&draft("upf", "x", Origin::Copy("repo.upf.w".to_owned()))).expect_err("a draft");
    assert!(of_draft.to_string().contains("must be published"), "{of_draft}");
    let moved = Draft { repository: "moved".to_owned(), ..draft("upf", "w", empty()) };
    assert!(matches!(porch.create(&moved), Err(PorchError::Migrated(_))));
}
