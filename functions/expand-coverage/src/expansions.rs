//! All coverage expansions of a package: found, checked, planned together, and their objects applied.

use std::collections::BTreeMap;

use porchlight_api::coverage::CoverageExpansion;
use porchlight_api::intent_report::Trace;
use porchlight_api::{API_VERSION, GROUP, Kind};
use porchlight_krm::order::Arrange;
use porchlight_krm::ownership::{self, Owner};
use porchlight_krm::{Code, CodedError, Finding, Resource, ResourceList, annotations};

use crate::edges::{Edges, described_clusters};
use crate::expansion::{self, Expansion};
use crate::fault::Faults;
use crate::memory::Memory;
use crate::objects::{self, reference};
use crate::{NAME, network, plan, report};

/// Another name of the kind.
const ALIAS: &str = "Coverage";

/// What the expansions of a package come to.
#[derive(Default)]
struct Outcome {
    desired: Vec<ownership::Desired>,
    findings: Vec<Finding>,
}

/// Plans every expansion of the list, or reports everything that is wrong with them.
pub(crate) fn expand(list: &mut ResourceList) -> Result<(), CodedError> {
    let Outcome { desired, findings } = match expand_items(&list.items) {
        Ok(outcome) => outcome,
        Err(errors) => {
            for error in errors {
                list.fail(error);
            }
            return Ok(());
        }
    };
    list.results.extend(findings);
    if desired.is_empty() && !list.items.iter().any(is_generated) {
        return Ok(());
    }
    ownership::apply(list, Owner { function: NAME, conflict: Code::IntentConflict }, desired)?;
    Ok(())
}

fn is_generated(item: &Resource) -> bool {
    item.label(annotations::GENERATED_BY) == Some(NAME)
}

fn expand_items(items: &[Resource]) -> Result<Outcome, Vec<CodedError>> {
    let mut faults = Faults::default();
    let objects = find(items, &mut faults);
    let mut outcome = Outcome::default();
    if objects.is_empty() && faults.is_empty() {
        let message = "the package holds no CoverageExpansion; nothing to plan";
        outcome.findings.push(Finding::info(Code::IntentUnsupported, message));
        return Ok(outcome);
    }
    let edges = Edges::find(items, &mut faults);
    let memory = Memory::of(items);
    let mut expansions: Vec<Expansion<'_>> = Vec::new();
    for &object in &objects {
        match expansion::check(object, &edges, &memory, &mut faults) {
            Ok(expansion) => expansions.push(expansion),
            Err(notices) => outcome.findings.extend(notices.iter().map(|notice| notice.finding(object))),
        }
    }
    for pair in objects.windows(2).filter(|pair| pair[0].name() == pair[1].name()) {
        faults.invalid(pair[1], "metadata.name", pair[1].name(), "another expansion has this name: rename one of them");
    }
    if !faults.is_empty() {
        return Err(faults.0);
    }
    let names = merge(&mut expansions);
    let Some(network) = network::plan(&expansions, &memory, &mut faults) else { return Err(faults.0) };
    for (group, expansion) in expansions.iter().enumerate() {
        let functions = plan::functions(&network, group);
        too_long(expansion, &functions, &mut faults);
        let notices = report::notices(&network, group, &edges);
        outcome.findings.extend(notices.iter().map(|notice| notice.finding(expansion.object)));
        let mut objects = objects::of_functions(&network, group, &functions);
        let traces = traces(expansion, &objects.desired);
        let derived = report::derived(&network, group);
        objects.add_plan(plan::of(&network, group, &names[group], &functions, derived, &notices, traces));
        outcome.desired.append(&mut objects.desired);
    }
    if !faults.is_empty() {
        return Err(faults.0);
    }
    outcome.desired.extend(objects::clusters(&network, &edges, &described_clusters(items)));
    Ok(outcome)
}

/// The expansions of a package in an order that does not depend on that of the items. Other versions are faults.
fn find<'a>(items: &'a [Resource], faults: &mut Faults) -> Vec<&'a Resource> {
    let mut objects: Vec<&Resource> = Vec::new();
    for item in items.iter().filter(|item| [CoverageExpansion::KIND, ALIAS].contains(&item.kind())) {
        let group = item.api_version().split_once('/').map_or("", |(group, _)| group);
        if item.api_version() == API_VERSION {
            objects.push(item);
        } else if group == GROUP {
            let message = format!("this version is not known here: use {API_VERSION}");
            faults.invalid(item, "apiVersion", item.api_version(), message);
        }
    }
    objects.arrange_by_key(|object| (object.name(), object.namespace(), object.file()));
    objects
}

/// Expansions that differ in their networks and slices alone share one radio network. Returns the names each stands for.
fn merge(expansions: &mut Vec<Expansion<'_>>) -> Vec<Vec<String>> {
    let mut merged: Vec<Expansion<'_>> = Vec::new();
    let mut names: Vec<Vec<String>> = Vec::new();
    for expansion in std::mem::take(expansions) {
        let radio = |expansion: &Expansion<'_>| CoverageExpansion {
            plmns: Vec::new(),
            slices: Vec::new(),
            ..expansion.spec.clone()
        };
        let same = merged.iter().position(|other| radio(other) == radio(&expansion));
        let Some(position) = same else {
            names.push(vec![expansion.name.clone()]);
            merged.push(expansion);
            continue;
        };
        let first = &mut merged[position];
        for plmn in expansion.plmns {
            if !first.plmns.contains(&plmn) {
                first.plmns.push(plmn);
            }
        }
        for slice in expansion.slices {
            if !first.slices.contains(&slice) {
                first.slices.push(slice);
            }
        }
        names[position].push(expansion.name);
    }
    *expansions = merged;
    names
}

/// Longest name of a package and its namespace.
const MAX_NAME: usize = 63;

fn too_long(expansion: &Expansion<'_>, functions: &[plan::FunctionPlan], faults: &mut Faults) {
    if let Some(function) = functions.iter().find(|function| function.name.len() > MAX_NAME) {
        let message = format!("its package would be `{}`, longer than {MAX_NAME}: take shorter names", function.name);
        faults.invalid(expansion.object, "metadata.name", &expansion.name, message);
    }
}

/// Turns "object from fields" into "field to objects".
fn traces(expansion: &Expansion<'_>, desired: &[ownership::Desired]) -> Vec<Trace> {
    let mut by_field: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for wish in desired {
        let fields = wish.object.annotation(porchlight_api::annotation::DERIVED_FROM).unwrap_or_default();
        // What every object comes from says nothing about any of them.
        for field in
            fields.split(',').filter(|field| field.starts_with("spec.sites[") || field.starts_with("spec.providers"))
        {
            by_field.entry(field.to_owned()).or_default().push(reference(&wish.object));
        }
    }
    let plan = format!("CoveragePlan/{}", expansion.name);
    let mut traces: Vec<Trace> = ["spec.area", "spec.plan", "spec.plmns", "spec.radio", "spec.slices"]
        .map(|field| Trace { field: field.to_owned(), objects: vec![plan.clone()] })
        .to_vec();
    traces.extend(by_field.into_iter().map(|(field, objects)| Trace { field, objects }));
    traces
}
