//! Lists, and the steps of the lifecycle: which requests they are, and which are never sent.

use porchlight_krm::Code;
use porchlight_porch::{Filter, Health};
use porchlight_repository::{Lifecycle, Step};
use serde_json::json;

use crate::client::porch;
use crate::fake::Fake;

#[test]
fn lists_are_filtered_by_the_server() {
    let fake = Fake::start();
    fake.add("edge/upf", "a", "Draft", &[]);
    fake.add("smf", "b", "Published", &[]);
    let porch = porch(&fake, "reader");
    let names = |filter: &Filter| -> Vec<String> {
        porch.list(filter).expect("a list").iter().map(|revision| revision.name().to_owned()).collect()
    };
    assert_eq!(names(&Filter::default()), ["repo.edge.upf.a", "repo.smf.b"]);
    let filter =
        Filter { package: Some("edge/upf".to_owned()), lifecycle: Some(Lifecycle::Draft), ..Filter::default() };
    assert_eq!(names(&filter), ["repo.edge.upf.a"]);
    assert_eq!(
        fake.state().log.last().map(String::as_str),
        Some(
            "GET /apis/porch.kpt.dev/v1alpha1/namespaces/ns/packagerevisions?fieldSelector=spec.packageName%3Dedge%2Fupf%2Cspec.lifecycle%3DDraft"
        )
    );
}

#[test]
fn the_way_of_a_revision() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Draft", &[]);
    let porch = porch(&fake, "writer");
    let mut steps = Vec::new();
    for step in [Step::Propose, Step::Reject, Step::Propose, Step::Approve, Step::ProposeDeletion, Step::Reject] {
        let after = porch.step(&name, step).expect("it is allowed").expect("it is there");
        steps.push((after.lifecycle().expect("a stage"), after.revision()));
    }
    use Lifecycle::{DeletionProposed, Draft, Proposed, Published};
    assert_eq!(
        steps,
        [(Proposed, 0), (Draft, 0), (Proposed, 0), (Published, 1), (DeletionProposed, 1), (Published, 1)]
    );
    let put = |log: &[String]| -> Vec<String> {
        log.iter()
            .filter(|line| line.starts_with("PUT"))
            .map(|line| line.rsplit("packagerevisions/").next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(
        put(&fake.state().log),
        [
            name.clone(),
            format!("{name}/approval"),
            name.clone(),
            format!("{name}/approval"),
            name.clone(),
            format!("{name}/approval")
        ]
    );
    porch.step(&name, Step::ProposeDeletion).expect("it is allowed");
    assert_eq!(porch.step(&name, Step::Delete).expect("it is allowed"), None);
    assert!(fake.state().revisions.is_empty());
}

#[test]
fn what_the_lifecycle_forbids_is_not_asked() {
    let fake = Fake::start();
    let porch = porch(&fake, "writer");
    for (lifecycle, step) in [
        ("Draft", Step::Approve),
        ("Draft", Step::ProposeDeletion),
        ("Proposed", Step::Propose),
        ("Published", Step::Delete),
        ("Published", Step::Approve),
        ("DeletionProposed", Step::Propose),
    ] {
        let name = fake.add("upf", &lifecycle.to_lowercase(), lifecycle, &[]);
        let error = porch.step(&name, step).expect_err("it is refused");
        assert_eq!(error.code(), Code::LifecycleInvalid, "{error}");
        assert!(!error.advice().is_empty());
    }
    assert!(fake.state().log.iter().all(|line| line.starts_with("GET")));
}

#[test]
fn gates_are_checked_here() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Draft", &[]);
    let porch = porch(&fake, "writer");
    fake.state().revisions.get_mut(&name).expect("it")["spec"]["readinessGates"] = json!([{"conditionType": "site"}]);
    let error = porch.step(&name, Step::Propose).expect_err("it is not ready");
    assert_eq!(
        (error.code(), error.to_string()),
        (Code::LifecycleInvalid, format!("`{name}` is not ready: `site` not True"))
    );
    fake.state().revisions.get_mut(&name).expect("it")["status"] =
        json!({"conditions": [{"type": "site", "status": "True"}]});
    porch.step(&name, Step::Propose).expect("it is ready");
}

#[test]
fn a_step_is_taken_again_where_somebody_was_first() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Draft", &[]);
    fake.state().rival = Some(("x".to_owned(), "1".to_owned()));
    porch(&fake, "writer").step(&name, Step::Propose).expect("the second try arrives");
    assert_eq!(fake.state().log.iter().filter(|line| line.starts_with("PUT")).count(), 2);
}

#[test]
fn repositories_are_ready_or_not() {
    let fake = Fake::start();
    let repository = |name: &str, git: serde_json::Value, conditions: serde_json::Value| {
        json!({"metadata": {"name": name}, "spec": {"type": "git", "deployment": name == "site", "git": git},
            "status": {"conditions": conditions}})
    };
    let ready = json!([{"type": "Ready", "status": "True", "reason": "Ready", "message": "Repository Ready"}]);
    let error = json!([{"type": "Ready", "status": "False", "reason": "Error", "message": "authentication required"}]);
    fake.state().repositories = vec![
        repository(
            "site",
            json!({"repo": "https://host.example/site.git", "branch": "live", "directory": "/edge"}),
            ready,
        ),
        repository("blueprints", json!({"repo": "https://host.example/b.git"}), error),
        repository("new", json!({"repo": "https://host.example/n.git"}), json!(null)),
    ];
    let found = porch(&fake, "reader").repositories().expect("a list");
    let told: Vec<_> = found.iter().map(|one| (one.name(), one.branch(), one.directory(), one.health().0)).collect();
    assert_eq!(
        told,
        [
            ("blueprints", "main", "", Health::Denied),
            ("new", "main", "", Health::Waiting),
            ("site", "live", "edge", Health::Ready)
        ]
    );
    assert_eq!(found[0].health().1, "authentication required");
    assert!(found[2].is_deployment() && !found[0].is_deployment());
    assert_eq!(found[2].address(), "https://host.example/site.git");
}
