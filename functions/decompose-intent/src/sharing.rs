//! Network functions of shared slice subnets: one for all slices that name the subnet, as large as all of them together.

use porchlight_api::network_slice_intent::NfType;
use porchlight_krm::Code;
use porchlight_krm::order::{Arrange, SortedMap};
use porchlight_sizing::{Demand, capacity};

use crate::conflicts::{self, Decision};
use crate::placement::{Instance, Plan, capacity_object};
use crate::problem::{Problem, Problems};

/// Which instances are one: subnet, network function, cluster, number.
type Place<'p> = (&'p str, NfType, &'p str, u64);

/// The shared network functions of a package, what their slices do not agree on, and what is too large.
pub(crate) fn merge<'a>(plans: &[Plan<'a>]) -> (Vec<Instance<'a>>, Vec<Decision>, Vec<Problem>) {
    let mut places: SortedMap<Place<'_>, Vec<&Instance<'a>>> = SortedMap::new();
    for instance in plans.iter().flat_map(|plan| &plan.instances) {
        if let Some(subnet) = instance.subnet() {
            let place = (subnet, instance.function.nf, instance.site.cluster.as_str(), instance.ordinal);
            places.entry(place).or_default().push(instance);
        }
    }
    let mut decisions = Vec::new();
    let mut problems = Problems::default();
    let mut shared = Vec::new();
    for members in places.into_values() {
        shared.push(one_of(members, plans, &mut decisions, &mut problems));
    }
    (shared, decisions, problems.0)
}

fn one_of<'a>(
    mut members: Vec<&Instance<'a>>,
    plans: &[Plan<'a>],
    decisions: &mut Vec<Decision>,
    problems: &mut Problems,
) -> Instance<'a> {
    members.arrange_by(|left, right| left.slice.precedence().cmp(&right.slice.precedence()));
    let mut shared = members[0].clone();
    for member in &members[1..] {
        decisions.extend(conflicts::functions(&shared, member));
        shared.demand = sum(shared.demand, member.demand);
        shared.site_demand = sum(shared.site_demand, member.site_demand);
        shared.slices.push(member.slice);
        shared.dependencies.extend(member.dependencies.iter().cloned());
    }
    shared.slices.arrange_by(|left, right| left.name.cmp(&right.name));
    // Named by package: slices call the network functions they depend on alike.
    shared.dependencies = shared.dependencies.into_iter().map(|(_, package)| (package.clone(), package)).collect();
    shared.dependencies.arrange();
    shared.dependencies.dedup();
    let serves = |plan: &&Plan<'_>| shared.slices.iter().any(|slice| slice.name == plan.slice.name);
    let peers = plans.iter().filter(serves).map(Plan::user_planes).sum::<u64>().max(1);
    match capacity::for_demand(&capacity_object(shared.function.nf).fields, shared.demand, peers) {
        Ok(capacity) => shared.capacity = capacity,
        Err(error) => problems.add(Code::SizingLimitExceeded, "spec.service", None, error.to_string()),
    }
    shared
}

fn sum(left: Demand, right: Demand) -> Demand {
    Demand {
        downlink: left.downlink.saturating_add(right.downlink),
        uplink: left.uplink.saturating_add(right.uplink),
        subscribers: left.subscribers.saturating_add(right.subscribers),
        sessions: left.sessions.saturating_add(right.sessions),
    }
}
