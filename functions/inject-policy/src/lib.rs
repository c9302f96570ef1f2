//! `inject-policy`: security, QoS, compliance and operational policies for a package.
//!
//! The way through the code: [`profiles`] are read and completed, [`package`] says what there is, [`rules`] decide from
//! both and write a [`plan`], [`resolution`] settles what profiles disagree about, [`exceptions`] hold rules off. Objects
//! of the plan go into the package by `porchlight_krm::ownership`, fields by [`edits`]; both take back on the next run
//! what no profile asks for any more. What rules, roles, interfaces and controls there are is data, see [`data`].

mod data;
mod edits;
mod exceptions;
mod package;
mod params;
mod plan;
mod profiles;
mod report;
mod resolution;
mod rules;

use porchlight_api::Kind;
use porchlight_api::policy_config::PolicyConfig;
use porchlight_krm::order::SortedMap;
use porchlight_krm::ownership::{self, Desired, Owner};
use porchlight_krm::{Code, CodedError, Function, Gvk, ResourceList};

use exceptions::Exceptions;
use package::{Package, is_generated};
use plan::{Edit, Plan, Wish};
use resolution::Resolution;

/// Name of the function, and mark of what it made.
pub(crate) const NAME: &str = "inject-policy";

/// The function.
#[derive(Clone, Copy, Debug, Default)]
pub struct InjectPolicy;

impl Function for InjectPolicy {
    const NAME: &'static str = NAME;
    const DESCRIPTION: &'static str = "Brings security, QoS, compliance and operational policies into a package";
    const CONFIG_KIND: &'static str = PolicyConfig::KIND;
    const READS: &'static [Gvk] = &[
        Gvk::new("apiregistration.k8s.io/v1", "APIService"),
        Gvk::new("apps/v1", "DaemonSet"),
        Gvk::new("apps/v1", "Deployment"),
        Gvk::new("apps/v1", "ReplicaSet"),
        Gvk::new("apps/v1", "StatefulSet"),
        Gvk::new("autoscaling/v2", "HorizontalPodAutoscaler"),
        Gvk::new("batch/v1", "CronJob"),
        Gvk::new("batch/v1", "Job"),
        Gvk::new("infra.nephio.org/v1alpha1", "Network"),
        Gvk::new("kpt.dev/v1", "Kptfile"),
        Gvk::new("networking.k8s.io/v1", "Ingress"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "NetworkSliceIntent"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "PolicyException"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "PolicyProfile"),
        Gvk::new("rbac.authorization.k8s.io/v1", "ClusterRole"),
        Gvk::new("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        Gvk::new("rbac.authorization.k8s.io/v1", "Role"),
        Gvk::new("rbac.authorization.k8s.io/v1", "RoleBinding"),
        Gvk::new("req.nephio.org/v1alpha1", "Interface"),
        Gvk::new("v1", "Namespace"),
        Gvk::new("v1", "Pod"),
        Gvk::new("v1", "Secret"),
        Gvk::new("v1", "Service"),
        Gvk::new("v1", "ServiceAccount"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFConfig"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFDeployment"),
    ];
    const WRITES: &'static [Gvk] = &[
        Gvk::new("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"),
        Gvk::new("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"),
        Gvk::new("apps/v1", "DaemonSet"),
        Gvk::new("apps/v1", "Deployment"),
        Gvk::new("apps/v1", "ReplicaSet"),
        Gvk::new("apps/v1", "StatefulSet"),
        Gvk::new("batch/v1", "CronJob"),
        Gvk::new("batch/v1", "Job"),
        Gvk::new("cert-manager.io/v1", "Certificate"),
        Gvk::new("k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy"),
        Gvk::new("networking.k8s.io/v1", "NetworkPolicy"),
        Gvk::new("policies.kyverno.io/v1", "ImageValidatingPolicy"),
        Gvk::new("policy/v1", "PodDisruptionBudget"),
        Gvk::new("scheduling.k8s.io/v1", "PriorityClass"),
        Gvk::new("v1", "ConfigMap"),
        Gvk::new("v1", "LimitRange"),
        Gvk::new("v1", "Namespace"),
        Gvk::new("v1", "Pod"),
        Gvk::new("v1", "ResourceQuota"),
        Gvk::new("v1", "ServiceAccount"),
    ];
    type Config = PolicyConfig;

    fn run(list: &mut ResourceList, config: PolicyConfig) -> Result<(), CodedError> {
        // Names and lists are made in the order of the items, which must not depend on how they came.
        list.sort_items();
        let bases: Vec<_> = list.items.iter().map(edits::without_ours).collect();
        let profiles = match profiles::active(&bases, &config) {
            Ok(profiles) => profiles,
            Err(errors) => return fail(list, errors),
        };
        let exceptions = match Exceptions::read(&bases, &config) {
            Ok(exceptions) => exceptions,
            Err(errors) => return fail(list, errors),
        };
        let package = Package::of(&bases, &config);
        let mut plan = Plan::new(&bases, &package, &config, Resolution::new(profiles), exceptions);
        rules::run(&mut plan);

        let Plan { edits, mut wishes, findings, resolution, exceptions, evidence, .. } = plan;
        list.results.extend(findings);
        list.results.extend(resolution.findings(config.strict));
        list.results.extend(exceptions.into_findings());
        wishes.extend(report::report(resolution.profiles(), &evidence, package.namespaces.home()));
        let mut by_item: SortedMap<usize, Vec<&Edit>> = SortedMap::new();
        for edit in &edits {
            by_item.entry(edit.item).or_default().push(edit);
        }
        for (position, (item, base)) in list.items.iter_mut().zip(&bases).enumerate() {
            let edits = by_item.remove(&position).unwrap_or_default();
            edits::apply(item, base, &edits)?;
        }
        if list.has_errors() {
            return Ok(());
        }
        bring_in(list, &package, &config, wishes)
    }
}

