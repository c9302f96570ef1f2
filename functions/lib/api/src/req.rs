//! `req.nephio.org/v1alpha1`: what a network function asks of its surroundings. These objects stay in the package
//! (local-config); Nephio's specializers turn them into claims, attachments and the `NFDeployment` spec.

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::Quantity;
use crate::object::{Kind, NameRef};

const API_VERSION: &str = "req.nephio.org/v1alpha1";

/// `Capacity`: the load a network function must carry. Every field is optional upstream; the CRD checks no range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Capacity {
    /// Uplink bit/s, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uplink_throughput: Option<Quantity>,
    /// Downlink bit/s, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_downlink_throughput: Option<Quantity>,
    /// PDU sessions. The Go comment says thousands, both operators compare plain counts; we count ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_sessions: Option<u64>,
    /// Registered subscribers, counted as `max_sessions` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_subscribers: Option<u64>,
    /// Peer network functions, 0–65535 (UPFs of an SMF).
    #[serde(default, rename = "maxNFConnections", skip_serializing_if = "Option::is_none")]
    pub max_nf_connections: Option<u16>,
}

impl Kind for Capacity {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "Capacity";
}

/// `Interface`: one network attachment of a network function. The object's name is the interface name that the
/// operators look for (`n3`, `n4` …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Interface {
    /// Network instance it attaches to; `default` is the pod network, which gets no address, VLAN or attachment.
    pub network_instance: NameRef,
    /// Absent: a loopback address only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cni_type: Option<CniType>,
    /// Absent: untagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_type: Option<AttachmentType>,
}

impl Kind for Interface {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "Interface";
}

/// How an interface reaches the wire; must be one of the cluster's `cnis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub enum CniType {
    /// A virtual function of the NIC.
    Sriov,
    /// An L2/L3 slave device sharing the parent's MAC address.
    Ipvlan,
    /// A slave device with its own MAC address.
    Macvlan,
}

impl CniType {
    /// The text of the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sriov => "sriov",
            Self::Ipvlan => "ipvlan",
            Self::Macvlan => "macvlan",
        }
    }
}

/// Whether an attachment is tagged; `vlan` makes Nephio claim a VLAN id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentType {
    /// Untagged.
    None,
    /// Tagged.
    Vlan,
}

/// `DataNetwork`: a data network (DNN) and the UE address pools it needs. The object's name is the DNN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct DataNetwork {
    /// Network instance of the N6 interface.
    pub network_instance: NameRef,
    /// UE address pools; the free5GC operator uses the first only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Pool>,
}

impl Kind for DataNetwork {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "DataNetwork";
}

/// A pool of UE addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Name, 1–253 characters.
    pub name: String,
    /// Length of the prefix to claim, 0–128.
    pub prefix_length: u8,
    /// Address family; absent: IPv4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_family: Option<IpFamily>,
}

/// Address family of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub enum IpFamily {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

/// `Dependency`: pulls specialised objects of another package into this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    /// Name of the other package, the same in every repository it is deployed to.
    pub package_name: String,
    /// Which of its objects to pull in.
    pub injectors: Vec<DependencyInjector>,
}

impl Kind for Dependency {
    const API_VERSION: &'static str = API_VERSION;
    const KIND: &'static str = "Dependency";
}

/// A kind of object a [`Dependency`] pulls in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub struct DependencyInjector {
    /// Group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
}
