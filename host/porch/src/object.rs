//! Porch's objects, kept as the server wrote them.

use porchlight_repository::{Contents, Lifecycle};
use serde_json::{Map, Value};

use crate::error::PorchError;

/// A PackageRevision.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageRevision {
    pub(crate) object: Value,
}

impl PackageRevision {
    fn text(&self, pointer: &str) -> &str {
        self.object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text("/metadata/name")
    }

    /// `spec.packageName`, with its path.
    #[must_use]
    pub fn package(&self) -> &str {
        self.text("/spec/packageName")
    }

    /// `spec.repository`.
    #[must_use]
    pub fn repository(&self) -> &str {
        self.text("/spec/repository")
    }

    /// `spec.workspaceName`.
    #[must_use]
    pub fn workspace(&self) -> &str {
        self.text("/spec/workspaceName")
    }

    /// `spec.revision`: 0 for drafts. Older servers wrote it as text, `v1`.
    #[must_use]
    pub fn revision(&self) -> i64 {
        match self.object.pointer("/spec/revision") {
            Some(Value::Number(number)) => number.as_i64().unwrap_or(0),
            Some(Value::String(text)) => {
                text.trim_start_matches('v').parse().unwrap_or(if text.is_empty() { 0 } else { -1 })
            }
            _ => 0,
        }
    }

    /// True for the newest published one of its package.
    #[must_use]
    pub fn latest(&self) -> bool {
        self.object.pointer("/metadata/labels/kpt.dev~1latest-revision").and_then(Value::as_str) == Some("true")
    }

    /// `metadata.resourceVersion`.
    #[must_use]
    pub fn version(&self) -> &str {
        self.text("/metadata/resourceVersion")
    }

    /// Where it is on its way.
    ///
    /// # Errors
    /// The server wrote none of the four stages.
    pub fn lifecycle(&self) -> Result<Lifecycle, PorchError> {
        let text = self.text("/spec/lifecycle");
        // Empty is a draft: the field has a default only in newer servers.
        let stage = if text.is_empty() { "Draft" } else { text };
        stage.parse().map_err(|problem| PorchError::Answer { name: self.name().to_owned(), problem })
    }

    /// Readiness gates without a condition that is `True`.
    #[must_use]
    pub fn unmet(&self) -> Vec<String> {
        let list = |pointer: &str| self.object.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
        let conditions = list("/status/conditions");
        let is_true =
            |gate: &str| conditions.iter().any(|condition| condition["type"] == *gate && condition["status"] == "True");
        list("/spec/readinessGates")
            .iter()
            .filter_map(|gate| gate["conditionType"].as_str())
            .filter(|gate| !is_true(gate))
            .map(str::to_owned)
            .collect()
    }

    /// The object as the server wrote it.
    #[must_use]
    pub fn object(&self) -> &Value {
        &self.object
    }

    pub(crate) fn at(mut self, lifecycle: Lifecycle) -> Self {
        self.object["spec"]["lifecycle"] = Value::String(lifecycle.to_string());
        self
    }
}

/// A PackageRevisionResources: the files of a package revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Resources {
    pub(crate) object: Value,
}

impl Resources {
    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.resourceVersion`: what an update has to name.
    #[must_use]
    pub fn version(&self) -> &str {
        self.object.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or_default()
    }

    /// Last part of the package's name.
    #[must_use]
    pub fn package(&self) -> &str {
        let path = self.object.pointer("/spec/packageName").and_then(Value::as_str).unwrap_or_default();
        path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("package")
    }

    /// The files.
    ///
    /// # Errors
    /// A file is no text in the answer.
    pub fn contents(&self) -> Result<Contents, PorchError> {
        let mut contents = Contents::default();
        let empty = Map::new();
        let files = self.object.pointer("/spec/resources").and_then(Value::as_object).unwrap_or(&empty);
        for (path, text) in files {
            let text = text.as_str().ok_or_else(|| PorchError::Answer {
                name: self.name().to_owned(),
                problem: format!("the file `{path}` is no text"),
            })?;
            contents.insert(path.as_str(), text.as_bytes().to_vec());
        }
        Ok(contents)
    }

    /// The same with other files.
    pub(crate) fn with(&self, contents: &Contents) -> Result<Self, PorchError> {
        let mut files = Map::new();
        for (path, bytes) in contents.iter() {
            let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
            let text = text.ok_or_else(|| PorchError::Binary { path: path.to_owned() })?;
            files.insert(path.to_owned(), Value::String(text.to_owned()));
        }
        let mut object = self.object.clone();
        object["spec"]["resources"] = Value::Object(files);
        Ok(Self { object })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_servers_of_all_ages_write_is_read() {
        let revision = |spec: Value| PackageRevision { object: json!({"metadata": {"name": "r.p.w"}, "spec": spec}) };
        assert_eq!(revision(json!({"revision": 3})).revision(), 3);
        assert_eq!(revision(json!({"revision": "v3"})).revision(), 3);
        assert_eq!(revision(json!({"revision": "main"})).revision(), -1);
        assert_eq!(revision(json!({})).revision(), 0);
        assert_eq!(revision(json!({})).lifecycle().unwrap(), Lifecycle::Draft);
        assert!(revision(json!({"lifecycle": "Gone"})).lifecycle().is_err());
        let mut gated = revision(json!({"readinessGates": [{"conditionType": "a"}, {"conditionType": "b"}]}));
        gated.object["status"] =
            json!({"conditions": [{"type": "a", "status": "True"}, {"type": "b", "status": "False"}]});
        assert_eq!(gated.unmet(), ["b"]);
    }

    #[test]
    fn only_text_goes_to_the_server() {
        let resources =
            Resources { object: json!({"metadata": {"name": "n"}, "spec": {"resources": {"a": "1"}, "x": 2}}) };
        let mut contents = resources.contents().unwrap();
        contents.insert("b", b"2".to_vec());
        let new = resources.with(&contents).unwrap();
        assert_eq!(new.object["spec"], json!({"resources": {"a": "1", "b": "2"}, "x": 2}));
        for bytes in [vec![0xff], vec![0]] {
            contents.insert("c", bytes);
            assert!(matches!(resources.with(&contents), Err(PorchError::Binary { .. })));
        }
    }
}
