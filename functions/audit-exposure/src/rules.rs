//! The rules, one module per subject.

mod network;
mod opening;
mod pod;
mod rbac;
mod secret;
mod security_group;
mod service;

use crate::object::Object;
use crate::report::Report;

/// Runs every rule on an object.
pub(crate) fn check(object: &Object<'_>, report: &mut Report<'_>) {
    match (object.group(), object.resource.kind()) {
        ("networking.k8s.io", "NetworkPolicy") | ("k8s.cni.cncf.io", "MultiNetworkPolicy") => {
            network::check(object, report);
        }
        ("networking.k8s.io", "Ingress") => service::ingress(object, report),
        ("", "Service") => service::check(object, report),
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => rbac::role(object, report),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => rbac::binding(object, report),
        ("", "Secret") => secret::secret(object, report),
        ("", "ConfigMap") => secret::config_map(object, report),
        // Definitions describe fields; they open nothing.
        ("apiextensions.k8s.io", _) | ("kpt.dev", _) => {}
        _ => security_group::check(object, report),
    }
    if object.holds_pods() {
        pod::check(object, report);
        secret::environment(object, report);
    }
}
