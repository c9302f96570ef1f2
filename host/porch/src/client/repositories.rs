//! The repositories that Porch knows (porch §3.3).

use serde_json::Value;

use super::{Porch, escaped};
use crate::error::PorchError;
use crate::http::Method;

const GROUP: &str = "/apis/config.porch.kpt.dev/v1alpha1";

/// A Repository object.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredRepository {
    object: Value,
}

/// Whether packages can be read from and written to a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Porch has read it.
    Ready,
    /// Porch is reading it, or has not begun to.
    Waiting,
    /// Porch cannot read it.
    Denied,
}

impl RegisteredRepository {
    fn text(&self, pointer: &str) -> &str {
        self.object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text("/metadata/name")
    }

    /// `git` or `oci`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.text("/spec/type")
    }

    /// URL, or registry.
    #[must_use]
    pub fn address(&self) -> &str {
        match self.kind() {
            "oci" => self.text("/spec/oci/registry"),
            _ => self.text("/spec/git/repo"),
        }
    }

    /// The branch of published packages; "" for other than git.
    #[must_use]
    pub fn branch(&self) -> &str {
        match (self.kind(), self.text("/spec/git/branch")) {
            ("oci", _) => "",
            (_, "") => "main",
            (_, branch) => branch,
        }
    }

    /// The directory that packages are in; "" for all.
    #[must_use]
    pub fn directory(&self) -> &str {
        self.text("/spec/git/directory").trim_matches('/')
    }

    /// Whether packages of it are meant for clusters.
    #[must_use]
    pub fn is_deployment(&self) -> bool {
        self.object.pointer("/spec/deployment").and_then(Value::as_bool).unwrap_or_default()
    }

    /// How Porch gets on with it, and what it says about that.
    #[must_use]
    pub fn health(&self) -> (Health, &str) {
        let conditions = self.object.pointer("/status/conditions").and_then(Value::as_array);
        let ready = conditions.into_iter().flatten().find(|condition| condition["type"] == "Ready");
        let Some(ready) = ready else { return (Health::Waiting, "") };
        let text = |key: &str| ready[key].as_str().unwrap_or_default();
        let health = match (text("status"), text("reason")) {
            ("True", _) => Health::Ready,
            (_, "Reconciling") => Health::Waiting,
            _ => Health::Denied,
        };
        (health, text("message"))
    }

    /// The object as the server wrote it.
    #[must_use]
    pub fn object(&self) -> &Value {
        &self.object
    }
}

impl Porch {
    /// The repositories of the namespace, in order of their names.
    ///
    /// # Errors
    /// As every request.
    pub fn repositories(&self) -> Result<Vec<RegisteredRepository>, PorchError> {
        let path = format!("{GROUP}/namespaces/{}/repositories", escaped(self.http.access().namespace()));
        let answer = self.ask(Method::Get, &path, None, "packagerevisions")?;
        let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut found: Vec<_> = items.into_iter().map(|object| RegisteredRepository { object }).collect();
        found.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(found)
    }
}
