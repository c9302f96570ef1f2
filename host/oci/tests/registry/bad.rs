//! Registries in trouble and content that is not what it should be: each a clear error, and nothing is stored.

use std::time::{Duration, Instant};

use porchlight_oci::{Digest, ImageError, Pull};

use crate::Scene;
use crate::server::{Answer, Server, WASM, artifact, blob, descriptor, index, manifest};

/// Pulls `version`, which fails with all of `said` and leaves nothing behind.
#[track_caller]
fn fails(scene: &Scene, version: &str, said: &[&str]) -> ImageError {
    let error = scene.pull(version, Pull::IfNotPresent).unwrap_err();
    let message = error.to_string();
    for part in said {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
    assert_eq!(scene.stored(), Vec::<String>::new(), "{message}");
    assert!(scene.pull(version, Pull::Never).is_err());
    error
}

/// The answers a good registry would give, with one of them replaced.
fn but(path: &str, answer: Answer) -> Scene {
    let mut content = vec![manifest("v1", &artifact(WASM)), blob(WASM)];
    content.retain(|(other, _)| other != path);
    content.push((path.to_owned(), answer));
    Scene::with(&content)
}

#[test]
fn nobody_answers() {
    let scene = Scene::with(&[]);
    let puller = scene.puller();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = puller.module(&format!("127.0.0.1:{port}/a:v1").parse().unwrap(), Pull::IfNotPresent).unwrap_err();
    assert!(matches!(error, ImageError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("connection refused"), "{error}");
    let error = puller.module(&"registry.invalid/a:v1".parse().unwrap(), Pull::IfNotPresent).unwrap_err();
    assert!(matches!(error, ImageError::Unreachable { .. }), "{error}");
}

#[test]
fn there_is_no_such_image_or_layer() {
    fails(&Scene::with(&[]), ":v1", &["has no image", "/a/b:v1"]);
    let (path, _) = blob(WASM);
    fails(&but(&path, Answer::status(404)), ":v1", &["has no layer sha256:"]);
}

#[test]
fn a_busy_registry_is_asked_again_but_not_for_long() {
    let busy =
        |wait: &'static str| Scene::new(Server::start(move |_, _| Answer::status(429).header("Retry-After", wait)));
    let scene = busy("3600");
    fails(&scene, ":v1", &["HTTP 429", "wait 3600 seconds"]);
    assert_eq!(scene.server.requests().len(), 1);
    let (scene, began) = (busy("1"), Instant::now());
    fails(&scene, ":v1", &["HTTP 429"]);
    assert_eq!(scene.server.requests().len(), 3);
    assert!(began.elapsed() >= Duration::from_secs(2));

    let scene = Scene::new(Server::start(|request, before| match request.line.contains("manifests") {
        true if before == 0 => Answer::status(429).header("Retry-After", "0"),
        true if before == 1 => Answer::status(503),
        true => Answer::ok(artifact(WASM)),
        false => Answer::ok(WASM),
    }));
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
}

#[test]
fn a_registry_in_trouble_is_told() {
    let scene = Scene::new(Server::start(|_, _| Answer::status(502)));
    fails(&scene, ":v1", &["in trouble (HTTP 502)"]);
    assert_eq!(scene.server.requests().len(), 3);
    fails(&but(&blob(WASM).0, Answer::status(500)), ":v1", &["in trouble (HTTP 500)"]);
    fails(&Scene::new(Server::start(|_, _| Answer::status(418))), ":v1", &["makes no sense", "HTTP 418"]);
}

#[test]
fn what_breaks_off_is_tried_again_and_then_told() {
    let (path, _) = blob(WASM);
    let half = Answer { length: Some(8), ..Answer::ok(&WASM[..5]) };
    let scene = but(&path, half.clone());
    fails(&scene, ":v1", &["layer sha256:", "broke off after 5 of 8 bytes"]);
    assert_eq!(scene.server.paths().iter().filter(|asked| **asked == path).count(), 3);
    // Less than the manifest says, though all of what was announced.
    fails(&but(&path, Answer::ok(&WASM[..5])), ":v1", &["broke off after 5 of 8 bytes"]);
    let scene = Scene::new(Server::start(move |request, before| match request.line.contains("manifests") {
        true => Answer::ok(artifact(WASM)),
        false if before == 0 => half.clone(),
        false => Answer::ok(WASM),
    }));
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
    let image = artifact(WASM);
    let half = Answer { length: Some(image.len() as u64), ..Answer::ok(&image[..20]) };
    fails(&but("/v2/a/b/manifests/v1", half), ":v1", &["the manifest of", "broke off after 20 of"]);
}

#[test]
fn other_content_than_the_digest_says_is_refused() {
    let (path, _) = blob(WASM);
    let said = ["layer sha256:", "is not what it should be", &Digest::of(WASM).to_string()];
    fails(&but(&path, Answer::ok(b"\0asm\x01\0\0\x01")), ":v1", &said);
    fails(&but(&path, Answer::ok(b"\0asm\x01\0\0\0\0")), ":v1", &["more bytes than the 8 announced"]);
    let (wanted, other) = (Digest::of(artifact(WASM).as_bytes()), artifact(b"other"));
    let scene = Scene::with(&[(format!("/v2/a/b/manifests/{wanted}"), Answer::ok(other.clone()))]);
    fails(&scene, &format!("@{wanted}"), &["the manifest", "is not what it should be"]);
    // By tag nothing is known but what the registry says itself.
    let lie = Answer::ok(other).header("Docker-Content-Digest", wanted.to_string());
    fails(&but("/v2/a/b/manifests/v1", lie), ":v1", &["the manifest", "is not what it should be"]);
    // The image an index leads to.
    let index = index(&[("wasi", "wasm", &artifact(WASM))]);
    let scene =
        Scene::with(&[manifest("v1", &index), (format!("/v2/a/b/manifests/{wanted}"), Answer::ok(artifact(b"other")))]);
    fails(&scene, ":v1", &["the manifest", "is not what it should be"]);
}

#[test]
fn what_is_too_large_is_not_fetched() {
    let ten_gigabytes = descriptor("application/wasm", WASM, "").replace("\"size\": 8", "\"size\": 10737418240");
    let image = format!(r#"{{"schemaVersion": 2, "layers": [{ten_gigabytes}]}}"#);
    let scene = Scene::with(&[manifest("v1", &image), blob(WASM)]);
    fails(&scene, ":v1", &["layer sha256:", "larger than 256 MiB"]);
    assert_eq!(scene.server.paths(), ["/v2/a/b/manifests/v1"]);
    let endless = Answer { length: Some(1 << 40), ..Answer::ok(vec![b' '; (4 << 20) + 1]) };
    fails(&but("/v2/a/b/manifests/v1", endless), ":v1", &["the manifest of", "larger than 4 MiB"]);
}

#[test]
fn an_image_without_a_module_says_what_there_is() {
    let image = artifact(WASM);
    let content = index(&[("linux", "amd64", &image), ("linux", "arm64", &image)]);
    let scene = Scene::with(&[manifest("v1", &content)]);
    let error = fails(&scene, ":v1", &["no image for wasi/wasm", "linux/amd64, linux/arm64"]);
    assert!(matches!(error, ImageError::NoModule(_)));
    assert_eq!(scene.server.paths(), ["/v2/a/b/manifests/v1"], "no layer was fetched");

    let layers = |kinds: &[(&str, &[u8])]| {
        let layers: Vec<String> = kinds.iter().map(|(kind, content)| descriptor(kind, content, "")).collect();
        let image = format!(r#"{{"schemaVersion": 2, "layers": [{}]}}"#, layers.join(", "));
        let mut content = vec![manifest("v1", &image)];
        content.extend(kinds.iter().map(|(_, content)| blob(content)));
        Scene::with(&content)
    };
    let tar = "application/vnd.oci.image.layer.v1.tar";
    fails(&layers(&[(tar, b"one"), (tar, b"two")]), ":v1", &["it has 2 layers"]);
    fails(&layers(&[("application/x", b"one")]), ":v1", &["type `application/x`"]);
    fails(&layers(&[("application/wasm", b"\x7fELF\x02\x01\x01\0")]), ":v1", &["no WebAssembly module"]);
    fails(&layers(&[("application/wasm", b"\0asm\x0d\0\x01\0")]), ":v1", &["component"]);
    fails(&layers(&[(tar, b"no archive at all")]), ":v1", &["cannot be unpacked"]);
    let name = b"../../../../tmp/evil.wasm";
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_size(WASM.len() as u64);
    header.set_cksum();
    let traversal = [header.as_bytes().as_slice(), WASM, &[0; 504]].concat();
    fails(&layers(&[(tar, &traversal)]), ":v1", &["`../../../../tmp/evil.wasm`, which leads out of it"]);
    for (content, said) in [("", "cannot be read"), ("{}", "cannot be read"), (r#"{"schemaVersion": 2}"#, "neither")] {
        fails(&Scene::with(&[manifest("v1", content)]), ":v1", &[said]);
    }
}

#[test]
fn redirects_end_and_lead_nowhere_unsafe() {
    let to = |location: String| {
        Scene::new(Server::start(move |_, _| Answer::status(302).header("Location", location.as_str())))
    };
    let scene = to("/v2/a/b/manifests/v1".to_owned());
    fails(&scene, ":v1", &["more than 5 redirects"]);
    assert_eq!(scene.server.requests().len(), 6);
    fails(&to("http://registry.invalid/x".to_owned()), ":v1", &["only TLS (https)"]);
    fails(&to("ftp://127.0.0.1/x".to_owned()), ":v1", &["only TLS (https)"]);
    fails(&Scene::new(Server::start(|_, _| Answer::status(301))), ":v1", &["to nowhere"]);
}

#[test]
fn what_is_no_http_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(std::io::Write::write_all(&mut stream, b"220 mail.example ready\r\n\r\n"));
        }
    });
    let scene = Scene::with(&[]);
    let error = scene.puller().module(&format!("{address}/a:v1").parse().unwrap(), Pull::IfNotPresent).unwrap_err();
    assert!(matches!(error, ImageError::Protocol { .. } | ImageError::Unreachable { .. }), "{error:?}");
}
