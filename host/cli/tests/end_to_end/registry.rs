//! Modules of others from a real registry, docker's own, on this machine.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::program::{files, installed, text};
use crate::runtimes::Scratch;

/// Replaces every `before` in its input by `after `: a function of somebody else, for WASI.
const EDIT: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 16)
  (data (i32.const 16) "beforeafter ")
  (func (export "_start") (local $end i32) (local $at i32)
    (local.set $end (i32.const 1024))
    (loop $more
      (i32.store (i32.const 0) (local.get $end))
      (i32.store (i32.const 4) (i32.const 65536))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (local.set $end (i32.add (local.get $end) (i32.load (i32.const 8))))
      (br_if $more (i32.load (i32.const 8))))
    (local.set $at (i32.const 1024))
    (loop $scan
      (if (i32.and
            (i32.eq (i32.load (local.get $at)) (i32.load (i32.const 16)))
            (i32.eq (i32.load16_u offset=4 (local.get $at)) (i32.load16_u (i32.const 20))))
        (then
          (i32.store (local.get $at) (i32.load (i32.const 22)))
          (i32.store16 offset=4 (local.get $at) (i32.load16_u (i32.const 26)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $scan (i32.lt_u (local.get $at) (local.get $end))))
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (i32.sub (local.get $end) (i32.const 1024)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// `me` with the password `p`, as bcrypt.
const PASSWORDS: &str = "me:$2b$05$OKE0I3S.P3IqA9opNJ56Z.pv6XUp7ebqNCXUfVKEHJMjg4Nd1R/UC\n";

/// docker's registry on a port of its own.
pub(crate) struct Registry {
    process: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
    login: Option<&'static str>,
}

impl Registry {
    /// A registry, with a password or without; `None`, told visibly, where it is not installed.
    pub(crate) fn start(login: Option<&'static str>) -> Option<Self> {
        if !installed("docker-registry") {
            return None;
        }
        let folder = tempfile::tempdir().expect("scratch folder");
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let root = folder.path().display();
        let mut config = format!(
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {root}/data\nhttp:\n  addr: {address}\n"
        );
        if login.is_some() {
            fs::write(folder.path().join("passwords"), PASSWORDS).expect("a file");
            let _ = write!(config, "auth:\n  htpasswd:\n    realm: test\n    path: {root}/passwords\n");
        }
        let file = folder.path().join("config.yml");
        fs::write(&file, config).expect("a file");
        let quiet = || Stdio::null();
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(file).stdin(quiet()).stdout(quiet()).stderr(quiet());
        let process = command.spawn().expect("the registry starts");
        let registry = Self { process, address, folder, login };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "the registry does not come up");
            thread::sleep(Duration::from_millis(50));
        }
        Some(registry)
    }

    /// The status and the location of an answer.
    fn request(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).expect("the registry is there");
        let login = self.login.map(|login| format!("Authorization: Basic {login}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{login}Content-Type: {kind}\r\nContent-Length: \
             {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("the registry listens");
        let mut reader = BufReader::new(stream);
        let (mut status, mut location) = (0, String::new());
        let mut line = String::new();
        while reader.read_line(&mut line).expect("an answer") > 2 {
            if status == 0 {
                status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
            } else if let Some((name, value)) = line.trim_end().split_once(": ")
                && name.eq_ignore_ascii_case("location")
            {
                value.clone_into(&mut location);
            }
            line.clear();
        }
        reader.read_to_end(&mut Vec::new()).expect("the end of the answer");
        (status, location)
    }

    fn push_blob(&self, name: &str, content: &[u8]) -> String {
        let (status, location) = self.request("POST", &format!("/v2/{name}/blobs/uploads/"), "text/plain", b"");
        assert_eq!(status, 202);
        let path = location.strip_prefix(&format!("http://{}", self.address)).unwrap_or(&location);
        let sign = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{sign}digest={}", digest(content));
        assert_eq!(self.request("PUT", &path, "application/octet-stream", content).0, 201);
        descriptor("application/wasm", content)
    }

    /// Pushes a module as an artifact with one layer, and gives the reference.
    pub(crate) fn push(&self, name: &str, tag: &str, wasm: &[u8]) -> String {
        let layer = self.push_blob(name, wasm);
        let config = self.push_blob(name, b"{}").replace("application/wasm", "application/vnd.wasm.config.v0+json");
        let kind = "application/vnd.oci.image.manifest.v1+json";
        let manifest =
            format!(r#"{{"schemaVersion": 2, "mediaType": "{kind}", "config": {config}, "layers": [{layer}]}}"#);
        let (status, _) = self.request("PUT", &format!("/v2/{name}/manifests/{tag}"), kind, manifest.as_bytes());
        assert_eq!(status, 201);
        format!("{}/{name}:{tag}", self.address)
    }

    /// Puts a signature of the image `digest` where cosign puts it.
    pub(crate) fn sign(&self, name: &str, digest: &str, payload: &[u8], signature: &str) {
        let note = format!(r#", "annotations": {{"dev.cosignproject.cosign/signature": "{signature}"}}}}"#);
        let layer = self.push_blob(name, payload);
        let layer = layer.replace("application/wasm", "application/vnd.dev.cosign.simplesigning.v1+json");
        let layer = layer.strip_suffix('}').map(|start| format!("{start}{note}")).expect("an object");
        let config =
            self.push_blob(name, b"{}").replace("application/wasm", "application/vnd.oci.image.config.v1+json");
        let kind = "application/vnd.oci.image.manifest.v1+json";
        let manifest =
            format!(r#"{{"schemaVersion": 2, "mediaType": "{kind}", "config": {config}, "layers": [{layer}]}}"#);
        let path = format!("/v2/{name}/manifests/{}.sig", digest.replace(':', "-"));
        assert_eq!(self.request("PUT", &path, kind, manifest.as_bytes()).0, 201);
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn stop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).expect("the registry ends");
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.process.kill().and_then(|()| self.process.wait()));
        assert!(self.folder.path().exists());
    }
}

fn digest(content: &[u8]) -> String {
    let hex: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn descriptor(kind: &str, content: &[u8]) -> String {
    format!(r#"{{"mediaType": "{kind}", "digest": "{}", "size": {}}}"#, digest(content), content.len())
}

fn edit() -> Vec<u8> {
    wat::parse_str(EDIT).expect("a module")
}

/// `render` with a cache of its own.
fn render(scratch: &Scratch, flags: &[&str]) -> std::process::Output {
    let arguments = [&["render", "pkg", "--allow-alpha-wasm"], flags].concat();
    let mut command = scratch.command(env!("CARGO_BIN_EXE_porchlight"), &arguments);
    let command = command.env("XDG_CACHE_HOME", scratch.path().join("cache")).env("DOCKER_CONFIG", scratch.path());
    command.output().expect("the program starts")
}

#[test]
fn a_module_of_somebody_else_comes_from_its_registry_and_stays() {
    let Some(mut registry) = Registry::start(None) else { return };
    let image = registry.push("fns/edit", "v0.1.3", &edit());
    let scratch = Scratch::new(&format!("image: {image}"));
    let output = scratch.porchlight(&["render", "pkg"]);
    assert!(text(&output.stderr).contains("from its registry with `--allow-alpha-wasm`"), "{}", text(&output.stderr));
    let output = render(&scratch, &["--image-pull-policy", "never"]);
    assert!(text(&output.stderr).contains("it is not on this machine"), "{}", text(&output.stderr));
    assert!(!scratch.is_changed());
    let output = render(&scratch, &[]);
    assert!(output.status.success() && scratch.is_changed(), "{}", text(&output.stderr));

    // A range takes the highest tag that the registry has.
    registry.push("fns/edit", "v0.2.0", &wat::parse_str("(module)").expect("a module"));
    let by_range = Scratch::new(&format!("image: {}/fns/edit\n    tag: ~0.1", registry.address));
    let output = render(&by_range, &[]);
    assert!(output.status.success() && by_range.is_changed(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("fns/edit:v0.1.3"), "{}", text(&output.stderr));

    registry.stop();
    scratch.reset();
    let output = render(&scratch, &[]);
    assert!(output.status.success() && scratch.is_changed(), "without the registry: {}", text(&output.stderr));
    scratch.reset();
    let before = files(&scratch.path().join("pkg"));
    let output = render(&scratch, &["--image-pull-policy", "always"]);
    let stderr = text(&output.stderr);
    assert!(
        stderr.contains("cannot be reached: connection refused") && stderr.contains("FN_IMAGE_UNRESOLVED"),
        "{stderr}"
    );
    assert_eq!(files(&scratch.path().join("pkg")), before);
}

#[test]
fn an_image_without_a_module_is_a_container_where_that_is_allowed() {
    let Some(registry) = Registry::start(None) else { return };
    let go = wat::parse_str(
        r#"(module (import "go" "syscall/js.valueNew" (func (param i32))) (memory (export "mem") 1) (func (export "resume")))"#,
    );
    let go = registry.push("fns/go", "v1", &go.expect("a module"));
    let program = registry.push("fns/program", "v1", b"\x7fELF\x02\x01\x01\0 and so on");
    for (image, said) in
        [(go, "js/wasm module of the Go compiler, which needs a JavaScript engine"), (program, "no WebAssembly module")]
    {
        let scratch = Scratch::new(&format!("image: {image}"));
        let output = render(&scratch, &[]);
        let stderr = text(&output.stderr);
        assert!(stderr.contains(said) && stderr.contains("`--allow-container`") && !scratch.is_changed(), "{stderr}");
        let output = render(&scratch, &["--allow-container"]);
        assert!(output.status.success() && scratch.is_changed(), "{}", text(&output.stderr));
        assert!(scratch.record().contains(&image), "{}", scratch.record());
    }
    // What cannot be had is no container all of a sudden.
    let scratch = Scratch::new(&format!("image: {}/fns/none:v1", registry.address));
    let output = render(&scratch, &["--allow-container"]);
    assert!(text(&output.stderr).contains("has no image"), "{}", text(&output.stderr));
    assert!(scratch.record().is_empty() && !scratch.is_changed());
}

#[test]
fn what_kpt_pushes_is_run() {
    let Some(registry) = Registry::start(None).filter(|_| installed("kpt")) else { return };
    let image = format!("{}/fns/edit:v1", registry.address);
    let scratch = Scratch::new(&format!("image: {image}"));
    fs::write(scratch.path().join("edit.wasm"), edit()).expect("a file");
    let push = scratch.command("kpt", &["alpha", "wasm", "push", "edit.wasm", &image]).output().expect("kpt starts");
    assert!(push.status.success(), "{}", text(&push.stderr));
    let output = render(&scratch, &[]);
    assert!(output.status.success() && scratch.is_changed(), "{}", text(&output.stderr));
}

#[test]
fn a_password_comes_from_a_credential_helper() {
    // `me:p`
    let Some(registry) = Registry::start(Some("bWU6cA==")) else { return };
    let image = registry.push("fns/edit", "v1", &edit());
    let scratch = Scratch::new(&format!("image: {image}"));
    let output = render(&scratch, &[]);
    assert!(text(&output.stderr).contains("refuses access (HTTP 401)"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("`docker login 127.0.0.1:"), "{}", text(&output.stderr));
    let script = "#!/bin/sh\nread -r registry\ncase \"$1 $registry\" in\n'get 127.'*) echo '{\"ServerURL\": \"x\", \
                  \"Username\": \"me\", \"Secret\": \"p\"}' ;;\n*) echo 'credentials not found in native keychain'; exit 1 \
                  ;;\nesac\n";
    scratch.program("docker-credential-test", script);
    fs::write(scratch.path().join("config.json"), r#"{"credsStore": "test"}"#).expect("a file");
    let output = render(&scratch, &[]);
    assert!(output.status.success() && scratch.is_changed(), "{}", text(&output.stderr));
}
