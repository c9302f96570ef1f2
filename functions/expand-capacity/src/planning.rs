//! The sizes of all targets, before anything is written.

use porchlight_api::capacity_expansion::{CapacityExpansion, Guard};
use porchlight_api::req::Capacity;
use porchlight_api::{Kind, Object};
use porchlight_krm::order::{Arrange, SortedMap};
use porchlight_krm::{CodedError, FromNode, Resource};
use porchlight_sizing::size::{self, Size, SizeError, Wishes};
use porchlight_sizing::{CapacityField, Figures, Load};

use crate::capacity_values::{self, Values};
use crate::demand::{self, Demand, Share};
use crate::expansion;
use crate::problem::{exceeded, invalid, missing};
use crate::profiles::{Profiles, Rule};
use crate::targets::{self, Target, TargetKind};
use crate::{guards, is_generated, rails};

/// A sized target.
pub(crate) struct Plan {
    pub(crate) target: Target,
    pub(crate) rule: Rule,
    pub(crate) demand: Demand,
    /// For the planned demand.
    pub(crate) size: Size,
    /// For today's demand.
    pub(crate) size_today: Size,
    /// Instances beyond what the load needs.
    spare: u64,
    /// Whether a person brought an autoscaler along that keeps the number of replicas.
    pub(crate) has_autoscaler: bool,
}

impl Plan {
    /// Instances that share the load; the others are spare.
    pub(crate) fn carrying(&self) -> u64 {
        self.size.instances.saturating_sub(self.spare).max(1)
    }

    /// Whether the expansion asks for a guard.
    pub(crate) fn wants(&self, guard: Guard) -> bool {
        match &self.target.expansion.spec.guards {
            Some(guards) => guards.contains(&guard),
            None => self.target.kind == TargetKind::Workload,
        }
    }
}

/// Sizes every target of the package.
pub(crate) fn plan(
    items: &[Resource],
    config: CapacityExpansion,
    config_object: Option<&Resource>,
) -> Result<Vec<Plan>, Vec<CodedError>> {
    let mut errors = Vec::new();
    let profiles = Profiles::find(items, &mut errors);
    let expansions = expansion::find(items, config, config_object, &profiles, &mut errors);
    let targets = targets::find(items, &expansions, &mut errors);
    check_capacities(items, &targets, &mut errors);
    let baselines: Vec<Values> = targets.iter().map(|target| demand::baseline(items, target, &mut errors)).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let shares = shares(&targets, &baselines);
    let upfs = count(targets.iter().filter(|target| target.nf_type == "upf").count());
    let is_only_smf = targets.iter().filter(|target| target.nf_type == "smf").count() == 1;
    let mut plans: Vec<Plan> = Vec::new();
    // An SMF is told of the user planes that scaling out adds, so these come first.
    let (smfs, others): (Vec<_>, Vec<_>) =
        targets.into_iter().zip(baselines).zip(shares).partition(|((target, _), _)| target.nf_type == "smf");
    for ((target, baseline), share) in others.into_iter().chain(smfs) {
        let further = if is_only_smf && target.nf_type == "smf" { further_user_planes(&plans) } else { 0 };
        match one(items, target, baseline, share, Peers { upfs, further }, &profiles) {
            Ok(plan) => plans.extend(plan),
            Err(error) => errors.push(error),
        }
    }
    plans.arrange_by_key(|plan| items[plan.target.item].id());
    errors.extend(rails::check(items, &plans));
    if errors.is_empty() { Ok(plans) } else { Err(errors) }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// User planes that a package gets beyond those it has.
fn further_user_planes(plans: &[Plan]) -> u64 {
    let user_planes = plans.iter().filter(|plan| plan.target.nf_type == "upf");
    user_planes.map(|plan| plan.size.instances.saturating_sub(1)).sum()
}

/// User planes that an SMF knows.
#[derive(Clone, Copy)]
struct Peers {
    /// In the package.
    upfs: u64,
    /// That scaling out adds.
    further: u64,
}

/// A `Capacity` that belongs to no target is still checked.
fn check_capacities(items: &[Resource], targets: &[Target], errors: &mut Vec<CodedError>) {
    for (index, item) in items.iter().enumerate() {
        let is_capacity = item.is(Capacity::API_VERSION, Capacity::KIND) && !is_generated(item);
        if is_capacity && !targets.iter().any(|target| target.capacity == Some(index)) {
            capacity_values::read(item, "spec", false, errors);
        }
    }
}

/// The part of its expansion's demand that each target carries: by what they carry already where all say so, else alike.
fn shares(targets: &[Target], baselines: &[Values]) -> Vec<Share> {
    let mut groups: SortedMap<(&str, &str), Vec<usize>> = SortedMap::new();
    for (index, target) in targets.iter().enumerate().filter(|(_, target)| target.expansion.is_stated) {
        groups.entry((target.expansion.object.name(), &target.nf_type)).or_default().push(index);
    }
    let mut shares = vec![Share { weight: 1, total: 1 }; targets.len()];
    for members in groups.into_values().filter(|members| members.len() > 1) {
        let fields = [CapacityField::Downlink, CapacityField::Sessions, CapacityField::Subscribers];
        let weights = fields.iter().find_map(|field| {
            let weights = members.iter().map(|index| baselines[*index].get(field).and_then(|value| value.ceil()));
            weights.collect::<Option<Vec<u64>>>().filter(|weights| weights.iter().all(|weight| *weight > 0))
        });
        let weights = weights.unwrap_or_else(|| vec![1; members.len()]);
        let total = weights.iter().fold(0_u64, |sum, weight| sum.saturating_add(*weight));
        for (index, weight) in members.into_iter().zip(weights) {
            shares[index] = Share { weight, total };
        }
    }
    shares
}

/// Sizes one target; `None` where there is nothing to size it by and nobody asked.
fn one(
    items: &[Resource],
    target: Target,
    baseline: Values,
    share: Share,
    peers: Peers,
    profiles: &Profiles,
) -> Result<Option<Plan>, CodedError> {
    let expansion = &target.expansion;
    let has_values = !baseline.is_empty();
    let has_demand = expansion.spec.demand.is_some();
    if !has_values && !has_demand {
        if target.is_meant || target.kind == TargetKind::Workload {
            let message = "say what is to be carried: neither the expansion nor a Capacity does";
            return Err(missing(&expansion.object, "spec.demand", message));
        }
        return Ok(None);
    }
    let rule = match profiles.rule(expansion.profile(), &target.nf_type, target.provider.as_deref()) {
        Ok(rule) => rule,
        Err(_) if !has_values && !target.is_meant && target.kind == TargetKind::NetworkFunction => return Ok(None),
        Err(message) => {
            let item = &items[target.item];
            let provider = "spec.provider";
            let field = if item.str_at(provider).is_some() { provider } else { "metadata.name" };
            let current = item.str_at(field).unwrap_or_default().to_owned();
            return Err(invalid(item, field, current, &message));
        }
    };
    unit_agrees(items, &target, &rule)?;
    let mut demand = demand::of(items, &target, &rule, baseline, share, peers.upfs)?;
    demand.add_peers(peers.further, &target.scope(items));
    if !demand.is_known() {
        return Ok(None);
    }
    let scope = target.scope(items);
    let spare = spare(&target);
    let size = sized(items, &target, &rule, demand.planned, spare, &scope)?;
    let size_today = sized(items, &target, &rule, demand.today, spare, &scope)?;
    let has_autoscaler = guards::horizontal_autoscaler(items, &items[target.item]).is_some();
    Ok(Some(Plan { target, rule, demand, size, size_today, spare, has_autoscaler }))
}

/// An object that says it counts in ones is not read as thousands.
fn unit_agrees(items: &[Resource], target: &Target, rule: &Rule) -> Result<(), CodedError> {
    let key = porchlight_api::annotation::CAPACITY_UNIT;
    let Some(capacity) = target.capacity.map(|capacity| &items[capacity]) else { return Ok(()) };
    let wanted = unit_name(rule.unit);
    match capacity.annotation(key) {
        Some(unit) if unit != wanted => {
            let message = format!("the profile of `{}` counts in units of `{wanted}`", rule.name);
            Err(invalid(capacity, &format!("metadata.annotations[\"{key}\"]"), unit, &message))
        }
        _ => Ok(()),
    }
}

/// `one` or `thousand`.
pub(crate) fn unit_name(unit: u64) -> &'static str {
    if unit == 1000 { "thousand" } else { "one" }
}

