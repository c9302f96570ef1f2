//! Which network function goes to which site, how many of them, and what each has to carry.

use porchlight_api::network_slice_intent::NfType;
use porchlight_api::req::Capacity;
use porchlight_krm::Code;
use porchlight_sizing::{Demand, Figures, capacity};

use crate::data::{Data, NetworkFunctionRules, SiteRule, Spread};
use crate::problem::Problems;
use crate::slice::{NetworkFunction, Site, Slice};

/// Longest name of a package variant and of a namespace.
const MAX_OBJECT_NAME: usize = 63;

/// The slice on its sites.
pub(crate) struct Plan<'a> {
    pub(crate) slice: &'a Slice,
    /// The whole slice.
    pub(crate) demand: Demand,
    /// In the order of network functions, then sites.
    pub(crate) instances: Vec<Instance<'a>>,
}

/// One network function at one site.
pub(crate) struct Instance<'a> {
    pub(crate) slice: &'a Slice,
    pub(crate) function: &'a NetworkFunction,
    pub(crate) rules: &'static NetworkFunctionRules,
    pub(crate) site: &'a Site,
    /// From 1.
    pub(crate) ordinal: u64,
    /// What it carries. Several instances at one site each carry all of the site's part: one may fail.
    pub(crate) demand: Demand,
    pub(crate) capacity: Capacity,
}

impl Instance<'_> {
    /// Package of the network function, the same in every repository it is deployed to: dependencies find it by name.
    pub(crate) fn package(&self) -> String {
        package(self.slice, self.function.nf, self.ordinal)
    }

    /// A name that only this instance has.
    pub(crate) fn unique_name(&self) -> String {
        format!("{}-{}-{}{}", self.slice.name, self.function.nf, self.site.name, suffix(self.ordinal))
    }

    /// Name of the NFDeployment: `<nf>-<cluster>`, the form that the blueprints' replacements rely on.
    pub(crate) fn deployment_name(&self) -> String {
        format!("{}-{}", self.function.nf, self.site.cluster)
    }

    /// Network function, site and, for further instances, their number; unique within the slice.
    pub(crate) fn place(&self) -> String {
        format!("{}-{}{}", self.function.nf, self.site.name, suffix(self.ordinal))
    }
}

/// Tells further instances at one site apart.
fn suffix(ordinal: u64) -> String {
    if ordinal == 1 { String::new() } else { format!("-{ordinal}") }
}

fn package(slice: &Slice, nf: NfType, ordinal: u64) -> String {
    format!("{}-{nf}{}", slice.name, suffix(ordinal))
}

/// Packages of all instances of a network function, each with the name a dependency on it has.
pub(crate) fn packages(slice: &Slice, nf: NfType) -> Vec<(String, String)> {
    let ordinals = 1..=instances_per_site(slice, nf);
    ordinals.map(|ordinal| (format!("{nf}{}", suffix(ordinal)), package(slice, nf, ordinal))).collect()
}

/// Places every network function of a slice.
pub(crate) fn plan<'a>(slice: &'a Slice, problems: &mut Problems) -> Plan<'a> {
    let data = Data::get();
    let demand = slice.service.stated_demand().planned(Figures::get());
    let mut plan = Plan { slice, demand, instances: Vec::new() };
    for function in &slice.network_functions {
        let rules = data.network_function(function.nf);
        let Some(rule) = slice.rules.network_functions.get(&function.nf) else { continue };
        let sites = choose(slice, rules, rule);
        if sites.is_empty() {
            no_site(slice, function.nf, rule, problems);
        }
        let total_weight: u64 = sites.iter().map(|site| site.weight).sum();
        for site in sites {
            let demand = if rules.user_plane { demand.share(site.weight, total_weight) } else { demand };
            for ordinal in 1..=instances_per_site(slice, function.nf) {
                let capacity = Capacity::default();
                plan.instances.push(Instance { slice, function, rules, site, ordinal, demand, capacity });
            }
        }
    }
    size(&mut plan, problems);
    check_names(&plan, problems);
    plan
}

/// Sites of the first group of roles that has any.
fn choose<'a>(slice: &'a Slice, rules: &NetworkFunctionRules, rule: &SiteRule) -> Vec<&'a Site> {
    let usable = |site: &&Site| !rules.user_plane || site.weight > 0;
    let group = rule
        .roles
        .iter()
        .map(|roles| slice.sites.iter().filter(usable).filter(|site| roles.contains(&site.role)).collect::<Vec<_>>());
    let mut sites = group.into_iter().find(|sites| !sites.is_empty()).unwrap_or_default();
    if rule.spread == Spread::One {
        sites.truncate(1);
    }
    sites
}

fn no_site(slice: &Slice, nf: NfType, rule: &SiteRule, problems: &mut Problems) {
    let roles: Vec<&str> = rule.roles.iter().flatten().map(|role| role.as_str()).collect();
    problems.add(
        Code::IntentInfeasible,
        "spec.sites",
        None,
        format!(
            "no site can carry the {nf}: for the slice type {} it needs one with the role {}{}",
            slice.rules.slice_type,
            roles.join(" or "),
            if Data::get().network_function(nf).user_plane { " and a weight above 0" } else { "" }
        ),
    );
}

/// More than one UPF where the slice type or the availability asks for it.
fn instances_per_site(slice: &Slice, nf: NfType) -> u64 {
    if nf != NfType::Upf {
        return 1;
    }
    let figures = Figures::get();
    #[expect(clippy::cast_precision_loss, reason = "the figures are small")]
    let threshold = figures.redundancy_availability.value as f64 / figures.redundancy_availability.per as f64;
    let redundant = if slice.service.availability_percent >= threshold { figures.redundant_instances.value } else { 1 };
    slice.rules.user_plane_instances_per_site.max(redundant)
}

fn size(plan: &mut Plan<'_>, problems: &mut Problems) {
    let user_planes = plan.instances.iter().filter(|instance| instance.function.nf == NfType::Upf).count();
    let peers = u64::try_from(user_planes).unwrap_or(u64::MAX).max(1);
    for instance in &mut plan.instances {
        match capacity::for_demand(&instance.rules.capacity, instance.demand, peers) {
            Ok(capacity) => instance.capacity = capacity,
            Err(error) => problems.add(Code::SizingLimitExceeded, "spec.service", None, error.to_string()),
        }
    }
}

fn check_names(plan: &Plan<'_>, problems: &mut Problems) {
    for (index, instance) in plan.instances.iter().enumerate() {
        let same_place = |other: &&Instance<'_>| {
            (other.function.nf, &other.site.cluster, other.ordinal)
                == (instance.function.nf, &instance.site.cluster, instance.ordinal)
        };
        if let Some(other) = plan.instances[..index].iter().find(same_place) {
            problems.add(
                Code::IntentConflict,
                format!("{}.cluster", instance.site.field),
                Some(instance.site.cluster.clone()),
                format!(
                    "the {} of the site {} is on this cluster already: join the sites",
                    instance.function.nf, other.site.name
                ),
            );
        }
        let name = instance.unique_name();
        if name.len() > MAX_OBJECT_NAME {
            problems.invalid(
                format!("{}.name", instance.site.field),
                &instance.site.name,
                format!("`{name}` would be longer than {MAX_OBJECT_NAME} characters: shorten the name of the site"),
            );
        }
    }
}
