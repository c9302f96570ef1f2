//! Access: tokens for everybody, passwords, helpers, and what is refused.

use std::fs;

use porchlight_oci::{ImageError, Pull};

use crate::Scene;
use crate::server::{Answer, Request, Server, WASM, artifact};

/// A registry that gives out tokens to whoever `may_have_one`.
fn with_tokens(may_have_one: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Scene {
    Scene::new(Server::start(move |request, _| {
        let path = request.line.split(' ').nth(1).unwrap();
        if path.starts_with("/token") {
            return if may_have_one(request) { Answer::ok(r#"{"token": "t0ken"}"#) } else { Answer::status(401) };
        }
        if request.headers.get("authorization").map(String::as_str) != Some("Bearer t0ken") {
            return Answer::status(401)
                .header("WWW-Authenticate", "Basic realm=\"other way\"")
                .header("WWW-Authenticate", "Bearer realm=\"/token\",service=\"the registry\"");
        }
        if path.contains("manifests") { Answer::ok(artifact(WASM)) } else { Answer::ok(WASM) }
    }))
}

fn config(scene: &Scene, entry: &str) {
    let config = format!(r#"{{"auths": {{"{}": {entry}}}}}"#, scene.server.address);
    fs::write(scene.folder.path().join("config.json"), config).unwrap();
}

/// `me` with the password `p`.
const PASSWORD: &str = r#"{"auth": "bWU6cA=="}"#;

#[test]
fn everybody_may_have_a_token() {
    let scene = with_tokens(|request| !request.headers.contains_key("authorization"));
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
    let paths = scene.server.paths();
    assert_eq!(paths[1], "/token?service=the%20registry&scope=repository:a/b:pull");
    assert_eq!(paths.iter().filter(|path| path.starts_with("/token")).count(), 1, "a token is used again");
}

#[test]
fn a_password_buys_a_token() {
    let scene = with_tokens(|request| request.headers.get("authorization").is_some_and(|it| it == "Basic bWU6cA=="));
    let refused = scene.pull(":v1", Pull::IfNotPresent).unwrap_err();
    assert!(matches!(refused, ImageError::Unauthorized { status: 401, .. }), "{refused}");
    assert!(refused.to_string().contains("`docker login 127.0.0.1:"), "{refused}");
    assert_eq!(scene.stored(), Vec::<String>::new());
    config(&scene, PASSWORD);
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
}

#[test]
fn an_identity_token_is_exchanged() {
    let scene = with_tokens(|request| {
        let body = String::from_utf8_lossy(&request.body);
        request.line.starts_with("POST ")
            && body.contains("grant_type=refresh_token")
            && body.contains("refresh_token=id%2Btoken")
    });
    config(&scene, r#"{"identitytoken": "id+token"}"#);
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
}

#[test]
fn a_password_is_sent_as_it_is_where_no_token_is_wanted() {
    let scene =
        Scene::new(Server::start(|request, _| match request.headers.get("authorization").map(String::as_str) {
            Some("Basic bWU6cA==") if request.line.contains("manifests") => Answer::ok(artifact(WASM)),
            Some("Basic bWU6cA==") => Answer::ok(WASM),
            _ => Answer::status(401).header("WWW-Authenticate", "Basic realm=\"r\""),
        }));
    config(&scene, r#"{"auth": "bWU6d3Jvbmc="}"#);
    let refused = scene.pull(":v1", Pull::IfNotPresent).unwrap_err();
    assert!(refused.to_string().contains("are not enough"), "{refused}");
    config(&scene, PASSWORD);
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
}

/// One that is there is asked in the end-to-end tests, which have a PATH of their own.
#[test]
fn a_helper_that_cannot_be_asked_is_told() {
    let scene = with_tokens(|_| true);
    let config = format!(r#"{{"credHelpers": {{"{}": "nobody-has-this"}}}}"#, scene.server.address);
    fs::write(scene.folder.path().join("config.json"), config).unwrap();
    let error = scene.pull(":v1", Pull::IfNotPresent).unwrap_err();
    assert!(error.to_string().contains("cannot ask `docker-credential-nobody-has-this`"), "{error}");
    assert_eq!(scene.stored(), Vec::<String>::new());
}

#[test]
fn what_is_forbidden_stays_so() {
    let scene = Scene::new(Server::start(|_, _| Answer::status(403)));
    let error = scene.pull(":v1", Pull::IfNotPresent).unwrap_err();
    assert!(matches!(error, ImageError::Unauthorized { status: 403, .. }), "{error}");
    let scene = Scene::new(Server::start(|_, _| Answer::status(401)));
    let error = scene.pull(":v1", Pull::IfNotPresent).unwrap_err();
    assert!(error.to_string().contains("without saying"), "{error}");
    // A password is not carried to a token server without TLS on another machine.
    let realm = "Bearer realm=\"http://registry.invalid/token\"";
    let scene = Scene::new(Server::start(move |_, _| Answer::status(401).header("WWW-Authenticate", realm)));
    config(&scene, PASSWORD);
    let error = scene.pull(":v1", Pull::IfNotPresent).unwrap_err();
    assert!(error.to_string().contains("only TLS (https)"), "{error}");
    assert_eq!(scene.stored(), Vec::<String>::new());
}
