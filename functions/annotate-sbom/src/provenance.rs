//! Who made a document, when, and the identifiers that follow from its content.

use uuid::Uuid;

use crate::timestamp::Timestamp;

/// Name of this tool in the documents.
pub(crate) const TOOL: &str = "porchlight-annotate-sbom";
/// Version of this tool in the documents.
pub(crate) const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");
/// Domain of our kinds and annotations; it also names the identifiers we make.
pub(crate) const DOMAIN: &str = "orchestration.nephio-oran.io";

/// Facts about a document that come from the configuration.
#[derive(Clone, Debug)]
pub(crate) struct Provenance {
    pub(crate) timestamp: Timestamp,
    pub(crate) author: Option<Author>,
    /// Namespace of the UUIDv5 of each document.
    pub(crate) namespace: Uuid,
}

/// The author of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    Person(String),
    Organization(String),
}

impl Author {
    /// `Person: …` or `Organization: …` as SPDX writes it; a bare name is an organisation's. `None` for an empty one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (is_person, name) = match text.trim() {
            text if text.starts_with("Person:") => (true, &text["Person:".len()..]),
            text if text.starts_with("Organization:") => (false, &text["Organization:".len()..]),
            text => (false, text),
        };
        let name = name.trim().to_owned();
        if name.is_empty() {
            return None;
        }
        Some(if is_person { Self::Person(name) } else { Self::Organization(name) })
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Person(name) | Self::Organization(name) => name,
        }
    }
}

impl Provenance {
    /// Namespace where none is configured: that of [`DOMAIN`].
    pub(crate) fn default_namespace() -> Uuid {
        Uuid::new_v5(&Uuid::NAMESPACE_DNS, DOMAIN.as_bytes())
    }

    /// The identifier of a document with this canonical text: same content, same identifier.
    pub(crate) fn identify(&self, canonical: &str) -> Uuid {
        Uuid::new_v5(&self.namespace, canonical.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    #[test]
    fn authors() {
        assert_eq!(Author::parse(" Example Telco "), Some(Author::Organization("Example Telco".into())));
        assert_eq!(Author::parse("Organization: Example"), Some(Author::Organization("Example".into())));
        assert_eq!(
            Author::parse("Person: Ada (ada@example.org)"),
            Some(Author::Person("Ada (ada@example.org)".into()))
        );
        assert_eq!(Author::parse("Person: "), None);
        assert_eq!(Author::parse(""), None);
    }

    #[test]
    fn identifiers_are_version_5_and_follow_content_and_namespace() {
        // uuid.uuid5(uuid.NAMESPACE_DNS, "orchestration.nephio-oran.io") in Python.
        let namespace = Provenance::default_namespace();
        assert_eq!(namespace.get_version_num(), 5);
        let of = |namespace, content: serde_json::Value| {
            Provenance { timestamp: Timestamp::EPOCH, author: None, namespace }
                .identify(&Json::of(&content).canonical())
        };
        let one = of(namespace, serde_json::json!({"b": 1, "a": 2}));
        assert_eq!(one, of(namespace, serde_json::json!({"a": 2, "b": 1})));
        assert_ne!(one, of(namespace, serde_json::json!({"a": 2})));
        assert_ne!(one, of(Uuid::NAMESPACE_URL, serde_json::json!({"b": 1, "a": 2})));
        assert_eq!(one.get_version_num(), 5);
    }
}
