//! TS 28.312 expectations.

use porchlight_api::network_slice_intent::{
    Expectation, ExpectationContext, ExpectationObject, ExpectationTarget, ExpectationVerb, NetworkSliceIntent,
};
use porchlight_yaml::json::json;
use serde_json::Value;

use super::{Collector, contexts, typed};
use crate::data::{Data, Domain, Term};

pub(super) fn read(spec: &NetworkSliceIntent, collector: &mut Collector<'_>) {
    let mut delivered: Vec<(Domain, String)> = Vec::new();
    for (index, expectation) in spec.expectations.iter().enumerate() {
        let at = format!("spec.expectations[{index}]");
        for (object, at) in objects(expectation, &at) {
            if let Some(domain) = object_domain(object, &at, collector)
                && expectation.expectation_verb == Some(ExpectationVerb::Deliver)
            {
                delivered.push((domain, format!("{at}.objectType")));
            }
            contexts::read(&object.object_contexts, &format!("{at}.objectContexts"), spec, collector);
        }
        for (index, target) in expectation.expectation_targets.iter().enumerate() {
            read_target(target, &format!("{at}.expectationTargets[{index}]"), spec, collector);
        }
        contexts::read(&expectation.expectation_contexts, &format!("{at}.expectationContexts"), spec, collector);
    }
    deliver(&delivered, spec, collector);
}

/// The object, in the singular and in the plural.
fn objects<'e>(expectation: &'e Expectation, at: &str) -> Vec<(&'e ExpectationObject, String)> {
    let single = expectation.expectation_object.iter().map(|object| (object, format!("{at}.expectationObject")));
    let several = expectation.expectation_objects.iter().enumerate();
    single.chain(several.map(|(index, object)| (object, format!("{at}.expectationObjects[{index}]")))).collect()
}

fn object_domain(object: &ExpectationObject, at: &str, collector: &mut Collector<'_>) -> Option<Domain> {
    let name = object.object_type.as_deref()?;
    let types = &Data::get().expectation_objects;
    let Some(known) = types.iter().find(|known| known.name == name || known.aliases.iter().any(|alias| alias == name))
    else {
        let names: Vec<&str> = types.iter().map(|known| known.name.as_str()).collect();
        let message = format!("no such object; there are {}", names.join(", "));
        collector.invalid(&format!("{at}.objectType"), &json!(name), message);
        return None;
    };
    known.domain
}

/// Delivering a subnetwork takes its network functions.
fn deliver(delivered: &[(Domain, String)], spec: &NetworkSliceIntent, collector: &mut Collector<'_>) {
    let listed = spec.topology.as_ref().is_some_and(|topology| !topology.network_functions.is_empty());
    let Some((first, at)) = delivered.first().filter(|_| !listed) else { return };
    let profile = match (first, delivered.iter().any(|(domain, _)| domain != first)) {
        (_, true) => "e2e",
        (Domain::Core, false) => "core",
        (Domain::Ran, false) => "ran",
    };
    collector.state("topology.profile", json!(profile), at, "DELIVER", "TS 28.312 expectationVerb");
}

fn read_target(target: &ExpectationTarget, at: &str, spec: &NetworkSliceIntent, collector: &mut Collector<'_>) {
    state_target(&target.target_name, target.target_condition.as_deref(), &target.target_value_range, at, collector);
    let contexts: Vec<ExpectationContext> = match &target.target_contexts {
        Value::Null => return,
        Value::Array(list) => list.iter().filter_map(|one| typed(one).ok()).collect(),
        single => typed(single).into_iter().collect(),
    };
    // Contexts of radio targets are thresholds; those that say something about the slice count like all others.
    let known =
        contexts.into_iter().filter(|context| contexts::is_known(&context.context_attribute)).collect::<Vec<_>>();
    contexts::read(&known, &format!("{at}.targetContexts"), spec, collector);
}

/// States what a target says; `value` in the unit of the standard.
pub(super) fn state_target(
    name: &str,
    condition: Option<&str>,
    value: &Value,
    at: &str,
    collector: &mut Collector<'_>,
) {
    let targets = &Data::get().expectation_targets;
    let Some(term) = targets.iter().find(|term| term.is_called(name)) else {
        let names: Vec<&str> = targets.iter().map(|term| term.name.as_str()).collect();
        let message = format!("no such target; there are {}", names.join(", "));
        collector.invalid(&format!("{at}.targetName"), &json!(name), message);
        return;
    };
    let allowed = term.bound.conditions();
    if let Some(condition) = condition.filter(|condition| !allowed.contains(condition)) {
        let message = format!("{name} takes {}", allowed.join(", "));
        collector.invalid(&format!("{at}.targetCondition"), &json!(condition), message);
        return;
    }
    state_value(term, value, &format!("{at}.targetValueRange"), collector);
}

/// States the value of a target whose condition fits.
pub(super) fn state_value(term: &Term, value: &Value, at: &str, collector: &mut Collector<'_>) {
    collector.state_term(term, value, at, false);
}
