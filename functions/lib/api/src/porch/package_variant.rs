//! `PackageVariant` (`config.porch.kpt.dev/v1alpha1`).

use std::collections::BTreeMap;
use std::fmt;

use porchlight_yaml::serde::FromNode;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Pipeline;
use crate::object::Kind;

/// `PackageVariant`: keeps a downstream package derived from an upstream one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PackageVariant {
    /// Blueprint.
    pub upstream: Upstream,
    /// The package to keep.
    pub downstream: Downstream,
    /// What happens to package revisions of the same name that are there already; `adoptNone` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption_policy: Option<AdoptionPolicy>,
    /// What happens to the package when the variant goes; `delete` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
    /// Set on the downstream package revision, not in its files.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Set on the downstream package revision, not in its files.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Values for the package's `package-context.yaml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_context: Option<PackageContext>,
    /// Functions put before the blueprint's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Pipeline>,
    /// Cluster objects for the blueprint's injection points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub injectors: Vec<Injector>,
}

impl Kind for PackageVariant {
    const API_VERSION: &'static str = "config.porch.kpt.dev/v1alpha1";
    const KIND: &'static str = "PackageVariant";
}

/// The blueprint of a [`PackageVariant`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Upstream {
    /// Porch repository.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub repo: String,
    /// Package in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub package: String,
    /// Revision: 0 a draft, from 1 published, -1 the content of the main branch. Porch's PackageVariant ignores it and
    /// selects by `workspaceName`. Also read in the form `v3` of Porch before 1.4.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "revision")]
    #[cfg_attr(feature = "schema", schemars(range(min = -1)))]
    pub revision: Option<i32>,
    /// Workspace (git branch or tag part) of the revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_name: Option<String>,
}

/// The target of a [`PackageVariant`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Downstream {
    /// Porch repository, by convention named as the cluster.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub repo: String,
    /// Package in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub package: String,
}

/// What a variant does with a package that was there before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AdoptionPolicy {
    /// Leaves it alone.
    #[default]
    AdoptNone,
    /// Takes it over.
    AdoptExisting,
}

/// What happens to a package when its variant goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum DeletionPolicy {
    /// Drafts go, published revisions are proposed for deletion.
    #[default]
    Delete,
    /// It stays without an owner.
    Orphan,
}

/// Changes to the package context; the keys `name` and `package-path` are reserved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PackageContext {
    /// Values to set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// Keys to remove, after the values are set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_keys: Vec<String>,
}

/// Which cluster object goes to injection points. A field that is absent fits any injection point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Injector {
    /// Group of the injection point, "" for the core group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Version of the injection point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Kind of the injection point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Name of the cluster object, which has the injection point's group, version and kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Injector {
    /// The object called `name` for injection points of `kind`.
    pub fn of_kind(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: Some(kind.into()), name: name.into(), ..Self::default() }
    }
}

fn revision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    struct Revision;

    impl Visitor<'_> for Revision {
        type Value = Option<i32>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("a revision number such as `3`")
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            i32::try_from(number).map(Some).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            i32::try_from(number).map(Some).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            let number = text.strip_prefix('v').unwrap_or(text).parse();
            number.map(Some).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }

    deserializer.deserialize_any(Revision)
}
