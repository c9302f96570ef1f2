//! Images made of programs and modules.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use porchlight_oci::{Built, ImageError, Images, Layout, Parts, Target, build};
use serde_json::Value;

/// A header of a static program for a machine, and something of its own.
fn program(machine: u8, content: &str) -> Vec<u8> {
    let mut program = b"\x7fELF\x02\x01\x01".to_vec();
    program.resize(64, 0);
    program[18] = machine;
    program.extend_from_slice(content.as_bytes());
    program
}

/// What `scripts/build-functions` makes, in small.
pub(crate) fn parts(folder: &Path) -> Parts {
    let write = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("linux-amd64/f", &program(62, "amd64"));
    write("linux-arm64/f", &program(183, "arm64"));
    write("js-wasm/f.wasm", b"\0asm\x01\0\0\0 go syscall/js.valueGet");
    write("wasi-wasm/f.wasm", b"\0asm\x01\0\0\0 wasi_snapshot_preview1");
    write("crates/f", b"0 f v1.2.3|Apache-2.0|https://example.org/f\n1 serde v1.0.0|MIT OR Apache-2.0|\n");
    write("workspace.json", br#"{"packages": [{"name": "f", "description": "Does f"}]}"#);
    write("Cargo.lock", b"version = 4\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nchecksum = \"00ff\"\n");
    write("revision", b"0123456789abcdef\n");
    write("toolchain", b"rustc 1.95.0\n");
    Parts::open(folder).unwrap()
}

/// The image of `f` in a layout `layout` of the folder.
pub(crate) fn built(folder: &Path, prefix: &str) -> (Layout, Built) {
    let parts = parts(&folder.join("parts"));
    let mut layout = Layout::create(&folder.join("layout")).unwrap();
    let built = build(&mut layout, &parts, "f", prefix, &Target::ALL).unwrap();
    (layout, built)
}

fn blob(folder: &Path, descriptor: &Value) -> Vec<u8> {
    let hex = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    fs::read(folder.join("layout/blobs/sha256").join(hex)).unwrap()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn files(layer: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(layer));
    let files = archive.entries().unwrap().map(Result::unwrap).filter(|entry| entry.header().entry_type().is_file());
    files
        .map(|mut entry| {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.path().unwrap().display().to_string(), content)
        })
        .collect()
}

#[test]
fn a_function_becomes_one_index_for_all_platforms() {
    let folder = tempfile::tempdir().unwrap();
    let (_, built) = built(folder.path(), "r.example/fns");
    assert_eq!(built.name.to_string(), "r.example/fns/f:v1.2.3");
    let index = json(&blob(folder.path(), &serde_json::json!({ "digest": built.digest.to_string() })));
    assert_eq!(index["annotations"]["org.opencontainers.image.description"], "Does f");
    assert_eq!(index["annotations"]["org.opencontainers.image.revision"], "0123456789abcdef");
    let mut platforms = Vec::new();
    for entry in index["manifests"].as_array().unwrap() {
        let manifest = json(&blob(folder.path(), entry));
        let config = json(&blob(folder.path(), &manifest["config"]));
        let [layer] = manifest["layers"].as_array().unwrap().as_slice() else { panic!("one layer") };
        let files = files(&blob(folder.path(), layer));
        let (os, architecture) =
            (entry["platform"]["os"].as_str().unwrap(), entry["platform"]["architecture"].as_str());
        assert_eq!((config["os"].as_str(), config["architecture"].as_str()), (Some(os), architecture));
        assert_eq!(config["config"]["Labels"], index["annotations"]);
        if os == "linux" {
            assert_eq!(
                (&config["config"]["User"], &config["config"]["Entrypoint"][0]),
                (&"65534:65534".into(), &"/function".into())
            );
            let passwd = &files.iter().find(|(name, _)| name == "etc/passwd").unwrap().1;
            assert!(String::from_utf8_lossy(passwd).contains("nobody:x:65534:65534:"));
            assert!(
                files
                    .iter()
                    .any(|(name, content)| name == "function" && content.ends_with(architecture.unwrap().as_bytes()))
            );
        } else {
            // kpt takes the first file there is.
            assert_eq!(files.len(), 1);
            assert!(files[0].1.starts_with(b"\0asm"));
        }
        platforms.push(format!("{os}/{}", architecture.unwrap()));
    }
    assert_eq!(platforms, ["linux/amd64", "linux/arm64", "js/wasm", "wasi/wasm"]);
}

