//! How many instances a network function has, and how large each is, by a rule of a profile.
//!
//! More load never gives fewer instances, nor less of any resource over all instances.

mod resources;

use std::fmt;

use porchlight_api::Quantity;
use porchlight_api::capacity_expansion::Strategy;
use porchlight_api::intent_report::DerivedValue;
use porchlight_api::quantity::QuantityError;
use porchlight_api::sizing_profile::{Metric, SizingRule};
use porchlight_yaml::order::{Gather, SortedMap};

use crate::load::{Load, in_words};

/// Most instances of one network function that are planned.
pub const MAX_INSTANCES: u64 = 1000;

/// How to plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    /// Larger pods or more of them.
    pub strategy: Strategy,
    /// Fewest instances.
    pub min_instances: u64,
    /// Instances beyond what the load needs: so many may fail.
    pub spare: u64,
}

/// The size of a network function.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// Instances that carry the load, and spare ones.
    pub instances: u64,
    /// What each carries.
    pub each: Load,
    /// Limits of each: `cpu`, `memory`, `hugepages-1Gi`, devices. Empty where the rule does not say.
    pub limits: SortedMap<String, Quantity>,
    /// Requests of each, for the resources that have limits.
    pub requests: SortedMap<String, Quantity>,
    /// How each number came about.
    pub derived: Vec<DerivedValue>,
}

impl Size {
    /// A resource of all instances together.
    ///
    /// # Errors
    /// Where it is beyond what a quantity can hold.
    pub fn total(&self, resource: &str) -> Result<Quantity, QuantityError> {
        self.limits.get(resource).map_or(Ok(Quantity::ZERO), |each| each.scaled(self.instances, 1))
    }
}

/// Why a load has no size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SizeError {
    /// More instances than the rule allows.
    TooMany {
        /// Instances the load needs.
        needed: u64,
        /// Instances there may be.
        allowed: u64,
        /// How the need came about.
        calculation: String,
    },
    /// One instance is to carry more than it can.
    TooMuch {
        /// What it is to carry and what it can.
        what: String,
    },
    /// A number does not fit.
    Overflow(QuantityError),
}

