//! A network slice as the rest of the function sees it: every value valid, every default filled in.

use porchlight_api::coverage::Area;
use porchlight_api::edge_site::Location;
use porchlight_api::network_slice_intent::{
    Blueprint, IsolationLevel, NetworkSliceIntent, NfType, Placement, PlmnId, SessionType, Sharing,
    Site as WrittenSite, SiteRole, SliceType,
};
use porchlight_api::{Draft, Quantity};
use porchlight_sizing::StatedDemand;
use porchlight_yaml::{SequenceIndent, emit};

use crate::data::{Data, Domain, SharingRule, SliceTypeRules};
use crate::statements::Imported;

/// A valid intent.
pub(crate) struct Slice {
    /// The intent's name, a DNS label of at most 20 characters.
    pub(crate) name: String,
    pub(crate) generation: Option<i64>,
    pub(crate) slice_type: SliceType,
    /// Rules the type is decomposed by.
    pub(crate) rules: &'static SliceTypeRules,
    pub(crate) sst: u8,
    /// Six lower-case hexadecimal digits; none: the slice has no differentiator.
    pub(crate) sd: Option<String>,
    /// At least one, no duplicates.
    pub(crate) plmns: Vec<PlmnId>,
    /// At least one, no duplicates.
    pub(crate) data_networks: Vec<DataNetwork>,
    pub(crate) service: Service,
    pub(crate) sharing: Sharing,
    /// Shared slice subnet, where the slice takes part in one.
    pub(crate) shared_subnet: Option<String>,
    /// 1–100; the higher one wins a conflict.
    pub(crate) priority: i64,
    /// Losing a conflict is all right.
    pub(crate) preemptible: bool,
    pub(crate) rrm: RrmShares,
    pub(crate) coverage: Option<Area>,
    /// At least one, names unique.
    pub(crate) sites: Vec<Site>,
    /// In the order of [`NfType::ALL`], at least one.
    pub(crate) network_functions: Vec<NetworkFunction>,
    /// Order in which network functions hand on; at least two or none.
    pub(crate) service_chain: Vec<NfType>,
    pub(crate) placement: Placement,
    /// Fields the intent sets that nothing is generated from.
    pub(crate) recorded_only: Vec<String>,
    /// What the intent says in the words of other models.
    pub(crate) imported: Vec<Imported>,
    /// Folder of the intent's file with a slash at its end, or nothing.
    pub(crate) folder: String,
    /// The intent as written, with the sites resolved.
    pub(crate) spec: NetworkSliceIntent,
}

/// Shares of the radio resources in percent; dedicated ≤ min ≤ max ≤ 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RrmShares {
    pub(crate) dedicated: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
}

/// A data network with its pools.
pub(crate) struct DataNetwork {
    pub(crate) name: String,
    pub(crate) session_type: SessionType,
    pub(crate) dns: Option<String>,
    /// At least one.
    pub(crate) pools: Vec<Pool>,
    /// N6 network.
    pub(crate) network_instance: String,
}

/// A pool of UE addresses.
pub(crate) struct Pool {
    pub(crate) name: String,
    /// As the intent says; none: by the number of sessions.
    pub(crate) prefix_length: Option<u8>,
    pub(crate) prefix: Option<String>,
}

/// Demand as the intent states it, before headroom.
pub(crate) struct Service {
    pub(crate) devices: u64,
    /// Stated number of sessions; none: derived from the devices.
    pub(crate) sessions: Option<u64>,
    /// bit/s
    pub(crate) downlink: u64,
    /// bit/s
    pub(crate) uplink: u64,
    /// Which field the rates come from.
    pub(crate) throughput_field: &'static str,
    pub(crate) packet_bytes: u64,
    pub(crate) availability_percent: f64,
    /// One-way, the smaller of both directions.
    pub(crate) latency_ms: Option<f64>,
    pub(crate) five_qi: Vec<i64>,
}

/// A site.
pub(crate) struct Site {
    pub(crate) name: String,
    pub(crate) role: SiteRole,
    pub(crate) cluster: String,
    pub(crate) repository: String,
    pub(crate) weight: u64,
    /// bit/s
    pub(crate) nic_bandwidth: u64,
    /// The same as the intent states it.
    pub(crate) stated_nic: Option<Quantity>,
    pub(crate) location: Option<Location>,
    /// One-way delay between the antennas and the site.
    pub(crate) delay: SiteDelay,
    /// Attachment types of the cluster, where the package tells.
    pub(crate) cnis: Option<Vec<String>>,
    /// Field the site comes from.
    pub(crate) field: String,
}

/// How long a packet takes between the antennas and a site.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SiteDelay {
    pub(crate) ms: f64,
    /// As the intent states it.
    pub(crate) distance_km: Option<f64>,
    /// As the intent states it.
    pub(crate) measured_ms: Option<f64>,
    /// How it was found, with numbers.
    pub(crate) text: String,
    /// Where the numbers come from.
    pub(crate) source: String,
}

