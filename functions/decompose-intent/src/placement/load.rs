//! How many user planes a site needs for its load.

use porchlight_sizing::Load as SizedLoad;
use porchlight_sizing::size::{SizeError, Wishes, size};
use porchlight_sizing::{Demand, Figures, profile};

use crate::data::Data;
use crate::slice::{NetworkFunction, Site, Slice};

/// Sizing profile that says what the operators' pods carry.
const PROFILE: &str = "operator-reference";

/// The number of instances, and the rule that gave it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Load {
    /// At least 1.
    pub(crate) instances: u64,
    pub(crate) rule: String,
    pub(crate) calculation: String,
    pub(crate) source: String,
}

impl Load {
    /// A network function of which a site has one.
    pub(super) fn one() -> Self {
        Self { instances: 1, rule: "load".to_owned(), calculation: "1".to_owned(), source: String::new() }
    }

    /// As many as the port of the site, the operator's pod and the address pools ask for.
    pub(super) fn of_user_plane(slice: &Slice, function: &NetworkFunction, site: &Site, demand: Demand) -> Self {
        let most = Data::get().defaults.most_instances_per_site.value;
        let mut load = Self::by_port(slice, site, demand);
        if let Some(by_profile) = Self::by_profile(slice, function, site, demand)
            && by_profile.instances > load.instances
        {
            load = by_profile;
        }
        load.instances = load.instances.min(most);
        let fits = |instances: u64| !slice.pools_are_too_small(demand.share(1, instances).sessions);
        let by_pool = (load.instances..=most).find(|&instances| fits(instances)).unwrap_or(most);
        if by_pool > load.instances {
            let shortest = &Figures::get().shortest_pool;
            load = Self {
                instances: by_pool,
                rule: "shortestPool".to_owned(),
                calculation: format!("{} sessions over pools of at most /{}", demand.sessions, shortest.value),
                source: shortest.source.clone(),
            };
        }
        load
    }

    fn by_port(slice: &Slice, site: &Site, demand: Demand) -> Self {
        let figures = Figures::get();
        let wire = demand.wire_rate(slice.service.packet_bytes, figures);
        let source = match site.stated_nic {
            Some(_) => format!("{}.nicBandwidth", site.field),
            None => figures.nic_bandwidth.source.clone(),
        };
        Self {
            instances: wire.div_ceil(site.nic_bandwidth.max(1)).max(1),
            rule: "nicBandwidth".to_owned(),
            calculation: format!("ceil({wire} bit/s on the wire / {} bit/s)", site.nic_bandwidth),
            source,
        }
    }

    /// By what the provider's pods are known to carry, as `expand-capacity` counts it.
    fn by_profile(slice: &Slice, function: &NetworkFunction, site: &Site, demand: Demand) -> Option<Self> {
        let nf = function.nf.as_str();
        let rule = profile::rule(&profile::named(PROFILE)?.spec, nf, Some(&function.provider))?;
        let load = SizedLoad {
            uplink: Some(demand.uplink),
            downlink: Some(demand.downlink),
            sessions: Some(demand.sessions),
            packet_bytes: slice.service.packet_bytes,
            ..SizedLoad::default()
        };
        let name = format!("{PROFILE}/{nf}");
        match size(rule, &name, &site.name, load, Wishes::default()) {
            Ok(size) => {
                let first = size.derived.into_iter().next()?;
                let calculation = first.calculation.unwrap_or_default();
                Some(Self { instances: size.instances, rule: name, calculation, source: first.source })
            }
            Err(SizeError::TooMany { needed, calculation, .. }) => {
                Some(Self { instances: needed, rule: name, calculation, source: rule.source.clone() })
            }
            Err(_) => None,
        }
    }
}
