//! What a repository needs of Kptfiles.

use std::sync::Arc;

use porchlight_krm::Resource;
use porchlight_yaml::{SequenceIndent, emit, parse_first};
use serde::{Deserialize, Serialize};

use crate::contents::Contents;
use crate::layout::InitTask;

/// Name of the file that makes a directory a package.
pub(crate) const KPTFILE: &str = "Kptfile";

/// Who the package is, where it came from, and whether it is ready.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kptfile {
    /// `upstream`.
    pub upstream: Option<Upstream>,
    /// `upstreamLock`: the self lock of the upstream when it was cloned or upgraded to (porch §5.4).
    pub upstream_lock: Option<Lock>,
    /// `info.readinessGates`: types of conditions.
    pub gates: Vec<String>,
    /// `status.conditions`.
    pub conditions: Vec<Condition>,
}

/// A place in a git repository that a package follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Upstream {
    /// URL.
    pub repo: String,
    /// Path of the package from the root of the repository.
    pub directory: String,
    /// Branch or tag, like `edge/upf/v2`.
    #[serde(rename = "ref")]
    pub reference: String,
}

/// A commit of a package in a git repository (porch §5.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lock {
    /// URL.
    pub repo: String,
    /// Path of the package from the root of the repository.
    pub directory: String,
    /// Branch or tag, like `edge/upf/v2` or `drafts/edge/upf/fix`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The commit, in hex.
    pub commit: String,
}

/// A condition of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Condition {
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// Why, in one word.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Why, in a sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Fields {
    upstream: Option<Origin<Upstream>>,
    upstream_lock: Option<Origin<Lock>>,
    info: Option<Info>,
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Origin<T> {
    git: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    readiness_gates: Option<Vec<Gate>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Gate {
    condition_type: String,
}

#[derive(Deserialize)]
struct Status {
    conditions: Option<Vec<Condition>>,
}

impl Kptfile {
    /// Reads a Kptfile.
    ///
    /// # Errors
    /// What is wrong with it, with line and field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document = parse_first(Arc::from(text)).map_err(|error| error.to_string())?.ok_or("it is empty")?;
        let resource = Resource::from_document(document).map_err(|error| error.to_string())?;
        let fields: Fields = resource.deserialize().map_err(|error| error.to_string())?;
        let gates = fields.info.and_then(|info| info.readiness_gates).unwrap_or_default();
        Ok(Self {
            upstream: fields.upstream.and_then(|origin| origin.git),
            upstream_lock: fields.upstream_lock.and_then(|origin| origin.git),
            gates: gates.into_iter().map(|gate| gate.condition_type).collect(),
            conditions: fields.status.and_then(|status| status.conditions).unwrap_or_default(),
        })
    }

    /// Gates without a condition that is `True`.
    #[must_use]
    pub fn unmet(&self) -> Vec<String> {
        let is_true = |gate: &String| {
            self.conditions.iter().any(|condition| condition.kind == *gate && condition.status == "True")
        };
        self.gates.iter().filter(|gate| !is_true(gate)).cloned().collect()
    }
}

/// A new, empty package: its Kptfile, README.md and package-context.yaml (porch §2.6).
#[must_use]
pub fn new_package(name: &str, init: &InitTask) -> Contents {
    #[derive(Serialize)]
    struct Metadata<'a> {
        name: &'a str,
        annotations: Annotations,
    }
    #[derive(Serialize)]
    struct Annotations {
        #[serde(rename = "config.kubernetes.io/local-config")]
        local_config: &'static str,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Object<'a, T> {
        api_version: &'a str,
        kind: &'a str,
        metadata: Metadata<'a>,
        #[serde(flatten)]
        body: T,
    }
    #[derive(Serialize)]
    struct Info<'a> {
        info: Described<'a>,
    }
    #[derive(Serialize)]
    struct Described<'a> {
        #[serde(skip_serializing_if = "str::is_empty")]
        site: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        description: &'a str,
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        keywords: &'a [String],
    }
    #[derive(Serialize)]
    struct Data {
        data: Context,
    }
    #[derive(Serialize)]
    struct Context {
        name: &'static str,
    }
    let metadata = |name| Metadata { name, annotations: Annotations { local_config: "true" } };
    let info = Described { site: &init.site, description: &init.description, keywords: &init.keywords };
    let kptfile = Object { api_version: "kpt.dev/v1", kind: KPTFILE, metadata: metadata(name), body: Info { info } };
    let context = Object {
        api_version: "v1",
        kind: "ConfigMap",
        metadata: metadata("kptfile.kpt.dev"),
        // Not the package's name: functions that take a package for a blueprint look for this very word.
        body: Data { data: Context { name: "example" } },
    };
    let readme = match init.description.as_str() {
        "" => format!("# {name}\n"),
        description => format!("# {name}\n\n{description}\n"),
    };
    let mut contents = Contents::default();
    contents.insert(KPTFILE, text(&Resource::from_typed(&kptfile)).into_bytes());
    contents.insert("README.md", readme.into_bytes());
    contents.insert("package-context.yaml", text(&Resource::from_typed(&context)).into_bytes());
    contents
}

fn text(resource: &Resource) -> String {
    let mut text = String::new();
    emit(resource.document(), SequenceIndent::Compact, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_without_a_true_condition_are_unmet() {
        let text = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: a\nupstream:\n  type: git\n  git:\n    repo: r\n    directory: /d\n    ref: v1\nupstreamLock:\n  type: git\n  git:\n    repo: r\n    directory: /d\n    ref: v1\n    commit: abc\ninfo:\n  readinessGates:\n  - conditionType: a\n  - conditionType: b\n  - conditionType: c\nstatus:\n  conditions:\n  - type: a\n    status: \"True\"\n  - type: b\n    status: \"False\"\n    reason: x\n";
        let kptfile = Kptfile::parse(text).unwrap();
        assert_eq!(kptfile.unmet(), ["b", "c"]);
        assert_eq!(kptfile.upstream_lock.map(|lock| (lock.commit, lock.reference)), Some(("abc".into(), "v1".into())));
        let bare = Kptfile::parse("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: a\ninfo: {}\n").unwrap();
        assert_eq!(bare, Kptfile::default());
        for bad in ["", "- a\n", "info: [\n", "info:\n  readinessGates: x\n"] {
            assert!(Kptfile::parse(bad).is_err(), "{bad}");
        }
    }

    /// What `kpt pkg init` writes, but for the README.
    #[test]
    fn a_new_package_is_kpts() {
        let init = InitTask {
            description: "my desc".to_owned(),
            keywords: vec!["a".to_owned(), "b".to_owned()],
            site: "http://x".to_owned(),
            ..InitTask::default()
        };
        let contents = new_package("p", &init);
        let file = |name: &str| String::from_utf8(contents.get(name).unwrap().to_vec()).unwrap();
        assert_eq!(
            file("Kptfile"),
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\n  annotations:\n    config.kubernetes.io/local-config: \"true\"\ninfo:\n  site: http://x\n  description: my desc\n  keywords:\n  - a\n  - b\n"
        );
        assert_eq!(
            file("package-context.yaml"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kptfile.kpt.dev\n  annotations:\n    config.kubernetes.io/local-config: \"true\"\ndata:\n  name: example\n"
        );
    }
}
