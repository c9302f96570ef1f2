//! The same packages and functions through us and through the real kpt, where it is installed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use porchlight_package::{Compat, FunctionRef, PlanOptions};
use porchlight_pipeline::{
    Invocation, PrepareContext, Prepared, RenderOptions, RunOutput, Runtime, RuntimeError, TextReporter, render,
};

use crate::support::{Package, without_times};

/// True where the real kpt is there and of the release we compare with; tells so where not.
pub(crate) fn has_kpt() -> bool {
    let version = Command::new("kpt").arg("version").output().ok().map(|output| output.stdout);
    let found = version.is_some_and(|version| String::from_utf8_lossy(&version).contains("1.0.0-beta.56"));
    if !found {
        eprintln!("skipped: no kpt 1.0.0-beta.56");
    }
    found
}

/// What a render left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) succeeded: bool,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) console: String,
    pub(crate) results: String,
}

/// Runs `exec` commands without arguments or quotes.
struct Programs;

struct Program(String);

impl Runtime for Programs {
    fn prepare(&self, function: &FunctionRef, _: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        Ok(Box::new(Program(function.exec.clone())))
    }
}

impl Prepared for Program {
    fn display_name(&self) -> &str {
        &self.0
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let mut words = self.0.split(' ');
        let mut child = Command::new(words.next().unwrap())
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let text = input.text().to_owned();
        // A function need not read its input.
        let writer = std::thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ok(RunOutput { stdout: output.stdout, stderr: output.stderr, exit_code: output.status.code().unwrap_or(-1) })
    }
}

