//! What a function says about itself; the content of its `metadata.yaml`.

use porchlight_yaml::serde::{FromNode, ValueError};
use porchlight_yaml::{SequenceIndent, emit};
use serde::{Deserialize, Serialize};

use crate::{Resource, annotations};

/// What a function does in a pipeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Changes resources.
    #[default]
    Mutator,
    /// Only judges them.
    Validator,
}

/// A function's description, the same in code (`Function::metadata`), in `metadata.yaml` and in
/// `porchlight fn list|describe`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The name it is called by.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// What it does in a pipeline.
    pub role: Role,
    /// Kind of its typed functionConfig.
    pub config_kind: String,
    /// Kinds it looks at, as `apiVersion/Kind`.
    pub reads: Vec<String>,
    /// Kinds it makes or changes, as `apiVersion/Kind`.
    pub writes: Vec<String>,
}

/// The kind of `metadata.yaml`, so that the file may lie in a package.
pub const METADATA_KIND: &str = "FunctionMetadata";

#[derive(Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MetadataFile {
    api_version: String,
    kind: String,
    metadata: Name,
    spec: Spec,
}

#[derive(Serialize, Deserialize, FromNode)]
struct Name {
    name: String,
}

#[derive(Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    description: String,
    role: Role,
    config_kind: String,
    #[serde(default)]
    reads: Vec<String>,
    #[serde(default)]
    writes: Vec<String>,
}

impl Metadata {
    /// The object of `metadata.yaml`.
    #[must_use]
    pub fn to_resource(&self) -> Resource {
        let mut resource = Resource::from_typed(&MetadataFile {
            api_version: annotations::API_VERSION.to_owned(),
            kind: METADATA_KIND.to_owned(),
            metadata: Name { name: self.name.clone() },
            spec: Spec {
                description: self.description.clone(),
                role: self.role,
                config_kind: self.config_kind.clone(),
                reads: self.reads.clone(),
                writes: self.writes.clone(),
            },
        });
        resource.set_annotation(annotations::LOCAL_CONFIG, "true");
        resource
    }

    /// The text of `metadata.yaml`.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        emit(self.to_resource().document(), SequenceIndent::Compact, &mut text);
        text
    }

    /// Reads the object of a `metadata.yaml`.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn from_resource(resource: &Resource) -> Result<Self, ValueError> {
        let MetadataFile { metadata, spec, .. } = resource.typed()?;
        Ok(Self {
            name: metadata.name,
            description: spec.description,
            role: spec.role,
            config_kind: spec.config_kind,
            reads: spec.reads,
            writes: spec.writes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Metadata, Role};
    use crate::Resource;

    #[test]
    fn metadata_is_a_resource_and_reads_back() {
        let metadata = Metadata {
            name: "stamp".to_owned(),
            description: "Stamps: every object".to_owned(),
            role: Role::Mutator,
            config_kind: "StampConfig".to_owned(),
            reads: vec!["apps/v1/Deployment".to_owned()],
            writes: vec![],
        };
        let text = metadata.to_yaml();
        assert_eq!(
            text,
            "apiVersion: orchestration.nephio-oran.io/v1alpha1\nkind: FunctionMetadata\nmetadata:\n  name: stamp\n  \
             annotations:\n    config.kubernetes.io/local-config: \"true\"\nspec:\n  description: 'Stamps: every object'\n  \
             role: mutator\n  configKind: StampConfig\n  reads:\n  - apps/v1/Deployment\n  writes: []\n"
        );
        let document = porchlight_yaml::parse(text.into()).unwrap().remove(0);
        let resource = Resource::from_document(document).unwrap();
        assert_eq!(Metadata::from_resource(&resource).unwrap(), metadata);
    }
}
