//! Which network function goes to which site, how many of them, and what each has to carry.

mod load;

use porchlight_api::network_slice_intent::NfType;
use porchlight_api::req::Capacity;
use porchlight_krm::order::SortedMap;
use porchlight_krm::{Code, Notice};
use porchlight_sizing::capacity::CapacityObject;
use porchlight_sizing::{Demand, Figures, capacity};

pub(crate) use load::Load;

use crate::data::{Data, Domain, NetworkFunctionRules, SiteRule, Spread};
use crate::latency::{CorePath, millis};
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
    /// What is not placed as the intent says.
    pub(crate) notices: Vec<Notice>,
}

/// One network function at one site.
#[derive(Clone)]
pub(crate) struct Instance<'a> {
    /// The slice it is of; of a shared one, the slice that comes first.
    pub(crate) slice: &'a Slice,
    /// All slices it serves, by name.
    pub(crate) slices: Vec<&'a Slice>,
    pub(crate) function: &'a NetworkFunction,
    pub(crate) rules: &'static NetworkFunctionRules,
    pub(crate) site: &'a Site,
    /// From 1.
    pub(crate) ordinal: u64,
    /// The part of its site.
    pub(crate) site_demand: Demand,
    /// What it carries. Of several instances at one site, a spare one is left out of the division: one may fail.
    pub(crate) demand: Demand,
    /// Instances at the site without the spare one, and why so many.
    pub(crate) load: Load,
    /// Further instances at the site.
    pub(crate) spare: u64,
    /// Packages of the network functions it must know, each with the name the dependency on it has.
    pub(crate) dependencies: Vec<(String, String)>,
    pub(crate) capacity: Capacity,
}

impl Instance<'_> {
    /// Package of the network function, the same in every repository it is deployed to: dependencies find it by name.
    pub(crate) fn package(&self) -> String {
        format!("{}-{}{}", self.owner(), self.function.nf, suffix(self.ordinal))
    }

    /// The shared slice subnet it belongs to; none: it is the slice's own.
    pub(crate) fn subnet(&self) -> Option<&str> {
        self.slice.shared(self.function.nf)
    }

    /// What packages and namespaces are named after: the shared subnet, or the slice.
    pub(crate) fn owner(&self) -> &str {
        self.subnet().unwrap_or(&self.slice.name)
    }

    /// Site, or the cluster for a shared one: slices may call their sites differently.
    pub(crate) fn site_name(&self) -> &str {
        if self.subnet().is_some() { &self.site.cluster } else { &self.site.name }
    }

    /// A name that only this instance has.
    pub(crate) fn unique_name(&self) -> String {
        format!("{}-{}-{}{}", self.owner(), self.function.nf, self.site_name(), suffix(self.ordinal))
    }

    /// Name of the NFDeployment: `<nf>-<cluster>`, the form that the blueprints' replacements rely on.
    pub(crate) fn deployment_name(&self) -> String {
        format!("{}-{}", self.function.nf, self.site.cluster)
    }

    /// Network function, site and, for further instances, their number; unique within the slice.
    pub(crate) fn place(&self) -> String {
        format!("{}-{}{}", self.function.nf, self.site_name(), suffix(self.ordinal))
    }
}

/// Tells further instances at one site apart.
fn suffix(ordinal: u64) -> String {
    if ordinal == 1 { String::new() } else { format!("-{ordinal}") }
}

/// Places every network function of a slice.
pub(crate) fn plan<'a>(slice: &'a Slice, problems: &mut Problems) -> Plan<'a> {
    let data = Data::get();
    let demand = slice.service.stated_demand().planned(Figures::get());
    let mut plan = Plan { slice, demand, instances: Vec::new(), notices: Vec::new() };
    for function in &slice.network_functions {
        let rules = data.network_function(function.nf);
        if rules.domain == Domain::Ran && slice.leaves_radio_to_coverage() {
            continue;
        }
        let Some(rule) = slice.rules.network_functions.get(&function.nf) else { continue };
        let sites = choose(slice, rules, rule, &mut plan.notices);
        if sites.is_empty() {
            no_site(slice, function.nf, rule, problems);
        }
        let total_weight: u64 = sites.iter().map(|site| site.weight).sum();
        for site in sites {
            let site_demand = if rules.user_plane { demand.share(site.weight, total_weight) } else { demand };
            let load = if function.nf == NfType::Upf {
                Load::of_user_plane(slice, function, site, site_demand)
            } else {
                Load::one()
            };
            let demand = site_demand.share(1, load.instances);
            let spare = spare_instances(slice, function.nf);
            for ordinal in 1..=load.instances + spare {
                plan.instances.push(Instance {
                    slice,
                    slices: vec![slice],
                    function,
                    rules,
                    site,
                    ordinal,
                    site_demand,
                    demand,
                    load: load.clone(),
                    spare,
                    dependencies: Vec::new(),
                    capacity: Capacity::default(),
                });
            }
        }
    }
    size(&mut plan, problems);
    know_each_other(&mut plan);
    check_names(&plan, problems);
    plan
}

