//! Workloads are covered by policies: network isolation, pod security, limits (nephio-domain §F.2, §F.4).

use porchlight_krm::Code;
use serde_json::{Map, Value};

use crate::package::{Item, Package};
use crate::report::{Defect, Report, Weight};

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    for item in package.items.iter().filter(|item| !item.local) {
        match (item.group(), item.resource.kind()) {
            ("", "Namespace") => namespace(package, item, report),
            ("k8s.cni.cncf.io", "NetworkAttachmentDefinition") => attachment(package, item, report),
            ("workload.nephio.org", "NFDeployment") => isolated(package, item, &Map::new(), report),
            _ if item.pod_spec().is_some() => isolated(package, item, &item.pod_labels(), report),
            _ => {}
        }
    }
    profiles(package, report);
}

fn uncovered(rule: &'static str, message: String) -> Defect {
    Defect::new(Weight::Uncovered, Code::SecurityPolicyFailed, rule, message)
}

/// A NetworkPolicy selects the workload's pods (O-RAN REQ-SEC-OCLOUD-ISO-6, NSA/CISA 2.0, CIS 5.3). Pods that an operator
/// makes of a network function have labels nobody knows here; only a policy for the whole namespace selects them for sure.
fn isolated(package: &Package<'_>, item: &Item<'_>, labels: &Map<String, Value>, report: &mut Report<'_>) {
    let host_network = item.pod_spec().is_some_and(|(spec, _)| spec.get("hostNetwork") == Some(&Value::Bool(true)));
    if host_network {
        // Network policies do not govern pods on the host's network.
        return;
    }
    let covered = package.of_kind("networking.k8s.io", "NetworkPolicy").any(|policy| {
        Package::share_namespace(policy, item) && selects(policy.value.pointer("/spec/podSelector"), labels)
    });
    if !covered {
        let (kind, name) = (item.resource.kind(), item.resource.name());
        let message = format!("no NetworkPolicy of the package selects the pods of {kind} `{name}`");
        report.add(
            item,
            uncovered("network-policy", message)
                .hint("let `inject-policy` add a default-deny policy for the namespace"),
        );
    }
}

/// Whether a label selector matches; one that is empty matches everything.
fn selects(selector: Option<&Value>, labels: &Map<String, Value>) -> bool {
    let part = |key: &str| selector.and_then(|selector| selector.get(key));
    let label = |key: &str| labels.get(key).and_then(Value::as_str);
    let exact = part("matchLabels").and_then(Value::as_object).into_iter().flatten();
    let mut expressions = part("matchExpressions").and_then(Value::as_array).into_iter().flatten();
    exact.into_iter().all(|(key, value)| label(key) == value.as_str())
        && expressions.all(|expression| {
            let value = expression.get("key").and_then(Value::as_str).and_then(label);
            let listed = value.is_some_and(|value| {
                expression
                    .get("values")
                    .and_then(Value::as_array)
                    .is_some_and(|values| values.iter().any(|one| one == value))
            });
            match expression.get("operator").and_then(Value::as_str) {
                Some("In") => listed,
                Some("NotIn") => !listed,
                Some("Exists") => value.is_some(),
                Some("DoesNotExist") => value.is_none(),
                _ => false,
            }
        })
}

/// A namespace says which pod security it enforces (CIS 5.2) and what may be used in it at most (O-RAN
/// REQ-SEC-LCM-SD-5, NSA/CISA 4.0 and 4.1).
fn namespace(package: &Package<'_>, item: &Item<'_>, report: &mut Report<'_>) {
    const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
    let name = item.resource.name();
    if item.resource.label(ENFORCE).is_none() {
        let message = format!("the namespace `{name}` does not say which pod security it enforces");
        report.add(
            item,
            uncovered("pod-security", message)
                .at(format!("metadata.labels[\"{ENFORCE}\"]"))
                .proposing(Some("baseline"))
                .hint("`restricted`, `baseline` or `privileged`, by what the workloads need"),
        );
    }
    let limited = ["ResourceQuota", "LimitRange"].iter().any(|kind| {
        package
            .of_kind("", kind)
            .any(|quota| matches!(quota.resource.namespace(), "" | "default") || quota.resource.namespace() == name)
    });
    if !limited {
        let message = format!("neither a ResourceQuota nor a LimitRange bounds what the namespace `{name}` uses");
        report
            .add(item, uncovered("resource-limits", message).hint("let `inject-policy` or `expand-capacity` add one"));
    }
}

/// Network policies do not reach secondary networks; a MultiNetworkPolicy does.
fn attachment(package: &Package<'_>, item: &Item<'_>, report: &mut Report<'_>) {
    const POLICY_FOR: &str = "k8s.v1.cni.cncf.io/policy-for";
    let name = item.resource.name();
    let covered = package.of_kind("k8s.cni.cncf.io", "MultiNetworkPolicy").any(|policy| {
        let networks = policy.resource.annotation(POLICY_FOR).unwrap_or_default();
        networks.split(',').any(|network| network.trim().rsplit('/').next() == Some(name))
    });
    if !covered {
        let message = format!("no MultiNetworkPolicy of the package governs the network attachment `{name}`");
        report.add(
            item,
            uncovered("multi-network-policy", message).hint("let `inject-policy` add one for the interface"),
        );
    }
}

/// The profiles an intent names are there.
fn profiles(package: &Package<'_>, report: &mut Report<'_>) {
    let builtin = |name: &str| {
        let known = &crate::data::Data::get().builtin;
        known.iter().any(|entry| entry.kind == "PolicyProfile" && entry.name.eq_ignore_ascii_case(name))
    };
    for item in package.of_kind(porchlight_api::GROUP, "NetworkSliceIntent") {
        for (position, name) in item.list("/spec/policies") {
            let Some(name) = name.as_str() else { continue };
            if builtin(name) || package.names("PolicyProfile").any(|known| known == name) {
                continue;
            }
            let known = crate::data::Data::get().builtin.iter().filter(|entry| entry.kind == "PolicyProfile");
            let known = known.map(|entry| entry.name.as_str()).chain(package.names("PolicyProfile"));
            let message = format!("no PolicyProfile is called `{name}`");
            report.add(
                item,
                Defect::new(Weight::Wrong, Code::ReferenceDangling, "dangling-reference", message)
                    .at(format!("spec.policies[{position}]"))
                    .current(name)
                    .proposing(porchlight_yaml::serde::nearest(name, known))
                    .hint("add the profile to the package, or name one of the built-in ones"),
            );
        }
    }
}
