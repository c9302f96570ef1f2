//! Making package revisions.

use serde_json::{Map, Value, json};

use super::Porch;
use crate::error::PorchError;
use crate::http::Method;
use crate::object::PackageRevision;

/// A draft that is to be made.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Name of the repository it goes to.
    pub repository: String,
    /// The package, with its path.
    pub package: String,
    /// The workspace: what the revision is named by.
    pub workspace: String,
    /// What it begins as.
    pub origin: Origin,
}

/// What a draft begins as (porch §2.6).
#[derive(Clone, Debug)]
pub enum Origin {
    /// A new, empty package.
    Empty {
        /// What the package is for.
        description: String,
        /// What one finds it by.
        keywords: Vec<String>,
        /// Page about it.
        site: String,
    },
    /// The content of a published revision of the same package, by its name.
    Copy(String),
    /// The content of a package revision of another package, by its name, with a lock on it.
    Clone(String),
    /// The content of a directory of a git repository that need not be known to Porch, with a lock on it.
    Git {
        /// URL.
        repository: String,
        /// Branch, tag or commit.
        reference: String,
        /// Directory of the package.
        directory: String,
        /// Secret with the credentials; "" for none.
        secret: String,
    },
}

impl Origin {
    /// The task of a PackageRevision.
    fn task(&self) -> Value {
        match self {
            Self::Empty { description, keywords, site } => {
                let mut init = Map::new();
                for (key, text) in [("description", description), ("site", site)] {
                    if !text.is_empty() {
                        init.insert(key.to_owned(), text.as_str().into());
                    }
                }
                if !keywords.is_empty() {
                    init.insert("keywords".to_owned(), keywords.clone().into());
                }
                json!({"type": "init", "init": init})
            }
            Self::Copy(source) => json!({"type": "edit", "edit": {"sourceRef": {"name": source}}}),
            Self::Clone(upstream) => {
                json!({"type": "clone", "clone": {"upstreamRef": {"upstreamRef": {"name": upstream}}}})
            }
            Self::Git { repository, reference, directory, secret } => {
                let mut git = json!({"repo": repository, "ref": reference, "directory": directory});
                if !secret.is_empty() {
                    git["secretRef"] = json!({"name": secret});
                }
                json!({"type": "clone", "clone": {"upstreamRef": {"type": "git", "git": git}}})
            }
        }
    }
}

impl Porch {
    /// Makes a draft; the server renders it.
    ///
    /// # Errors
    /// The package or its workspace is there already; the server does not take or cannot render it; as every request.
    pub fn create(&self, draft: &Draft) -> Result<PackageRevision, PorchError> {
        let Draft { repository, package, workspace, origin } = draft;
        let object = json!({
            "apiVersion": "porch.kpt.dev/v1alpha1",
            "kind": "PackageRevision",
            "metadata": {"namespace": self.http.access().namespace()},
            "spec": {
                "repository": repository,
                "packageName": package,
                "workspaceName": workspace,
                "lifecycle": "Draft",
                "tasks": [origin.task()],
            },
        });
        let name = format!("{repository}.{}.{workspace}", package.replace('/', "."));
        let object = self.ask(Method::Post, &self.path("packagerevisions", ""), Some(&object), &name)?;
        Ok(PackageRevision { object })
    }
}
