//! Functions outside the program: containers (run by an engine of the test's own), mapped images, modules from files.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use crate::program::{files, installed, path, repository, text};

/// Answers as `docker`, `podman` or `nerdctl` would, and writes down what it was asked.
const ENGINE: &str = r#"#!/bin/sh
case "$1" in
version) echo 25.0.0 ;;
kill) echo "${0##*/} $*" >> "$RECORD" ;;
run)
  echo "${0##*/} $*" >> "$RECORD"
  case "$*" in
  *hang*) exec sleep 1000 ;;
  *fail*) echo 'x: Pull complete' >&2; echo 'no good' >&2; exit 3 ;;
  esac
  printf 'Storing signatures\nindex-sha256:00\nDigest: sha256:00\nsaid\n' >&2
  exec sed s/before/after/ ;;
esac
"#;

/// A package that one function changes, and engines of containers.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A package with one mutator, and the engines.
    pub(crate) fn new(mutator: &str) -> Self {
        let folder = tempfile::tempdir().expect("scratch folder");
        let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).expect("scratch file");
        fs::create_dir_all(folder.path().join("pkg")).expect("scratch folder");
        fs::create_dir_all(folder.path().join("bin")).expect("scratch folder");
        write(
            "pkg/Kptfile",
            &format!(
                "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\npipeline:\n  mutators:\n  - {mutator}\n"
            ),
        );
        let scratch = Self(folder);
        scratch.reset();
        for engine in ["docker", "podman", "nerdctl"] {
            scratch.program(engine, ENGINE);
        }
        scratch
    }

    /// Makes the package as it was.
    pub(crate) fn reset(&self) {
        let file = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: before\n";
        fs::write(self.path().join("pkg/x.yaml"), file).expect("scratch file");
    }

    /// Puts a program first on the PATH.
    pub(crate) fn program(&self, name: &str, script: &str) {
        let path = self.path().join("bin").join(name);
        fs::write(&path, script).expect("scratch file");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("scratch file");
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let folders = std::iter::once(self.0.path().join("bin")).chain(env::split_paths(&path()).collect::<Vec<_>>());
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("PATH", env::join_paths(folders).expect("a path"))
            .env("RECORD", self.0.path().join("record"))
            .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
            .env_remove("PORCHLIGHT_FUNCTION_MAP")
            .env_remove("KRM_FN_RUNTIME")
            .env_remove("KPT_FN_RUNTIME");
        command
    }

    pub(crate) fn porchlight(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_porchlight"), arguments).output().expect("the program starts")
    }

    pub(crate) fn is_changed(&self) -> bool {
        fs::read_to_string(self.0.path().join("pkg/x.yaml")).expect("a file").contains("after")
    }

    pub(crate) fn record(&self) -> String {
        fs::read_to_string(self.0.path().join("record")).unwrap_or_default()
    }
}

fn without_name(record: &str) -> String {
    record.split(' ').filter(|word| !word.starts_with("--name=")).collect::<Vec<_>>().join(" ")
}

#[test]
fn containers_are_run_as_kpt_runs_them() {
    if !installed("kpt") {
        return;
    }
    for (engine, image, flags) in [
        ("docker", "set-x:v1", &[][..]),
        ("podman", "a.io/x:v1", &["--allow-network"]),
        ("nerdctl", "a.io/x", &["--image-pull-policy", "never"]),
        ("docker", "a.io/fail:v1", &["--image-pull-policy", "Always"]),
    ] {
        let (theirs, ours) = (Scratch::new(&format!("image: {image}")), Scratch::new(&format!("image: {image}")));
        let arguments = [&["fn", "render", "pkg", "--results-dir", "r"], flags].concat();
        let kpt = theirs.command("kpt", &arguments).env("KPT_FN_RUNTIME", engine).output().expect("kpt starts");
        let arguments =
            [&["render", "pkg", "--results-dir", "r", "--allow-container", "--kpt-compat", "beta.56"], flags].concat();
        let porchlight = ours
            .command(env!("CARGO_BIN_EXE_porchlight"), &arguments)
            .env("KPT_FN_RUNTIME", engine)
            .output()
            .expect("the program starts");
        let what = format!("{engine} {image}: {}", text(&porchlight.stderr));
        assert_eq!(porchlight.status.code(), kpt.status.code(), "{what}");
        assert_eq!(without_name(&ours.record()), theirs.record(), "{what}");
        for folder in ["pkg", "r"] {
            assert_eq!(files(&ours.0.path().join(folder)), files(&theirs.0.path().join(folder)), "{what}");
        }
    }
}

