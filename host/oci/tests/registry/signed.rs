//! Signatures by public key: what is not proven is refused, and nothing of it is stored.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_oci::{Digest, ImageError, Keys, Pull, Pulled, Puller};
use serde_json::json;

use crate::kept::{Content, registry};
use crate::server::{Server, WASM, artifact};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(data(name)).unwrap()
}

fn image() -> Digest {
    Digest::of(artifact(WASM).as_bytes())
}

/// A registry with the image, and a machine without anything.
struct Scene {
    folder: tempfile::TempDir,
    content: Content,
    server: Server,
}

impl Scene {
    fn new(lists: bool) -> Self {
        let content = Content::default();
        let scene = Self { folder: tempfile::tempdir().unwrap(), server: registry(&content, lists), content };
        scene.put("manifests/v1", artifact(WASM));
        scene.put(&format!("manifests/{}", image()), artifact(WASM));
        scene.blob(WASM);
        scene
    }

    fn put(&self, path: &str, content: impl Into<Vec<u8>>) {
        self.content.lock().unwrap().insert(format!("/v2/a/b/{path}"), content.into());
    }

    fn blob(&self, content: &[u8]) {
        self.put(&format!("blobs/{}", Digest::of(content)), content);
    }

    /// Puts a simple signature at its tag.
    fn sign(&self, payload: &str, signature: &str) {
        self.blob(payload.as_bytes());
        let layer = json!({
            "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
            "digest": Digest::of(payload.as_bytes()).to_string(),
            "size": payload.len(),
            "annotations": { "dev.cosignproject.cosign/signature": signature.trim() },
        });
        self.blob(b"{}");
        let config = json!({ "mediaType": "x/y+json", "digest": Digest::of(b"{}").to_string(), "size": 2 });
        let manifest = json!({ "schemaVersion": 2, "config": config, "layers": [layer] });
        self.put(&format!("manifests/sha256-{}.sig", image().hex()), manifest.to_string());
    }

    /// Lets a bundle refer to the image.
    fn bundle(&self, bundle: &str, lists: bool) {
        let kind = "application/vnd.dev.sigstore.bundle.v0.3+json";
        self.blob(bundle.as_bytes());
        self.blob(b"{}");
        let layer =
            json!({ "mediaType": kind, "digest": Digest::of(bundle.as_bytes()).to_string(), "size": bundle.len() });
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactType": kind,
            "config": { "mediaType": "application/vnd.oci.empty.v1+json", "digest": Digest::of(b"{}").to_string(), "size": 2 },
            "layers": [layer],
            "subject": { "mediaType": "x", "digest": image().to_string(), "size": 1 },
        })
        .to_string();
        let digest = Digest::of(manifest.as_bytes());
        let entry =
            json!({ "mediaType": "x", "digest": digest.to_string(), "size": manifest.len(), "artifactType": kind });
        self.put(&format!("manifests/{digest}"), manifest);
        if !lists {
            let list = json!({ "schemaVersion": 2, "manifests": [entry] });
            self.put(&format!("manifests/sha256-{}", image().hex()), list.to_string());
        }
    }

    fn puller(&self, key: Option<&str>) -> Puller {
        let puller = Puller::new(self.folder.path().join("store"), None);
        match key {
            Some(key) => puller.with_keys(Keys::read(&data(key)).unwrap()),
            None => puller,
        }
    }

    fn pull(&self, key: Option<&str>, pull: Pull) -> Result<Pulled, ImageError> {
        self.puller(key).module(&format!("{}/a/b:v1", self.server.address).parse().unwrap(), pull)
    }

    #[track_caller]
    fn refuses(&self, key: &str, said: &str) {
        for pull in [Pull::IfNotPresent, Pull::Always] {
            let error = self.pull(Some(key), pull).unwrap_err();
            assert!(matches!(error, ImageError::Signature { .. }), "{error}");
            assert!(error.to_string().contains(said), "{error}");
        }
        assert!(!self.folder.path().join("store/blobs").exists(), "nothing is stored");
        assert!(!self.folder.path().join("store/tags").exists(), "nothing is stored");
    }
}

