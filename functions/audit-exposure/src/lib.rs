//! `audit-exposure`: what a package opens to the world, or to whoever breaks into it, by severity.
//!
//! A validator: it changes nothing and finds everything in one run. One module of [`rules`] looks at each subject; which
//! rule is how bad, and what its words mean, is data, see `data/`.

mod address;
mod data;
mod object;
mod ports;
mod report;
mod rules;

use porchlight_api::Kind;
use porchlight_api::audit_config::AuditExposureConfig;
use porchlight_krm::{CodedError, Function, Gvk, ResourceList, Role};

use object::Object;
use report::Report;

/// The function.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditExposure;

impl Function for AuditExposure {
    const NAME: &'static str = "audit-exposure";
    const DESCRIPTION: &'static str =
        "Audits what a package exposes: open networks, privileged pods, wide rights, secrets in plain text";
    const ROLE: Role = Role::Validator;
    const CONFIG_KIND: &'static str = AuditExposureConfig::KIND;
    const READS: &'static [Gvk] = &[
        Gvk::new("apps/v1", "DaemonSet"),
        Gvk::new("apps/v1", "Deployment"),
        Gvk::new("apps/v1", "StatefulSet"),
        Gvk::new("batch/v1", "CronJob"),
        Gvk::new("batch/v1", "Job"),
        Gvk::new("k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy"),
        Gvk::new("networking.k8s.io/v1", "Ingress"),
        Gvk::new("networking.k8s.io/v1", "NetworkPolicy"),
        Gvk::new("rbac.authorization.k8s.io/v1", "ClusterRole"),
        Gvk::new("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        Gvk::new("rbac.authorization.k8s.io/v1", "Role"),
        Gvk::new("rbac.authorization.k8s.io/v1", "RoleBinding"),
        Gvk::new("v1", "ConfigMap"),
        Gvk::new("v1", "Pod"),
        Gvk::new("v1", "Secret"),
        Gvk::new("v1", "Service"),
    ];
    type Config = AuditExposureConfig;

    fn run(list: &mut ResourceList, config: AuditExposureConfig) -> Result<(), CodedError> {
        let mut report = Report::new(&config);
        for resource in &list.items {
            rules::check(&Object::of(resource), &mut report);
        }
        let findings = report.into_findings();
        list.results.extend(findings);
        Ok(())
    }
}