#[test]
fn eval_passes_users_mounts_and_environment_to_containers_as_kpt_does() {
    if !installed("kpt") {
        return;
    }
    for flags in [
        &[][..],
        &["--network", "--as-current-user", "-e", "Z=1", "--env", "HOME", "-e", "A=x=y", "-e", "Z=2"],
        &["--mount", "type=bind,src=/tmp,dst=/a", "--mount", "type=bind,source=/tmp,target=/b,rw=true"],
        &["--image-pull-policy", "always", "--results-dir", "r", "-s", "-t", "mutator"],
    ] {
        let (theirs, ours) = (Scratch::new("image: a.io/y:v1"), Scratch::new("image: a.io/y:v1"));
        let arguments = [&["fn", "eval", "pkg", "--image", "a.io/x:v1"], flags].concat();
        let kpt = theirs.command("kpt", &arguments).output().expect("kpt starts");
        let arguments = [arguments.as_slice(), &["--allow-container", "--kpt-compat", "beta.56"]].concat();
        let porchlight = ours.porchlight(&arguments);
        let what = format!("{flags:?}: {}", text(&porchlight.stderr));
        assert_eq!(porchlight.status.code(), kpt.status.code(), "{what}");
        assert!(ours.is_changed(), "{what}");
        assert_eq!(without_name(&ours.record()), theirs.record(), "{what}");
        assert_eq!(files(&ours.0.path().join("pkg")), files(&theirs.0.path().join("pkg")), "{what}");
    }
}

#[test]
fn eval_refuses_what_only_containers_have() {
    let scratch = Scratch::new("image: a.io/x:v1");
    for (flags, said) in [
        (&["--network"][..], "`--allow-container`"),
        (&["--allow-container", "--mount", "/a:/b"], "--mount \"/a:/b\" has no `type`"),
        (&["--image-pull-policy", "x"], "must be one of: Always, IfNotPresent, Never"),
    ] {
        let output = scratch.porchlight(&[&["fn", "eval", "pkg", "--image", "a.io/x:v1"], flags].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said) && !scratch.is_changed(), "{}", text(&output.stderr));
        assert!(scratch.record().is_empty());
    }
}

#[test]
fn a_container_is_ended_at_the_limit() {
    let scratch = Scratch::new("image: a.io/hang:v1");
    let output = scratch.porchlight(&["render", "pkg", "--allow-container", "--fn-timeout", "700ms"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    let record = scratch.record();
    let name = record.split_once("--name=").and_then(|(_, rest)| rest.split(' ').next()).expect("a name");
    assert!(record.ends_with(&format!("docker kill {name}\n")), "{record}");
    assert!(!scratch.is_changed());
}

#[test]
fn what_is_not_allowed_names_the_flag() {
    let scratch = Scratch::new("image: a.io/x:v1");
    let map = scratch.0.path().join("map.yaml");
    fs::write(&map, "functions:\n- image: a.io/x\n  exec: sed s/before/after/\n").expect("a file");
    for (flags, said) in [
        (&[][..], &["FN_IMAGE_UNRESOLVED", "`--allow-alpha-wasm`", "`--allow-container`", "`--function-map`"][..]),
        (&["--function-map", "map.yaml"], &["FN_IMAGE_UNRESOLVED", "map.yaml`, line 2", "`--allow-exec`"]),
        (
            &["--allow-alpha-wasm", "--image-pull-policy", "Never"],
            &["FN_IMAGE_UNRESOLVED", "modules in registries (it is not on this machine"],
        ),
        (&["--function-map", "none.yaml"], &["none.yaml", "no such file"]),
        (&["--image-pull-policy", "x"], &["must be one of: Always, IfNotPresent, Never"]),
    ] {
        let output = scratch.porchlight(&[&["render", "pkg"], flags].concat());
        assert!(!output.status.success() && !scratch.is_changed());
        for part in said {
            assert!(text(&output.stderr).contains(part), "no `{part}` in {}", text(&output.stderr));
        }
    }
    let output = scratch.porchlight(&["render", "pkg", "--function-map", "map.yaml", "--allow-exec"]);
    assert!(output.status.success() && scratch.is_changed(), "{}", text(&output.stderr));
}

#[test]
fn an_image_stands_for_another() {
    let scratch = Scratch::new("image: a.io/x:v1");
    fs::write(scratch.0.path().join("map.yaml"), "functions:\n- image: a.io/x\n  as: b.io/y\n").expect("a file");
    let output = scratch.porchlight(&["render", "pkg", "--function-map", "map.yaml", "--allow-container"]);
    assert!(scratch.is_changed() && text(&output.stderr).contains("\"a.io/x:v1\""), "{}", text(&output.stderr));
    assert!(scratch.record().ends_with(" b.io/y:v1\n"), "{}", scratch.record());
}

#[test]
fn a_command_is_the_path_of_a_module_where_kpt_says_so() {
    let scratch = Scratch::new("exec: ./panic.wasm");
    let module = wat::parse_file(repository().join("host/wasm/tests/modules/panic.wat")).expect("a module");
    fs::write(scratch.0.path().join("panic.wasm"), module).expect("a file");
    let output = scratch.porchlight(&["render", "pkg", "--allow-exec", "--allow-alpha-wasm"]);
    let stderr = text(&output.stderr);
    assert!(stderr.contains("[RUNNING] WASM \"./panic.wasm\"") && stderr.contains("[FN_TRAPPED]"), "{stderr}");
    fs::remove_file(scratch.0.path().join("panic.wasm")).expect("a file");
    let output = scratch.porchlight(&["render", "pkg", "--allow-exec", "--allow-alpha-wasm"]);
    assert!(text(&output.stderr).contains("cannot load module `./panic.wasm`: no such file"));
    assert!(Path::new(&scratch.0.path().join("pkg/x.yaml")).exists());
}
