//! The same renders with text between host and functions and without: what functions see, what they say and what the
//! package becomes must be the same, to the byte.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use porchlight_krm::{Code, CodedError, FieldPath, Finding, Function, Resource, ResourceList, run_packed, run_text};
use porchlight_package::{Compat, FunctionRef, PlanOptions};
use porchlight_pipeline::{
    Cancellation, Invocation, PrepareContext, Prepared, RenderOptions, RunOutput, Runtime, RuntimeError, TextReporter,
    render,
};
use porchlight_yaml::{Document, SequenceIndent, emit_node};

use crate::generated::Random;
use crate::support::{Package, without_times};

/// All a function can see of a resource: its text, and where each node stood in the list.
fn seen(document: &Document, root: porchlight_yaml::NodeId) -> String {
    let mut text = String::new();
    emit_node(document, root, SequenceIndent::Compact, &mut text);
    let mut work = vec![root];
    while let Some(node) = work.pop() {
        text += &format!("{}:{} {:?},", document.line(node), document.column(node), document.style(node));
        let start = work.len();
        work.extend(document.children(node));
        work[start..].reverse();
    }
    text
}

/// Tells all it sees, and does things to resources by their names.
pub(crate) struct Meddle;

impl Function for Meddle {
    const NAME: &'static str = "meddle";
    const DESCRIPTION: &'static str = "Does things to resources";
    const CONFIG_KIND: &'static str = "MeddleConfig";
    type Config = BTreeMap<String, String>;

    fn run(list: &mut ResourceList, config: BTreeMap<String, String>) -> Result<(), CodedError> {
        let tell = |item: &Resource| {
            let identity = (item.id().to_string(), item.label("app").map(str::to_owned));
            Finding::info(Code::CapacityInvalid, format!("{identity:?} {}", seen(item.document(), item.root())))
        };
        if config.contains_key("look") {
            let told: Vec<Finding> = list.items.iter().chain(&list.function_config).map(tell).collect();
            list.results.extend(told);
        }
        if config.contains_key("touch") {
            let _changed = list.items[0].set_label("app", "touched");
            return Ok(());
        }
        if config.contains_key("idle") {
            return Ok(());
        }
        let salt = config.get("salt").and_then(|salt| salt.parse::<usize>().ok()).unwrap_or_default();
        let count = list.items.len();
        for (number, item) in list.items.iter_mut().enumerate() {
            if item.kind() == "Kptfile" {
                continue;
            }
            let _changed = match (number * 7 + salt) % 23 {
                0 => item.set_label("app", "changed"),
                1 => item.set_annotation("a.example.com/first", "x"),
                2 => item.remove(&FieldPath::of(["spec", "k"])),
                3 => item.set(&FieldPath::of(["spec", "added"]), &vec!["a", "b: c"]),
                4 => item.set_annotation("config.kubernetes.io/path", "moved.yaml"),
                5 => item.remove_annotation("internal.config.kubernetes.io/index"),
                6 => item.set(&FieldPath::of(["metadata", "name"]), &format!("{}-x", item.name())),
                7 => item.set_annotation("config.kubernetes.io/index", "0"),
                8 if config.contains_key("spoil") => item.set_annotation("config.kubernetes.io/path", "../out.yaml"),
                _ => false,
            };
        }
        if config.contains_key("drop") && count > 2 {
            list.items.remove(count / 2);
            list.items.reverse();
        }
        if config.contains_key("add") {
            let mut copy = list.items[0].clone();
            copy.set_annotation("config.kubernetes.io/path", "copy.yaml");
            copy.set_annotation("internal.config.kubernetes.io/path", "copy.yaml");
            list.items.push(copy);
            list.items.push(Resource::new("v1", "ConfigMap", &format!("made-{salt}")));
        }
        if config.contains_key("fail") {
            return Err(CodedError::new(Code::CapacityInvalid, "as asked"));
        }
        Ok(())
    }
}

/// Runs `Meddle` here, by text or by request.
struct Native {
    by_request: bool,
}

