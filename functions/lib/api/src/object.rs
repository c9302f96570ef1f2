//! The frame every kind shares: group, version, kind, metadata and a spec.

use std::collections::BTreeMap;

use porchlight_krm::Resource;
use porchlight_yaml::serde::{Failure, Field, Fill, FromNode, NodeReader, Shape, to_node};
use porchlight_yaml::{Document, NodeId};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A spec that knows which kind it belongs to.
pub trait Kind {
    /// Group and version, `v1` for the core group.
    const API_VERSION: &'static str;
    /// The kind.
    const KIND: &'static str;
    /// Whether the kind has a `spec` at all.
    const HAS_SPEC: bool = true;
}

/// An object of the kind that `S` is the spec of.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<S> {
    /// Name, namespace, labels, annotations.
    pub metadata: Metadata,
    /// The kind's own part.
    pub spec: S,
}

impl<S: Kind> Object<S> {
    /// An object without namespace, labels or annotations.
    pub fn new(name: impl Into<String>, spec: S) -> Self {
        Self { metadata: Metadata { name: name.into(), ..Metadata::default() }, spec }
    }

    /// The same object in a namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.metadata.namespace = Some(namespace.into());
        self
    }

    /// The same object with one more annotation.
    #[must_use]
    pub fn annotated(mut self, key: &str, value: impl Into<String>) -> Self {
        self.metadata.annotations.insert(key.to_owned(), value.into());
        self
    }

    /// What Nephio calls this object in conditions and owner annotations: `<apiVersion>.<Kind>.<name>`.
    ///
    /// Nephio splits it at dots, so the name must not contain any.
    pub fn condition_type(&self) -> String {
        condition_type(S::API_VERSION, S::KIND, &self.metadata.name)
    }

    /// A reference without namespace, as `NFDeployment.spec.parametersRefs` holds them.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef { api_version: S::API_VERSION.to_owned(), kind: S::KIND.to_owned(), name: self.metadata.name.clone() }
    }
}

/// An object whose kind's own part is written already. What else is said about it is no matter of its kind, so it is not
/// compiled for each of them.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Name, namespace, labels, annotations.
    pub metadata: Metadata,
    api_version: &'static str,
    kind: &'static str,
    document: Document,
    spec: Option<NodeId>,
}

impl Draft {
    /// An object without namespace, labels or annotations.
    pub fn new<S: Kind + Serialize>(name: &str, spec: &S) -> Self {
        let mut document = Document::default();
        let spec = S::HAS_SPEC.then(|| to_node(&mut document, spec));
        let metadata = Metadata { name: name.to_owned(), ..Metadata::default() };
        Self { metadata, api_version: S::API_VERSION, kind: S::KIND, document, spec }
    }

    /// The same object in a namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: &str) -> Self {
        self.metadata.namespace = Some(namespace.to_owned());
        self
    }

    /// The same object with one more annotation.
    #[must_use]
    pub fn annotated(mut self, key: &str, value: &str) -> Self {
        self.metadata.annotations.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The object.
    #[must_use]
    pub fn resource(self) -> Resource {
        let Self { metadata, api_version, kind, mut document, spec } = self;
        let root = document.new_mapping();
        let api_version = document.new_string(api_version);
        let kind = document.new_string(kind);
        let metadata = to_node(&mut document, &metadata);
        let parts =
            [("apiVersion", Some(api_version)), ("kind", Some(kind)), ("metadata", Some(metadata)), ("spec", spec)];
        for (key, value) in parts {
            let Some(value) = value else { continue };
            let key = document.new_string(key);
            document.push_entry(root, key, value);
        }
        document.set_root(root);
        Resource::from_document(document).expect("invariant: its root is a mapping")
    }
}

/// Nephio's condition type string for an object.
pub fn condition_type(api_version: &str, kind: &str, name: &str) -> String {
    format!("{api_version}.{kind}.{name}")
}

impl<S: Kind + Serialize> Serialize for Object<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let mut object = serializer.serialize_struct("Object", 4)?;
        object.serialize_field("apiVersion", S::API_VERSION)?;
        object.serialize_field("kind", S::KIND)?;
        object.serialize_field("metadata", &self.metadata)?;
        if S::HAS_SPEC {
            object.serialize_field("spec", &self.spec)?;
        } else {
            object.skip_field("spec")?;
        }
        object.end()
    }
}

impl<S: FromNode> FromNode for Object<S> {
    fn blank() -> Self {
        Self { metadata: Metadata::default(), spec: S::blank() }
    }
}

impl<S: FromNode> Fill for Object<S> {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        const SHAPE: Shape = Shape {
            fields: &[Field { names: &["metadata"], required: false }, Field { names: &["spec"], required: true }],
            strict: false,
        };
        *self = Self::blank();
        reader.fill_struct(&SHAPE, &mut [&mut self.metadata, &mut self.spec])
    }
}

impl<'de, S: Deserialize<'de>> Deserialize<'de> for Object<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Frame<S> {
            #[serde(default)]
            metadata: Metadata,
            spec: S,
        }
        let Frame { metadata, spec } = Frame::deserialize(deserializer)?;
        Ok(Self { metadata, spec })
    }
}

/// The metadata fields that matter inside a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Metadata {
    /// Name, unique per kind and namespace.
    #[serde(default)]
    pub name: String,
    /// Namespace; absent for cluster-scoped kinds and for objects that never leave the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Generation set by an API server; absent in packages that people write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
}

/// A reference to an object by group, version, kind and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// Group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// A reference by name alone, where the kind is fixed by the field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NameRef {
    /// Name of the object.
    pub name: String,
}

impl NameRef {
    /// A reference to `name`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}
