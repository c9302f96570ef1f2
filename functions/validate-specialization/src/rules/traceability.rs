//! Every intent leads to its objects and every generated object back to its intent.

use std::collections::BTreeSet;

use porchlight_api::annotation::INTENT;
use porchlight_krm::{Code, annotations};
use serde_json::Value;

use crate::package::{Item, Package};
use crate::report::{Defect, Report, Weight};

/// Name of the function that decomposes intents.
const DECOMPOSER: &str = "decompose-intent";

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    let intents: Vec<&Item<'_>> = package.of_kind(porchlight_api::GROUP, "NetworkSliceIntent").collect();
    for intent in &intents {
        decomposed(package, intent, report);
    }
    for document in package.of_kind(porchlight_api::GROUP, "IntentReport") {
        present(package, document, report);
    }
    // Packages that hold one network function of a slice have no intent of their own to lead back to.
    if !intents.is_empty() {
        let names: BTreeSet<&str> = intents.iter().map(|intent| intent.resource.name()).collect();
        for item in &package.items {
            originates(package, item, &names, report);
        }
    }
}

fn incomplete(weight: Weight, message: String) -> Defect {
    Defect::new(weight, Code::TraceabilityIncomplete, "traceability", message)
}

/// An active intent has a report about what became of it.
fn decomposed(package: &Package<'_>, intent: &Item<'_>, report: &mut Report<'_>) {
    let name = intent.resource.name();
    let active = intent.text("/spec/adminState") != Some("DEACTIVATED");
    let reported = package
        .of_kind(porchlight_api::GROUP, "IntentReport")
        .any(|document| document.text("/spec/intent") == Some(name));
    if active && !reported {
        let message = format!("the intent `{name}` is active and has no IntentReport, so nothing was made of it");
        report.add(
            intent,
            incomplete(Weight::Unfinished, message)
                .at("spec.adminState")
                .current(intent.text("/spec/adminState").unwrap_or("ACTIVATED"))
                .hint("run `decompose-intent` before this function"),
        );
    }
}

/// What a report says was made is there.
fn present(package: &Package<'_>, document: &Item<'_>, report: &mut Report<'_>) {
    for (entry, trace) in document.list("/spec/decomposition") {
        let objects = trace.get("objects").and_then(Value::as_array).into_iter().flatten().enumerate();
        for (position, object) in objects {
            let Some(object) = object.as_str() else { continue };
            let parts: Vec<&str> = object.split('/').collect();
            let there = match parts.as_slice() {
                [kind, name] => package.has(kind, "", name),
                [kind, namespace, name] => package.has(kind, namespace, name),
                _ => false,
            };
            if !there {
                let field = trace.get("field").and_then(Value::as_str).unwrap_or_default();
                let message = format!("`{object}`, made from `{field}`, is not in the package any more");
                report.add(
                    document,
                    incomplete(Weight::Wrong, message)
                        .at(format!("spec.decomposition[{entry}].objects[{position}]"))
                        .current(object)
                        .hint("run `decompose-intent` again; it brings the object back, or the report up to date"),
                );
            }
        }
    }
}

/// A generated object leads back to an intent, and the intent's report to the object.
fn originates(package: &Package<'_>, item: &Item<'_>, intents: &BTreeSet<&str>, report: &mut Report<'_>) {
    let resource = item.resource;
    let generated = resource.label(annotations::GENERATED_BY) == Some(DECOMPOSER);
    let Some(named) = resource.annotation(INTENT) else {
        if generated && resource.annotation(annotations::ORIGIN).is_none() {
            let message = format!("{} `{}` was generated and does not say from what", resource.kind(), resource.name());
            report.add(
                item,
                incomplete(Weight::Wrong, message)
                    .at(format!("metadata.annotations[\"{INTENT}\"]"))
                    .hint("run `decompose-intent` again; to keep the object as yours, remove its label `generated-by`"),
            );
        }
        return;
    };
    for intent in named.split(',').map(str::trim).filter(|intent| !intent.is_empty()) {
        if !intents.contains(intent) {
            let message = format!(
                "{} `{}` was made from the intent `{intent}`, which is not in the package",
                resource.kind(),
                resource.name()
            );
            report.add(
                item,
                incomplete(Weight::Wrong, message)
                    .at(format!("metadata.annotations[\"{INTENT}\"]"))
                    .current(named)
                    .hint("run `decompose-intent` again; it removes what no intent asks for"),
            );
        } else if generated && resource.kind() != "IntentReport" && !is_reported(package, item, intent) {
            let message = format!(
                "the report about the intent `{intent}` does not name {} `{}`",
                resource.kind(),
                resource.name()
            );
            report.add(
                item,
                incomplete(Weight::Doubtful, message)
                    .at(format!("metadata.annotations[\"{INTENT}\"]"))
                    .current(named)
                    .hint("run `decompose-intent` again"),
            );
        }
    }
}

fn is_reported(package: &Package<'_>, item: &Item<'_>, intent: &str) -> bool {
    let resource = item.resource;
    let (kind, name) = (resource.kind(), resource.name());
    let reports = package.of_kind(porchlight_api::GROUP, "IntentReport");
    let mut reports = reports.filter(|document| document.text("/spec/intent") == Some(intent)).peekable();
    if reports.peek().is_none() {
        // That the report is missing is told once, at the intent.
        return true;
    }
    reports.any(|document| {
        document.list("/spec/decomposition").any(|(_, trace)| {
            let objects = trace.get("objects").and_then(Value::as_array).into_iter().flatten();
            objects.filter_map(Value::as_str).any(|object| {
                object == format!("{kind}/{name}")
                    || (object.starts_with(&format!("{kind}/")) && object.ends_with(&format!("/{name}")))
            })
        })
    })
}