thread_local! {
    /// Runs by request, and by text.
    static REQUESTS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

impl Runtime for Native {
    fn prepare(&self, function: &FunctionRef, _: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        Ok(Box::new(Run { name: function.image.clone(), by_request: self.by_request }))
    }
}

struct Run {
    name: String,
    by_request: bool,
}

impl Prepared for Run {
    fn display_name(&self) -> &str {
        &self.name
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        REQUESTS.set((REQUESTS.get().0, REQUESTS.get().1 + 1));
        let outcome = run_text::<Meddle>(input.text());
        Ok(RunOutput {
            stdout: outcome.stdout.into(),
            stderr: outcome.stderr.into(),
            exit_code: outcome.exit_code.into(),
        })
    }

    fn takes_requests(&self) -> bool {
        self.by_request
    }

    fn exchange(&self, request: Arc<Vec<u8>>, _: Option<&Cancellation>) -> Result<RunOutput, RuntimeError> {
        REQUESTS.set((REQUESTS.get().0 + 1, REQUESTS.get().1));
        let outcome = run_packed::<Meddle>(Arc::unwrap_or_clone(request));
        Ok(RunOutput { stdout: outcome.stdout, stderr: outcome.stderr.into(), exit_code: outcome.exit_code.into() })
    }
}

/// What a render left behind: files or error, what was printed, structured results.
fn left(package: &Package, compat: Compat, by_request: bool) -> (String, String, String) {
    let tree = package.open(compat);
    let mut reporter = TextReporter::new(Vec::new(), compat, false);
    let runtime = Native { by_request };
    let outcome = render(&tree, &runtime, &mut reporter, &RenderOptions::default());
    let written = outcome.rendered.map_err(|error| error.to_string()).and_then(|rendered| {
        let mut resources = rendered.resources;
        tree.settle(&mut resources, true).map_err(|error| error.to_string())?;
        let plan =
            tree.plan(resources, &rendered.sources, PlanOptions::default()).map_err(|error| error.to_string())?;
        let text = |(path, bytes): (&str, &[u8])| format!("== {path}\n{}", String::from_utf8_lossy(bytes));
        Ok(plan.files().map(text).collect::<String>())
    });
    let console = without_times(&String::from_utf8(reporter.into_inner()).unwrap());
    (written.unwrap_or_else(|error| format!("error: {error}")), console, format!("{:?}", outcome.results))
}

/// Renders both ways; gives how many runs were by request and how many of those turned to text.
fn compare(place: &str, files: &[(&str, &str)]) -> (usize, usize) {
    let package = Package::with("p", files);
    let mut counts = (0, 0);
    for compat in [Compat::Beta56, Compat::Latest] {
        let by_text = left(&package, compat, false);
        REQUESTS.set((0, 0));
        let by_request = left(&package, compat, true);
        counts = (counts.0 + REQUESTS.get().0, counts.1 + REQUESTS.get().1);
        for (what, text, request) in [
            ("results", &by_text.2, &by_request.2),
            ("files", &by_text.0, &by_request.0),
            ("console", &by_text.1, &by_request.1),
        ] {
            if text != request {
                let place_of = text.bytes().zip(request.bytes()).take_while(|(a, b)| a == b).count();
                let around = |text: &str| {
                    let from = place_of.saturating_sub(300);
                    String::from_utf8_lossy(&text.as_bytes()[from..(place_of + 200).min(text.len())]).into_owned()
                };
                panic!(
                    "{place}, {compat:?}: {what} differ\n--- by text\n{}\n--- by request\n{}",
                    around(text),
                    around(request)
                );
            }
        }
    }
    counts
}

pub(crate) fn kptfile(pipeline: &str) -> String {
    format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\npipeline:\n{pipeline}")
}

pub(crate) const RESOURCE: &str = "# head\n\napiVersion: v1 # line\nkind: ConfigMap\n# of the name\nmetadata:\n  name: x\n  # a label\n  labels: {app: a}\ndata:\n  a: |\n    one\n\n    two\n  b: >\n    folded\n    text\n  # in the list\n  c: \"yes\"\n";

#[test]
fn every_kind_of_run_is_the_same_both_ways() {
    let pipelines = [
        "  mutators:\n  - image: m\n    configMap: {look: a}\n  - image: m\n    configMap: {look: a, salt: \"3\"}\n",
        "  mutators:\n  - image: m\n    configMap: {add: a}\n  - image: m\n    configMap: {look: a, drop: a}\n  - image: m\n    configMap: {look: a, salt: \"9\"}\n  validators:\n  - image: m\n    configMap: {look: a, salt: \"4\"}\n",
        "  mutators:\n  - image: m\n    configPath: config.yaml\n  - image: m\n    selectors: [{kind: ConfigMap}]\n    configMap: {look: a, add: a, drop: a}\n  - image: m\n    exclude: [{name: x1}]\n    configPath: config.yaml\n",
        "  mutators:\n  - image: m\n    selectors: [{kind: ConfigMap}, {name: x1}]\n    configMap: {look: a}\n",
        "  mutators:\n  - image: m\n    configMap: {fail: a, look: a}\n",
        "  mutators:\n  - image: m\n    configMap: {spoil: a, salt: \"1\"}\n",
        "  mutators:\n  - image: m\n    configMap: {unknown: a, look: a}\n  validators:\n  - image: m\n    configMap: {fail: a}\n",
    ];
    let many: Vec<(String, String)> = (0..30)
        .map(|number| (format!("r{number:02}.yaml"), RESOURCE.replace("name: x", &format!("name: x{number}"))))
        .collect();
    for pipeline in pipelines {
        let kptfile = kptfile(pipeline);
        let config = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata:\n  look: a\n  salt: '5'\n";
        let mut files = vec![("Kptfile", kptfile.as_str()), ("config.yaml", config)];
        files.extend(many.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let (requests, _) = compare(pipeline, &files);
        assert!(requests > 0 || pipeline.contains("x1}]\n    configMap"), "{pipeline}");
    }
}

#[test]
fn what_could_be_mixed_up_or_refused_is_the_same_both_ways() {
    let odd = [
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: b\n  # foot\n",
        "# one\n\n# two\n\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  annotations: {a: b}\ndata:\n  a: &x b\n  c: *x\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: d\ndata:\n  a: b\n  a: c\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: e\n  annotations:\n    config.k8s.io/id: '7'\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: f\n  annotations:\n    a: b\n    # foot of a\n\n  labels:\n    c: d\ndata:\n  t: |+\n    kept\n\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: g\ndata:\n  t: \"a\\r\\nb\"\n  u: !!str 1\n",
        "metadata:\n  annotations:\n  name: h\nkind: ConfigMap\napiVersion: v1\n",
    ];
    let pipeline =
        "  mutators:\n  - image: m\n    configMap: {look: a}\n  - image: m\n    configMap: {look: a, salt: \"3\"}\n";
    for first in 0..odd.len() {
        for second in 0..odd.len() {
            let kptfile = kptfile(pipeline);
            let files =
                [("Kptfile", kptfile.as_str()), ("1.yaml", odd[first]), ("2.yaml", RESOURCE), ("3.yaml", odd[second])];
            let other = odd[second].replace("name: ", "name: z");
            let files = files.map(|(path, text)| if path == "3.yaml" { (path, other.as_str()) } else { (path, text) });
            compare(&format!("{first} and {second}"), &files);
        }
    }
}

#[test]
fn generated_packages_are_the_same_both_ways() {
    let setting =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (cases, seed) = (setting("PORCHLIGHT_CASES", 60), setting("PORCHLIGHT_SEED", 1));
    let (mut requests, mut texts) = (0, 0);
    for number in 0..cases {
        let mut random = Random::new((seed << 32) + number * 2 + 1);
        let count = 1 + random.below(if number % 3 == 0 { 60 } else { 6 });
        let selectors = ["", "    selectors: [{kind: Pod}]\n", "    exclude: [{kind: Foo}]\n"];
        let pipeline = format!(
            "  mutators:\n  - image: m\n    configMap: {{look: a}}\n  - image: m\n{}    configMap: {{look: a, salt: \"{}\"}}\n  - image: m\n    configMap: {{look: a, salt: \"{}\"}}\n",
            random.pick(&selectors),
            random.below(23),
            random.below(23)
        );
        let mut files = vec![("Kptfile".to_owned(), kptfile(&pipeline))];
        for number in 0..count {
            files.push((format!("r{number}.yaml"), random.resource_text(&format!("r{number}"))));
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let counts = compare(&format!("case {number} of seed {seed}"), &files);
        requests += counts.0;
        texts += counts.1;
    }
    eprintln!("{requests} runs by request, {texts} by text");
    assert!(requests > 0);
}
