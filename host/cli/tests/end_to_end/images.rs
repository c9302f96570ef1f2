//! Images of our functions: built without a daemon, sent to a real registry, run from there by everything that runs
//! functions, locked, carried and signed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::podman;
use crate::program::{copy, differing, files, installed, repository, text};
use crate::registry::Registry;

/// The function of the catalog package `upf-edge`.
const FUNCTION: &str = "expand-capacity";

const PACKAGE: &str = "upf-edge";

const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// A place with a package and a cache of its own.
struct Scene(tempfile::TempDir);

impl Scene {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("scratch folder"))
    }

    /// With the parts of the function's image in it; `None`, told visibly, where they cannot be built.
    fn with_parts() -> Option<Self> {
        let scene = Self::new();
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("image-target");
        fs::create_dir_all(&target).expect("a folder");
        // Each test may be a process of its own; what is built is shared, and made once.
        let one_at_a_time = fs::File::create(target.join("parts.lock")).expect("a file");
        one_at_a_time.lock().expect("a lock");
        let mut script = Command::new(repository().join("scripts/build-functions"));
        script.arg("--output").arg(scene.parts()).arg(FUNCTION);
        let output = script.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", &target).output();
        let output = output.expect("the script starts");
        if output.status.success() {
            return Some(scene);
        }
        println!("skipped: the parts of images cannot be built here: {}", text(&output.stderr).trim());
        None
    }

    fn parts(&self) -> PathBuf {
        self.path().join("parts")
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The catalog package under a name of its own, its images at `prefix`.
    fn package(&self, name: &str, prefix: &str) -> PathBuf {
        let folder = self.path().join(name).join(PACKAGE);
        copy(&repository().join("catalog").join(PACKAGE), &folder);
        let kptfile = fs::read_to_string(folder.join("Kptfile")).expect("a Kptfile");
        assert!(kptfile.contains("image: ghcr.io/porchlight/expand-capacity:"));
        fs::write(folder.join("Kptfile"), kptfile.replace("ghcr.io/porchlight", prefix)).expect("a Kptfile");
        folder
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .env("PATH", crate::program::path())
            .env("XDG_CACHE_HOME", self.path().join("cache"))
            // kpt keeps modules of registries by their names in here, for ever.
            .env("TMPDIR", self.path())
            .env("DOCKER_CONFIG", self.path())
            .env("KPT_FN_WASM_RUNTIME", "nodejs")
            .env("KPT_FN_RUNTIME", "podman")
            .env("KRM_FN_RUNTIME", "podman")
            .env_remove("PORCHLIGHT_FUNCTION_MAP");
        command
    }

    fn porchlight(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_porchlight"), arguments).output().expect("the program starts")
    }

    /// What a run that goes well says.
    #[track_caller]
    fn good(&self, arguments: &[&str]) -> String {
        succeeded(&self.porchlight(arguments))
    }

    /// What a run that ends with `code` complains about.
    #[track_caller]
    fn bad(&self, arguments: &[&str], code: i32) -> String {
        let output = self.porchlight(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stderr)
    }

    /// The image of the function in `registry`, by its tag and by its digest.
    fn pushed(&self, registry: &Registry) -> (String, String) {
        self.good(&["image", "build", "--binaries", "parts", "--output", "layout", FUNCTION]);
        let to = format!("{}/fns", registry.address());
        let pushed = self.good(&["image", "push", "layout", "--to", &to, "--plain-http"]);
        let digest = pushed.trim().rsplit_once('@').expect("name and digest").1.to_owned();
        (format!("{to}/{FUNCTION}:{VERSION}"), format!("{to}/{FUNCTION}@{digest}"))
    }
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// All but the Kptfile, which differs in how it names the function.
fn outcome(package: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(package);
    files.remove("Kptfile");
    files
}

#[test]
fn one_package_gives_the_same_bytes_wherever_its_functions_run() {
    let (Some(scene), Some(registry)) = (Scene::with_parts(), Registry::start(None)) else { return };
    scene.pushed(&registry);
    let prefix = format!("{}/fns", registry.address());
    let original = scene.package("original", &prefix);

    // Our program, with the function inside it.
    let ours = scene.package("ours", &prefix);
    scene.good(&["render", "ours/upf-edge", "--kpt-compat", "beta.56", "--image-prefix", &prefix]);
    let (whole, expected) = (files(&ours), outcome(&ours));
    assert!(!differing(&whole, &files(&original)).is_empty(), "the render does something");
    let same = |place: &str, package: &Path| {
        assert_eq!(differing(&whole, &files(package)), Vec::<String>::new(), "{place}");
        println!("same bytes: {place}");
    };

    let pulled = scene.package("pulled", &prefix);
    scene.good(&["render", "pulled/upf-edge", "--kpt-compat", "beta.56", "--allow-alpha-wasm"]);
    same("our sandbox, module from the registry", &pulled);

    // kpt's own kind of module, by its file.
    let module = scene.parts().join("js-wasm").join(FUNCTION).with_extension("wasm");
    let map = format!("functions:\n- image: {prefix}/{FUNCTION}:{VERSION}\n  wasm: {}\n", module.display());
    fs::write(scene.path().join("map.yaml"), map).expect("a file");
    let mapped = scene.package("mapped", &prefix);
    scene.good(&["render", "mapped/upf-edge", "--kpt-compat", "beta.56", "--function-map", "map.yaml"]);
    same("our sandbox, kpt's kind of module", &mapped);

    if !installed("kpt") {
        return;
    }
    let kpt = |arguments: &[&str]| scene.command("kpt", arguments).output().expect("kpt starts");
    let exec = scene.package("exec", &prefix);
    let kptfile = fs::read_to_string(exec.join("Kptfile")).expect("a Kptfile");
    let image = format!("image: {prefix}/{FUNCTION}:{VERSION}");
    let command = format!("exec: porchlight fn run {FUNCTION}");
    fs::write(exec.join("Kptfile"), kptfile.replace(&image, &command)).expect("a Kptfile");
    succeeded(&kpt(&["fn", "render", "exec/upf-edge", "--allow-exec"]));
    assert_eq!(differing(&expected, &outcome(&exec)), Vec::<String>::new(), "kpt, exec");

    if installed("node") {
        let wasm = scene.package("wasm", &prefix);
        succeeded(&kpt(&["fn", "render", "wasm/upf-edge", "--allow-alpha-wasm"]));
        same("kpt's wasm runtime, module from the registry", &wasm);
    }

    let contained = scene.package("contained", &prefix);
    let Some(containers) = Containers::find(&scene, &registry) else { return };
    let output = containers.run("kpt", &["fn", "render", "contained/upf-edge"]);
    let said = text(&output.stderr);
    if !output.status.success() && (said.contains("cgroup") || said.contains("operation not permitted")) {
        println!("skipped: podman cannot run containers here: {}", said.trim());
        return;
    }
    assert!(output.status.success(), "{said}");
    same("kpt with podman, container from the registry", &contained);

    // Our program with podman: what the registry says of the image is what is run.
    let locked = scene.package("locked", &prefix);
    let porchlight = |arguments: &[&str]| succeeded(&containers.run(env!("CARGO_BIN_EXE_porchlight"), arguments));
    porchlight(&["lock", "locked/upf-edge", "--allow-container"]);
    let lock = fs::read_to_string(locked.join("porchlight.lock")).expect("a lock");
    assert!(lock.contains("origin: container"), "{lock}");
    porchlight(&["render", "locked/upf-edge", "--kpt-compat", "beta.56", "--allow-container", "--locked"]);
    fs::remove_file(locked.join("porchlight.lock")).expect("a lock");
    same("our program with podman, container by its digest", &locked);
}

/// podman, for images of a registry of this machine.
struct Containers<'a> {
    scene: &'a Scene,
    image: String,
}

