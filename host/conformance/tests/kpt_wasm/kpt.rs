//! The real kpt with node: packages rendered by functions from a registry, and what failing functions do to a package.

use std::fs;
use std::path::{Path, PathBuf};

use porchlight_conformance::tree::{self, Tree};
use porchlight_conformance::{Finished, Run};

use crate::registry::Registry;
use crate::{functions, installed, module, repository};

/// A package in a folder of its own, with kpt's caches beside it: kpt keeps a tag it has seen for ever.
struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// A copy of a package of the catalog, or one with a single ConfigMap.
    fn new(package: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tmp")).unwrap();
        let scratch = Self { folder };
        match package {
            Some(name) => tree::copy(&repository().join("catalog").join(name), &scratch.package()).unwrap(),
            None => {
                fs::create_dir(scratch.package()).unwrap();
                let kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\n";
                fs::write(scratch.package().join("Kptfile"), kptfile).unwrap();
                let resource = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept # and its comment\n";
                fs::write(scratch.package().join("resources.yaml"), resource).unwrap();
            }
        }
        scratch
    }

    fn package(&self) -> PathBuf {
        self.folder.path().join("pkg")
    }

    fn files(&self) -> Tree {
        tree::read(&self.package()).unwrap()
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Finished {
        let run = Run::new(program, self.folder.path()).arguments(arguments);
        let run =
            run.variable("TMPDIR", self.folder.path().join("tmp")).variable("HOME", self.folder.path().join("tmp"));
        run.variable("KPT_FN_WASM_RUNTIME", "nodejs").finish().unwrap()
    }

    fn kpt(&self, arguments: &[&str]) -> Finished {
        self.run(Path::new("kpt"), arguments)
    }

    /// Runs a module on the package.
    fn eval(&self, module: &Path, config: &str) -> Finished {
        let module = module.display().to_string();
        let flags = ["fn", "eval", "pkg", "--allow-alpha-wasm", "--truncate-output=false", "--results-dir", "results"];
        self.kpt(&[&flags[..], &["--exec", module.as_str(), "--", config]].concat())
    }
}

/// Pushes every function, as version v0.1.0; `None` where one is not built.
fn push_all(registry: &Registry) -> Option<()> {
    let scratch = Scratch::new(None);
    for name in functions() {
        let module = module(&name)?.display().to_string();
        let pushed = scratch.kpt(&["alpha", "wasm", "push", &module, &format!("{}/{name}:v0.1.0", registry.prefix())]);
        assert_eq!(pushed.code, 0, "{}{}", pushed.stdout, pushed.stderr);
    }
    Some(())
}

/// Porchlight with the embedded functions under the registry's names; `None` where it is not built.
fn porchlight(scratch: &Scratch, prefix: &str) -> Option<Finished> {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(Path::parent).unwrap().join("porchlight");
    if !program.exists() {
        println!("skipped: no porchlight to compare with (cargo build --release -p porchlight)");
        return None;
    }
    let entry = |name: String| format!("- image: {prefix}/{name}\n  as: ghcr.io/porchlight/{name}\n");
    let map: String = functions().into_iter().map(entry).collect();
    fs::write(scratch.folder.path().join("functions.yaml"), format!("functions:\n{map}")).unwrap();
    Some(scratch.run(&program, &["render", "pkg", "--kpt-compat", "beta.56", "--function-map", "functions.yaml"]))
}

#[test]
fn kpt_renders_the_catalog_with_modules_from_a_registry_as_porchlight_does() {
    if !installed("kpt") {
        return;
    }
    let Some(registry) = Registry::start() else { return };
    if push_all(&registry).is_none() {
        return;
    }
    for package in ["slice-embb", "slice-urllc", "slice-mmtc", "ran-site", "policy-baseline", "upf-edge"] {
        let (theirs, ours) = (Scratch::new(Some(package)), Scratch::new(Some(package)));
        for scratch in [&theirs, &ours] {
            for (path, entry) in scratch.files().iter().filter(|(path, _)| path.ends_with("Kptfile")) {
                let text = entry.text().replace("ghcr.io/porchlight", &registry.prefix());
                fs::write(scratch.package().join(path), text).unwrap();
            }
        }
        let before = theirs.files();
        let rendered = theirs.kpt(&["fn", "render", "pkg", "--allow-alpha-wasm"]);
        assert_eq!(rendered.code, 0, "{package}: {}", rendered.stderr);
        assert!(rendered.stderr.contains("[PASS] \"localhost:"), "{package}: {}", rendered.stderr);
        let after = theirs.files();
        assert!(after != before && before.keys().all(|path| after.contains_key(path)), "{package}");
        let Some(rendered) = porchlight(&ours, &registry.prefix()) else { continue };
        assert_eq!(rendered.code, 0, "{package}: {}", rendered.stderr);
        let ours = ours.files();
        let differing: Vec<&String> =
            after.keys().chain(ours.keys()).filter(|path| after.get(*path) != ours.get(*path)).collect();
        assert_eq!(differing, Vec::<&String>::new(), "{package}");
    }
}

#[test]
fn whatever_a_module_does_wrong_kpt_says_what_and_keeps_the_package() {
    if !installed("kpt") {
        return;
    }
    let Some(module) = module("tests/misbehave") else { return };
    for (action, message) in [
        ("fail", "first line"),
        ("fail without a word", "[FN_OUTPUT_INVALID] Host: the function failed and did not say why"),
        (
            "answer with nothing",
            "[FN_OUTPUT_INVALID] Host: the function answered with something else than a ResourceList",
        ),
        ("panic", "[FN_TRAPPED] Host: the function stopped in an illegal state, the package is unchanged: asked to"),
        (
            "use all memory",
            "[FN_MEMORY_EXCEEDED] Host: the function needs more memory than a WebAssembly module can have",
        ),
        ("recurse", "memory access out of bounds"),
    ] {
        let scratch = Scratch::new(None);
        let file = scratch.package().join("resources.yaml");
        fs::write(&file, format!("{}data:\n  do: {action}\n", fs::read_to_string(&file).unwrap())).unwrap();
        let before = scratch.files();
        let finished = scratch.eval(&module, "unused=");
        assert_eq!(finished.code, 1, "{action}: {}", finished.stderr);
        assert!(finished.stderr.contains(message), "{action}: {}", finished.stderr);
        assert_eq!(scratch.files(), before, "{action}");
    }
}

#[test]
fn a_function_that_refuses_its_config_fails_in_kpt_with_results_and_its_message() {
    if !installed("kpt") {
        return;
    }
    let Some(module) = module("annotate-sbom") else { return };
    let scratch = Scratch::new(None);
    let before = scratch.files();
    let finished = scratch.eval(&module, "timestmp=now");
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert!(finished.stderr.contains("[FN_CONFIG_INVALID] Function: "), "{}", finished.stderr);
    assert_eq!(scratch.files(), before);
    let results = fs::read_to_string(scratch.folder.path().join("results/results.yaml")).unwrap();
    for part in ["exitCode: 1\n", "severity: error\n", "code: FN_CONFIG_INVALID\n"] {
        assert!(results.contains(part), "{results}");
    }
}
