//! Nephio's `Capacity` (`req.nephio.org`), field by field.

use std::sync::OnceLock;

use porchlight_api::Quantity;
use porchlight_api::quantity::QuantityError;
use porchlight_api::req::Capacity;
use porchlight_yaml::serde::FromNode;
use serde::Deserialize;

use crate::demand::Demand;

/// The fields of a `Capacity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, FromNode)]
pub enum CapacityField {
    /// bit/s
    #[serde(rename = "maxUplinkThroughput")]
    Uplink,
    /// bit/s
    #[serde(rename = "maxDownlinkThroughput")]
    Downlink,
    /// PDU sessions.
    #[serde(rename = "maxSessions")]
    Sessions,
    /// Registered subscribers.
    #[serde(rename = "maxSubscribers")]
    Subscribers,
    /// Peer network functions.
    #[serde(rename = "maxNFConnections")]
    Connections,
}

impl CapacityField {
    /// The name of the field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uplink => "maxUplinkThroughput",
            Self::Downlink => "maxDownlinkThroughput",
            Self::Sessions => "maxSessions",
            Self::Subscribers => "maxSubscribers",
            Self::Connections => "maxNFConnections",
        }
    }

    /// The field of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Uplink, Self::Downlink, Self::Sessions, Self::Subscribers, Self::Connections];
        all.into_iter().find(|field| field.name() == name)
    }

    /// The value of this field; 0 where it is absent, as operators read it.
    #[must_use]
    pub fn of(self, capacity: &Capacity) -> Quantity {
        let count = |count: Option<u64>| Quantity::from_integer(count.unwrap_or(0)).ok();
        let value = match self {
            Self::Uplink => capacity.max_uplink_throughput,
            Self::Downlink => capacity.max_downlink_throughput,
            Self::Sessions => count(capacity.max_sessions),
            Self::Subscribers => count(capacity.max_subscribers),
            Self::Connections => count(capacity.max_nf_connections.map(u64::from)),
        };
        value.unwrap_or(Quantity::ZERO)
    }
}

/// What the `Capacity` of a network function looks like in the blueprints.
#[derive(Clone, Debug, PartialEq, Eq, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapacityObject {
    /// Network function, such as `upf`.
    pub nf_type: String,
    /// Where that is written.
    pub source: String,
    /// Name of the object.
    pub name: String,
    /// Its fields.
    pub fields: Vec<CapacityField>,
}

/// The `Capacity` of a network function; `None` where no blueprint has one.
#[must_use]
pub fn object_of(nf_type: &str) -> Option<&'static CapacityObject> {
    static OBJECTS: OnceLock<Vec<CapacityObject>> = OnceLock::new();
    let objects =
        OBJECTS.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/capacity_objects.yaml")));
    objects.iter().find(|object| object.nf_type == nf_type)
}

/// A `Capacity` with these fields, from the demand it serves and the number of peers.
///
/// # Errors
/// Where the demand is beyond what a quantity can hold.
pub fn for_demand(fields: &[CapacityField], demand: Demand, peers: u64) -> Result<Capacity, QuantityError> {
    let mut capacity = Capacity::default();
    for field in fields {
        match field {
            CapacityField::Uplink => {
                capacity.max_uplink_throughput = Some(Quantity::from_integer(demand.uplink)?);
            }
            CapacityField::Downlink => {
                capacity.max_downlink_throughput = Some(Quantity::from_integer(demand.downlink)?);
            }
            CapacityField::Sessions => capacity.max_sessions = Some(demand.sessions),
            CapacityField::Subscribers => capacity.max_subscribers = Some(demand.subscribers),
            CapacityField::Connections => {
                capacity.max_nf_connections = Some(u16::try_from(peers).unwrap_or(u16::MAX));
            }
        }
    }
    Ok(capacity)
}
