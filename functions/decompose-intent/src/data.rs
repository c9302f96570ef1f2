//! The rules and figures, read from `data/`. Code says how a rule is applied; what it says stands in the files, each
//! entry with its source.

mod latency;
mod terms;

use std::sync::OnceLock;

use porchlight_api::infra;
use porchlight_api::network_slice_intent::{NfType, PlmnId, Sharing, SiteRole, SliceType};
use porchlight_api::req::CniType;
use porchlight_krm::order::SortedMap;
use porchlight_yaml::serde::{FromNode, data, embedded};
use serde::Deserialize;

pub(crate) use latency::Latency;
pub(crate) use terms::{ContextTerm, Meaning, NestPreset, ObjectType, Reads, Term, Tmf921};

/// Everything in `data/`.
pub(crate) struct Data {
    pub(crate) slice_types: Vec<SliceTypeRules>,
    pub(crate) bases: Vec<SliceTypeBasis>,
    pub(crate) network_functions: Vec<NetworkFunctionRules>,
    pub(crate) stacks: Vec<Stack>,
    pub(crate) providers: Vec<Provider>,
    pub(crate) networks: Vec<NetworkPlan>,
    pub(crate) parameters: Parameters,
    pub(crate) five_qi: FiveQi,
    pub(crate) defaults: Defaults,
    pub(crate) expectation_objects: Vec<ObjectType>,
    pub(crate) expectation_targets: Vec<Term>,
    pub(crate) expectation_contexts: Vec<ContextTerm>,
    pub(crate) nest_attributes: Vec<Term>,
    pub(crate) nests: Vec<NestPreset>,
    pub(crate) tmf921: Tmf921,
    pub(crate) latency: Latency,
}

impl Data {
    /// The embedded data, parsed once per process.
    pub(crate) fn get() -> &'static Self {
        static DATA: OnceLock<Data> = OnceLock::new();
        DATA.get_or_init(|| Self {
            slice_types: embedded(data!("data/slice_types.yaml")),
            bases: embedded(data!("data/slice_type_bases.yaml")),
            network_functions: embedded(data!("data/network_functions.yaml")),
            stacks: embedded(data!("data/stacks.yaml")),
            providers: embedded(data!("data/providers.yaml")),
            networks: embedded(data!("data/networks.yaml")),
            parameters: embedded(data!("data/parameters.yaml")),
            five_qi: embedded(data!("data/five_qi.yaml")),
            defaults: embedded(data!("data/defaults.yaml")),
            expectation_objects: embedded(data!("data/expectation_objects.yaml")),
            expectation_targets: embedded(data!("data/expectation_targets.yaml")),
            expectation_contexts: embedded(data!("data/expectation_contexts.yaml")),
            nest_attributes: embedded(data!("data/nest_attributes.yaml")),
            nests: embedded(data!("data/nests.yaml")),
            tmf921: embedded(data!("data/tmf921.yaml")),
            latency: embedded(data!("data/latency.yaml")),
        })
    }

    /// The rules a slice type is decomposed by, and the basis where it borrows those of another type.
    pub(crate) fn slice_type(&self, slice_type: SliceType) -> (&SliceTypeRules, Option<&SliceTypeBasis>) {
        let basis = self.bases.iter().find(|basis| basis.slice_type == slice_type);
        let wanted = basis.map_or(slice_type, |basis| basis.like);
        let rules = self.slice_types.iter().find(|rules| rules.slice_type == wanted);
        (rules.expect("invariant: the data tests find rules for every slice type"), basis)
    }

    pub(crate) fn network_function(&self, nf: NfType) -> &NetworkFunctionRules {
        let rules = self.network_functions.iter().find(|rules| rules.name == nf);
        rules.expect("invariant: the data tests find rules for every network function")
    }

    pub(crate) fn stack(&self, name: &str) -> Option<&Stack> {
        self.stacks.iter().find(|stack| stack.name == name)
    }

    pub(crate) fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }
}

/// What a slice type means.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SliceTypeRules {
    pub(crate) slice_type: SliceType,
    pub(crate) source: String,
    pub(crate) sharing: Sharing,
    pub(crate) availability_percent: f64,
    /// One-way latency promised when the intent says nothing.
    pub(crate) latency_ms: Option<f64>,
    pub(crate) five_qi: Vec<i64>,
    /// For intents that ask for less delay than those promise; the loosest first.
    pub(crate) tighter_five_qi: Vec<i64>,
    pub(crate) mean_packet_bytes: u64,
    /// Network instance of N6; `{slice}` stands for the intent's name.
    /// Radio resources kept free for the slice when the intent says nothing, in percent.
    pub(crate) dedicated_radio_percent: i64,
    pub(crate) user_plane_network: String,
    pub(crate) user_plane_cni: CniType,
    pub(crate) user_plane_instances_per_site: u64,
    pub(crate) network_functions: SortedMap<NfType, SiteRule>,
}

/// Where a network function goes.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteRule {
    /// Groups of roles in order of preference.
    pub(crate) roles: Vec<Vec<SiteRole>>,
    pub(crate) spread: Spread,
    /// Whether it can be that of a shared slice subnet.
    #[serde(default)]
    pub(crate) sharing: SharingRule,
}

/// Whether slices of one shared subnet have a network function between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SharingRule {
    /// Never.
    #[default]
    Own,
    /// If the slice is shared.
    BySlice,
    /// Unless the domain is isolated.
    Always,
}

/// On how many sites of the chosen group.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Spread {
    One,
    All,
}

