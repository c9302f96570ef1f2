//! Packages and functions for tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use porchlight_package::{Compat, FunctionRef, PackageTree};
use porchlight_pipeline::{
    Invocation, Outcome, PrepareContext, Prepared, RenderOptions, Rendered, RunOutput, Runtime, RuntimeError,
    TextReporter, render,
};

/// A package in a directory of its own.
pub(crate) struct Package {
    directory: tempfile::TempDir,
    root: PathBuf,
}

impl Package {
    /// An empty directory called `name`.
    pub(crate) fn new(name: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap().join(name);
        fs::create_dir(&root).unwrap();
        Self { directory, root }
    }

    /// A directory called `name` with these files.
    pub(crate) fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let package = Self::new(name);
        for (path, text) in files {
            package.write(path, text);
        }
        package
    }

    /// A copy of a directory.
    pub(crate) fn copy_of(name: &str, source: &Path) -> Self {
        let package = Self::new(name);
        let mut work = vec![(source.to_owned(), package.root.clone())];
        while let Some((from, to)) = work.pop() {
            fs::create_dir_all(&to).unwrap();
            for entry in fs::read_dir(from).unwrap() {
                let entry = entry.unwrap();
                // No file below testdata is called Kptfile: the repository itself would take it for a subpackage.
                let name = entry.file_name();
                let target = to.join(if name == "_Kptfile" { "Kptfile".into() } else { name });
                if entry.file_type().unwrap().is_dir() {
                    work.push((entry.path(), target));
                } else {
                    fs::copy(entry.path(), target).unwrap();
                }
            }
        }
        package
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Absolute path of the root directory.
    pub(crate) fn path(&self) -> &str {
        self.root.to_str().unwrap()
    }

    /// The directory around the package, for files of a test.
    pub(crate) fn around(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn open(&self, compat: Compat) -> PackageTree {
        PackageTree::open(&self.root, compat).unwrap()
    }

    /// Renders with functions that are called by their `exec` text; gives the outcome and what was printed.
    pub(crate) fn render(&self, compat: Compat, functions: &dyn Runtime) -> (Outcome, String) {
        let options = RenderOptions { allow_exec: true, ..RenderOptions::default() };
        self.render_with(compat, functions, &options)
    }

    pub(crate) fn render_with(
        &self,
        compat: Compat,
        functions: &dyn Runtime,
        options: &RenderOptions,
    ) -> (Outcome, String) {
        let mut reporter = TextReporter::new(Vec::new(), compat, true);
        let outcome = render(&self.open(compat), functions, &mut reporter, options);
        (outcome, without_times(&String::from_utf8(reporter.into_inner()).unwrap()))
    }
}

impl Package {
    /// As [`Package::render`], without cutting long results.
    pub(crate) fn render_untruncated(&self, compat: Compat, functions: &Functions) -> String {
        let mut reporter = TextReporter::new(Vec::new(), compat, false);
        let options = RenderOptions { allow_exec: true, ..RenderOptions::default() };
        render(&self.open(compat), functions, &mut reporter, &options).rendered.unwrap();
        without_times(&String::from_utf8(reporter.into_inner()).unwrap())
    }
}

type Call = Arc<dyn Fn(&str) -> RunOutput + Send + Sync>;

/// Functions by name; an unknown name returns its input.
#[derive(Clone, Default)]
pub(crate) struct Functions {
    known: Vec<(String, Call)>,
    calls: Arc<Mutex<Vec<(String, String)>>>,
}

impl Functions {
    /// A function of stdin that prints and succeeds.
    pub(crate) fn printing(name: &str, function: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::default().and(name, move |input| RunOutput { stdout: function(input).into(), ..RunOutput::default() })
    }

    /// One more function.
    pub(crate) fn and(mut self, name: &str, function: impl Fn(&str) -> RunOutput + Send + Sync + 'static) -> Self {
        self.known.push((name.to_owned(), Arc::new(function)));
        self
    }

    /// What each call got, in order.
    pub(crate) fn inputs(&self) -> Vec<(String, String)> {
        self.calls.lock().unwrap().clone()
    }

    /// What the only call got.
    pub(crate) fn input(&self) -> String {
        let inputs = self.inputs();
        assert_eq!(inputs.len(), 1);
        inputs[0].1.clone()
    }
}

impl Runtime for Functions {
    fn prepare(&self, function: &FunctionRef, _: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        let name = if function.exec.is_empty() { &function.image } else { &function.exec };
        Ok(Box::new(PreparedFunction { name: name.clone(), functions: self.clone() }))
    }
}

struct PreparedFunction {
    name: String,
    functions: Functions,
}

impl Prepared for PreparedFunction {
    fn display_name(&self) -> &str {
        &self.name
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let text = input.text();
        self.functions.calls.lock().unwrap().push((self.name.clone(), text.to_owned()));
        let known = self.functions.known.iter().find(|(name, _)| *name == self.name);
        Ok(match known {
            Some((_, call)) => call(text),
            None => RunOutput { stdout: text.into(), ..RunOutput::default() },
        })
    }
}

/// Replaces durations by `<T>`.
pub(crate) fn without_times(console: &str) -> String {
    let line = |line: &str| match (line.starts_with("[PASS]") || line.starts_with("[FAIL]"), line.rsplit_once(" in ")) {
        (true, Some((before, _))) => format!("{before} in <T>\n"),
        _ => line.to_owned(),
    };
    console.split_inclusive('\n').map(line).collect()
}

/// The items of a list as texts of their own.
pub(crate) fn documents(list: &str) -> Vec<String> {
    let list = porchlight_yaml::parse_first(list.into()).unwrap().unwrap();
    let items = list.get(list.root().unwrap(), "items").unwrap();
    let text = |item| {
        let mut text = String::new();
        porchlight_yaml::emit_node(&list, item, porchlight_yaml::SequenceIndent::Compact, &mut text);
        text
    };
    list.children(items).map(text).collect()
}

/// A list of these items.
pub(crate) fn list(items: &[String]) -> String {
    let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
    if items.is_empty() {
        text = text.replace("items:", "items: []");
    }
    for item in items {
        text += &format!("- {}\n", item.trim_end().replace('\n', "\n  "));
    }
    text
}

/// All that can be seen of a render.
pub(crate) fn seen((outcome, printed): (Outcome, String)) -> String {
    let Outcome { results, functions, packages, status, rendered, partial } = outcome;
    let whole = |rendered: Rendered| {
        let text = porchlight_package::to_text(rendered.resources).unwrap();
        let files: Vec<String> = rendered.sources.iter().map(|(path, _)| path.to_owned()).collect();
        format!("{text}\n{files:?}")
    };
    let rendered = rendered.map(whole).map_err(|error| format!("{} {:?} {error}", error.package, error.function));
    let partial = partial.map(whole);
    format!("{printed}\n{results:?}\n{functions} {packages}\n{status:?}\n{rendered:?}\n{partial:?}")
}

/// True, told visibly, where nothing can run at the same time.
pub(crate) fn has_one_processor() -> bool {
    let one = std::thread::available_parallelism().map_or(1, usize::from) < 2;
    if one {
        eprintln!("skipped: one processor");
    }
    one
}

/// Where functions wait for each other.
#[derive(Default)]
pub(crate) struct Meeting {
    come: Mutex<usize>,
    changed: Condvar,
}

impl Meeting {
    /// One more is here; how many that makes.
    pub(crate) fn come(&self) -> usize {
        let mut come = self.come.lock().unwrap();
        *come += 1;
        self.changed.notify_all();
        *come
    }

    /// Waits until so many are here.
    pub(crate) fn wait_for(&self, count: usize) {
        let come = self.come.lock().unwrap();
        let (_come, timeout) =
            self.changed.wait_timeout_while(come, Duration::from_secs(60), |come| *come < count).unwrap();
        assert!(!timeout.timed_out(), "the other function never started");
    }
}
