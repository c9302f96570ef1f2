//! Real containers, by podman: one of our functions as an image without anything else in it, under kpt and under
//! Porchlight.

use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::program::{copy, differing, files, installed, repository, set_pipeline, text};

const FUNCTION: &str = "annotate-sbom";

const IMAGE: &str = "localhost/porchlight-test/annotate-sbom:v0";

/// The image of a program that does not end.
const FOREVER: &str = "localhost/porchlight-test/forever:v0";

/// A static program without any library: what stands alone in an image.
const TARGET: &str = "x86_64-unknown-linux-musl";

/// Works also where podman may neither raise limits nor set up cgroups of the second kind, as in many build machines.
pub(crate) const CONFIG: &str =
    "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n[engine]\nruntime = \"runc\"\n";

/// podman with images of the test's own.
struct Podman {
    folder: tempfile::TempDir,
}

impl Podman {
    /// `None`, told visibly, where podman is not installed or cannot run anything here.
    fn find() -> Option<&'static Self> {
        static PODMAN: OnceLock<Option<Podman>> = OnceLock::new();
        PODMAN.get_or_init(Self::prepare).as_ref()
    }

    fn prepare() -> Option<Self> {
        if !["podman", "runc", "buildah"].into_iter().all(installed) {
            return None;
        }
        let (function, forever) = (function()?, forever()?);
        let folder = tempfile::tempdir().expect("scratch folder");
        fs::write(folder.path().join("containers.conf"), CONFIG).expect("a file");
        let podman = Self { folder };
        for (image, program) in [(IMAGE, function), (FOREVER, forever)] {
            let output = podman.build(image, &program);
            if !output.status.success() {
                println!("skipped: podman cannot build images here: {}", text(&output.stderr).trim());
                return None;
            }
        }
        // The function refuses what is no ResourceList, which shows that it was started.
        let tried = podman.command("podman", &["run", "--rm", "-i", "--network", "none", IMAGE]).output();
        let said = text(&tried.expect("podman starts").stderr);
        if !said.contains("[RESOURCELIST_INVALID]") {
            println!("skipped: podman cannot run containers here: {}", said.trim());
            return None;
        }
        Some(podman)
    }

    /// An image with one program and nothing else.
    fn build(&self, image: &str, program: &Path) -> Output {
        let context = self.folder.path().join("context");
        fs::create_dir_all(&context).expect("scratch folder");
        fs::copy(program, context.join("function")).expect("the program is there");
        // kpt asks for the user `nobody`.
        fs::write(context.join("passwd"), "nobody:x:65534:65534:nobody:/:/\n").expect("a file");
        let file = "FROM scratch\nCOPY passwd /etc/passwd\nCOPY function /function\nENTRYPOINT [\"/function\"]\n";
        fs::write(context.join("Containerfile"), file).expect("a file");
        self.command("podman", &["build", "-q", "-t", image, "context"]).output().expect("podman starts")
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("CONTAINERS_CONF", self.folder.path().join("containers.conf"))
            .env("KPT_FN_RUNTIME", "podman")
            .env("KRM_FN_RUNTIME", "podman")
            .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
            .env_remove("PORCHLIGHT_FUNCTION_MAP");
        command
    }

    /// A fresh package whose pipeline is one image.
    fn package(&self, name: &str, image: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        copy(&repository().join("catalog/slice-embb"), &folder);
        let config = "configMap: {timestamp: \"2026-11-21T00:00:00Z\"}";
        set_pipeline(&folder, &[&format!("image: {image}\n    {config}")]);
        folder
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = self.command(program, arguments).output().expect("the program starts");
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    }
}

/// A function of ours as a static program.
fn function() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("static");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--release", "--locked", "--offline", "--target", TARGET, "-p", FUNCTION]);
    cargo.arg("--target-dir").arg(&folder).current_dir(repository());
    built(cargo.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER", "rust-lld"))?;
    Some(folder.join(TARGET).join("release").join(FUNCTION))
}

/// A program that neither reads nor ends.
fn forever() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("static");
    fs::create_dir_all(&folder).expect("scratch folder");
    // Tests in processes of their own build it side by side.
    let name = format!("forever-{}", std::process::id());
    let (source, program) = (folder.join(format!("{name}.rs")), folder.join(&name));
    fs::write(&source, "fn main() { loop { std::thread::park() } }\n").expect("a file");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition=2024", "--crate-name=forever", "--target", TARGET, "-Clinker=rust-lld", "-o"]);
    built(rustc.arg(&program).arg(&source))?;
    fs::remove_file(source).expect("the file is there");
    Some(program)
}

fn built(command: &mut Command) -> Option<()> {
    let output = command.output().ok()?;
    if output.status.success() {
        return Some(());
    }
    println!("skipped: no static program (`rustup target add {TARGET}`): {}", text(&output.stderr).trim());
    None
}

#[test]
fn a_container_gives_what_the_sandbox_gives_and_what_it_gives_under_kpt() {
    let Some(podman) = Podman::find() else { return };
    let porchlight = env!("CARGO_BIN_EXE_porchlight");
    let ours = podman.package("ours", IMAGE);
    let arguments = ["render", "ours", "--kpt-compat", "beta.56", "--allow-container", "--results-dir", "our-results"];
    podman.run(porchlight, &arguments);
    let ours = files(&ours);
    assert!(ours.contains_key("sbom.yaml"));

    let sandboxed = podman.package("sandboxed", IMAGE);
    let map =
        format!("functions:\n- image: {IMAGE}\n  as: ghcr.io/porchlight/{FUNCTION}:v{}\n", env!("CARGO_PKG_VERSION"));
    fs::write(podman.folder.path().join("map.yaml"), map).expect("a file");
    podman.run(porchlight, &["render", "sandboxed", "--kpt-compat", "beta.56", "--function-map", "map.yaml"]);
    assert_eq!(differing(&ours, &files(&sandboxed)), Vec::<String>::new());

    if !installed("kpt") {
        return;
    }
    let theirs = podman.package("theirs", IMAGE);
    podman.run("kpt", &["fn", "render", "theirs", "--results-dir", "their-results"]);
    assert_eq!(differing(&ours, &files(&theirs)), Vec::<String>::new());
    let results = |folder: &str| files(&podman.folder.path().join(folder));
    assert_eq!(results("our-results"), results("their-results"));
}

#[test]
fn ctrl_c_ends_the_container_and_leaves_the_package_as_it_was() {
    let Some(podman) = Podman::find() else { return };
    let folder = podman.package("interrupted", FOREVER);
    let before = files(&folder);
    let mut command = podman.command(env!("CARGO_BIN_EXE_porchlight"), &["render", "interrupted", "--allow-container"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let name = format!("name=porchlight-{}-", child.id());
    let is_running = || {
        let listed = podman.command("podman", &["ps", "-q", "--filter", &name]).output();
        !listed.expect("podman starts").stdout.is_empty()
    };
    let wait_until = |running: bool| {
        let began = Instant::now();
        while is_running() != running {
            assert!(began.elapsed() < Duration::from_secs(60), "a container runs: {}", !running);
            thread::sleep(Duration::from_millis(100));
        }
    };
    wait_until(true);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts").success());
    let status = child.wait().expect("the program ends");
    assert_eq!(status.signal(), Some(2), "it dies of SIGINT, also where the container is seen to end first: {status}");
    wait_until(false);
    assert_eq!(differing(&before, &files(&folder)), Vec::<String>::new());
}
