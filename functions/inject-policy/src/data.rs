//! The tables, read from `data/`: rules, profiles, controls, roles, interfaces. Code says how a rule is applied; what it
//! asks for, of whom and why stands in the files, each entry with its source.

use std::sync::OnceLock;

use porchlight_api::Quantity;
use porchlight_api::policy_profile::PolicyProfile;
use porchlight_krm::order::SortedMap;
use porchlight_yaml::serde::{FromNode, data, embedded};
use serde::Deserialize;
use serde_json::Value;

/// Everything in `data/`.
pub(crate) struct Data {
    pub(crate) rules: Vec<RuleSpec>,
    pub(crate) profiles: Vec<BuiltInProfile>,
    pub(crate) controls: Controls,
    pub(crate) interfaces: Vec<InterfaceSpec>,
    pub(crate) roles: Vec<Role>,
    pub(crate) priority_classes: Vec<PriorityClass>,
    pub(crate) clusters: Clusters,
    pub(crate) pod_security: PodSecurityLevels,
    pub(crate) radio: Radio,
}

impl Data {
    /// The embedded data, parsed once per process.
    pub(crate) fn get() -> &'static Self {
        static DATA: OnceLock<Data> = OnceLock::new();
        DATA.get_or_init(|| Self {
            rules: embedded(data!("data/rules.yaml")),
            profiles: embedded(data!("data/profiles.yaml")),
            controls: embedded(data!("data/controls.yaml")),
            interfaces: embedded(data!("data/interfaces.yaml")),
            roles: embedded(data!("data/roles.yaml")),
            priority_classes: embedded(data!("data/priority_classes.yaml")),
            clusters: embedded(data!("data/clusters.yaml")),
            pod_security: embedded(data!("data/pod_security.yaml")),
            radio: embedded(data!("data/radio.yaml")),
        })
    }

    pub(crate) fn rule(&self, id: &str) -> Option<&RuleSpec> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The interface an `Interface` object or network attachment is called by.
    pub(crate) fn interface(&self, name: &str) -> Option<&InterfaceSpec> {
        let name = name.to_ascii_lowercase();
        self.interfaces.iter().find(|interface| interface.aliases.contains(&name))
    }

    /// True for a namespace that no package has to itself.
    pub(crate) fn is_shared_namespace(&self, name: &str) -> bool {
        self.clusters.shared_namespaces.names.iter().any(|shared| shared == name)
    }
}

/// A rule a profile may ask for.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSpec {
    pub(crate) id: String,
    pub(crate) kind: RuleKind,
    pub(crate) summary: String,
    pub(crate) params: Vec<ParamSpec>,
    pub(crate) source: String,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RuleKind {
    /// Makes objects or sets fields.
    Inject,
    /// Only looks.
    Check,
}

/// A parameter of a rule.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParamSpec {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) shape: Shape,
    #[serde(default)]
    pub(crate) values: Vec<String>,
    pub(crate) default: Value,
    pub(crate) strict: Option<Strict>,
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    Choice,
    Flag,
    Number,
    Text,
    Texts,
    Map,
    Prefixes,
    /// Prefixes by name of an interface, separated by commas.
    Peers,
}

/// Which of two values is the stricter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Strict {
    /// The one that comes later among the choices.
    Last,
    Yes,
    No,
    Higher,
    Lower,
    More,
    Fewer,
}

/// A profile that comes with the function.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuiltInProfile {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) spec: PolicyProfile,
}

/// Catalogues of controls.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Controls {
    pub(crate) documents: Vec<ControlDocument>,
    pub(crate) controls: Vec<Control>,
}

impl Controls {
    pub(crate) fn document(&self, framework: &str) -> Option<&ControlDocument> {
        self.documents.iter().find(|document| document.framework == framework)
    }
}

/// A document that asks for controls.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct ControlDocument {
    pub(crate) framework: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) source: String,
}

/// Controls that ask for the same rules.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Control {
    pub(crate) framework: String,
    pub(crate) ids: Vec<String>,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) rules: Vec<String>,
    /// Interfaces it is about; empty: any.
    #[serde(default)]
    pub(crate) interfaces: Vec<String>,
    /// Who meets it, where no rule does.
    pub(crate) by: Option<String>,
}

/// A 3GPP or O-RAN interface.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InterfaceSpec {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) between: String,
    pub(crate) network: Network,
    pub(crate) peers: Peers,
    #[serde(default)]
    pub(crate) http: bool,
    #[serde(default)]
    pub(crate) fronthaul: bool,
    #[serde(default)]
    pub(crate) components: Vec<String>,
    /// Parameter of `allow-interfaces` that replaces the port.
    pub(crate) port_param: Option<String>,
    pub(crate) ports: Vec<InterfacePort>,
    pub(crate) source: String,
}