fn fail(list: &mut ResourceList, errors: Vec<CodedError>) -> Result<(), CodedError> {
    for error in errors {
        list.fail(error);
    }
    Ok(())
}

/// Makes the generated objects of the list those that are wished for.
fn bring_in(
    list: &mut ResourceList,
    package: &Package,
    config: &PolicyConfig,
    wishes: Vec<Wish>,
) -> Result<(), CodedError> {
    let desired: Vec<Desired> = wishes
        .into_iter()
        .map(|wish| {
            let id = wish.object.id();
            let folder = match package.namespaces.home() {
                Some(home) if id.namespace == home || id.namespace.is_empty() => "policies".to_owned(),
                None if id.namespace.is_empty() => "policies".to_owned(),
                _ => format!("policies/{}", id.namespace),
            };
            let file = format!("{folder}/{}-{}.yaml", id.kind.to_lowercase(), id.name.replace(':', "-"));
            Desired::new(wish.profiles, wish.object).in_file(file)
        })
        .collect();
    follow_renames(list, &desired);
    let before = list.results.len();
    ownership::apply(list, Owner { function: NAME, conflict: Code::PolicyConflict }, desired)?;
    if config.strict {
        for finding in &mut list.results[before..] {
            finding.severity = porchlight_krm::Severity::Error;
        }
    }
    Ok(())
}

/// A namespace that was renamed after us, by set-namespace, took our objects along: they are still the ones wished for.
fn follow_renames(list: &mut ResourceList, desired: &[Desired]) {
    for item in list.items.iter_mut().filter(|item| is_generated(item)) {
        let id = item.id();
        if desired.iter().any(|wish| wish.object.id() == id) {
            let name = if id.namespace.is_empty() { id.name.clone() } else { format!("{}/{}", id.namespace, id.name) };
            item.set_annotation(porchlight_krm::annotations::GENERATED_AS, &name);
        }
    }
}
