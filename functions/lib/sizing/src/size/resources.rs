//! Resources of one instance.

use porchlight_api::Quantity;
use porchlight_api::quantity::QuantityError;
use porchlight_api::sizing_profile::{LinearResource, LinearSize, Metric, SizingRule, SizingStep};
use porchlight_yaml::order::{Gather, SortedMap};

use super::floor;
use crate::load::{Load, in_words};

/// How much of a resource, and why.
pub(super) struct Amount {
    pub(super) limit: Quantity,
    pub(super) request: Quantity,
    /// The calculation.
    pub(super) text: String,
    pub(super) source: String,
}

type Amounts = SortedMap<String, Amount>;

/// The load of one instance as a rule sees it: no metric above what one instance carries.
#[derive(Clone, Copy)]
struct Share<'a> {
    load: Load,
    most: &'a [(Metric, u64)],
}

impl Share<'_> {
    fn metric(&self, metric: Metric, workers: u64) -> u64 {
        let most = self.most.iter().filter(|(limited, _)| *limited == metric).map(|(_, most)| *most).min();
        self.load.metric(metric, workers).min(most.unwrap_or(u64::MAX))
    }
}

/// What each of `carrying` instances needs that share `load`, with `spare` further ones of the same size; `most` is
/// what one instance carries.
///
/// Over all instances there is never less of a resource than a smaller number of instances could have had: otherwise
/// one more instance, which lets each be smaller, could leave less in all.
pub(super) fn of(
    rule: &SizingRule,
    load: Load,
    most: &[(Metric, u64)],
    carrying: u64,
    spare: u64,
) -> Result<Amounts, QuantityError> {
    let mut totals: SortedMap<String, Quantity> = SortedMap::new();
    for instances in 1..carrying {
        let share = Share { load: load.part(instances), most };
        for (name, amount) in raised(rule, of_instance(rule, share)?, &totals, instances + spare)? {
            totals.insert(name, amount.limit.scaled(instances + spare, 1)?);
        }
    }
    let share = Share { load: load.part(carrying), most };
    raised(rule, of_instance(rule, share)?, &totals, carrying + spare)
}

fn raised(
    rule: &SizingRule,
    mut amounts: Amounts,
    totals: &SortedMap<String, Quantity>,
    instances: u64,
) -> Result<Amounts, QuantityError> {
    for (name, amount) in &mut amounts {
        let Some(total) = totals.get(name) else { continue };
        let mut least = up_to(total.scaled(1, instances)?, unit(name, amount.limit))?;
        // A step stays one of the table.
        let steps = rule.steps.iter().filter_map(|step| step.resources.get(name));
        if let Some(step) = steps.filter(|step| **step >= least).min() {
            least = *step;
        }
        if least > amount.limit {
            amount.request = if amount.request == amount.limit { least } else { amount.request };
            amount.limit = least;
            amount.text = format!("{}; at least {total} in all, as with fewer instances", amount.text);
        }
    }
    Ok(amounts)
}

/// The smallest amount of a resource that makes sense.
fn unit(resource: &str, like: Quantity) -> Quantity {
    let text = match resource {
        "cpu" if Quantity::from_integer(floor(like)).is_ok_and(|whole| whole == like) => "1",
        "cpu" => "1m",
        "memory" => "1Mi",
        "hugepages-2Mi" => "2Mi",
        _ if resource.starts_with("hugepages-") => "1Gi",
        _ => "1",
    };
    text.parse().unwrap_or(Quantity::ZERO)
}

/// Rounded up to a multiple of a positive `step`.
fn up_to(quantity: Quantity, step: Quantity) -> Result<Quantity, QuantityError> {
    let (Some(value), Some(milli)) = (quantity.ceil_milli(), step.ceil_milli().filter(|milli| *milli > 0)) else {
        return Ok(quantity);
    };
    step.scaled(value.div_ceil(milli), 1)
}

fn of_instance(rule: &SizingRule, share: Share<'_>) -> Result<Amounts, QuantityError> {
    match &rule.linear {
        Some(linear) => of_linear(linear, share),
        None => Ok(of_steps(rule, share)),
    }
}

fn of_steps(rule: &SizingRule, share: Share<'_>) -> Amounts {
    let Some(step) = rule.steps.iter().find(|step| holds(step, share)) else { return Amounts::new() };
    let text = if let [only] = rule.steps.as_slice()
        && only.at_most.is_empty()
    {
        "the same for every load".to_owned()
    } else if step.at_most.is_empty() {
        let bounds = rule.steps.iter().rev().nth(1).map(bounds).unwrap_or_default();
        format!("not within {bounds}")
    } else {
        format!("within {}", bounds(step))
    };
    let amount = |name: &String, limit: Quantity| Amount {
        limit,
        request: step.requests.get(name).copied().unwrap_or(limit),
        text: text.clone(),
        source: rule.source.clone(),
    };
    step.resources.iter().map(|(name, limit)| (name.clone(), amount(name, *limit))).gather()
}

fn holds(step: &SizingStep, share: Share<'_>) -> bool {
    step.at_most.iter().all(|(metric, bound)| share.metric(*metric, 0) <= floor(*bound))
}

fn bounds(step: &SizingStep) -> String {
    let bounds: Vec<String> = step.at_most.iter().map(|(metric, bound)| in_words(*metric, floor(*bound))).collect();
    bounds.join(" and ")
}

fn of_linear(linear: &LinearSize, share: Share<'_>) -> Result<Amounts, QuantityError> {
    let workers = linear.workers.iter().map(|worker| {
        let each = floor(worker.per_worker).max(1);
        let value = share.metric(worker.metric, 0);
        let per = in_words(worker.metric, each);
        let text = format!("ceil({} / {})", in_words(worker.metric, value), per.split(' ').next().unwrap_or_default());
        (value.div_ceil(each), text)
    });
    let (needs, texts): (Vec<u64>, Vec<String>) = workers.unzip();
    let count = needs.into_iter().max().unwrap_or(1).max(1);
    let workers = (count, format!("max({}, 1)", texts.join(", ")));
    let mut amounts = SortedMap::new();
    for (name, resource) in &linear.resources {
        amounts.insert(name.clone(), linear_amount(resource, share, &workers)?);
    }
    Ok(amounts)
}

fn linear_amount(
    resource: &LinearResource,
    share: Share<'_>,
    (workers, workers_text): &(u64, String),
) -> Result<Amount, QuantityError> {
    let mut limit = resource.base;
    let mut text = resource.base.to_string();
    let mut mentions_workers = false;
    for term in &resource.add {
        let value = share.metric(term.metric, *workers);
        let free = term.above.map_or(0, floor);
        let per = term.per.map_or(1, floor).max(1);
        limit = limit.checked_add(term.each.scaled(value.saturating_sub(free).div_ceil(per), 1)?)?;
        let value = in_words(term.metric, value);
        text = match (free, per) {
            (0, 1) => format!("{text} + {} × {value}", term.each),
            (0, _) => format!("{text} + {} × ceil({value} / {per})", term.each),
            _ => format!("{text} + {} × ceil(({value} − {free}) / {per})", term.each),
        };
        mentions_workers |= term.metric == Metric::Workers;
    }
    if let Some(step) = resource.step {
        limit = up_to(limit, step)?;
        text = format!("{text}, up to a multiple of {step}");
    }
    if mentions_workers {
        text = format!("{text}; workers = {workers_text}");
    }
    Ok(Amount { limit, request: limit, text, source: resource.source.clone() })
}
