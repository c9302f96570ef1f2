//! Sending and copying images.

use porchlight_oci::{ImageError, Images, Layout, Pull, Puller, Reference};

use crate::built::built;
use crate::kept::{Content, answer_to, empty};
use crate::server::{Answer, Server};

fn images(folder: &tempfile::TempDir) -> Images {
    Images::new(folder.path().join("store"), Some(folder.path().join("config.json")), true)
}

fn name(server: &Server, rest: &str) -> Reference {
    format!("{}/{rest}", server.address).parse().unwrap()
}

fn paths(content: &Content) -> Vec<String> {
    content.lock().unwrap().keys().cloned().collect()
}

#[test]
fn a_built_image_is_sent_with_everything_about_it_and_copied_on() {
    // Registries that keep lists of referrers, and those that do not.
    for (first, second) in [(true, false), (false, true)] {
        let folder = tempfile::tempdir().unwrap();
        let (mut layout, built) = built(folder.path(), "r.example/fns");
        let ((here, content), (there, copied)) = (empty(first), empty(second));
        let images = images(&folder);
        let to = name(&here, "fns/f:v1.2.3");
        assert_eq!(images.push(&mut layout, &built.name, &to).unwrap(), built.digest);
        let requests = here.requests().len();
        assert_eq!(images.push(&mut layout, &built.name, &to).unwrap(), built.digest);
        let again = &here.requests()[requests..];
        assert!(
            !again.iter().any(|request| request.line.starts_with("POST")),
            "layers that are there are not sent again"
        );
        let list = format!("/v2/fns/f/manifests/sha256-{}", built.digest.hex());
        assert_eq!(paths(&content).contains(&list), !first);

        let copy = name(&there, "other/f:v9");
        assert_eq!(images.copy(&to, &copy).unwrap(), built.digest);
        let (one, two) = (images.inspect(&to).unwrap(), images.inspect(&copy).unwrap());
        assert_eq!((&one.images, &one.referrers, one.images.len()), (&two.images, &two.referrers, 4));
        assert_eq!(two.referrers.len(), 2);
        assert_eq!(paths(&copied).contains(&list.replace("fns/f", "other/f")), !second);

        // What was sent is what renders take.
        let puller = Puller::new(folder.path().join("store"), None);
        let pulled = puller.module(&copy, Pull::IfNotPresent).unwrap();
        assert_eq!(pulled.digest, built.digest);
        assert!(pulled.wasm.ends_with(b"wasi_snapshot_preview1"));
    }
}

#[test]
fn nothing_half_is_under_a_name() {
    // Whatever request fails, the tag does not exist.
    let folder = tempfile::tempdir().unwrap();
    let (mut layout, built) = built(folder.path(), "r.example/fns");
    for refused in 0.. {
        let kept = Content::default();
        let state = Content::clone(&kept);
        let count = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::start(move |request, _| {
            let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if number >= refused { Answer::status(403) } else { answer_to(&state, request) }
        });
        let outcome = images(&folder).push(&mut layout, &built.name, &name(&server, "f:v1"));
        let is_named = kept.lock().unwrap().contains_key("/v2/f/manifests/v1");
        match outcome {
            Ok(_) => {
                assert!(is_named && refused > 20, "{refused}");
                break;
            }
            Err(error) => {
                assert!(matches!(error, ImageError::Unauthorized { status: 403, .. }), "{error}");
                assert!(error.to_string().contains("may not"), "{error}");
                if is_named {
                    assert!(kept.lock().unwrap().len() > 12, "the image is whole when it has a name");
                }
            }
        }
    }
}

#[test]
fn what_a_registry_says_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mut layout, built) = built(folder.path(), "r.example/fns");
    let mut push = |server: &Server| images(&folder).push(&mut layout, &built.name, &name(server, "f:v1")).unwrap_err();
    let full = Server::start(|request, _| match request.line.split(' ').next() {
        Some("HEAD" | "GET") => Answer::status(404),
        _ => Answer { status: 413, ..Answer::ok(r#"{"errors": [{"code": "DENIED", "message": "quota\nexceeded"}]}"#) },
    });
    let error = push(&full).to_string();
    assert!(error.contains("HTTP 413") && error.contains("DENIED quotaexceeded"), "{error}");
    let nowhere = Server::start(|request, _| match request.line.starts_with("POST") {
        true => Answer::status(202),
        false => Answer::status(404),
    });
    assert!(push(&nowhere).to_string().contains("no place to send layer"));
    let busy = Server::start(|_, _| Answer::status(503));
    assert!(matches!(push(&busy), ImageError::Server { status: 503, .. }));
    assert_eq!(busy.requests().len(), 3);
    // A registry that has kept something else than was sent.
    let liar = Server::start(|request, _| match request.line.split(' ').next() {
        Some("HEAD") => Answer::ok(""),
        Some("PUT") => Answer::status(201).header("Docker-Content-Digest", format!("sha256:{}", "0".repeat(64))),
        _ => Answer::status(404),
    });
    assert!(matches!(push(&liar), ImageError::DigestMismatch { .. }));
}

#[test]
fn a_token_is_asked_for_writing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut layout, built) = built(folder.path(), "r.example/fns");
    let content = Content::default();
    let server = Server::start(move |request, _| {
        if request.path().starts_with("/token") {
            let may_write = request.path().ends_with("pull,push");
            return Answer::ok(format!(r#"{{"token": "{}"}}"#, if may_write { "write" } else { "read" }));
        }
        let asks = Answer::status(401).header("WWW-Authenticate", "Bearer realm=\"/token\"");
        let is_question = request.line.starts_with("GET") || request.line.starts_with("HEAD");
        match request.headers.get("authorization").map(String::as_str) {
            Some("Bearer write") => answer_to(&content, request),
            Some("Bearer read") if is_question => answer_to(&content, request),
            _ => asks,
        }
    });
    images(&folder).push(&mut layout, &built.name, &name(&server, "f:v1")).unwrap();
}

#[test]
fn plain_http_has_to_be_allowed_here_too() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = empty(false);
    let images = Images::new(folder.path().join("store"), None, false);
    let error = images.inspect(&name(&server, "f:v1")).unwrap_err();
    assert!(error.to_string().contains("allow `--plain-http`"), "{error}");
    assert_eq!(Layout::create(&folder.path().join("l")).unwrap().names(), []);
}
