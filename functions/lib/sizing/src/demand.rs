//! What a network has to carry.

use crate::figures::{Figures, ratio};

/// Demand as somebody states it, before headroom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatedDemand {
    /// Devices, which are subscribers.
    pub devices: u64,
    /// PDU sessions; none: derived from the devices.
    pub sessions: Option<u64>,
    /// bit/s
    pub downlink: u64,
    /// bit/s
    pub uplink: u64,
}

impl StatedDemand {
    /// The demand to plan for: headroom added, sessions derived where they are not stated.
    #[must_use]
    pub fn planned(self, figures: &Figures) -> Demand {
        let headroom = (figures.headroom.per + figures.headroom.value, figures.headroom.per);
        let with_headroom = |value| ratio(value, headroom.0, headroom.1);
        let sessions = self.sessions.map_or_else(
            || {
                // One product, rounded once: rounding between the factors would add sessions nobody asked for.
                let numerator = headroom.0 * figures.sessions_per_device.value * figures.attach_ratio.value;
                let denominator = headroom.1 * figures.sessions_per_device.per * figures.attach_ratio.per;
                ratio(self.devices, numerator, denominator)
            },
            with_headroom,
        );
        Demand {
            downlink: with_headroom(self.downlink),
            uplink: with_headroom(self.uplink),
            subscribers: with_headroom(self.devices),
            sessions,
        }
    }
}

/// What a network, or the part of it at a site, has to carry; headroom included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// bit/s
    pub downlink: u64,
    /// bit/s
    pub uplink: u64,
    /// Registered subscribers.
    pub subscribers: u64,
    /// PDU sessions.
    pub sessions: u64,
}

impl Demand {
    /// The part of a site with `weight` of `total` weights.
    ///
    /// Each part is rounded up by itself. A largest-remainder split would add up exactly, but then a larger demand can
    /// take a unit away from a site (the Alabama paradox).
    #[must_use]
    pub fn share(self, weight: u64, total: u64) -> Self {
        let share = |value| ratio(value, weight, total);
        Self {
            downlink: share(self.downlink),
            uplink: share(self.uplink),
            subscribers: share(self.subscribers),
            sessions: share(self.sessions),
        }
    }

    /// bit/s of both directions.
    #[must_use]
    pub fn bit_rate(self) -> u64 {
        self.downlink.saturating_add(self.uplink)
    }

    /// Packets per second at a mean packet size.
    #[must_use]
    pub fn packets_per_second(self, packet_bytes: u64) -> u64 {
        self.bit_rate().div_ceil(packet_bytes.max(1).saturating_mul(8))
    }

    /// bit/s on the wire of N3: users' packets in GTP-U in Ethernet.
    #[must_use]
    pub fn wire_rate(self, packet_bytes: u64, figures: &Figures) -> u64 {
        let framed =
            packet_bytes.saturating_add(figures.gtp_overhead.value).saturating_add(figures.ethernet_overhead.value);
        ratio(self.bit_rate(), framed, packet_bytes)
    }
}