fn files(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut work = vec![root.to_owned()];
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                work.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

fn by_kpt(package: &Package) -> Left {
    let results = package.around().join("results");
    let output = Command::new("kpt")
        .args(["fn", "render", package.path(), "--allow-exec", "--results-dir", results.to_str().unwrap()])
        .current_dir(package.around())
        .output()
        .unwrap();
    Left {
        succeeded: output.status.success(),
        files: files(Path::new(package.path())),
        console: without_times(&String::from_utf8_lossy(&output.stderr)),
        results: fs::read_to_string(results.join("results.yaml")).unwrap_or_default(),
    }
}

/// The same by us, with the command line's part of the console.
fn by_us(package: &Package) -> Left {
    let tree = package.open(Compat::Beta56);
    let mut reporter = TextReporter::new(Vec::new(), Compat::Beta56, true);
    let options = RenderOptions { allow_exec: true, ..RenderOptions::default() };
    let outcome = render(&tree, &Programs, &mut reporter, &options);
    let mut console = without_times(&String::from_utf8(reporter.into_inner()).unwrap());
    let written = outcome.rendered.map_err(|error| error.to_string()).and_then(|rendered| {
        let mut resources = rendered.resources;
        tree.settle(&mut resources, true).map_err(|error| error.to_string())?;
        let plan =
            tree.plan(resources, &rendered.sources, PlanOptions::default()).map_err(|error| error.to_string())?;
        plan.commit().map_err(|error| error.to_string())
    });
    match &written {
        Ok(()) => {
            let (functions, packages) = (outcome.functions, outcome.packages);
            console += &format!("Successfully executed {functions} function(s) in {packages} package(s).\n");
        }
        Err(error) if error.starts_with("the function failed") => {}
        Err(error) => console += &format!("Error: {error}\n"),
    }
    Left {
        succeeded: written.is_ok(),
        files: files(Path::new(package.path())),
        console,
        results: outcome.results.to_yaml(Compat::Beta56),
    }
}

/// kpt's console without what the command line adds after the run, so that it can be compared.
fn comparable(console: &str) -> String {
    let lines = console.lines().filter(|line| !line.starts_with("For complete results")).map(str::trim_end);
    let text: Vec<&str> = lines.collect();
    text.join("\n").trim_end().to_owned()
}

pub(crate) struct Case {
    files: Vec<(String, String)>,
    scripts: Vec<(String, String)>,
}

impl Case {
    /// A package with these files; `@name` in them stands for the path of a script.
    pub(crate) fn new(files: &[(&str, &str)], scripts: &[(&str, &str)]) -> Self {
        let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Self { files: own(files), scripts: own(scripts) }
    }

    /// What both leave behind.
    pub(crate) fn run(&self) -> (Left, Left) {
        let scripts = tempfile::tempdir().unwrap();
        for (name, body) in &self.scripts {
            let path = scripts.path().join(name);
            fs::write(&path, format!("#!/bin/sh\ncd {}\n{body}\n", scripts.path().display())).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let place = |text: &str| text.replace('@', &format!("{}/", scripts.path().display()));
        let package = || {
            let package = Package::new("p");
            for (path, text) in &self.files {
                package.write(path, &place(text));
            }
            package
        };
        (by_us(&package()), by_kpt(&package()))
    }

    /// Asserts that both leave the same behind.
    #[track_caller]
    fn same(&self) -> Left {
        let (mut ours, mut kpt) = self.run();
        for left in [&mut ours, &mut kpt] {
            left.console = comparable(&left.console);
        }
        assert_eq!(ours, kpt);
        ours
    }
}

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\npipeline:\n";

const DEPLOYMENT: &str = "\
# licence

# head
apiVersion: apps/v1 # av
kind: Deployment
metadata: # m
  name: web
  labels: {app: web} # l
spec:
  # about replicas
  replicas: 3
  template:
    spec:
      containers:
      # first
      - name: a # na
        image: x:1
        ports:
        - containerPort: 80 # p80
        - containerPort: 81
          protocol: UDP # udp
        args: [a, 'b', \"c\"] # args
      - name: b
        env:
        # e1
        - name: E1
          value: \"1\" # one
        # after
  # foot
";

fn mutators(functions: &str) -> String {
    format!("{KPTFILE}  mutators:\n{functions}")
}

#[test]
fn whole_renders_are_equal() {
    if !has_kpt() {
        return;
    }
    let no_comments = ("strip", "sed -e 's/ #.*//' -e '/^ *# /d' -e '/^#/d'");
    let cat = ("cat", "cat");
    for (name, files, scripts) in [
        (
            "empty pipeline",
            vec![("Kptfile", KPTFILE.replace("pipeline:\n", "")), ("d.yaml", DEPLOYMENT.to_owned())],
            vec![],
        ),
        ("pass through", vec![("Kptfile", mutators("  - exec: @cat\n")), ("d.yaml", DEPLOYMENT.to_owned())], vec![cat]),
        (
            "three times",
            vec![
                ("Kptfile", mutators("  - exec: @cat\n  - exec: @cat\n  - exec: @cat\n")),
                ("d.yaml", DEPLOYMENT.to_owned()),
            ],
            vec![cat],
        ),
        (
            "comments lost",
            vec![("Kptfile", mutators("  - exec: @strip\n")), ("d.yaml", DEPLOYMENT.to_owned())],
            vec![no_comments],
        ),
        (
            "containers renamed",
            vec![("Kptfile", mutators("  - exec: @ren\n")), ("d.yaml", DEPLOYMENT.to_owned())],
            vec![("ren", "sed -e 's/ #.*//' -e 's/name: a$/name: z/'")],
        ),
        (
            "subpackages",
            vec![
                ("Kptfile", mutators("  - exec: @cat\n    selectors: [{kind: A}]\n")),
                ("a.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\n".to_owned()),
                ("s/Kptfile", mutators("  - exec: @cat\n").replace("name: p", "name: s")),
                (
                    "s/a.yaml",
                    "apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\napiVersion: v1\nkind: B\nmetadata: {name: b}\n"
                        .to_owned(),
                ),
                ("s/t/Kptfile", KPTFILE.replace("name: p", "name: t").replace("pipeline:\n", "")),
                ("s/t/x.yaml", "apiVersion: v1\nkind: A\nmetadata:\n  name: x\n  namespace: n\nl:\n  - 1\n".to_owned()),
            ],
            vec![cat],
        ),
        (
            "generator with a live config",
            vec![
                ("Kptfile", mutators("  - exec: @edit\n  - exec: @gen\n    configPath: c/conf.yaml\n")),
                ("c/conf.yaml", "apiVersion: x.io/v1\nkind: C\nmetadata: {name: c}\nspec: {a: old}\n".to_owned()),
            ],
            vec![
                ("edit", "sed 's/old/new/'"),
                (
                    "gen",
                    "sed '/^functionConfig/,$d'; printf -- '- apiVersion: v1\\n  kind: New\\n  metadata:\\n    name: n\\n    namespace: ns\\n'",
                ),
            ],
        ),
        (
            "validator and messages",
            vec![
                (
                    "Kptfile",
                    mutators("  - exec: @warn\n    configMap: {a: 'yes'}\n").clone()
                        + "  validators:\n  - exec: @fail\n  - exec: @warn\n",
                ),
                ("a.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\n".to_owned()),
            ],
            vec![
                (
                    "warn",
                    "cat; printf 'results:\\n- message: m\\n  severity: warning\\n  field: {path: a.b, currentValue: {b: 1, a: yes}}\\n'; echo warned >&2",
                ),
                ("fail", "cat; echo 'no way' >&2; exit 4"),
            ],
        ),
        (
            "deletes one",
            vec![
                ("Kptfile", mutators("  - exec: @del\n    selectors: [{kind: A}]\n")),
                ("a.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\n".to_owned()),
            ],
            vec![("del", "echo 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []'")],
        ),
        (
            "moves a file",
            vec![
                ("Kptfile", mutators("  - exec: @mv\n")),
                ("a.yaml", "# c\napiVersion: v1\nkind: A\nmetadata: {name: a}\n".to_owned()),
            ],
            vec![("mv", "sed 's|path: .a.yaml.|path: new/b.yaml|'")],
        ),
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        eprintln!("{name}");
        Case::new(&files, &scripts).same();
    }
}

#[test]
fn failures_are_equal() {
    if !has_kpt() {
        return;
    }
    let a = ("a.yaml", "apiVersion: v1\nkind: A\nmetadata:\n  name: a\nspec:\n  x: {y: z}\n");
    for (name, script) in [
        ("kind of a field", "sed 's/{y: z}/text/'"),
        (
            "same place",
            "cat; sed -n '/^- /,$p' /dev/null; printf -- '- apiVersion: v1\\n  kind: A\\n  metadata:\\n    name: n\\n    annotations: {config.kubernetes.io/path: a.yaml, config.kubernetes.io/index: \"0\"}\\n'",
        ),
        ("outside", "sed 's|a.yaml|../a.yaml|'"),
        ("no name", "sed 's/name: a$/name: \"\"/'"),
        (
            "different twins",
            "sed -e 's|    config.kubernetes.io/path: .a.yaml.|    config.kubernetes.io/path: b|' -e 's|internal.config.kubernetes.io/path: .a.yaml.|internal.config.kubernetes.io/path: c|'",
        ),
        ("exit code", "cat; exit 9"),
    ] {
        eprintln!("{name}");
        let kptfile = mutators("  - exec: @f\n");
        let (ours, kpt) = Case::new(&[("Kptfile", &kptfile), a], &[("f", script)]).run();
        assert!(!ours.succeeded && !kpt.succeeded, "{name}: {} / {}", ours.console, kpt.console);
        assert_eq!(comparable(&ours.console), comparable(&kpt.console), "{name}");
        assert_eq!(ours.files, kpt.files);
    }
}
