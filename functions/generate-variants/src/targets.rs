//! Targets of a plan among the objects of the package.

use std::collections::BTreeMap;

use porchlight_api::porch::{LabelRequirement, LabelSelector, SelectorOperator};
use porchlight_api::variant_plan::PlanTarget;
use porchlight_krm::order::{Arrange, Gather};
use porchlight_krm::{Code, CodedError, Gvk, Resource};

use crate::plans::Plan;

/// Porch's repositories.
pub(crate) const REPOSITORY: Gvk = Gvk::new("config.porch.kpt.dev/v1alpha1", "Repository");
/// Nephio's clusters.
pub(crate) const CLUSTER: Gvk = Gvk::new("infra.nephio.org/v1alpha1", "WorkloadCluster");

/// One package to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Position of the target it comes from.
    pub(crate) index: usize,
    /// Repository; also the name of the object it was selected by.
    pub(crate) repository: String,
    /// Package.
    pub(crate) package: String,
    /// Labels of the selected object.
    pub(crate) labels: BTreeMap<String, String>,
}

/// True for an object of a kind.
pub(crate) fn is(item: &Resource, kind: Gvk) -> bool {
    item.is(kind.api_version, kind.kind)
}

/// The kind a target selects, and by which labels; nothing for one that lists its repositories.
pub(crate) fn selector(target: &PlanTarget) -> Option<(Gvk, &LabelSelector)> {
    let repositories = target.repository_selector.as_ref().map(|selector| (REPOSITORY, selector));
    repositories.or_else(|| target.cluster_selector.as_ref().map(|selector| (CLUSTER, selector)))
}

/// Every package of a plan, in the order of its targets, then by name.
///
/// # Errors
/// A selector Kubernetes refuses; two targets for one package.
pub(crate) fn select(plan: &Plan, items: &[Resource]) -> Result<Vec<Target>, CodedError> {
    let default = plan.spec.package.as_ref().unwrap_or(&plan.spec.upstream.package);
    let mut targets: Vec<Target> = Vec::new();
    for (index, target) in plan.spec.targets.iter().enumerate() {
        for repository in &target.repositories {
            let own = std::slice::from_ref(default);
            let packages = if repository.package_names.is_empty() { own } else { &repository.package_names[..] };
            targets.extend(packages.iter().map(|package| Target {
                index,
                repository: repository.name.clone(),
                package: package.clone(),
                labels: BTreeMap::new(),
            }));
        }
        let Some((kind, selector)) = selector(target) else { continue };
        let mut selected = Vec::new();
        for item in items.iter().filter(|item| is(item, kind)) {
            let here = [item.namespace(), plan.namespace.as_str()];
            let visible = here.contains(&"") || here[0] == here[1];
            let fits = matches(item, selector).map_err(|message| {
                CodedError::new(Code::VariantInvalid, format!("VariantPlan `{}`: {message}", plan.name))
                    .on(&plan.object)
                    .missing_field(format!("spec.targets[{index}]"))
            })?;
            if visible && fits {
                let labels = item.labels().map(|(key, value)| (key.to_owned(), value.to_owned())).gather();
                selected.push(Target { index, repository: item.name().to_owned(), package: default.clone(), labels });
            }
        }
        selected.arrange_by(|a, b| a.repository.cmp(&b.repository));
        targets.extend(selected);
    }
    unique(plan, &targets)?;
    Ok(targets)
}

fn unique(plan: &Plan, targets: &[Target]) -> Result<(), CodedError> {
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for target in targets {
        if let Some(first) = seen.insert((&target.repository, &target.package), target.index) {
            let package = format!("{}/{}", target.repository, target.package);
            let message =
                format!("VariantPlan `{}`: targets {first} and {} both make `{package}`", plan.name, target.index);
            let error = CodedError::new(Code::VariantInvalid, message).on(&plan.object);
            return Err(error.field(format!("spec.targets[{}]", target.index), package));
        }
    }
    Ok(())
}

fn matches(item: &Resource, LabelSelector { match_labels, match_expressions }: &LabelSelector) -> Result<bool, String> {
    let mut fits = match_labels.iter().all(|(key, value)| item.label(key) == Some(value));
    for LabelRequirement { key, operator, values } in match_expressions {
        let needs_values = matches!(operator, SelectorOperator::In | SelectorOperator::NotIn);
        if needs_values == values.is_empty() {
            let wanted = if needs_values { "needs at least one value" } else { "takes no values" };
            return Err(format!("the operator `{operator:?}` of label `{key}` {wanted}"));
        }
        let label = item.label(key);
        let among = label.is_some_and(|label| values.iter().any(|value| value == label));
        fits &= match operator {
            SelectorOperator::In => among,
            SelectorOperator::NotIn => !among,
            SelectorOperator::Exists => label.is_some(),
            SelectorOperator::DoesNotExist => label.is_none(),
        };
    }
    Ok(fits)
}