/// A slice type that borrows the rules of another one.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SliceTypeBasis {
    pub(crate) slice_type: SliceType,
    pub(crate) like: SliceType,
    pub(crate) source: String,
}

/// Which objects a network function comes with.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NetworkFunctionRules {
    pub(crate) name: NfType,
    pub(crate) domain: Domain,
    pub(crate) source: String,
    /// Carries users' traffic: demand is split over its sites.
    #[serde(default)]
    pub(crate) user_plane: bool,
    pub(crate) interfaces: Vec<InterfaceRule>,
    /// Network functions whose deployments it must know.
    pub(crate) dependencies: Vec<NfType>,
}

/// Core or radio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Domain {
    Core,
    Ran,
}

/// One interface of a network function.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InterfaceRule {
    pub(crate) name: String,
    /// Network instance; `{userPlane}` stands for the N6 network of the slice, `default` for the pod network.
    pub(crate) network: String,
    pub(crate) network_name: Option<String>,
    /// Gets the slice type's CNI for user planes.
    #[serde(default)]
    pub(crate) user_plane: bool,
}

/// A preset of providers.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stack {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) providers: SortedMap<NfType, String>,
}

/// What is known about a provider.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Provider {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) blueprint: BlueprintRef,
    /// Dialect of its `NFConfig`; none: it reads no parameters.
    pub(crate) parameters: Option<Dialect>,
    /// Reads `DataNetwork` objects though it carries no user plane.
    #[serde(default)]
    pub(crate) lists_data_networks: bool,
    /// Wants UE addresses told instead of claimed.
    #[serde(default)]
    pub(crate) wants_subnets: bool,
    /// Uses only that many pools of a data network.
    pub(crate) pools_per_data_network: Option<usize>,
    /// Reads only the first PLMN and slice.
    #[serde(default)]
    pub(crate) one_plmn_and_slice: bool,
    /// Identifiers it renders whatever it is told.
    pub(crate) renders_only: Option<RendersOnly>,
}

/// Default blueprint.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BlueprintRef {
    pub(crate) repo: String,
    pub(crate) package: String,
    pub(crate) workspace_name: String,
}

/// Spelling of parameter objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Dialect {
    OaiCore,
    OaiRan,
}

/// Identifiers built into an operator.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct RendersOnly {
    pub(crate) plmns: Vec<PlmnId>,
    pub(crate) snssais: Vec<BuiltInSnssai>,
}

#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuiltInSnssai {
    pub(crate) sst: u8,
    pub(crate) sd: String,
}

/// Address plan of a network.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NetworkPlan {
    pub(crate) name: String,
    pub(crate) source: String,
    /// The plan that a slice's own N6 network copies.
    #[serde(default)]
    pub(crate) user_plane: bool,
    pub(crate) prefixes: Vec<infra::Prefix>,
}

/// Provider parameters.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Parameters {
    pub(crate) oai_core: OaiCoreParameters,
    pub(crate) oai_ran: OaiRanParameters,
    pub(crate) no_slice_differentiator: Sourced<String>,
    pub(crate) pod_security: Sourced<String>,
}

/// For the OAI core.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OaiCoreParameters {
    pub(crate) source: String,
    pub(crate) tracking_area_code: u32,
    pub(crate) dns: String,
    pub(crate) amf_region: String,
    pub(crate) amf_set: String,
    pub(crate) amf_pointer: String,
}

/// For the OAI RAN: the cell of the blueprint.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OaiRanParameters {
    pub(crate) source: String,
    pub(crate) tracking_area_code: u32,
    pub(crate) cell_identity: String,
    pub(crate) physical_cell_id: u16,
    pub(crate) band: u16,
    pub(crate) sub_carrier_spacing: u8,
    pub(crate) carrier_bandwidth: u16,
    pub(crate) image: String,
}

/// A value with its source.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) source: String,
}

/// What an intent that says nothing gets, whatever its slice type.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Defaults {
    pub(crate) stack: Sourced<String>,
    pub(crate) data_network: Sourced<String>,
    pub(crate) pool: Sourced<String>,
    /// Attachment type of interfaces for which the slice type asks none.
    pub(crate) cni: Sourced<CniType>,
    /// More user planes at one site are not planned.
    pub(crate) most_instances_per_site: Sourced<u64>,
}

/// 5QI values.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FiveQi {
    pub(crate) source: String,
    pub(crate) standard: Vec<i64>,
    pub(crate) operator_specific: Range,
    pub(crate) delay_budgets: Vec<DelayBudget>,
}

impl FiveQi {
    pub(crate) fn is_valid(&self, value: i64) -> bool {
        self.standard.contains(&value) || (self.operator_specific.from..=self.operator_specific.to).contains(&value)
    }

    /// Packet delay budget, where it is listed.
    pub(crate) fn delay_budget(&self, value: i64) -> Option<&DelayBudget> {
        self.delay_budgets.iter().find(|budget| budget.five_qi.contains(&value))
    }

    /// The smallest budget of several, with its 5QI.
    pub(crate) fn tightest(&self, values: &[i64]) -> Option<(i64, &DelayBudget)> {
        let budgets = values.iter().filter_map(|&value| Some((value, self.delay_budget(value)?)));
        budgets.min_by(|left, right| left.1.ms.total_cmp(&right.1.ms))
    }
}

#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DelayBudget {
    pub(crate) ms: f64,
    /// Part of it between radio and data network.
    pub(crate) core: f64,
    pub(crate) five_qi: Vec<i64>,
}

#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

#[cfg(test)]
mod tests;
