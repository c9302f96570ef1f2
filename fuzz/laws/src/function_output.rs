//! What a function prints, as the host reads it: whatever it is, what is planned lies below the package, in resource
//! files.

use std::path::{Component, Path};
use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_package::{Compat, FunctionRef, plan_new};
use porchlight_pipeline::{
    Cancellation, EvaluateOptions, FunctionConfig, Input, Invocation, PrepareContext, Prepared, RunOutput, Runtime,
    RuntimeError, Silent, evaluate, results_of,
};

use crate::seeds;

/// The resources of the package.
const PACKAGE: &str = "\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
# above
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: one # beside
    annotations:
      config.kubernetes.io/path: 'a.yaml'
      internal.config.kubernetes.io/path: 'a.yaml'
      config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/index: '0'
  spec:
    replicas: 1
    list: [a, {b: c}]
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: two
    annotations:
      config.kubernetes.io/path: 'a.yaml'
      internal.config.kubernetes.io/path: 'a.yaml'
      config.kubernetes.io/index: '1'
      internal.config.kubernetes.io/index: '1'
  data:
    # in the data
    a: \"1\"
";

/// A function that prints the same whatever it gets.
#[derive(Clone)]
pub(crate) struct Answers {
    pub(crate) text: Vec<u8>,
    /// An answer of the guest protocol; without one, text is all it understands.
    pub(crate) packed: Option<Vec<u8>>,
}

impl Runtime for Answers {
    fn prepare(&self, _: &FunctionRef, _: &PrepareContext<'_>) -> Result<Box<dyn Prepared>, RuntimeError> {
        Ok(Box::new(self.clone()))
    }
}

impl Prepared for Answers {
    fn display_name(&self) -> &str {
        "answers"
    }

    fn run(&self, _: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        Ok(RunOutput { stdout: self.text.clone(), ..RunOutput::default() })
    }

    fn takes_requests(&self) -> bool {
        self.packed.is_some()
    }

    fn exchange(&self, _: Arc<Vec<u8>>, _: Option<&Cancellation>) -> Result<RunOutput, RuntimeError> {
        Ok(RunOutput { stdout: self.packed.clone().unwrap_or_default(), ..RunOutput::default() })
    }
}

/// The law.
pub fn holds(bytes: &[u8]) {
    drop(results_of(bytes.to_vec()));
    for compat in [Compat::Beta56, Compat::Latest] {
        check(&Answers { text: bytes.to_vec(), packed: None }, compat);
    }
}

/// Runs the function on the package and looks at what would be written.
pub(crate) fn check(answers: &Answers, compat: Compat) {
    let input = Input::from_stream(PACKAGE.as_bytes(), "the package").expect("a list");
    let function = FunctionRef { image: "example.com/answers:v1".to_owned(), ..FunctionRef::default() };
    let config = FunctionConfig::from_resource(&Resource::new("v1", "ConfigMap", "config"));
    // Nothing is there, so nothing is read or written.
    let directory = Path::new("/nowhere");
    let options = EvaluateOptions { compat, directory, allow_empty: false, set_aside: None };
    let evaluation = evaluate(&function, config, input, answers, &mut Silent, &options);
    drop(evaluation.results.to_yaml(compat));
    let Ok(resources) = evaluation.evaluated else { return };
    assert!(!resources.is_empty(), "the package was emptied without consent");
    let Ok(plan) = plan_new(directory, resources) else { return };
    for (path, _) in plan.files() {
        let is_inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(name) if !name.to_string_lossy().starts_with('.')));
        let is_resource = [".yaml", ".yml", "Kptfile"].iter().any(|ending| path.ends_with(ending));
        assert!(is_inside && is_resource && !path.contains(char::is_control), "{path:?} would be written");
    }
}

/// The package itself, and what functions print.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::resource_lists();
    let paths = ["../x.yaml", "/x.yaml", ".git/hooks/post-commit", "script.sh", "Kptfile", "a/b.yaml", "a\\nb.yaml"];
    seeds.extend(paths.map(|path| PACKAGE.replace("a.yaml", path).into_bytes()));
    seeds.extend(["-5", "x", "99999999999999999999"].map(|index| PACKAGE.replace("'0'", index).into_bytes()));
    seeds.push(PACKAGE.into());
    // As a function gets it and gives it back, with its numbers.
    let mut parts = PACKAGE.split("    annotations:\n");
    let first = parts.next().unwrap_or_default().to_owned();
    let numbered = parts.zip(1..).fold(first, |text, (part, number)| {
        format!("{text}    annotations:\n      config.k8s.io/id: '{number}'\n      internal.config.kubernetes.io/id: '{number}'\n{part}")
    });
    seeds.push(numbered.replace("replicas: 1", "replicas: 2").into_bytes());
    seeds
}
