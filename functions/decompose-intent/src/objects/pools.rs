//! UE address pools of a user plane.

use porchlight_api::network_slice_intent::{NfType, SessionType};
use porchlight_api::req::{IpFamily, Pool};
use porchlight_sizing::Figures;
use porchlight_sizing::pool::{self as prefix, PoolPrefix};

use crate::placement::Instance;
use crate::slice::{self, DataNetwork};

impl Instance<'_> {
    /// Whether this network function gets addresses for devices.
    pub(crate) fn claims_pools(&self) -> bool {
        self.function.nf == NfType::Upf
    }

    /// Name and prefix of every pool of a data network: as stated, else by the sessions this instance carries.
    pub(crate) fn pool_prefixes(&self, network: &DataNetwork) -> Vec<(String, PoolPrefix)> {
        let stated_or = |pool: &slice::Pool, computed: PoolPrefix| {
            pool.prefix_length.map_or(computed, |length| PoolPrefix { length, too_small: false })
        };
        let (ipv4, ipv6) = self.computed(network);
        let mut prefixes = Vec::new();
        for pool in &network.pools {
            match network.session_type {
                SessionType::Ipv4 => prefixes.push((pool.name.clone(), stated_or(pool, ipv4))),
                SessionType::Ipv6 => prefixes.push((pool.name.clone(), stated_or(pool, ipv6))),
                SessionType::Ipv4v6 => {
                    prefixes.push((pool.name.clone(), stated_or(pool, ipv4)));
                    prefixes.push((format!("{}-v6", pool.name), ipv6));
                }
            }
        }
        prefixes
    }

    /// The pools to claim for a data network.
    pub(super) fn pools(&self, network: &DataNetwork) -> Vec<Pool> {
        let is_ipv6 = |name: &str| match network.session_type {
            SessionType::Ipv4 => false,
            SessionType::Ipv6 => true,
            SessionType::Ipv4v6 => network.pools.iter().all(|pool| pool.name != name),
        };
        let prefixes = self.pool_prefixes(network).into_iter();
        prefixes
            .map(|(name, prefix)| Pool {
                ip_family: is_ipv6(&name).then_some(IpFamily::Ipv6),
                prefix_length: prefix.length,
                name,
            })
            .collect()
    }

    fn computed(&self, network: &DataNetwork) -> (PoolPrefix, PoolPrefix) {
        let figures = Figures::get();
        let count = u64::try_from(network.pools.len()).unwrap_or(1);
        let sessions = self.demand.sessions;
        (prefix::ipv4(sessions, count, figures), prefix::ipv6(sessions, count, figures))
    }
}

impl DataNetwork {
    /// Whether even the largest pools are too small for that many sessions.
    pub(crate) fn too_small_for(&self, sessions: u64) -> bool {
        let figures = Figures::get();
        let count = u64::try_from(self.pools.len()).unwrap_or(1);
        // Stated lengths are the intent's own business.
        let computed = self.pools.iter().any(|pool| pool.prefix_length.is_none());
        match self.session_type {
            SessionType::Ipv4 | SessionType::Ipv4v6 => computed && prefix::ipv4(sessions, count, figures).too_small,
            SessionType::Ipv6 => computed && prefix::ipv6(sessions, count, figures).too_small,
        }
    }
}
