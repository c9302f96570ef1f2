//! What a commit did, as Porch's API writes it (porch §3.1).
//!
//! The fields stand in the order of Porch's own types, and what Go writes though it is empty is written too.

use serde::{Deserialize, Serialize};

/// A task: the way a package revision came to be, or a step on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// `init`, `clone`, `edit`, `upgrade`, `render`, or what older releases of Porch wrote.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a new, empty package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init: Option<InitTask>,
    /// Of a package taken from another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clone: Option<CloneTask>,
    /// Of a new revision of the same package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<EditTask>,
}

/// A new, empty package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InitTask {
    /// Directory of a subpackage to make instead.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subpackage: String,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What one finds it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Page about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
}

/// A package taken from another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CloneTask {
    /// Where it came from.
    #[serde(rename = "upstreamRef")]
    pub upstream: UpstreamPackage,
}

/// Where a package came from: exactly one of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UpstreamPackage {
    /// `git`, or empty for a registered package revision.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// A place in a git repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git: Option<GitPackage>,
    /// A package revision that Porch knows.
    #[serde(rename = "upstreamRef", skip_serializing_if = "Option::is_none")]
    pub registered: Option<RevisionRef>,
}

/// A place in a git repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GitPackage {
    /// URL.
    pub repo: String,
    /// Branch, tag or commit.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Directory of the package.
    pub directory: String,
    /// Secret with the credentials; always written, mostly empty.
    #[serde(rename = "secretRef")]
    pub secret: RevisionRef,
}

/// A new revision of the same package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditTask {
    /// The revision it began as.
    #[serde(rename = "sourceRef", skip_serializing_if = "Option::is_none")]
    pub source: Option<RevisionRef>,
}

/// An object, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RevisionRef {
    /// `metadata.name`.
    pub name: String,
}

impl Task {
    /// A step that rendered the package.
    #[must_use]
    pub fn render() -> Self {
        Self { kind: "render".to_owned(), ..Self::default() }
    }

    /// The making of an empty package.
    #[must_use]
    pub fn init(init: InitTask) -> Self {
        Self { kind: "init".to_owned(), init: Some(init), ..Self::default() }
    }

    /// The making of a revision from an earlier one, by the name of that as an object.
    #[must_use]
    pub fn edit(source: String) -> Self {
        let edit = EditTask { source: Some(RevisionRef { name: source }) };
        Self { kind: "edit".to_owned(), edit: Some(edit), ..Self::default() }
    }

    /// The making of a package from a place in a git repository.
    #[must_use]
    pub fn clone_of(git: GitPackage) -> Self {
        let upstream = UpstreamPackage { kind: "git".to_owned(), git: Some(git), registered: None };
        Self { kind: "clone".to_owned(), clone: Some(CloneTask { upstream }), ..Self::default() }
    }

    /// True for what begins a package revision, not a later step.
    #[must_use]
    pub fn begins(&self) -> bool {
        matches!(self.kind.as_str(), "init" | "clone" | "edit" | "upgrade")
    }

    /// First line of the commit (porch §5.3).
    pub(super) fn headline(&self) -> String {
        match self.kind.as_str() {
            "init" => "Creating new empty revision".to_owned(),
            "edit" => "Creating new revision by copying previous revision".to_owned(),
            "clone" => "Creating new revision by cloning".to_owned(),
            "upgrade" => "Upgrading revision".to_owned(),
            "render" => "Rendering package".to_owned(),
            "" => "Intermediate commit".to_owned(),
            other => format!("Intermediate commit: {other}"),
        }
    }
}