/// A port of an interface.
#[derive(Clone, Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterfacePort {
    pub(crate) protocol: String,
    pub(crate) port: i64,
    pub(crate) direction: Option<Direction>,
}

/// Who listens on a port, seen from the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// The package.
    In,
    /// The other side.
    Out,
}

/// Which network carries an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Network {
    /// One of its own, by Multus.
    Attachment,
    /// The pod network.
    Pod,
    /// Frames below IP, which no policy governs.
    Layer2,
}

/// Who may talk on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Peers {
    /// The prefixes of its network.
    Network,
    /// The data network: anything but the operator's own networks.
    DataNetwork,
    /// Pods of the cluster.
    Cluster,
    /// Anyone.
    Any,
}

/// What a workload is and cannot do without.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) name: String,
    #[serde(rename = "match")]
    pub(crate) matches: RoleMatch,
    /// Rules that do not apply, with the reason.
    #[serde(default)]
    pub(crate) needs: SortedMap<String, String>,
    #[serde(default)]
    pub(crate) capabilities: Vec<String>,
    pub(crate) pod_security: PodSecurity,
    pub(crate) pod_label: Option<PodLabel>,
    /// Interfaces on the pod network.
    #[serde(default)]
    pub(crate) interfaces: Vec<String>,
    /// Managed over O1.
    #[serde(default)]
    pub(crate) o1: bool,
    pub(crate) priority_class: String,
    #[serde(default)]
    pub(crate) guaranteed: bool,
    pub(crate) pod_size: Option<PodSize>,
    pub(crate) source: String,
}

/// How a role is recognised.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleMatch {
    #[serde(default)]
    pub(crate) providers: Vec<String>,
    /// Parts of image names.
    #[serde(default)]
    pub(crate) images: Vec<String>,
    /// Values of labels.
    #[serde(default)]
    pub(crate) labels: SortedMap<String, Vec<String>>,
}

/// Pod Security levels of a role's namespace.
#[derive(Clone, Copy, Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct PodSecurity {
    pub(crate) enforce: Level,
    pub(crate) audit: Level,
}

/// A Pod Security level, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Privileged,
    Baseline,
    Restricted,
}

impl Level {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Privileged, Self::Baseline, Self::Restricted].into_iter().find(|level| level.as_str() == text)
    }
}

/// The levels of the Pod Security Standards that this function judges pods by.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct PodSecurityLevels {
    pub(crate) baseline: PodSecurityLevel,
}

/// What a level lets pods have.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PodSecurityLevel {
    pub(crate) capabilities: Vec<String>,
    pub(crate) sysctls: Vec<String>,
    pub(crate) selinux_types: Vec<String>,
    pub(crate) source: String,
}

/// The label of pods that an operator makes.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct PodLabel {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// What an operator's pod asks for.
#[derive(Clone, Copy, Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct PodSize {
    pub(crate) cpu: Quantity,
    pub(crate) memory: Quantity,
}

/// A PriorityClass.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriorityClass {
    pub(crate) name: String,
    pub(crate) value: i64,
    pub(crate) description: String,
    pub(crate) source: String,
}

/// What belongs to a cluster.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Clusters {
    pub(crate) shared_namespaces: Names,
    pub(crate) kube_api_ports: KubeApiPorts,
    pub(crate) first_unprivileged_port: FirstPort,
}

/// A list of names.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    pub(crate) names: Vec<String>,
    pub(crate) source: String,
}

/// Ports of the Kubernetes API.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct KubeApiPorts {
    pub(crate) ports: Vec<i64>,
    pub(crate) source: String,
}

/// The first port that needs no capability.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstPort {
    pub(crate) port: i64,
    pub(crate) source: String,
}

/// Radio figures.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Radio {
    pub(crate) default_five_qi: Vec<DefaultFiveQi>,
    pub(crate) five_qi: FiveQis,
    pub(crate) policy_types: PolicyTypes,
    pub(crate) nacm_groups: Names,
    pub(crate) m_plane: MPlane,
}

/// Access to radio units.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MPlane {
    pub(crate) transports: Vec<String>,
    pub(crate) nacm_groups: Vec<String>,
    pub(crate) source: String,
}

/// 5QI values of a slice type.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DefaultFiveQi {
    pub(crate) sst: i64,
    pub(crate) five_qi: Vec<i64>,
    pub(crate) source: String,
}

/// Standardised 5QI values.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct FiveQis {
    pub(crate) source: String,
    pub(crate) values: Vec<FiveQi>,
}

/// One 5QI value.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FiveQi {
    pub(crate) value: i64,
    pub(crate) priority: i64,
    pub(crate) delay_ms: i64,
}

/// A1 policy types we write.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PolicyTypes {
    pub(crate) qos_target: PolicyType,
    pub(crate) slice_sla_target: PolicyType,
}

/// An A1 policy type.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyType {
    pub(crate) name: String,
    pub(crate) source: String,
}

#[cfg(test)]
mod tests;
