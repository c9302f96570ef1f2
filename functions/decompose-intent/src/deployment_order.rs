//! In which order network functions can start: one comes after those it depends on.

use porchlight_api::network_slice_intent::NfType;
use porchlight_krm::order::SortedMap;

use crate::placement::{Instance, Plan};
use crate::slice::Slice;

/// Steps; the network functions of one step do not need each other.
pub(crate) fn of(plan: &Plan<'_>) -> Vec<Vec<String>> {
    let mut steps: SortedMap<usize, Vec<String>> = SortedMap::new();
    for instance in &plan.instances {
        let step = step(plan.slice, instance.function.nf, NfType::ALL.len());
        steps.entry(step).or_default().push(Instance::place(instance));
    }
    steps.into_values().collect()
}

/// How many others must be there before: the service chain is checked to have no circle, the bound is for the data.
fn step(slice: &Slice, nf: NfType, bound: usize) -> usize {
    if bound == 0 {
        return 0;
    }
    let others = slice.dependencies_of(nf).into_iter().filter(|other| slice.has(*other));
    others.map(|other| step(slice, other, bound - 1) + 1).max().unwrap_or_default()
}