/// Sites of the first group of roles that has any. Of a user plane's sites, those that are too far from the antennas for
/// the promised delay are left out.
fn choose<'a>(
    slice: &'a Slice,
    rules: &NetworkFunctionRules,
    rule: &SiteRule,
    notices: &mut Vec<Notice>,
) -> Vec<&'a Site> {
    let usable = |site: &&Site| !rules.user_plane || site.weight > 0;
    let near =
        |site: &Site| rules.name != NfType::Upf || CorePath::of(&slice.service, site).is_none_or(|path| path.fits());
    for roles in &rule.roles {
        let group = slice.sites.iter().filter(usable).filter(|site| roles.contains(&site.role));
        let (mut sites, far): (Vec<&Site>, Vec<&Site>) = group.partition(|site| near(site));
        if sites.is_empty() {
            continue;
        }
        notices.extend(far.into_iter().map(|site| left_out(slice, site)));
        if rule.spread == Spread::One {
            sites.truncate(1);
        }
        return sites;
    }
    Vec::new()
}

fn left_out(slice: &Slice, site: &Site) -> Notice {
    let path = CorePath::of(&slice.service, site).map_or_else(String::new, |path| path.text);
    let message = format!("{} is too far from the antennas for a user plane of this slice: {path}", site.name);
    Notice::warning(Code::IntentInfeasible, &site.field, message).with_current(&site.name)
}

fn no_site(slice: &Slice, nf: NfType, rule: &SiteRule, problems: &mut Problems) {
    let roles: Vec<&str> = rule.roles.iter().flatten().map(|role| role.as_str()).collect();
    let fitting =
        slice.sites.iter().filter(|site| site.weight > 0 && rule.roles.iter().flatten().any(|role| *role == site.role));
    let too_far: Vec<String> = fitting
        .filter_map(|site| Some((site, CorePath::of(&slice.service, site)?)))
        .filter(|(_, path)| nf == NfType::Upf && !path.fits())
        .map(|(site, path)| format!("{}: {}", site.name, path.text))
        .collect();
    if !too_far.is_empty() {
        problems.add(
            Code::IntentInfeasible,
            "spec.service.latency",
            slice.service.latency_ms.map(millis),
            format!(
                "no site is near enough to the antennas for a user plane ({}): name a nearer site, say its distanceKm or \
                 latencyMs, or allow more delay",
                too_far.join("; ")
            ),
        );
        return;
    }
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

/// One more UPF where the slice type or the availability asks for it: one may fail.
fn spare_instances(slice: &Slice, nf: NfType) -> u64 {
    if nf != NfType::Upf {
        return 0;
    }
    let figures = Figures::get();
    #[expect(clippy::cast_precision_loss, reason = "the figures are small")]
    let threshold = figures.redundancy_availability.value as f64 / figures.redundancy_availability.per as f64;
    let redundant = if slice.service.availability_percent >= threshold { figures.redundant_instances.value } else { 1 };
    slice.rules.user_plane_instances_per_site.max(redundant).saturating_sub(1)
}

/// Fills in the packages that each instance depends on: all of a network function, wherever they are.
fn know_each_other(plan: &mut Plan<'_>) {
    let mut packages: SortedMap<NfType, SortedMap<u64, (String, String)>> = SortedMap::new();
    for instance in &plan.instances {
        let name = format!("{}{}", instance.function.nf, suffix(instance.ordinal));
        packages.entry(instance.function.nf).or_default().insert(instance.ordinal, (name, instance.package()));
    }
    for instance in &mut plan.instances {
        // What the slice does not bring along is found under the name of the provider's own package, by people.
        let known = instance.slice.dependencies_of(instance.function.nf).into_iter();
        let known = known.filter_map(|other| packages.get(&other)).flat_map(SortedMap::values);
        instance.dependencies = known.cloned().collect();
    }
}

impl Plan<'_> {
    /// Number of UPFs.
    pub(crate) fn user_planes(&self) -> u64 {
        let count = self.instances.iter().filter(|instance| instance.function.nf == NfType::Upf).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}

/// What the `Capacity` of a network function looks like.
pub(crate) fn capacity_object(nf: NfType) -> &'static CapacityObject {
    capacity::object_of(nf.as_str()).expect("invariant: the data tests find one for every network function")
}

fn size(plan: &mut Plan<'_>, problems: &mut Problems) {
    let peers = plan.user_planes().max(1);
    for instance in &mut plan.instances {
        match capacity::for_demand(&capacity_object(instance.function.nf).fields, instance.demand, peers) {
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