#[test]
fn what_is_about_an_image_refers_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut layout, built) = built(folder.path(), "r.example/fns");
    let images = Images::new(folder.path().join("store"), None, false);
    let found = images.inspect_in(&mut layout, &built.name).unwrap();
    assert_eq!(
        found.images.iter().map(|image| image.user.as_str()).collect::<Vec<_>>(),
        ["65534:65534", "65534:65534", "", ""]
    );
    let kinds: Vec<&str> = found.referrers.iter().map(|about| about.artifact_type.as_str()).collect();
    assert_eq!(kinds, ["application/vnd.cyclonedx+json", "application/vnd.in-toto+json"]);
    let content = |place: usize| {
        let manifest = json(&blob(folder.path(), &serde_json::json!({ "digest": found.referrers[place].digest })));
        assert_eq!(manifest["subject"]["digest"], built.digest.to_string());
        json(&blob(folder.path(), &manifest["layers"][0]))
    };
    let materials = content(0);
    assert_eq!(materials["metadata"]["component"]["purl"], "pkg:cargo/f@1.2.3");
    assert_eq!(materials["components"][0]["hashes"][0]["content"], "00ff");
    assert_eq!(materials["dependencies"][0]["dependsOn"][0], "pkg:cargo/serde@1.0.0");
    let provenance = content(1);
    assert_eq!(provenance["subject"][0]["digest"]["sha256"], built.digest.hex());
    assert_eq!(provenance["subject"].as_array().unwrap().len(), 5);
    let from = &provenance["predicate"]["buildDefinition"]["resolvedDependencies"][1];
    assert_eq!(from["digest"]["gitCommit"], "0123456789abcdef");
}

#[test]
fn two_builds_are_the_same() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let digests = [&one, &two].map(|folder| built(folder.path(), "r.example/fns").1.digest);
    assert_eq!(digests[0], digests[1]);
    let bundles = [one, two].map(|folder| {
        let file = folder.path().join("all.tar");
        Layout::open(&folder.path().join("layout")).unwrap().save(&file).unwrap();
        fs::read(file).unwrap()
    });
    assert_eq!(bundles[0], bundles[1]);
}

#[test]
fn what_is_missing_or_of_the_wrong_kind_is_named() {
    type Damage = fn(&Path);
    let cases: [(Damage, &str); 6] = [
        (|parts| fs::remove_file(parts.join("js-wasm/f.wasm")).unwrap(), "js-wasm/f.wasm` for js/wasm: No such file"),
        (
            |parts| fs::rename(parts.join("linux-amd64/f"), parts.join("linux-arm64/f")).unwrap(),
            "a program for x86-64, not for 64-bit ARM",
        ),
        (|parts| fs::rename(parts.join("wasi-wasm/f.wasm"), parts.join("js-wasm/f.wasm")).unwrap(), "interface of kpt"),
        (|parts| fs::remove_file(parts.join("crates/f")).unwrap(), "crates/f"),
        (|parts| fs::write(parts.join("crates/f"), "f").unwrap(), "line 1 cannot be read"),
        (|parts| fs::write(parts.join("crates/f"), "0 f vx y|").unwrap(), "names no image"),
    ];
    for (damage, said) in cases {
        let folder = tempfile::tempdir().unwrap();
        let parts = parts(folder.path());
        damage(folder.path());
        let mut layout = Layout::create(&folder.path().join("layout")).unwrap();
        let prefix = if said == "names no image" { "R.example/UPPER" } else { "r.example" };
        // Those whose parts were only moved are looked at last.
        let targets = [Target::JsWasm, Target::LinuxArm64, Target::LinuxAmd64, Target::WasiWasm];
        let error = build(&mut layout, &parts, "f", prefix, &targets).unwrap_err();
        assert!(matches!(error, ImageError::Build { .. }) && error.to_string().contains(said), "{error}");
        assert_eq!(layout.names(), []);
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(Parts::open(folder.path()).unwrap_err().to_string().contains("`scripts/build-functions` writes it"));
    parts(folder.path());
    fs::remove_dir_all(folder.path().join("js-wasm")).unwrap();
    let parts = Parts::open(folder.path()).unwrap();
    assert_eq!(parts.functions(&Target::ALL).unwrap(), ["f"]);
    assert!(parts.functions(&[Target::JsWasm]).unwrap_err().to_string().contains("nothing in `js-wasm`"));
}
