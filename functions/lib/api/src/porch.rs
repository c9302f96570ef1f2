//! `config.porch.kpt.dev/v1alpha1`: how a blueprint becomes a package of a cluster.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// `PackageVariant`: keeps a downstream package derived from an upstream one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageVariant {
    /// Blueprint.
    pub upstream: Upstream,
    /// The package to keep.
    pub downstream: Downstream,
    /// Set on the downstream package revision, not in its files.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Values for the package's `package-context.yaml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_context: Option<PackageContext>,
    /// Functions put before the blueprint's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Pipeline>,
    /// Cluster objects for the blueprint's injection points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub injectors: Vec<Injector>,
}

impl Kind for PackageVariant {
    const API_VERSION: &'static str = "config.porch.kpt.dev/v1alpha1";
    const KIND: &'static str = "PackageVariant";
}

/// The blueprint of a [`PackageVariant`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upstream {
    /// Porch repository.
    pub repo: String,
    /// Package in it.
    pub package: String,
    /// Published revision, from 1. Porch ignores it and selects by `workspace_name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// Workspace (git branch or tag part) of the revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_name: Option<String>,
}

/// The target of a [`PackageVariant`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Downstream {
    /// Porch repository, by convention named as the cluster.
    pub repo: String,
    /// Package in it.
    pub package: String,
}

/// Changes to the package context; the keys `name` and `package-path` are reserved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageContext {
    /// Values to set.
    pub data: BTreeMap<String, String>,
}

/// Functions a variant adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Run in this order.
    pub mutators: Vec<Function>,
}

/// One function of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Function {
    /// Name; must not contain a dot, or Porch adds the function again on every reconcile.
    pub name: String,
    /// Image.
    pub image: String,
    /// Flat configuration.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub config_map: BTreeMap<String, String>,
}

/// Which cluster object goes to injection points of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Injector {
    /// Kind of the injection point.
    pub kind: String,
    /// Name of the cluster object.
    pub name: String,
}

/// `PackageVariantSet` (`config.porch.kpt.dev/v1alpha2`): package variants of one blueprint for many targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageVariantSet {
    /// Blueprint.
    pub upstream: Upstream,
    /// Where variants are made, and how they differ.
    pub targets: Vec<SetTarget>,
}

impl Kind for PackageVariantSet {
    const API_VERSION: &'static str = "config.porch.kpt.dev/v1alpha2";
    const KIND: &'static str = "PackageVariantSet";
}

/// Targets with one template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTarget {
    /// Repositories and the packages to make in them.
    pub repositories: Vec<SetRepository>,
    /// What the variants have beyond the blueprint.
    pub template: SetTemplate,
}

/// A repository of a [`SetTarget`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetRepository {
    /// Porch repository.
    pub name: String,
    /// Packages to make in it; the blueprint's name where none is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub package_names: Vec<String>,
}

/// The template of a [`SetTarget`]; as the fields of a [`PackageVariant`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SetTemplate {
    /// Set on the downstream package revisions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Values for the package context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_context: Option<PackageContext>,
    /// Functions put before the blueprint's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Pipeline>,
    /// Cluster objects for the blueprint's injection points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub injectors: Vec<Injector>,
}
