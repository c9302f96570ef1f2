//! A load on a network function, metric by metric.

use porchlight_api::Quantity;
use porchlight_api::req::Capacity;
use porchlight_api::sizing_profile::Metric;

use crate::demand::Demand;
use crate::figures::Figures;

/// What a network function, or one instance of it, has to carry. A metric that is not known counts as nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// bit/s
    pub uplink: Option<u64>,
    /// bit/s
    pub downlink: Option<u64>,
    /// PDU sessions.
    pub sessions: Option<u64>,
    /// Registered subscribers.
    pub subscribers: Option<u64>,
    /// Peer network functions.
    pub connections: Option<u64>,
    /// Radio cells.
    pub cells: Option<u64>,
    /// Mean size of users' packets in bytes, at least 1.
    pub packet_bytes: u64,
}

impl Load {
    /// The load a `Capacity` stands for, its counts multiplied by `unit`. Fractions of a bit are rounded up.
    #[must_use]
    pub fn of_capacity(capacity: &Capacity, unit: u64, packet_bytes: u64) -> Self {
        let count = |count: Option<u64>| count.map(|count| count.saturating_mul(unit));
        Self {
            uplink: capacity.max_uplink_throughput.and_then(Quantity::ceil),
            downlink: capacity.max_downlink_throughput.and_then(Quantity::ceil),
            sessions: count(capacity.max_sessions),
            subscribers: count(capacity.max_subscribers),
            connections: capacity.max_nf_connections.map(u64::from),
            cells: None,
            packet_bytes,
        }
    }

    /// The part of each of `parts` instances, rounded up.
    #[must_use]
    pub fn part(self, parts: u64) -> Self {
        self.map(|value| value.div_ceil(parts.max(1)))
    }

    /// Every metric changed alike.
    #[must_use]
    pub fn map(self, change: impl Fn(u64) -> u64) -> Self {
        Self {
            uplink: self.uplink.map(&change),
            downlink: self.downlink.map(&change),
            sessions: self.sessions.map(&change),
            subscribers: self.subscribers.map(&change),
            connections: self.connections.map(&change),
            cells: self.cells.map(&change),
            packet_bytes: self.packet_bytes,
        }
    }

    /// The demand in the terms of the user plane's formulas.
    #[must_use]
    pub fn demand(self) -> Demand {
        Demand {
            downlink: self.downlink.unwrap_or(0),
            uplink: self.uplink.unwrap_or(0),
            subscribers: self.subscribers.unwrap_or(0),
            sessions: self.sessions.unwrap_or(0),
        }
    }

    /// The value of a metric; 0 where it is not known, as operators read an absent field.
    #[must_use]
    pub fn metric(self, metric: Metric, workers: u64) -> u64 {
        let value = match metric {
            Metric::MaxUplinkThroughput => self.uplink,
            Metric::MaxDownlinkThroughput => self.downlink,
            Metric::Throughput => Some(self.demand().bit_rate()),
            Metric::PacketRate => Some(self.demand().packets_per_second(self.packet_bytes)),
            Metric::WireRate => Some(self.demand().wire_rate(self.packet_bytes, Figures::get())),
            Metric::MaxSessions => self.sessions,
            Metric::MaxSubscribers => self.subscribers,
            Metric::MaxNfConnections => self.connections,
            Metric::Cells => self.cells,
            Metric::Workers => Some(workers),
        };
        value.unwrap_or(0)
    }
}

/// A metric's value in words: `20G bit/s downlink`, `32400 sessions`.
#[must_use]
pub fn in_words(metric: Metric, value: u64) -> String {
    let rate = |unit: &str| {
        let text = Quantity::from_integer(value).map_or_else(|_| value.to_string(), |value| value.to_string());
        format!("{text} {unit}")
    };
    match metric {
        Metric::MaxUplinkThroughput => rate("bit/s uplink"),
        Metric::MaxDownlinkThroughput => rate("bit/s downlink"),
        Metric::Throughput => rate("bit/s"),
        Metric::PacketRate => format!("{value} packets/s"),
        Metric::WireRate => rate("bit/s on the wire"),
        Metric::MaxSessions => format!("{value} sessions"),
        Metric::MaxSubscribers => format!("{value} subscribers"),
        Metric::MaxNfConnections => format!("{value} connections"),
        Metric::Cells => format!("{value} cells"),
        Metric::Workers => format!("{value} workers"),
    }
}
