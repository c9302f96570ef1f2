//! Small functions with the names, effects and result messages of public ones, as far as conformance cases can see.
//!
//! They are no replacements: each does what the cases of kpt's end-to-end suite show of it and no more. The real ones are at
//! <https://github.com/kptdev/krm-functions-catalog>. `functions.yaml` beside this crate says which image each stands for.

mod annotations;
mod comments;
mod labels;
mod list;
mod namespace;
mod starlark;

use list::List;

/// A function that failed.
#[derive(Debug)]
pub struct Failure {
    /// For stderr.
    pub message: String,
    /// For stdout, where the function prints a list all the same.
    pub output: Option<String>,
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self { message, output: None }
    }
}

/// Runs the stand-in `name` on the text of a ResourceList.
///
/// # Errors
/// There is no such stand-in, the text is not a list, or the function refuses its input.
pub fn run(name: &str, text: &str) -> Result<String, Failure> {
    let mut list = List::parse(text)?;
    match name {
        "no-op" => {}
        "drop-comments" => comments::drop_all(&mut list),
        "set-annotations" => annotations::set(&mut list)?,
        "set-labels" => labels::set(&mut list)?,
        "set-namespace" => namespace::set(&mut list)?,
        "starlark" => {
            if let Err(message) = starlark::run(&mut list) {
                return Err(starlark::failure(list, &message));
            }
        }
        other => return Err(format!("there is no stand-in `{other}`").into()),
    }
    Ok(list.into_text())
}

#[cfg(test)]
mod tests {
    use super::run;

    const LIST: &str = "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: kpt.dev/v1 # theirs
  kind: Kptfile
  metadata:
    name: a
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: d
  spec:
    template: {}
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  data: {KEY: \"1\"}
";

    fn with(key: &str) -> String {
        LIST.replace("KEY", key)
    }

    #[test]
    fn no_op_and_drop_comments() {
        assert_eq!(run("no-op", &with("a")).unwrap(), with("a"));
        assert_eq!(run("drop-comments", &with("a")).unwrap(), with("a").replace(" # theirs", ""));
    }

    #[test]
    fn labels_reach_selectors_and_templates_and_are_counted() {
        let output = run("set-labels", &with("tier")).unwrap();
        assert_eq!(output.matches("tier: \"1\"").count(), 5, "{output}");
        assert!(output.contains("- message: set 4 labels in total\n  severity: info\n"), "{output}");
        assert!(output.find("kind: Deployment") < output.find("kind: Kptfile"), "sorted");
    }

    #[test]
    fn a_namespace_is_for_namespaced_kinds() {
        let output = run("set-namespace", &with("namespace")).unwrap();
        assert_eq!(output.matches("    namespace: \"1\"").count(), 1, "{output}");
        assert!(output.contains("namespace [default] updated to \"1\", 1 value(s) changed"), "{output}");
    }

    #[test]
    fn annotations_and_refusals() {
        assert_eq!(run("set-annotations", &with("a.b/c")).unwrap().matches("      a.b/c: \"1\"").count(), 2);
        assert!(run("set-labels", "kind: ResourceList\n").is_err());
        assert!(run("nothing-such", &with("a")).unwrap_err().message.contains("nothing-such"));
    }
}
