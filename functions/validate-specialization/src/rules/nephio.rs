//! Nephio's objects agree with each other: interfaces with the cluster, network functions with what their operators need.

use std::collections::BTreeSet;

use porchlight_krm::Code;
use serde_json::Value;

use crate::package::Package;
use crate::report::{Defect, Report, Weight};

/// Operators that read `spec.capacity` without asking whether it is there (free5gc operator, nephio-domain §A.6).
const NEEDS_CAPACITY: &str = ".free5gc.io";

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    interfaces(package, report);
    network_functions(package, report);
    dependencies(package, report);
}

/// An interface uses what one of the clusters offers (WorkloadCluster `cnis`).
fn interfaces(package: &Package<'_>, report: &mut Report<'_>) {
    let mut offered: BTreeSet<&str> = BTreeSet::new();
    for cluster in package.of_kind("infra.nephio.org", "WorkloadCluster") {
        offered.extend(cluster.list("/spec/cnis").filter_map(|(_, cni)| cni.as_str()));
    }
    if offered.is_empty() {
        return;
    }
    for item in package.of_kind("req.nephio.org", "Interface") {
        let known = |wanted: &&str| ["sriov", "ipvlan", "macvlan"].contains(wanted) && !offered.contains(wanted);
        let Some(wanted) = item.text("/spec/cniType").filter(known) else { continue };
        let there: Vec<&str> = offered.iter().copied().collect();
        let message = format!(
            "the interface `{}` wants {wanted}, the cluster offers {} only",
            item.resource.name(),
            there.join(", ")
        );
        report.add(
            item,
            Defect::new(Weight::Wrong, Code::InfraInvalid, "interface-cni", message)
                .at("spec.cniType")
                .current(wanted)
                .proposing(there.first().copied())
                .hint("take a type the cluster has, or another cluster"),
        );
    }
}

fn network_functions(package: &Package<'_>, report: &mut Report<'_>) {
    for item in package.of_kind("workload.nephio.org", "NFDeployment") {
        let name = item.resource.name();
        let provider = item.text("/spec/provider").unwrap_or_default();
        if provider.is_empty() {
            let message = format!("the network function `{name}` has no provider, so no operator takes it");
            report.add(
                item,
                Defect::new(Weight::Wrong, Code::SpecializationIncomplete, "provider", message)
                    .at("spec.provider")
                    .hint("write the operator's name, such as `upf.free5gc.io`"),
            );
        }
        let capacity = item.value.pointer("/spec/capacity").filter(|capacity| !capacity.is_null());
        if provider.ends_with(NEEDS_CAPACITY) && capacity.is_none() {
            let message =
                format!("the operator of `{provider}` stops at the network function `{name}`, which has no capacity");
            report.add(
                item,
                Defect::new(Weight::Unfinished, Code::CapacityInvalid, "capacity", message)
                    .at("spec.capacity")
                    .hint("add a Capacity to the package; Nephio's nfdeploy-fn, or expand-capacity, copies it"),
            );
        }
    }
}

/// A Dependency says what it wants, and that has arrived.
fn dependencies(package: &Package<'_>, report: &mut Report<'_>) {
    for item in package.of_kind("req.nephio.org", "Dependency") {
        let other = item.text("/spec/packageName").unwrap_or_default();
        let wanted = item.list("/spec/injectors").count();
        if wanted == 0 {
            let message = format!("the dependency on `{other}` asks for nothing");
            report.add(
                item,
                Defect::new(Weight::Doubtful, Code::ReferenceDangling, "dependency", message)
                    .at("spec.injectors")
                    .hint("name the kinds to bring in, such as {apiVersion: workload.nephio.org/v1alpha1, kind: NFDeployment}"),
            );
            continue;
        }
        if item.list("/status/injected").next().is_some() {
            continue;
        }
        let carried = package.of_kind("ref.nephio.org", "Config").any(|config| {
            let kind = config.value.pointer("/spec/config/kind").and_then(Value::as_str);
            item.list("/spec/injectors").any(|(_, injector)| injector.get("kind").and_then(Value::as_str) == kind)
        });
        if !carried {
            let message = format!("nothing of the package `{other}` has been brought in");
            report.add(
                item,
                Defect::new(Weight::Unfinished, Code::ReferenceDangling, "dependency", message)
                    .at("spec.packageName")
                    .current(other)
                    .hint("Nephio's dependency function brings it in once that package is published"),
            );
        }
    }
}
