//! `infra.nephio.org/v1alpha1`: clusters and the networks between them.

use std::collections::BTreeMap;

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Group and version of these kinds.
pub const API_VERSION: &str = "infra.nephio.org/v1alpha1";

/// Label of a `WorkloadCluster` that tells what kind of site it stands at (`regional`, `edge` …).
pub const SITE_TYPE_LABEL: &str = "nephio.org/site-type";

/// `WorkloadCluster`: a cluster network functions can be placed on. Exactly one belongs in each deployable package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkloadCluster {
    /// Name of the cluster; `example` marks a blueprint nobody has specialised yet.
    pub cluster_name: String,
    /// Attachment types its nodes offer (`macvlan`, `ipvlan`, `sriov`).
    pub cnis: Vec<String>,
    /// Node interface that secondary networks use.
    pub master_interface: String,
}

impl Kind for WorkloadCluster {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "WorkloadCluster";
}

/// `Network`: a VPC, its prefixes and the bridge that carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Name of the underlay topology.
    pub topology: String,
    /// Address plan: one routing table per network instance.
    pub routing_tables: Vec<RoutingTable>,
    /// Broadcast domains.
    pub bridge_domains: Vec<BridgeDomain>,
}

impl Kind for Network {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "Network";
}

/// A routing table; IP claims are answered from its prefixes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct RoutingTable {
    /// Name of the network instance.
    pub name: String,
    /// Address space.
    pub prefixes: Vec<Prefix>,
    /// Attached bridge domains.
    pub interfaces: Vec<BridgeInterface>,
}

/// A prefix with the labels claims select it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct Prefix {
    /// CIDR notation.
    pub prefix: String,
    /// Labels such as `nephio.org/network-name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// A routing table's leg into a bridge domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct BridgeInterface {
    /// `bridgedomain`.
    pub kind: String,
    /// Name of the bridge domain.
    pub bridge_domain_name: String,
}

/// A broadcast domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct BridgeDomain {
    /// Name.
    pub name: String,
    /// Which cluster ports belong to it.
    pub interfaces: Vec<ClusterInterface>,
}

/// Cluster ports, chosen by label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct ClusterInterface {
    /// `interface`.
    pub kind: String,
    /// Which clusters.
    pub selector: LabelSelector,
    /// `vlan` or `none`.
    pub attachment_type: String,
}

/// A Kubernetes label selector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabelSelector {
    /// Labels that must have exactly these values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<String, String>,
    /// Further requirements; all must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelRequirement>,
}

impl LabelSelector {
    /// Whether labels satisfy the selector. An empty selector matches everything.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|requirement| requirement.matches(labels))
    }
}

/// One requirement of a selector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LabelRequirement {
    /// Label key.
    pub key: String,
    /// How to compare.
    pub operator: LabelOperator,
    /// Values for `In` and `NotIn`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl LabelRequirement {
    fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            LabelOperator::In => value.is_some_and(|value| self.values.contains(value)),
            LabelOperator::NotIn => value.is_none_or(|value| !self.values.contains(value)),
            LabelOperator::Exists => value.is_some(),
            LabelOperator::DoesNotExist => value.is_none(),
        }
    }
}

/// Operators of a label requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LabelOperator {
    /// The value is one of `values`.
    In,
    /// The label is absent or its value is none of `values`.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is not there.
    DoesNotExist,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_follow_kubernetes() {
        let labels = BTreeMap::from([("site".to_owned(), "edge".to_owned())]);
        let requirement = |operator, values: &[&str]| LabelSelector {
            match_expressions: vec![LabelRequirement {
                key: "site".to_owned(),
                operator,
                values: values.iter().map(|&value| value.to_owned()).collect(),
            }],
            ..LabelSelector::default()
        };
        assert!(LabelSelector::default().matches(&labels));
        assert!(requirement(LabelOperator::In, &["edge", "core"]).matches(&labels));
        assert!(!requirement(LabelOperator::NotIn, &["edge"]).matches(&labels));
        assert!(requirement(LabelOperator::NotIn, &["edge"]).matches(&BTreeMap::new()));
        assert!(requirement(LabelOperator::Exists, &[]).matches(&labels));
        assert!(!requirement(LabelOperator::DoesNotExist, &[]).matches(&labels));
        let exact = LabelSelector { match_labels: labels.clone(), ..LabelSelector::default() };
        assert!(exact.matches(&labels) && !exact.matches(&BTreeMap::new()));
    }
}
