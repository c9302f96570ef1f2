//! The statement.

use std::collections::BTreeMap;

use porchlight_package::PackageTree;
use serde::{Deserialize, Serialize};

use crate::directory::DirectoryHash;
use crate::upstream;
use crate::witness::Ran;

/// `_type` of in-toto Statement v1.
pub(crate) const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// `predicateType` of SLSA provenance v1.
pub(crate) const PREDICATE_TYPE: &str = "https://slsa.dev/provenance/v1";
/// What `externalParameters` and `resolvedDependencies` of our renders mean; the page says it.
const BUILD_TYPE: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/provenance.md#render-v1");

/// An in-toto statement about one render.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    #[serde(rename = "_type")]
    pub(crate) statement_type: String,
    /// The package after the render.
    pub(crate) subject: Vec<Descriptor>,
    pub(crate) predicate_type: String,
    pub(crate) predicate: Predicate,
}

/// in-toto's `ResourceDescriptor`: something, and the digests by which it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    /// `dirHash`, `gitCommit` or `sha256`, in hex.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) digest: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) annotations: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Predicate {
    pub(crate) build_definition: BuildDefinition,
    pub(crate) run_details: RunDetails,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BuildDefinition {
    pub(crate) build_type: String,
    pub(crate) external_parameters: ExternalParameters,
    pub(crate) resolved_dependencies: Vec<Descriptor>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExternalParameters {
    /// Name of the package's directory.
    pub(crate) package: String,
    #[serde(flatten)]
    pub(crate) options: Options,
}

/// Options of the render that the bytes depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// How files are written: `kpt` or `minimal`.
    pub format: String,
    /// The release of kpt that is followed: `beta.56` or `latest`.
    pub kpt_compat: String,
    /// Whether the render's status was written into the Kptfile.
    pub write_status: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunDetails {
    pub(crate) builder: Builder,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Builder {
    pub(crate) id: String,
    pub(crate) version: BTreeMap<String, String>,
}

/// A render that has begun: what it is made of is known, what it makes is not.
#[derive(Debug, Clone)]
pub struct Render {
    package: String,
    options: Options,
    dependencies: Vec<Descriptor>,
}

impl Render {
    /// Of the packages of `tree`, whose files had the digest `before`.
    #[must_use]
    pub fn of(tree: &PackageTree, before: &DirectoryHash, options: Options) -> Self {
        let name = tree.root().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut dependencies =
            vec![Descriptor { name: format!("package {name}"), digest: hash(before), ..Descriptor::default() }];
        for (path, lock) in upstream::locks(tree) {
            dependencies.push(Descriptor {
                name: format!("upstream of {path}"),
                uri: Some(lock.uri()),
                digest: lock
                    .git_commit()
                    .map(|commit| ("gitCommit".to_owned(), commit.to_owned()))
                    .into_iter()
                    .collect(),
                annotations: BTreeMap::new(),
            });
        }
        Self { package: name, options, dependencies }
    }

    /// The statement, once the functions `ran` and the package is as `after`.
    #[must_use]
    pub fn done(mut self, ran: &[Ran], after: &DirectoryHash) -> Statement {
        self.dependencies.extend(ran.iter().map(|Ran { name, sha256 }| Descriptor {
            name: format!("function {name}"),
            digest: sha256.iter().map(|sum| ("sha256".to_owned(), sum.clone())).collect(),
            ..Descriptor::default()
        }));
        Statement {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject: vec![Descriptor { name: self.package.clone(), digest: hash(after), ..Descriptor::default() }],
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: Predicate {
                build_definition: BuildDefinition {
                    build_type: BUILD_TYPE.to_owned(),
                    external_parameters: ExternalParameters { package: self.package, options: self.options },
                    resolved_dependencies: self.dependencies,
                },
                run_details: RunDetails {
                    builder: Builder {
                        id: env!("CARGO_PKG_REPOSITORY").to_owned(),
                        version: [("porchlight".to_owned(), env!("CARGO_PKG_VERSION").to_owned())].into(),
                    },
                },
            },
        }
    }
}

impl Statement {
    /// As JSON, with a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("invariant: texts and lists are JSON");
        text.push('\n');
        text
    }
}

fn hash(directory: &DirectoryHash) -> BTreeMap<String, String> {
    [(DIRECTORY_HASH.to_owned(), directory.to_string())].into()
}

/// Key of a [`DirectoryHash`] in a set of digests.
pub(crate) const DIRECTORY_HASH: &str = "dirHash";