/// Instances that may fail: from an availability on, the load must not need them.
fn spare(target: &Target) -> u64 {
    let demand = target.expansion.spec.demand.as_ref();
    let availability = demand.and_then(|demand| demand.availability_percent).unwrap_or(0.0);
    let figures = Figures::get();
    #[expect(clippy::cast_precision_loss, reason = "the figures are small")]
    let threshold = figures.redundancy_availability.value as f64 / figures.redundancy_availability.per as f64;
    if availability >= threshold { figures.redundant_instances.value.saturating_sub(1) } else { 0 }
}

fn sized(
    items: &[Resource],
    target: &Target,
    rule: &Rule,
    load: Load,
    spare: u64,
    scope: &str,
) -> Result<Size, CodedError> {
    let spec = &target.expansion.spec;
    let limits = spec.limits.clone().unwrap_or_default();
    let wishes =
        Wishes { strategy: spec.strategy.unwrap_or_default(), min_instances: limits.min_replicas.unwrap_or(1), spare };
    size::size(&rule.rule, &rule.name, scope, load, wishes).map_err(|error| {
        let (object, field) = match target.capacity {
            _ if target.expansion.is_stated => (&target.expansion.object, "spec.demand"),
            Some(capacity) => (&items[capacity], "spec"),
            None => (&items[target.item], "spec.capacity"),
        };
        let message = format!("{scope}: {error}");
        match error {
            SizeError::TooMany { needed, .. } => exceeded(object, field, needed, &message),
            SizeError::TooMuch { .. } => exceeded(object, "spec.strategy", "vertical", &message),
            SizeError::Overflow(_) => missing(object, field, &message),
        }
    })
}

/// A package's typed objects of one kind; those that do not read are left to the function whose input they are.
pub(crate) fn typed<S: Kind + FromNode>(items: &[Resource]) -> Vec<Object<S>> {
    items.iter().filter(|item| item.is(S::API_VERSION, S::KIND)).filter_map(|item| item.typed().ok()).collect()
}
