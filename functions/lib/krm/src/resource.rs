//! One Kubernetes object of a package, as its file writes it.

mod edit;
mod lookup;
mod metadata;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use porchlight_yaml::serde::{FromNode, Options, ValueError, from_node, to_node};
use porchlight_yaml::{Document, Kind, NodeId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::protocol::{Given, Identity};
use crate::value;
use crate::{FieldPath, ResourceId};

/// A document whose root is a mapping. Reading values goes through aliases and merge keys; changing a field
/// changes that field and nothing else of the text.
#[derive(Clone, Debug)]
pub struct Resource {
    /// In a box, as most resources of a list are never looked into.
    document: OnceLock<Box<Document>>,
    root: NodeId,
    /// What it was made from and still is like; the document is then made when it is asked for.
    given: Option<Given>,
}

/// A document that is no object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnObject {
    /// What the root is instead: `text`, `a list`, `an alias` or `nothing`.
    pub found: &'static str,
    /// Line of the root, from 1; 0 where unknown.
    pub line: u32,
    /// Column of the root in characters, from 1; 0 where unknown.
    pub column: u32,
}

impl fmt::Display for NotAnObject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}, column {}: expected an object (a mapping), found {}", self.line, self.column, self.found)
    }
}

impl std::error::Error for NotAnObject {}

/// What a node is, in words for a message.
pub(crate) fn describe(document: &Document, node: NodeId) -> &'static str {
    match document.kind(node) {
        Kind::Mapping => "a mapping",
        Kind::Sequence => "a list",
        Kind::Alias => "an alias",
        Kind::Scalar if value::is_null(document, node) => "nothing",
        Kind::Scalar => "text",
    }
}

impl Resource {
    /// An object with only its apiVersion, kind and name.
    #[must_use]
    pub fn new(api_version: &str, kind: &str, name: &str) -> Self {
        #[derive(Serialize)]
        struct Name<'a> {
            name: &'a str,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Object<'a> {
            api_version: &'a str,
            kind: &'a str,
            metadata: Name<'a>,
        }
        Self::from_typed(&Object { api_version, kind, metadata: Name { name } })
    }

    /// The object a document holds.
    ///
    /// # Errors
    /// Where the root is not a mapping, or there is none.
    pub fn from_document(document: Document) -> Result<Self, NotAnObject> {
        let Some(root) = document.root() else { return Err(NotAnObject { found: "nothing", line: 0, column: 0 }) };
        if document.kind(root) == Kind::Mapping {
            return Ok(Self { document: Box::new(document).into(), root, given: None });
        }
        Err(NotAnObject { found: describe(&document, root), line: document.line(root), column: document.column(root) })
    }

    /// A resource that came packed.
    pub(crate) fn given(given: Given) -> Self {
        Self { document: OnceLock::new(), root: porchlight_yaml::packed::ROOT, given: Some(given) }
    }

    /// The position it was given at, while it is as it was given.
    pub(crate) fn given_position(&self) -> Option<usize> {
        self.given.as_ref()?.position()
    }

    /// The object a value is written as, fields in the order of the type.
    ///
    /// # Panics
    /// Where `T` is not written as a mapping.
    #[must_use]
    pub fn from_typed<T: Serialize + ?Sized>(object: &T) -> Self {
        let mut document = Document::default();
        let root = to_node(&mut document, object);
        document.set_root(root);
        Self::from_document(document).expect("invariant: the type of an object is written as a mapping")
    }

    /// Reads the whole object as a type, strictly where the type says `deny_unknown_fields`.
    ///
    /// # Errors
    /// The first field that does not fit, with its path, line and column.
    pub fn typed<T: FromNode>(&self) -> Result<T, ValueError> {
        self.typed_with(Options::default())
    }

    /// As [`typed`](Self::typed), for a type that only has serde's `Deserialize`.
    ///
    /// # Errors
    /// The first field that does not fit, with its path, line and column.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, ValueError> {
        from_node(self.document(), self.root)
    }

    /// Reads the whole object as a type, in another way than the strict one.
    ///
    /// # Errors
    /// The first field that does not fit, with its path, line and column.
    pub fn typed_with<T: FromNode>(&self, options: Options) -> Result<T, ValueError> {
        options.from_node(self.document(), self.root)
    }

    /// Reads the value at a path as a type; `None` where nothing is there.
    ///
    /// # Errors
    /// The first field that does not fit; its path starts at `path`.
    pub fn get<T: FromNode>(&self, path: &FieldPath) -> Result<Option<T>, ValueError> {
        self.at(path).map(|node| Options::default().from_node(self.document(), node)).transpose()
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Document {
        self.document.get_or_init(|| Box::new(self.given.as_ref().map_or_else(Document::default, Given::document)))
    }

    /// The document for one look at it. Of a resource that nobody has looked into it is made and not kept: a list holds
    /// many, and most of them leave as they came.
    #[must_use]
    pub fn glance(&self) -> Cow<'_, Document> {
        match (self.document.get(), &self.given) {
            (None, Some(given)) => Cow::Owned(given.document()),
            _ => Cow::Borrowed(self.document()),
        }
    }

    /// The document, to change. Its root has to stay what it is; set fields below it.
    pub fn document_mut(&mut self) -> &mut Document {
        self.tree();
        self.given = None;
        self.document.get_mut().expect("invariant: made above")
    }

    /// The document, to add nodes to that are no part of its tree.
    fn tree(&mut self) -> &mut Document {
        let _made = self.document();
        self.document.get_mut().expect("invariant: made above")
    }

    /// The document itself.
    #[must_use]
    pub fn into_document(mut self) -> Document {
        std::mem::take(self.tree())
    }

    /// The root mapping.
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// A part of the identity, where it can be had without the document.
    fn heading(&self, field: Identity) -> Option<&str> {
        self.given.as_ref()?.identity(field)
    }

    /// `apiVersion`, "" where there is none.
    #[must_use]
    pub fn api_version(&self) -> &str {
        self.heading(Identity::ApiVersion).unwrap_or_else(|| self.top("apiVersion"))
    }

    /// `kind`, "" where there is none.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.heading(Identity::Kind).unwrap_or_else(|| self.top("kind"))
    }

    /// `metadata.name`, "" where there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.heading(Identity::Name).unwrap_or_else(|| self.in_metadata("name"))
    }

    /// `metadata.namespace`, "" where there is none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.heading(Identity::Namespace).unwrap_or_else(|| self.in_metadata("namespace"))
    }

    /// False where `text` certainly is in none of the keys and values; so resources that do not matter need not be
    /// looked into. Always true where it would cost to know.
    #[must_use]
    pub fn may_mention(&self, text: &str) -> bool {
        self.given.as_ref().is_none_or(|given| given.mentions(text))
    }

    /// As [`may_mention`](Self::may_mention), with letters in any case.
    #[must_use]
    pub fn may_mention_in_any_case(&self, text: &str) -> bool {
        self.given.as_ref().is_none_or(|given| given.mentions_in_any_case(text))
    }

    /// True for an object of this apiVersion and kind.
    #[must_use]
    pub fn is(&self, api_version: &str, kind: &str) -> bool {
        self.kind() == kind && self.api_version() == api_version
    }

    /// The identity.
    #[must_use]
    pub fn id(&self) -> ResourceId {
        ResourceId {
            api_version: self.api_version().to_owned(),
            kind: self.kind().to_owned(),
            namespace: self.namespace().to_owned(),
            name: self.name().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
