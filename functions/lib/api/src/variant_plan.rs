//! `VariantPlan`: one blueprint for many targets.

use std::collections::BTreeMap;

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;
use crate::porch::{
    AdoptionPolicy, DeletionPolicy, Function, Injector, LabelSelector, PackageContext, Pipeline, SetRepository,
    Upstream,
};

/// What is wanted: a blueprint, where its packages go, and what they have beyond it. Configuration of `generate-variants`,
/// or an object of the package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VariantPlan {
    /// Blueprint. Porch selects it by `workspaceName`; a set also needs that or `revision`.
    pub upstream: Upstream,
    /// Where packages are made; at least one.
    pub targets: Vec<PlanTarget>,
    /// How the plan is written down.
    pub style: VariantStyle,
    /// Package in the repositories of the targets; the blueprint's name where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Functions put before the blueprint's own. Names without dots: Porch would add a function with a dot in its name
    /// again and again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mutators: Vec<Function>,
    /// Checks put before the blueprint's own. Names without dots.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validators: Vec<Function>,
    /// Cluster objects for the blueprint's injection points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub injectors: Vec<Injector>,
    /// Kinds of which each package gets the object that is called as its target, after `injectors`; for targets that are
    /// selected clusters usually `WorkloadCluster`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inject_target: Vec<String>,
    /// Changes to the package context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<PackageContext>,
    /// Keys of the package context and the label of the selected object each takes its value from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub context_from_labels: BTreeMap<String, String>,
    /// Who publishes the packages.
    pub approval: ApprovalPolicy,
    /// Labels of the package revisions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations of the package revisions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// What happens to packages that are there already; Porch's `adoptNone` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption_policy: Option<AdoptionPolicy>,
    /// What happens to the packages when the plan goes; Porch's `delete` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,
}

impl Kind for VariantPlan {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "VariantPlan";
}

/// Where packages are made. Exactly one field is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PlanTarget {
    /// Porch repositories and the packages to make in them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<SetRepository>,
    /// Porch repositories by the labels of their objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_selector: Option<LabelSelector>,
    /// `WorkloadCluster`s by their labels; a cluster's repository is called as the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_selector: Option<LabelSelector>,
}

/// How a plan is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum VariantStyle {
    /// A `PackageVariant` for each package; targets are selected from the objects of this package.
    #[default]
    Variant,
    /// One `PackageVariantSet`; Porch selects the targets in its cluster, and follows when they change.
    Set,
}

/// Who publishes packages: Nephio's approval controller or people (annotation `approval.nephio.org/policy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum ApprovalPolicy {
    /// A person publishes the first revision, the controller those after it.
    #[default]
    Initial,
    /// The controller publishes all of them.
    Always,
    /// A person publishes all of them; there is no annotation.
    Never,
}

impl VariantPlan {
    /// Functions of the plan, where there are any.
    #[must_use]
    pub fn pipeline(&self) -> Option<Pipeline> {
        let pipeline = Pipeline { validators: self.validators.clone(), mutators: self.mutators.clone() };
        (pipeline != Pipeline::default()).then_some(pipeline)
    }
}
