//! Objects fit the schema of their kind, and their API version is still served.

use porchlight_krm::{Code, annotations};
use porchlight_schema::{Problem, Violation};

use crate::data::Data;
use crate::package::{Item, Package};
use crate::report::{Defect, Report, Weight};

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    for item in &package.items {
        incomplete(item, report);
        match porchlight_schema::check(item.resource) {
            Some(violations) => {
                for violation in &violations {
                    report.add(item, misfit(item, violation));
                }
                if item.value.is_null() && violations.is_empty() {
                    let message =
                        "the object cannot be read as a whole: it is too deep, or its aliases make it too large";
                    report.add(item, Defect::new(Weight::Wrong, code(item), "schema", message));
                }
            }
            None if item.group() == annotations::GROUP => {
                report.add(item, unknown(item));
            }
            None => gone(item, report),
        }
    }
}

/// What has one of `apiVersion` and `kind` is meant to be an object; what has neither is a file of something else.
fn incomplete(item: &Item<'_>, report: &mut Report<'_>) {
    let fields = [("apiVersion", item.resource.api_version()), ("kind", item.resource.kind())];
    if fields.iter().all(|(_, value)| value.is_empty()) {
        return;
    }
    for (field, _) in fields.iter().filter(|(_, value)| value.is_empty()) {
        let defect =
            Defect::new(Weight::Wrong, Code::SchemaInvalid, "schema", format!("`{field}`: required field is missing"));
        report.add(item, defect.at(*field).hint("add the field"));
    }
}

/// The code of a malformed object of a kind.
fn code(item: &Item<'_>) -> Code {
    match item.resource.kind() {
        "NetworkSliceIntent" => Code::IntentInvalid,
        "Capacity" | "CapacityExpansion" | "SizingProfile" => Code::CapacityInvalid,
        "CoverageExpansion" | "CoveragePlan" | "EdgeSite" => Code::CoverageInvalid,
        "PolicyProfile" | "PolicyException" => Code::PolicyInvalid,
        "PackageVariant" | "PackageVariantSet" => Code::VariantInvalid,
        _ => Code::SchemaInvalid,
    }
}

fn misfit(item: &Item<'_>, violation: &Violation) -> Defect {
    let path = violation.path.to_string();
    // An API server drops fields that a definition does not know; only Kubernetes' own kinds and ours are strict.
    let dropped = matches!(violation.problem, Problem::Unknown { .. }) && is_defined(item);
    let weight = if dropped { Weight::Doubtful } else { Weight::Wrong };
    let message = format!("`{path}`: {}", violation.problem);
    let mut defect = Defect::new(weight, code(item), "schema", message).at(path);
    if let Some(current) = &violation.current {
        defect = defect.current(current.clone());
    }
    let proposed = violation.problem.proposal();
    match &violation.problem {
        Problem::Unknown { nearest: Some(nearest) } => {
            defect.hint(format!("rename the field to `{nearest}`, or remove it"))
        }
        Problem::Unknown { nearest: None } => {
            defect.hint(format!("remove the field; {} has none of this name", item.resource.kind()))
        }
        Problem::Missing => defect.hint("add the field"),
        Problem::Type { expected, .. } if *expected == "text" => {
            let quoted = violation.current.as_ref().map(|current| format!("\"{current}\""));
            defect.proposing(quoted).hint("put the value in quotes")
        }
        Problem::Type { expected, .. } => defect.hint(format!("write {expected}")),
        Problem::Value { allowed, .. } => defect.proposing(proposed).hint(format!("one of {}", allowed.join(", "))),
        Problem::Range { .. } => defect.hint("correct the number"),
        Problem::TooLarge => defect.hint("split the object, or write its aliases out"),
    }
}

/// Whether the kind comes from a CustomResourceDefinition of others.
fn is_defined(item: &Item<'_>) -> bool {
    let group = item.group();
    group.contains('.') && !group.ends_with(".k8s.io") && group != annotations::GROUP || group == "k8s.cni.cncf.io"
}

/// A kind in our group that does not exist, or in a version that does not.
fn unknown(item: &Item<'_>) -> Defect {
    let (api_version, kind) = (item.resource.api_version(), item.resource.kind());
    let message = if porchlight_schema::knows(annotations::API_VERSION, kind) {
        format!("{kind} has no version `{api_version}`")
    } else {
        format!("`{kind}` is no kind of {}", annotations::GROUP)
    };
    let known = porchlight_schema::knows(annotations::API_VERSION, kind);
    let defect = Defect::new(Weight::Wrong, Code::IntentUnsupported, "unknown-kind", message);
    if known {
        defect
            .at("apiVersion")
            .current(api_version)
            .proposing(Some(annotations::API_VERSION))
            .hint("write the version that is proposed")
    } else {
        defect.at("kind").current(kind).hint("`porchlight fn schema` lists the kinds there are")
    }
}

fn gone(item: &Item<'_>, report: &mut Report<'_>) {
    let (api_version, kind) = (item.resource.api_version(), item.resource.kind());
    let gone = Data::get().kinds.gone.iter();
    for entry in gone.filter(|entry| entry.api_version == api_version && entry.kinds.iter().any(|known| known == kind))
    {
        let message = format!("{kind} of `{api_version}` is not served since {}", entry.since);
        report.add(
            item,
            Defect::new(Weight::Doubtful, Code::SchemaInvalid, "gone-version", message)
                .at("apiVersion")
                .current(api_version)
                .proposing(Some(entry.instead.clone()))
                .hint(format!("use {}", entry.instead)),
        );
    }
}
