//! What servers refuse, and what it means.

use porchlight_krm::Code;
use porchlight_porch::{Access, Filter, Place, Porch, PorchError};
use porchlight_repository::Step;

use crate::client::{porch, porch_at};
use crate::fake::Fake;

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, PorchError>, code: Code, part: &str) {
    let error = result.expect_err("it is refused");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(part), "{error}");
}

#[test]
fn nobody_and_those_who_may_not() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Draft", &[]);
    refused(porch(&fake, "stranger").get(&name), Code::PorchAuth, "HTTP 401");
    assert_eq!(fake.state().log.len(), 1, "credentials are not tried again");
    refused(porch(&fake, "reader").step(&name, Step::Propose), Code::PorchAuth, "you may not");
}

#[test]
fn what_is_not_there() {
    let fake = Fake::start();
    refused(
        porch(&fake, "writer").get("repo.x.y"),
        Code::RevisionUnknown,
        "namespace `ns` has no package revision `repo.x.y`",
    );
    refused(porch(&fake, "writer").get("moved.x.y"), Code::PorchUnavailable, "v1alpha2");
    let porch = porch_at(&format!("{}/elsewhere", fake.url()), "writer");
    refused(porch.list(&Filter::default()), Code::PorchUnavailable, "no API `porch.kpt.dev/v1alpha1`");
}

#[test]
fn a_busy_server_is_asked_again_but_not_to_change_anything() {
    let fake = Fake::start();
    let name = fake.add("upf", "a", "Draft", &[]);
    let porch = porch(&fake, "writer");
    fake.state().trouble = vec![503, 429];
    porch.get(&name).expect("the third try arrives");
    fake.state().trouble = vec![503, 503, 503];
    refused(porch.get(&name), Code::PorchUnavailable, "HTTP 503");
    assert!(fake.state().trouble.is_empty());
}

#[test]
fn a_server_that_is_not_there() {
    let place = Place { server: Some("http://127.0.0.1:1".to_owned()), ..Place::default() };
    let porch = Porch::new(Access::find(&place).expect("access")).expect("a client");
    refused(porch.list(&Filter::default()), Code::PorchUnavailable, "cannot be reached: connection refused");
}
