//! Pulling from registries: what goes well, and everything that can go wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad;
mod built;
mod carried;
mod kept;
mod login;
mod pushed;
mod server;
mod signed;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use porchlight_oci::{Digest, ImageError, Pull, Pulled, Puller, Reference};
use server::{Answer, Server, WASM, artifact, blob, index, manifest};

/// A store in a scratch folder, and a registry.
struct Scene {
    folder: tempfile::TempDir,
    server: Server,
}

impl Scene {
    fn new(server: Server) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server }
    }

    fn with(content: &[(String, Answer)]) -> Self {
        Self::new(Server::with(content))
    }

    fn puller(&self) -> Puller {
        Puller::new(self.folder.path().join("store"), Some(self.folder.path().join("config.json")))
    }

    fn reference(&self, version: &str) -> Reference {
        format!("{}/a/b{version}", self.server.address).parse().unwrap()
    }

    /// With a new puller, as another run of the program would.
    fn pull(&self, version: &str, pull: Pull) -> Result<Pulled, ImageError> {
        self.puller().module(&self.reference(version), pull)
    }

    /// Every file in the store.
    fn stored(&self) -> Vec<String> {
        let mut found = Vec::new();
        let root = self.folder.path().join("store");
        collect(&root, &root, &mut found);
        found
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => collect(root, &entry.path(), found),
            false => found.push(entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned()),
        }
    }
}

fn good() -> Scene {
    let image = artifact(WASM);
    Scene::with(&[manifest("v1", &image), manifest(Digest::of(image.as_bytes()), &image), blob(WASM)])
}

#[test]
fn a_module_is_pulled_once_and_used_without_the_registry() {
    let scene = good();
    assert!(matches!(scene.pull(":v1", Pull::Never), Err(ImageError::NotStored)));
    let pulled = scene.pull(":v1", Pull::IfNotPresent).unwrap();
    assert_eq!((pulled.wasm.as_slice(), pulled.digest), (WASM, Digest::of(artifact(WASM).as_bytes())));
    assert_eq!(scene.stored().len(), 3, "{:?}", scene.stored());
    let requests = scene.server.requests().len();
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap(), pulled);
    assert_eq!(scene.pull(":v1", Pull::Never).unwrap(), pulled);
    let by_digest = format!("@{}", pulled.digest);
    for pull in [Pull::Never, Pull::IfNotPresent, Pull::Always] {
        assert_eq!(scene.pull(&by_digest, pull).unwrap(), pulled, "what is in the store is not asked for");
    }
    assert_eq!(scene.server.requests().len(), requests);
    assert_eq!(scene.pull(":v1", Pull::Always).unwrap(), pulled);
    let asked = &scene.server.paths()[requests..];
    assert_eq!(asked, ["/v2/a/b/manifests/v1"], "only what may have changed is asked for");
}

#[test]
fn a_tag_that_moved_is_noticed_only_when_asked_for() {
    let (old, new) = (artifact(WASM), artifact(b"\0asm\x01\0\0\0\0\x01\0"));
    let images = (old.clone(), new.clone());
    let scene = Scene::new(Server::start(move |request, before| {
        let path = request.line.split(' ').nth(1).unwrap();
        match path.rsplit('/').next().unwrap() {
            "v1" if before == 0 => Answer::ok(images.0.clone()),
            "v1" => Answer::ok(images.1.clone()),
            digest if digest == Digest::of(WASM).to_string() => Answer::ok(WASM),
            _ => Answer::ok(b"\0asm\x01\0\0\0\0\x01\0"),
        }
    }));
    for (pull, image) in [(Pull::Always, &old), (Pull::IfNotPresent, &old), (Pull::Always, &new), (Pull::Never, &new)] {
        assert_eq!(scene.pull(":v1", pull).unwrap().digest, Digest::of(image.as_bytes()), "{pull:?}");
    }
    assert!(scene.pull(&format!("@{}", Digest::of(old.as_bytes())), Pull::Never).is_ok(), "the old one is kept");
}

#[test]
fn the_module_of_an_index_is_taken() {
    let (wasi, other) = (artifact(WASM), artifact(b"other"));
    let index = index(&[("linux", "amd64", &other), ("js", "wasm", &other), ("wasi", "wasm", &wasi)]);
    let top = Digest::of(index.as_bytes());
    let scene = Scene::with(&[manifest(top, &index), manifest(Digest::of(wasi.as_bytes()), &wasi), blob(WASM)]);
    // With a tag beside it the digest decides.
    let pulled = scene.pull(&format!(":v9@{top}"), Pull::IfNotPresent).unwrap();
    assert_eq!((pulled.wasm.as_slice(), pulled.digest), (WASM, top));
    assert_eq!(scene.pull(&format!("@{top}"), Pull::Never).unwrap(), pulled);
    assert_eq!(scene.stored().len(), 3, "{:?}", scene.stored());
}

#[test]
fn blobs_may_lie_elsewhere() {
    let elsewhere = Server::with(&[("/there?sig=x".to_owned(), Answer::ok(WASM))]);
    let image = artifact(WASM);
    let (path, _) = blob(WASM);
    let location = format!("http://{}/there?sig=x", elsewhere.address);
    let to = path.clone();
    let scene = Scene::new(Server::start(move |request, _| match request.line.split(' ').nth(1).unwrap() {
        path if path == to => Answer::status(307).header("Location", location.as_str()),
        _ if !request.headers.contains_key("authorization") => {
            Answer::status(401).header("WWW-Authenticate", "Basic realm=\"r\"")
        }
        _ => Answer::ok(image.clone()),
    }));
    let config = format!(r#"{{"auths": {{"{}": {{"auth": "bWU6cA=="}}}}}}"#, scene.server.address);
    fs::write(scene.folder.path().join("config.json"), config).unwrap();
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
    let sent = |server: &Server| server.requests().last().unwrap().headers.contains_key("authorization");
    assert!(sent(&scene.server) && !sent(&elsewhere), "the password stays with the registry");
}

#[test]
fn tags_come_in_parts() {
    let scene = Scene::with(&[
        (
            "/v2/a/b/tags/list".to_owned(),
            Answer::ok(r#"{"name": "a/b", "tags": ["v1", "v2"]}"#)
                .header("Link", "</v2/a/b/tags/list?last=v2>; rel=\"next\""),
        ),
        ("/v2/a/b/tags/list?last=v2".to_owned(), Answer::ok(r#"{"tags": ["v3"]}"#)),
    ]);
    assert_eq!(scene.puller().tags(&scene.reference("")).unwrap(), ["v1", "v2", "v3"]);
}

#[test]
fn many_processes_may_store_the_same_at_once() {
    let scene = Arc::new(good());
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let scene = Arc::clone(&scene);
            // Each with a puller of its own: they share nothing but the disk.
            thread::spawn(move || scene.pull(":v1", Pull::Always).unwrap().wasm)
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), WASM);
    }
    assert_eq!(scene.stored().len(), 3, "{:?}", scene.stored());
}

#[test]
fn what_is_damaged_in_the_store_is_brought_anew() {
    let scene = good();
    scene.pull(":v1", Pull::IfNotPresent).unwrap();
    let layer = scene.folder.path().join("store/blobs/sha256").join(Digest::of(WASM).hex());
    fs::write(&layer, b"\0asm\x01\0\0\x01").unwrap();
    assert!(matches!(scene.pull(":v1", Pull::Never), Err(ImageError::NotStored)));
    assert_eq!(scene.pull(":v1", Pull::IfNotPresent).unwrap().wasm, WASM);
    assert_eq!(fs::read(&layer).unwrap(), WASM);
}