#[test]
fn simple_signatures_and_bundles_are_checked_and_kept() {
    for (key, signature) in [("p256.pem", "payload.p256.sig"), ("ed25519.pem", "payload.ed25519.sig")] {
        let scene = Scene::new(false);
        scene.sign(&read("payload.json"), &read(signature));
        assert_eq!(scene.pull(Some(key), Pull::IfNotPresent).unwrap().wasm, WASM);
        let requests = scene.server.requests().len();
        assert_eq!(scene.pull(Some(key), Pull::Never).unwrap().wasm, WASM);
        assert_eq!(scene.pull(Some(key), Pull::IfNotPresent).unwrap().wasm, WASM);
        assert_eq!(scene.server.requests().len(), requests, "the signature is kept beside the image");
    }
    for lists in [true, false] {
        let scene = Scene::new(lists);
        scene.bundle(&read("bundle.json"), lists);
        assert_eq!(scene.pull(Some("p256.pem"), Pull::IfNotPresent).unwrap().wasm, WASM);
        assert_eq!(scene.pull(Some("p256.pem"), Pull::Never).unwrap().wasm, WASM);
        let wanted = format!("{}/a/b:v1", scene.server.address).parse().unwrap();
        assert_eq!(scene.puller(Some("p256.pem")).digest(&wanted).unwrap(), image());
        assert!(scene.puller(Some("ed25519.pem")).digest(&wanted).is_err());
    }
}

#[test]
fn what_was_stored_unsigned_is_no_way_around() {
    let scene = Scene::new(false);
    scene.pull(None, Pull::IfNotPresent).unwrap();
    for pull in [Pull::Never, Pull::IfNotPresent, Pull::Always] {
        assert!(matches!(scene.pull(Some("p256.pem"), pull), Err(ImageError::Signature { .. })), "{pull:?}");
    }
    // Signed later.
    scene.sign(&read("payload.json"), &read("payload.p256.sig"));
    assert!(scene.pull(Some("p256.pem"), Pull::Never).is_err());
    assert_eq!(scene.pull(Some("p256.pem"), Pull::IfNotPresent).unwrap().wasm, WASM);
    assert_eq!(scene.pull(Some("p256.pem"), Pull::Never).unwrap().wasm, WASM);
}

#[test]
fn what_is_not_proven_is_refused() {
    Scene::new(false).refuses("p256.pem", "has no signature");
    Scene::new(true).refuses("p256.pem", "has no signature");
    let payload = read("payload.json");
    let other = payload.replace(&image().hex(), &Digest::of(b"other").hex());
    let (p256, ed25519) = (read("payload.p256.sig"), read("payload.ed25519.sig"));
    let cut = &p256[..40];
    for (payload, signature, said) in [
        (&payload, ed25519.as_str(), "by another key"),
        (&other, &p256, "by another key"),
        (&payload, "", "by another key"),
        (&payload, "not base64!", "no base64"),
        (&payload, cut, "by another key"),
    ] {
        let scene = Scene::new(false);
        scene.sign(payload, signature);
        scene.refuses("p256.pem", said);
    }
    let scene = Scene::new(false);
    scene.sign(&payload, &p256);
    scene.refuses("ed25519.pem", "by another key");
    // A true signature of something else than a signature.
    for (bundle, said) in [
        (read("provenance.json"), "states something else"),
        (read("bundle.json").replace("in-toto", "other"), "application/vnd.other+json"),
        (read("bundle.json").replace("dsseEnvelope", "messageSignature"), "no statement"),
        ("{".to_owned(), "its bundle"),
    ] {
        let scene = Scene::new(true);
        scene.bundle(&bundle, true);
        scene.refuses("p256.pem", said);
    }
}

#[test]
fn a_signature_of_another_image_does_not_count() {
    // The tag of one image with a signature of another: true, but not of this one.
    let scene = Scene::new(false);
    let other = artifact(b"\0asm\x01\0\0\0\0\x01\0");
    let digest = Digest::of(other.as_bytes());
    scene.sign(&read("payload.json"), &read("payload.p256.sig"));
    let signature = scene.content.lock().unwrap()[&format!("/v2/a/b/manifests/sha256-{}.sig", image().hex())].clone();
    scene.put("manifests/v1", other);
    scene.put(&format!("manifests/sha256-{}.sig", digest.hex()), signature);
    scene.refuses("p256.pem", &format!("it is of {}", image()));
    assert!(Arc::strong_count(&scene.content) > 1);
}