impl<'a> Containers<'a> {
    fn find(scene: &'a Scene, registry: &Registry) -> Option<Self> {
        let address = registry.address();
        fs::write(scene.path().join("containers.conf"), podman::CONFIG).expect("a file");
        let insecure = format!("[[registry]]\nlocation = \"{address}\"\ninsecure = true\n");
        fs::write(scene.path().join("registries.conf"), insecure).expect("a file");
        let image = format!("{address}/fns/{FUNCTION}:{VERSION}");
        ["podman", "runc"].into_iter().all(installed).then_some(Self { scene, image })
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = self.scene.command(program, arguments);
        command.env("CONTAINERS_CONF", self.scene.path().join("containers.conf"));
        command.env("CONTAINERS_REGISTRIES_CONF", self.scene.path().join("registries.conf"));
        // podman wants the configuration to be there if it is named.
        command.env_remove("DOCKER_CONFIG").env("TMPDIR", std::env::temp_dir());
        command.output().expect("the program starts")
    }
}

impl Drop for Containers<'_> {
    fn drop(&mut self) {
        // The images of podman are those of the machine.
        drop(self.run("podman", &["rmi", "--force", &self.image]));
    }
}

#[test]
fn two_builds_give_the_same_images_of_few_bytes() {
    let Some(scene) = Scene::with_parts() else { return };
    let names =
        ["one", "two"].map(|layout| scene.good(&["image", "build", "--binaries", "parts", "-o", layout, FUNCTION]));
    assert_eq!(names[0], names[1]);
    assert!(names[0].starts_with(&format!("ghcr.io/porchlight/{FUNCTION}:{VERSION}@sha256:")), "{}", names[0]);
    let found = scene.good(&["image", "inspect", "--layout", "one", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    let images = found[0]["images"].as_array().expect("images");
    let platforms: Vec<&str> = images.iter().filter_map(|image| image["platform"].as_str()).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64", "js/wasm", "wasi/wasm"]);
    for image in images {
        let size = image["size"].as_u64().expect("a size");
        println!("{} {}: {} KiB", FUNCTION, image["platform"], size.div_ceil(1024));
        assert!(size < 3 << 20, "{image}");
    }
    let text = scene.good(&["image", "inspect", "--layout", "one"]);
    for part in ["runs `/function` as 65534:65534", "application/vnd.cyclonedx+json: sha256:", "version: "] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    let again = scene.bad(&["image", "build", "--binaries", "parts", "-o", "one", FUNCTION], 1);
    assert!(again.contains("not empty"), "{again}");
    let unknown = scene.bad(&["image", "build", "--binaries", "parts", "-o", "three", "unknown"], 1);
    assert!(unknown.contains("cannot build the image of `unknown`"), "{unknown}");
    let platform = scene.bad(&["image", "build", "--platform", "linux/riscv64", "-o", "four"], 2);
    assert!(platform.contains("linux/amd64, linux/arm64, js/wasm, wasi/wasm"), "{platform}");
}

#[test]
fn programs_of_both_processors_are_static_and_do_the_same() {
    let Some(scene) = Scene::with_parts() else { return };
    let input = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n";
    let run = |command: &mut Command| {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        std::io::Write::write_all(&mut child.stdin.take().expect("stdin"), input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        (output.status.code(), text(&output.stdout))
    };
    let expected = run(Command::new(env!("CARGO_BIN_EXE_porchlight")).args(["fn", "run", FUNCTION]));
    assert_eq!(expected.0, Some(0));
    let native = if cfg!(target_arch = "aarch64") { "linux-arm64" } else { "linux-amd64" };
    for (folder, emulator) in [("linux-amd64", "qemu-x86_64"), ("linux-arm64", "qemu-aarch64")] {
        let program = scene.parts().join(folder).join(FUNCTION);
        let mode = fs::metadata(&program).expect("the program").permissions().mode();
        assert!(mode & 0o111 != 0);
        if folder == native {
            assert_eq!(run(&mut Command::new(&program)), expected, "{folder}");
        } else if installed(emulator) {
            assert_eq!(run(Command::new(emulator).arg(&program)), expected, "{folder} under {emulator}");
        }
    }
}

#[test]
fn what_is_locked_runs_and_nothing_else() {
    let (Some(scene), Some(mut registry)) = (Scene::with_parts(), Registry::start(None)) else { return };
    let (tag, digest) = scene.pushed(&registry);
    let prefix = format!("{}/fns", registry.address());
    let package = scene.package("pkg", &prefix);
    let render = ["render", "pkg/upf-edge", "--locked", "--allow-alpha-wasm"];
    let said = scene.bad(&render, 2);
    assert!(said.contains("`porchlight lock` writes it"), "{said}");
    scene.good(&["lock", "pkg/upf-edge", "--allow-alpha-wasm"]);
    let lock = fs::read_to_string(package.join("porchlight.lock")).expect("a lock");
    assert!(lock.contains(&tag) && lock.contains(digest.rsplit_once('@').expect("a digest").1), "{lock}");
    assert!(lock.contains("origin: registry"), "{lock}");
    scene.good(&["lock", "pkg/upf-edge", "--allow-alpha-wasm", "--check"]);
    scene.good(&render);
    let expected = files(&package);
    assert!(expected.contains_key("porchlight.lock"));

    // The tag moves: the render does not, and the check tells.
    let other = registry.push(&format!("fns/{FUNCTION}"), VERSION, &wat::parse_str("(module)").expect("a module"));
    assert_eq!(other, tag);
    scene.good(&[&render[..], &["--image-pull-policy", "always"]].concat());
    assert_eq!(differing(&expected, &files(&package)), Vec::<String>::new());
    let said = scene.bad(&["lock", "pkg/upf-edge", "--allow-alpha-wasm", "--check"], 1);
    assert!(said.contains("porchlight lock") || said.contains("WASI command"), "{said}");

    // Another digest in the lock, an image that is not in it, and a function inside the program in place of the module.
    let hex = digest.rsplit_once(':').expect("a digest").1;
    fs::write(package.join("porchlight.lock"), lock.replace(hex, &"0".repeat(64))).expect("a file");
    let said = scene.bad(&render, 1);
    assert!(said.contains("has no image") && said.contains(&"0".repeat(64)), "{said}");
    fs::write(package.join("porchlight.lock"), lock.replace(&tag, "r.example/other:v1")).expect("a file");
    let said = scene.bad(&render, 6);
    assert!(said.contains("[VERIFY_FAILED]") && said.contains("is not in"), "{said}");
    fs::write(package.join("porchlight.lock"), &lock).expect("a file");
    let said = scene.bad(&[&render[..], &["--image-prefix", &prefix]].concat(), 6);
    assert!(said.contains("is not what") && said.contains("inside this program"), "{said}");
    let kptfile = fs::read_to_string(package.join("Kptfile")).expect("a Kptfile");
    fs::write(package.join("Kptfile"), kptfile.replace(&format!("image: {tag}"), "exec: cat")).expect("a Kptfile");
    let said = scene.bad(&[&render[..], &["--allow-exec"]].concat(), 6);
    assert!(said.contains("`exec: cat` runs a program of this machine"), "{said}");
    assert_eq!(outcome(&package), {
        let mut other = expected.clone();
        other.remove("Kptfile");
        other
    });

    // Without the registry what is locked is still here.
    fs::write(package.join("Kptfile"), kptfile).expect("a Kptfile");
    registry.stop();
    scene.good(&render);
}

#[test]
fn functions_inside_the_program_are_locked_too() {
    let scene = Scene::new();
    let package = scene.package("pkg", "ghcr.io/porchlight");
    scene.good(&["lock", "pkg/upf-edge"]);
    let lock = fs::read_to_string(package.join("porchlight.lock")).expect("a lock");
    assert!(lock.contains("origin: program"), "{lock}");
    scene.good(&["render", "pkg/upf-edge", "--locked"]);
    let before = files(&package);
    let digest = lock.split("sha256:").nth(1).expect("a digest").trim();
    fs::write(package.join("porchlight.lock"), lock.replace(digest, &"0".repeat(64))).expect("a file");
    let said = scene.bad(&["render", "pkg/upf-edge", "--locked"], 6);
    assert!(said.contains("was locked") && said.contains(digest), "{said}");
    fs::write(package.join("porchlight.lock"), &lock).expect("a file");
    assert_eq!(differing(&before, &files(&package)), Vec::<String>::new());
}

#[test]
fn a_bundle_takes_functions_to_a_machine_without_a_network() {
    let (Some(scene), Some(mut registry)) = (Scene::with_parts(), Registry::start(None)) else { return };
    let (tag, digest) = scene.pushed(&registry);
    let copied = format!("{}/elsewhere/f:v9", registry.address());
    let said = scene.good(&["image", "copy", &tag, &copied, "--plain-http"]);
    assert!(said.trim().ends_with(digest.rsplit_once('@').expect("a digest").1), "{said}");
    let said = scene.good(&["image", "inspect", &copied, "--plain-http"]);
    assert!(said.contains("application/vnd.in-toto+json"), "what is about it is copied with it: {said}");
    scene.good(&["image", "save", &tag, "-o", "functions.tar", "--plain-http"]);
    registry.stop();

    let prefix = format!("{}/fns", registry.address());
    let render = ["render", "pkg/upf-edge", "--allow-alpha-wasm", "--image-pull-policy", "never"];
    let package = scene.package("pkg", &prefix);
    let before = files(&package);
    let said = scene.bad(&render, 1);
    assert!(said.contains("it is not on this machine"), "{said}");
    let said = scene.good(&["image", "load", "functions.tar"]);
    assert!(said.contains(&tag), "{said}");
    scene.good(&render);
    assert_ne!(files(&package), before);
    let said = scene.bad(&["image", "inspect", &copied, "--plain-http"], 5);
    assert!(said.contains("cannot be reached"), "{said}");
}

#[test]
fn without_a_signature_nothing_runs_where_one_is_asked_for() {
    let (Some(scene), Some(registry)) = (Scene::with_parts(), Registry::start(None)) else { return };
    if !installed("openssl") {
        return;
    }
    let (tag, digest) = scene.pushed(&registry);
    let digest = digest.rsplit_once('@').expect("a digest").1;
    let package = scene.package("pkg", &format!("{}/fns", registry.address()));
    let before = files(&package);
    let openssl =
        |arguments: &[&str]| succeeded(&scene.command("openssl", arguments).output().expect("openssl starts"));
    openssl(&["ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", "key.pem"]);
    openssl(&["ec", "-in", "key.pem", "-pubout", "-out", "public.pem"]);
    let render = ["render", "pkg/upf-edge", "--allow-alpha-wasm", "--verify-key", "public.pem"];
    let said = scene.bad(&render, 6);
    assert!(said.contains("[VERIFY_FAILED]") && said.contains("has no signature"), "{said}");
    if installed("podman") {
        let contained = ["render", "pkg/upf-edge", "--allow-container", "--verify-key", "public.pem"];
        let said = scene.bad(&contained, 6);
        assert!(said.contains("has no signature"), "{said}");
    }
    let said = scene.bad(&["render", "pkg/upf-edge", "--allow-alpha-wasm", "--verify-key", "key.pem"], 2);
    assert!(said.contains("private key"), "{said}");
    assert_eq!(differing(&before, &files(&package)), Vec::<String>::new());

    // As `cosign sign --key` does.
    let payload = format!(
        r#"{{"critical":{{"identity":{{"docker-reference":""}},"image":{{"docker-manifest-digest":"{digest}"}},"type":"cosign container image signature"}},"optional":null}}"#
    );
    fs::write(scene.path().join("payload"), &payload).expect("a file");
    openssl(&["dgst", "-sha256", "-sign", "key.pem", "-out", "signature", "payload"]);
    let signature = openssl(&["base64", "-A", "-in", "signature"]);
    registry.sign(&format!("fns/{FUNCTION}"), digest, payload.as_bytes(), signature.trim());
    scene.good(&render);
    assert_ne!(files(&package), before);
    let said = scene.good(&["image", "pull", &tag, "--plain-http", "--verify-key", "public.pem"]);
    assert!(said.contains(digest), "{said}");
}

#[test]
fn plain_http_is_for_this_machine() {
    let scene = Scene::new();
    let said = scene.bad(&["image", "pull", "r.example/a:v1", "--plain-http"], 2);
    assert!(said.contains("`r.example` is not"), "{said}");
    let Some(registry) = Registry::start(None) else { return };
    let image = registry.push("a", "v1", b"\0asm\x01\0\0\0");
    let said = scene.bad(&["image", "pull", &image], 5);
    assert!(said.contains("allow `--plain-http`"), "{said}");
    scene.good(&["image", "pull", &image, "--plain-http"]);
    let said = scene.bad(&["image", "pull", "A"], 2);
    assert!(said.contains("names no image"), "{said}");
}