/// A network function the slice adds.
pub(crate) struct NetworkFunction {
    pub(crate) nf: NfType,
    pub(crate) provider: String,
    /// Field the provider comes from.
    pub(crate) provider_field: String,
    pub(crate) blueprint: Blueprint,
    /// Field the blueprint comes from, where the intent names one.
    pub(crate) blueprint_field: Option<String>,
}

impl Service {
    /// What the sizing rules take.
    pub(crate) fn stated_demand(&self) -> StatedDemand {
        let Self { devices, sessions, downlink, uplink, .. } = *self;
        StatedDemand { devices, sessions, downlink, uplink }
    }
}

impl Site {
    /// The site as a person would list it.
    fn written(&self) -> WrittenSite {
        WrittenSite {
            name: self.name.clone(),
            role: Some(self.role),
            cluster: Some(self.cluster.clone()),
            weight: i64::try_from(self.weight).ok(),
            repository: None,
            nic_bandwidth: self.stated_nic,
            distance_km: self.delay.distance_km,
            latency_ms: self.delay.measured_ms,
            // Cells are planned where the intent is, not inside a variant.
            location: None,
        }
    }
}

impl Slice {
    pub(crate) fn has(&self, nf: NfType) -> bool {
        self.network_functions.iter().any(|function| function.nf == nf)
    }

    /// The intent as YAML, for the function that runs inside a package variant. Without what only people read, so
    /// that a new description does not make new package revisions.
    pub(crate) fn text(&self) -> String {
        let spec = NetworkSliceIntent {
            user_label: None,
            description: None,
            site_selector: None,
            // What they say stands in the typed fields by now.
            expectations: Vec::new(),
            nest: None,
            tmf921: None,
            ..self.spec.clone()
        };
        let sites = self.sites.iter().map(Site::written).collect();
        let intent = Draft::new(&self.name, &NetworkSliceIntent { sites, ..spec });
        let mut text = String::new();
        emit(intent.resource().document(), SequenceIndent::Compact, &mut text);
        text
    }

    /// The shared subnet a network function belongs to; none: it is the slice's own.
    pub(crate) fn shared(&self, nf: NfType) -> Option<&str> {
        let subnet = self.shared_subnet.as_deref()?;
        let rule = self.rules.network_functions.get(&nf)?;
        let per_domain = self.spec.isolation.as_ref().map(|isolation| &isolation.per_domain);
        let isolation = per_domain.and_then(|levels| match Data::get().network_function(nf).domain {
            Domain::Core => levels.core,
            Domain::Ran => levels.ran,
        });
        let shares = match (rule.sharing, isolation) {
            (SharingRule::Own, _) | (_, Some(IsolationLevel::Dedicated)) => false,
            (SharingRule::Always, _) | (SharingRule::BySlice, Some(IsolationLevel::Shared)) => true,
            (SharingRule::BySlice, None) => self.sharing == Sharing::Shared,
        };
        shares.then_some(subnet)
    }

    /// Whether the planning of sites and cells brings the radio network functions.
    pub(crate) fn leaves_radio_to_coverage(&self) -> bool {
        self.coverage.as_ref().is_some_and(|area| !area.polygons.is_empty())
    }

    /// The radio network functions of the slice.
    pub(crate) fn radio(&self) -> impl Iterator<Item = &NetworkFunction> {
        let is_radio = |function: &&NetworkFunction| Data::get().network_function(function.nf).domain == Domain::Ran;
        self.network_functions.iter().filter(is_radio)
    }

    /// Tracking area code of a network, where the intent names one.
    pub(crate) fn tac_of(&self, plmn: &PlmnId) -> Option<u32> {
        let areas = self.coverage.iter().flat_map(|area| &area.tai_list);
        let own = areas.clone().find(|tai| tai.plmn_id == *plmn);
        own.or_else(|| areas.clone().next()).and_then(|tai| tai.tac.value())
    }

    /// Who comes first when intents contradict each other: the higher priority, then the more specific one (fewer sites,
    /// networks, devices), then the name.
    pub(crate) fn precedence(&self) -> (i64, (usize, usize, u64), &str) {
        (-self.priority, (self.sites.len(), self.plmns.len(), self.service.devices), &self.name)
    }

    /// Network functions that one must know: by its kind, and the next one of the service chain.
    pub(crate) fn dependencies_of(&self, nf: NfType) -> Vec<NfType> {
        let mut others = Data::get().network_function(nf).dependencies.clone();
        let next = self.service_chain.windows(2).filter(|pair| pair[0] == nf).map(|pair| pair[1]);
        others.extend(next.filter(|next| !others.contains(next)).collect::<Vec<_>>());
        others
    }

    /// Whether even the largest pools are too small for that many sessions.
    pub(crate) fn pools_are_too_small(&self, sessions: u64) -> bool {
        self.data_networks.iter().any(|network| network.too_small_for(sessions))
    }

    /// `1/000001`, as operators write slices.
    pub(crate) fn snssai(&self) -> String {
        match &self.sd {
            Some(sd) => format!("{}/{sd}", self.sst),
            None => self.sst.to_string(),
        }
    }
}
