//! `PackageVariantSet` (`config.porch.kpt.dev/v1alpha2`).

use std::collections::BTreeMap;

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use super::{AdoptionPolicy, DeletionPolicy, Selector, Upstream};
use crate::object::Kind;

/// `PackageVariantSet`: package variants of one blueprint for many targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(deny_unknown_fields, default)]
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

/// Targets with one template. Exactly one of `repositories`, `repository_selector` and `object_selector` is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SetTarget {
    /// Repositories and the packages to make in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repositories: Option<Vec<SetRepository>>,
    /// Repositories by their labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_selector: Option<LabelSelector>,
    /// Cluster objects, whose names are the names of repositories unless the template says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_selector: Option<ObjectSelector>,
    /// What the variants have beyond the blueprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<SetTemplate>,
}

/// A repository of a [`SetTarget`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SetRepository {
    /// Porch repository.
    pub name: String,
    /// Packages to make in it; the blueprint's name where none is given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub package_names: Vec<String>,
}

/// Kubernetes' selector by labels. An empty one selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LabelSelector {
    /// Labels with their values, all of which must be there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<String, String>,
    /// Further conditions, all of which must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelRequirement>,
}

/// A condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelRequirement {
    /// The label.
    pub key: String,
    /// How its value is looked at.
    pub operator: SelectorOperator,
    /// Values for `In` and `NotIn`; empty for the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// What a [`LabelRequirement`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SelectorOperator {
    /// The label is there with one of the values.
    In,
    /// The label is absent or has another value.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

/// Cluster objects of one kind by labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ObjectSelector {
    /// Group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Accepted by the API server and ignored by Porch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Labels with their values, all of which must be there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<String, String>,
    /// Further conditions, all of which must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelRequirement>,
}

/// The template of a [`SetTarget`]: the fields of a [`PackageVariant`](super::PackageVariant), as values or as CEL
/// expressions over `repoDefault`, `packageDefault`, `upstream`, `target` and `repository`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SetTemplate {
    /// Repository and package in place of those of the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downstream: Option<SetDownstream>,
    /// As in a variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption_policy: Option<AdoptionPolicy>,
    /// As in a variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
    /// Set on the downstream package revisions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Further labels; they win over `labels`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub label_exprs: Vec<MapExpr>,
    /// Set on the downstream package revisions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Further annotations; they win over `annotations`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotation_exprs: Vec<MapExpr>,
    /// Values for the package context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_context: Option<PackageContextTemplate>,
    /// Functions put before the blueprint's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineTemplate>,
    /// Cluster objects for the blueprint's injection points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub injectors: Vec<InjectorTemplate>,
}

/// Where the variants of a template go. `repo` and `repo_expr` exclude each other, and so do `package` and
/// `package_expr`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SetDownstream {
    /// Repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// Expression for it; `repository` is not known to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_expr: Option<String>,
    /// Package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Expression for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_expr: Option<String>,
}

/// An entry of a map; `key` and `key_expr` exclude each other, and so do `value` and `value_expr`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MapExpr {
    /// Key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Expression for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_expr: Option<String>,
    /// Value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Expression for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_expr: Option<String>,
}

/// Changes to the package context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PackageContextTemplate {
    /// Values to set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// Further values; they win over `data`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_exprs: Vec<MapExpr>,
    /// Keys to remove.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_keys: Vec<String>,
    /// Expressions for further keys to remove.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_key_exprs: Vec<String>,
}

impl From<super::PackageContext> for PackageContextTemplate {
    fn from(super::PackageContext { data, remove_keys }: super::PackageContext) -> Self {
        Self { data, remove_keys, ..Self::default() }
    }
}

/// Functions of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(deny_unknown_fields, default)]
pub struct PipelineTemplate {
    /// Checks, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validators: Vec<FunctionTemplate>,
    /// Changes, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mutators: Vec<FunctionTemplate>,
}

impl From<super::Pipeline> for PipelineTemplate {
    fn from(super::Pipeline { validators, mutators }: super::Pipeline) -> Self {
        let templates = |functions: Vec<super::Function>| functions.into_iter().map(Into::into).collect();
        Self { validators: templates(validators), mutators: templates(mutators) }
    }
}

/// A [`Function`](super::Function) whose flat configuration may hold expressions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FunctionTemplate {
    /// Name without dots.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Image to run; required.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// Program to run; Porch does not allow it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub exec: String,
    /// Tag of the image, or a constraint on it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// File of the downstream package that holds the function's configuration.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub config_path: String,
    /// Flat configuration.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub config_map: BTreeMap<String, String>,
    /// Further configuration; it wins over `config_map`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config_map_exprs: Vec<MapExpr>,
    /// Which resources the function gets; all where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub selectors: Vec<Selector>,
    /// Which of them it does not get.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Selector>,
}

impl From<super::Function> for FunctionTemplate {
    fn from(function: super::Function) -> Self {
        let super::Function { name, image, exec, tag, config_path, config_map, selectors, exclude } = function;
        Self { name, image, exec, tag, config_path, config_map, config_map_exprs: Vec::new(), selectors, exclude }
    }
}

/// An [`Injector`](super::Injector) whose name may be an expression: `name` or `name_expr` is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct InjectorTemplate {
    /// Group of the injection point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Version of the injection point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Kind of the injection point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Name of the cluster object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Expression for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_expr: Option<String>,
}

impl From<super::Injector> for InjectorTemplate {
    fn from(super::Injector { group, version, kind, name }: super::Injector) -> Self {
        Self { group, version, kind, name: Some(name), name_expr: None }
    }
}