impl fmt::Display for SizeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { needed, allowed, calculation } => {
                write!(out, "{needed} instances are needed ({calculation}), at most {allowed} are allowed")
            }
            Self::TooMuch { what } => write!(out, "one instance cannot carry {what}"),
            Self::Overflow(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for SizeError {}

impl From<QuantityError> for SizeError {
    fn from(error: QuantityError) -> Self {
        Self::Overflow(error)
    }
}

/// Sizes a network function. `scope` and `name` (of the rule) go into the derivation.
///
/// # Errors
/// Where the load needs more instances than allowed, or a number does not fit.
pub fn size(rule: &SizingRule, name: &str, scope: &str, load: Load, wishes: Wishes) -> Result<Size, SizeError> {
    let mut limits = Limit::of(rule);
    if wishes.strategy == Strategy::Horizontal {
        limits.extend(Limit::of_smallest_instance(rule));
    }
    let needs: Vec<(u64, &Limit)> =
        limits.iter().map(|limit| (load.metric(limit.metric, 0).div_ceil(limit.at_most), limit)).collect();
    let deciding = needs.iter().rev().max_by_key(|(need, _)| *need);
    let by_load = deciding.map_or(1, |(need, _)| *need).max(1);
    if wishes.strategy == Strategy::Vertical
        && let Some((_, limit)) = deciding.filter(|(need, _)| *need > 1)
    {
        let value = in_words(limit.metric, load.metric(limit.metric, 0));
        let what = format!("{value} (at most {})", in_words(limit.metric, limit.at_most));
        return Err(SizeError::TooMuch { what });
    }
    let least = rule.min_instances.unwrap_or(1).max(wishes.min_instances).max(1);
    let carrying = by_load.max(least);
    let instances = carrying.saturating_add(wishes.spare);
    let calculation = calculation(&needs, load, least, wishes.spare);
    let allowed = rule.max_instances.unwrap_or(MAX_INSTANCES).min(MAX_INSTANCES);
    if instances > allowed {
        return Err(SizeError::TooMany { needed: instances, allowed, calculation });
    }

    let source = deciding.map_or(rule.source.as_str(), |(_, limit)| limit.source.as_str());
    let count = if instances == 1 { "1 instance".to_owned() } else { format!("{instances} instances") };
    let mut derived = vec![value(scope, "instances", count, name, Some(calculation), source)];
    let most: Vec<(Metric, u64)> = limits.iter().map(|limit| (limit.metric, limit.at_most)).collect();
    let amounts = resources::of(rule, load, &most, carrying, wishes.spare)?;
    for (resource, amount) in &amounts {
        derived.push(value(scope, resource, amount.limit.to_string(), name, Some(amount.text.clone()), &amount.source));
    }
    let limits = amounts.iter().map(|(name, amount)| (name.clone(), amount.limit)).gather();
    let requests = amounts.iter().map(|(name, amount)| (name.clone(), amount.request)).gather();
    Ok(Size { instances, each: load.part(carrying), limits, requests, derived })
}

/// Workers of one instance that carries a load; 0 where the rule knows none.
#[must_use]
pub fn workers(rule: &SizingRule, load: Load) -> u64 {
    let workers = rule.linear.iter().flat_map(|linear| &linear.workers);
    let needs = workers.map(|worker| load.metric(worker.metric, 0).div_ceil(floor(worker.per_worker).max(1)).max(1));
    needs.max().unwrap_or(0)
}

/// An entry of a report.
pub(crate) fn value(
    scope: &str,
    name: &str,
    value: String,
    rule: &str,
    calculation: Option<String>,
    source: &str,
) -> DerivedValue {
    DerivedValue {
        name: name.to_owned(),
        scope: scope.to_owned(),
        value,
        rule: rule.to_owned(),
        calculation,
        source: source.to_owned(),
    }
}

/// What one instance can carry, in whole numbers.
struct Limit {
    metric: Metric,
    at_most: u64,
    source: String,
}

impl Limit {
    fn new(metric: Metric, at_most: Quantity, source: &str) -> Self {
        // Rounded down, so that an instance never carries more; a figure below 1 still lets it carry something.
        let at_most = floor(at_most).max(1);
        Self { metric, at_most, source: source.to_owned() }
    }

    fn of(rule: &SizingRule) -> Vec<Self> {
        rule.per_instance.iter().map(|limit| Self::new(limit.metric, limit.at_most, &limit.source)).collect()
    }

    /// What the smallest instance can carry: the bounds of the first step, or one worker.
    fn of_smallest_instance(rule: &SizingRule) -> Vec<Self> {
        let steps = rule.steps.first().into_iter().flat_map(|step| &step.at_most);
        let steps = steps.map(|(metric, bound)| Self::new(*metric, *bound, &rule.source));
        let workers = rule.linear.iter().flat_map(|linear| &linear.workers);
        let workers = workers.map(|worker| Self::new(worker.metric, worker.per_worker, &worker.source));
        steps.chain(workers).collect()
    }
}

/// The largest whole number not above a quantity; 0 for negative ones.
pub(crate) fn floor(quantity: Quantity) -> u64 {
    match quantity.ceil() {
        None => 0,
        Some(whole) if Quantity::from_integer(whole).is_ok_and(|rounded| rounded > quantity) => whole.saturating_sub(1),
        Some(whole) => whole,
    }
}

fn calculation(needs: &[(u64, &Limit)], load: Load, least: u64, spare: u64) -> String {
    // A load that is not there decides nothing.
    let mut terms: Vec<String> = needs
        .iter()
        .filter(|(need, _)| *need > 0)
        .map(|(_, limit)| {
            let value = in_words(limit.metric, load.metric(limit.metric, 0));
            let each = in_words(limit.metric, limit.at_most);
            let each = each.split(' ').next().unwrap_or_default();
            format!("ceil({value} / {each})")
        })
        .collect();
    if least > 1 || terms.is_empty() {
        terms.push(least.to_string());
    }
    let most = if terms.len() == 1 { terms.concat() } else { format!("max({})", terms.join(", ")) };
    if spare > 0 { format!("{most} + {spare} that may fail") } else { most }
}

#[cfg(test)]
mod tests;
