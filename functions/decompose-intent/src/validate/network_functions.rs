//! Which network functions the slice adds, who provides them and from which blueprint.

use porchlight_api::network_slice_intent::{Blueprint, NfType, Revision, TopologyProfile};
use porchlight_krm::{Code, Notice};

use super::Check;
use crate::data::{Data, Domain, Stack};
use crate::problem::Problems;
use crate::slice::NetworkFunction;

pub(super) fn check(check: &mut Check<'_>) -> Vec<NetworkFunction> {
    let Some(stack) = check_stack(check) else { return Vec::new() };
    wanted(check).into_iter().filter_map(|nf| resolve(nf, stack, check)).collect()
}

/// The order the intent gives: only network functions of the slice, each once, and no circle with what they depend on
/// anyway.
pub(super) fn check_chain(functions: &[NetworkFunction], check: &mut Check<'_>) -> Vec<NfType> {
    let Some(topology) = &check.spec().topology else { return Vec::new() };
    let chain = topology.service_chain.clone();
    for (index, nf) in chain.iter().enumerate() {
        let field = format!("spec.topology.serviceChain[{index}]");
        if !functions.iter().any(|function| function.nf == *nf) {
            check.problems.invalid(field, nf, "the slice has no such network function: add it to the topology");
        } else if chain[..index].contains(nf) {
            check.problems.invalid(field, nf, "this network function is in the chain twice");
        }
    }
    for pair in chain.windows(2) {
        if reaches(pair[1], pair[0], &chain, &mut Vec::new()) {
            check.problems.invalid(
                "spec.topology.serviceChain",
                chain.iter().map(|nf| nf.as_str()).collect::<Vec<_>>().join(", "),
                format!("{} would need {}, which needs it already: turn the order round", pair[0], pair[1]),
            );
            return Vec::new();
        }
    }
    chain
}

/// Whether a network function needs another one, directly or not.
fn reaches(from: NfType, to: NfType, chain: &[NfType], seen: &mut Vec<NfType>) -> bool {
    if from == to {
        return true;
    }
    if seen.contains(&from) {
        return false;
    }
    seen.push(from);
    let next = chain.windows(2).filter(|pair| pair[0] == from).map(|pair| pair[1]);
    let others: Vec<NfType> = Data::get().network_function(from).dependencies.iter().copied().chain(next).collect();
    others.into_iter().any(|other| reaches(other, to, chain, seen))
}

fn check_stack(check: &mut Check<'_>) -> Option<&'static Stack> {
    let data = Data::get();
    let name = check.spec().stack.as_deref().unwrap_or(&data.defaults.stack.value);
    let stack = data.stack(name);
    if stack.is_none() {
        let known: Vec<&str> = data.stacks.iter().map(|stack| stack.name.as_str()).collect();
        check.problems.invalid("spec.stack", name, format!("no such stack; there are {}", known.join(" and ")));
    }
    stack
}

/// In the order objects are emitted.
fn wanted(check: &Check<'_>) -> Vec<NfType> {
    let topology = check.spec().topology.clone().unwrap_or_default();
    let profile = topology.profile.unwrap_or_default();
    let is_wanted = |nf: &NfType| {
        if !topology.network_functions.is_empty() {
            return topology.network_functions.contains(nf);
        }
        match (profile, Data::get().network_function(*nf).domain) {
            (TopologyProfile::E2e, _) | (TopologyProfile::Core, Domain::Core) | (TopologyProfile::Ran, Domain::Ran) => {
                true
            }
            (TopologyProfile::Core, Domain::Ran) | (TopologyProfile::Ran, Domain::Core) => false,
        }
    };
    NfType::ALL.into_iter().filter(is_wanted).collect()
}

fn resolve(nf: NfType, stack: &Stack, check: &mut Check<'_>) -> Option<NetworkFunction> {
    let spec = check.spec();
    let (provider, provider_field) = match spec.providers.get(&nf) {
        Some(provider) => (provider.clone(), format!("spec.providers.{nf}")),
        None => (stack.providers.get(&nf)?.clone(), "spec.stack".to_owned()),
    };
    let known = Data::get().provider(&provider);
    if known.is_none() {
        check.notices.push(
            Notice::warning(
                Code::ProviderUnsupported,
                &provider_field,
                format!("nothing is known about the provider {provider}: its parameters and limits are not considered"),
            )
            .with_current(&provider),
        );
    }
    let field = format!("spec.blueprints.{nf}");
    let blueprint = match (spec.blueprints.get(&nf), known) {
        (Some(blueprint), _) => check_blueprint(blueprint, &field, &mut check.problems),
        (None, Some(known)) => Blueprint {
            repo: known.blueprint.repo.clone(),
            package: known.blueprint.package.clone(),
            revision: None,
            workspace_name: Some(known.blueprint.workspace_name.clone()),
        },
        (None, None) => {
            check
                .problems
                .missing(&field, format!("the provider {provider} has no default blueprint: name repo and package"));
            return None;
        }
    };
    let blueprint_field = spec.blueprints.contains_key(&nf).then_some(field);
    Some(NetworkFunction { nf, provider, provider_field, blueprint, blueprint_field })
}

fn check_blueprint(blueprint: &Blueprint, field: &str, problems: &mut Problems) -> Blueprint {
    for (name, value) in [("repo", &blueprint.repo), ("package", &blueprint.package)] {
        if value.is_empty() {
            problems.missing(format!("{field}.{name}"), "expected a name");
        }
    }
    if let Some(revision) = blueprint.revision.as_ref().filter(|revision| revision.number().is_none()) {
        let current = match revision {
            Revision::Number(number) => number.to_string(),
            Revision::Text(text) => text.clone(),
        };
        problems.invalid(
            format!("{field}.revision"),
            current,
            "expected a revision number from 1; branches and tags go into workspaceName",
        );
    }
    if blueprint.revision.is_none() && blueprint.workspace_name.is_none() {
        problems.missing(format!("{field}.workspaceName"), "say which version: workspaceName or revision");
    }
    blueprint.clone()
}
