//! The objects of a network function: `Capacity`, `NFDeployment.spec.capacity`, and the address pools of its devices.

use porchlight_api::annotation::{CAPACITY_UNIT, SIZING_RULE, SIZING_SOURCE, SPECIALIZER_OWNER};
use porchlight_api::object::condition_type;
use porchlight_api::req::{DataNetwork, IpFamily};
use porchlight_api::{Kind, Quantity};
use porchlight_krm::{FieldPath, Resource};
use porchlight_sizing::{CapacityField, Figures, capacity, pool};

use crate::baseline::{self, Named};
use crate::capacity_values::{self, Values};
use crate::demand::named;
use crate::is_generated;
use crate::planning::{Plan, unit_name};
use crate::targets::TargetKind;

/// bit/s; parts of a rate are rounded up to whole ones.
const MEGABIT: u64 = 1_000_000;

impl Plan {
    /// The `Capacity` of each instance: what it carries, in the fields that the object or its blueprint has. A value that is
    /// as it was keeps its text.
    pub(crate) fn values(&self) -> Values {
        let before = &self.demand.baseline;
        let usual = capacity::object_of(&self.target.nf_type).map_or(&[][..], |object| &object.fields);
        let fields = before.keys().chain(usual);
        fields
            .filter_map(|field| {
                let value = capacity_values::of_load(*field, self.size.each, self.rule.unit)?;
                let is_rate = matches!(field, CapacityField::Uplink | CapacityField::Downlink);
                // A part of a rate is a number that people can read.
                let is_part = is_rate && self.carrying() > 1 && value > MEGABIT;
                let value = if is_part { value.next_multiple_of(MEGABIT) } else { value };
                let old = before.get(field).copied();
                let kept = old.filter(|old| old.ceil() == Some(value));
                let new = kept.or_else(|| old.unwrap_or(Quantity::ZERO).with_value(value).ok());
                Some((*field, new?))
            })
            .collect()
    }

    /// Writes the plan into the objects that are there.
    pub(crate) fn apply(&self, items: &mut [Resource]) {
        match self.target.kind {
            TargetKind::NetworkFunction => self.apply_to_network_function(items),
            TargetKind::Workload => self.apply_to_workload(items),
            TargetKind::PackageVariant => self.apply_to_variant(items),
        }
    }

    fn apply_to_network_function(&self, items: &mut [Resource]) {
        for network in self.data_networks(items) {
            self.apply_to_pools(&mut items[network]);
        }
        let values = self.values();
        if values.is_empty() {
            return;
        }
        let holder = self.target.capacity.unwrap_or(self.target.item);
        let before = items[holder].clone();
        // As a person wrote it, where it is what it was.
        let spelling = |name: &str, value| baseline::spelling(&before, name, value);
        self.remember(&mut items[holder], &named(&self.demand.baseline), &named(&values));
        if let Some(capacity) = self.target.capacity {
            capacity_values::write(&mut items[capacity], "spec", &values, spelling);
            capacity_values::write(&mut items[self.target.item], "spec.capacity", &values, capacity_values::canonical);
        } else {
            capacity_values::write(&mut items[self.target.item], "spec.capacity", &values, spelling);
        }
    }

    /// Remembers what was there, and says which rule gave what is there now.
    pub(crate) fn remember(&self, item: &mut Resource, before: &Named, planned: &Named) {
        baseline::remember(item, before, planned);
        if planned.iter().all(|(name, value)| before.get(name) == Some(value)) {
            for key in [SIZING_RULE, SIZING_SOURCE] {
                item.remove_annotation(key);
            }
            return;
        }
        item.set_annotation(SIZING_RULE, &self.rule.name);
        item.set_annotation(SIZING_SOURCE, &self.rule.rule.source);
        if self.target.kind == TargetKind::NetworkFunction {
            item.set_annotation(CAPACITY_UNIT, unit_name(self.rule.unit));
        }
    }

    /// The data networks of a user plane.
    pub(crate) fn data_networks(&self, items: &[Resource]) -> Vec<usize> {
        if self.target.nf_type != "upf" || self.size.each.sessions.is_none() {
            return Vec::new();
        }
        let item = &items[self.target.item];
        let owner = condition_type(item.api_version(), item.kind(), item.name());
        let networks = items.iter().enumerate().filter(|(_, network)| {
            network.is(DataNetwork::API_VERSION, DataNetwork::KIND)
                && !is_generated(network)
                && network.annotation(SPECIALIZER_OWNER) == Some(&*owner)
                && [item.namespace(), ""].contains(&network.namespace())
        });
        networks.map(|(index, _)| index).collect()
    }

    /// Prefix lengths of the pools of a data network: long enough for the sessions of one instance.
    pub(crate) fn prefixes(&self, network: &Resource) -> Vec<PoolPlan> {
        let Some(sessions) = self.size.each.sessions else { return Vec::new() };
        let count = (0..).take_while(|index| network.at(&pool_path(*index, "name")).is_some()).count();
        let used =
            self.rule.rule.pools_per_data_network.unwrap_or(u64::MAX).min(u64::try_from(count).unwrap_or(u64::MAX));
        let figures = Figures::get();
        let mut current = Named::new();
        for index in 0..count {
            if let Ok(Some(length)) = network.get::<u64>(&pool_path(index, "prefixLength"))
                && let Ok(length) = Quantity::from_integer(length)
            {
                current.insert(pool_name(index), length);
            }
        }
        let before = baseline::of(network, &current);
        let plans = (0..count).map(|index| {
            let family = network.get::<IpFamily>(&pool_path(index, "ipFamily")).ok().flatten();
            let wanted = match family {
                Some(IpFamily::Ipv6) => pool::ipv6(sessions, used, figures),
                Some(IpFamily::Ipv4) | None => pool::ipv4(sessions, used, figures),
            };
            let is_used = u64::try_from(index).is_ok_and(|index| index < used);
            let before = before.get(&pool_name(index)).and_then(|length| length.ceil());
            let computed = u64::from(wanted.length);
            let length = match before {
                Some(length) if !is_used => length,
                Some(length) if !self.target.expansion.spec.allow_shrink => length.min(computed),
                _ => computed,
            };
            PoolPlan { index, before, length, too_small: wanted.too_small && is_used }
        });
        plans.collect()
    }

    fn apply_to_pools(&self, network: &mut Resource) {
        let plans = self.prefixes(network);
        let quantity = |length: u64| Quantity::from_integer(length).unwrap_or(Quantity::ZERO);
        let (mut before, mut planned) = (Named::new(), Named::new());
        for plan in &plans {
            if let Some(length) = plan.before {
                before.insert(pool_name(plan.index), quantity(length));
            }
            planned.insert(pool_name(plan.index), quantity(plan.length));
        }
        baseline::remember(network, &before, &planned);
        for plan in &plans {
            network.set(&pool_path(plan.index, "prefixLength"), &plan.length);
        }
    }
}

/// A pool of a data network.
pub(crate) struct PoolPlan {
    pub(crate) index: usize,
    pub(crate) before: Option<u64>,
    pub(crate) length: u64,
    pub(crate) too_small: bool,
}

fn pool_name(index: usize) -> String {
    format!("pools[{index}].prefixLength")
}

fn pool_path(index: usize, field: &str) -> FieldPath {
    FieldPath::of(["spec", "pools"]).index(index).key(field)
}
