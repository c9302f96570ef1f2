//! The rules, one module a subject.

mod admission;
mod attachments;
mod certificates;
mod compliance;
mod containers;
mod images;
mod namespaces;
mod network;
mod oran;
mod pods;
mod rbac;
mod resources;
mod scheduling;
mod secrets;
mod service_accounts;

use crate::plan::Plan;

/// Runs every rule.
pub(crate) fn run(plan: &mut Plan<'_>) {
    opted_out(plan);
    namespaces::run(plan);
    network::run(plan);
    attachments::run(plan);
    pods::run(plan);
    containers::run(plan);
    service_accounts::run(plan);
    rbac::run(plan);
    images::run(plan);
    secrets::run(plan);
    certificates::run(plan);
    admission::run(plan);
    resources::run(plan);
    scheduling::run(plan);
    oran::run(plan);
    compliance::run(plan);
}

/// Says which objects are left as they are, and which pods no render sees.
fn opted_out(plan: &mut Plan<'_>) {
    let package = plan.package;
    for workload in &package.workloads {
        if let Some(reason) = workload.unmanaged {
            plan.note(workload.item, "managed", format!("left as it is: {reason}"));
        }
    }
    for namespace in package.namespaces.declared() {
        let position = package.namespaces.position(namespace);
        let unmanaged = position.and_then(|position| crate::package::unmanaged(&plan.items[position]));
        if let (Some(position), Some(reason)) = (position, unmanaged) {
            plan.note(position, "managed", format!("left as it is: {reason}"));
        }
    }
    for function in &package.functions {
        let message = format!(
            "an operator makes the pods of this (`{}`): their security context is the operator's, policies of the \
             namespace and of admission hold for them",
            function.provider
        );
        plan.note(function.item, "operator", message);
    }
}
