//! A plan as PackageVariants, or as one PackageVariantSet.

use std::collections::BTreeMap;

use porchlight_api::porch::{
    Downstream, Injector, InjectorTemplate, MapExpr, ObjectSelector, PackageContext, PackageVariantSet, SetDownstream,
    SetRepository, SetTarget, SetTemplate, Specialization, name_problem, variant_identifier, variant_name,
};
use porchlight_api::variant_plan::{ApprovalPolicy, PlanTarget, VariantPlan, VariantStyle};
use porchlight_api::{Object, annotation};
use porchlight_krm::ownership::Desired;
use porchlight_krm::{Code, CodedError, Finding, Resource};

use crate::plans::Plan;
use crate::targets::{CLUSTER, REPOSITORY, Target, select, selector};

/// The objects of a plan, and what is worth knowing about it.
///
/// # Errors
/// Targets that contradict each other, names that no object can have, labels that are not there.
pub(crate) fn objects(plan: &Plan, items: &[Resource]) -> Result<(Vec<Desired>, Vec<Finding>), CodedError> {
    let targets = select(plan, items)?;
    let mut findings = Vec::new();
    let set = plan.spec.style == VariantStyle::Set;
    if !set && plan.spec.upstream.workspace_name.as_deref().unwrap_or_default().is_empty() {
        let message = "Porch's PackageVariant ignores `revision` and selects by `workspaceName`, which is not there";
        let finding = Finding::warning(Code::VariantInvalid, message).on(&plan.object);
        findings.push(finding.missing_field("spec.upstream.workspaceName"));
    }
    for (index, target) in plan.spec.targets.iter().enumerate() {
        let nothing = !set && targets.iter().all(|target| target.index != index);
        if let Some((kind, _)) = selector(target).filter(|_| nothing) {
            let message = format!("no {} of the package fits target {index}, which makes no package", kind.kind);
            let finding = Finding::warning(Code::VariantInvalid, message).on(&plan.object);
            findings.push(finding.missing_field(format!("spec.targets[{index}]")));
        }
    }
    for target in &targets {
        check_name(plan, target)?;
    }
    let objects = if set {
        vec![desired(plan, Object::new(&plan.name, as_set(&plan.spec)), "packagevariantset")]
    } else {
        let variants = targets.iter().map(|target| {
            let name = variant_name(&identifier(plan, target));
            let downstream = Downstream { repo: target.repository.clone(), package: target.package.clone() };
            let variant = specialization(plan, target)?.variant(plan.spec.upstream.clone(), downstream);
            Ok(desired(plan, Object::new(name, variant), "packagevariants"))
        });
        variants.collect::<Result<_, CodedError>>()?
    };
    Ok((objects, findings))
}

fn desired<S: porchlight_api::Kind + serde::Serialize>(plan: &Plan, object: Object<S>, file: &str) -> Desired {
    let object = if plan.namespace.is_empty() { object } else { object.in_namespace(&plan.namespace) };
    let file = format!("{}{file}-{}.yaml", plan.folder, plan.name);
    Desired::new(&plan.name, Resource::from_typed(&object)).in_file(file)
}

fn identifier(plan: &Plan, target: &Target) -> String {
    variant_identifier(&plan.name, &target.repository, &target.package)
}

fn check_name(plan: &Plan, target: &Target) -> Result<(), CodedError> {
    let name = variant_name(&identifier(plan, target));
    let has_functions = plan.spec.pipeline().is_some();
    let problem = name_problem(&name).or_else(|| {
        (has_functions && name.contains('.'))
            .then(|| "with a dot in it Porch would add the plan's functions again and again".to_owned())
    });
    let Some(problem) = problem else { return Ok(()) };
    let message = format!(
        "VariantPlan `{}`: the variant for package `{}` in `{}` would be called `{name}`: {problem}",
        plan.name, target.package, target.repository
    );
    let error = CodedError::new(Code::VariantInvalid, message).on(&plan.object);
    Err(error.field(format!("spec.targets[{}]", target.index), name))
}

/// What all packages of a plan have.
fn common(spec: &VariantPlan) -> Specialization {
    let mut annotations = spec.annotations.clone();
    let policy = match spec.approval {
        ApprovalPolicy::Initial => Some("initial"),
        ApprovalPolicy::Always => Some("always"),
        ApprovalPolicy::Never => None,
    };
    annotations.extend(policy.map(|policy| (annotation::APPROVAL_POLICY.to_owned(), policy.to_owned())));
    Specialization {
        adoption_policy: spec.adoption_policy,
        deletion_policy: spec.deletion_policy,
        labels: spec.labels.clone(),
        annotations,
        package_context: spec.context.clone().filter(|context| *context != PackageContext::default()),
        pipeline: spec.pipeline(),
        injectors: spec.injectors.clone(),
    }
}

/// What the package of one target has.
fn specialization(plan: &Plan, target: &Target) -> Result<Specialization, CodedError> {
    let mut specialization = common(&plan.spec);
    let mut data = BTreeMap::new();
    for (key, label) in &plan.spec.context_from_labels {
        let Some(value) = target.labels.get(label) else {
            let message = format!(
                "VariantPlan `{}`: `{}` has no label `{label}` for the package context key `{key}`",
                plan.name, target.repository
            );
            let error = CodedError::new(Code::VariantInvalid, message).on(&plan.object);
            return Err(error.field(format!("spec.contextFromLabels.{key}"), label));
        };
        data.insert(key.clone(), value.clone());
    }
    if !data.is_empty() {
        specialization.package_context.get_or_insert_default().data.extend(data);
    }
    let injectors = plan.spec.inject_target.iter().map(|kind| Injector::of_kind(kind, &target.repository));
    specialization.injectors.extend(injectors);
    Ok(specialization)
}

fn as_set(spec: &VariantPlan) -> PackageVariantSet {
    let targets = spec.targets.iter().map(|target| as_target(spec, target)).collect();
    PackageVariantSet { upstream: spec.upstream.clone(), targets }
}

fn as_target(spec: &VariantPlan, target: &PlanTarget) -> SetTarget {
    let mut template = common(spec).template();
    from_labels(spec, &mut template);
    // Listed repositories are objects to no expression.
    let name = if target.repositories.is_empty() { "target.name" } else { "target.repo" };
    template.injectors.extend(spec.inject_target.iter().map(|kind| InjectorTemplate {
        kind: Some(kind.clone()),
        name_expr: Some(name.to_owned()),
        ..InjectorTemplate::default()
    }));
    let mut written = SetTarget::default();
    match selector(target) {
        None => written.repositories = Some(listed(spec, target)),
        Some((kind, selector)) => {
            template.downstream = spec
                .package
                .clone()
                .map(|package| SetDownstream { package: Some(package), ..SetDownstream::default() });
            if kind == REPOSITORY {
                written.repository_selector = Some(selector.clone());
            } else {
                written.object_selector = Some(ObjectSelector {
                    api_version: CLUSTER.api_version.to_owned(),
                    kind: CLUSTER.kind.to_owned(),
                    match_labels: selector.match_labels.clone(),
                    match_expressions: selector.match_expressions.clone(),
                    ..ObjectSelector::default()
                });
            }
        }
    }
    written.template = (template != SetTemplate::default()).then_some(template);
    written
}

/// Listed repositories, each with its packages where the plan names another one than the blueprint's.
fn listed(spec: &VariantPlan, target: &PlanTarget) -> Vec<SetRepository> {
    let with_packages = |SetRepository { name, package_names }: &SetRepository| SetRepository {
        name: name.clone(),
        package_names: match &spec.package {
            Some(package) if package_names.is_empty() => vec![package.clone()],
            _ => package_names.clone(),
        },
    };
    target.repositories.iter().map(with_packages).collect()
}

fn from_labels(spec: &VariantPlan, template: &mut SetTemplate) {
    if spec.context_from_labels.is_empty() {
        return;
    }
    let context = template.package_context.get_or_insert_default();
    context.data_exprs = spec
        .context_from_labels
        .iter()
        .map(|(key, label)| MapExpr {
            key: Some(key.clone()),
            value_expr: Some(format!("target.labels['{}']", label.replace('\\', "\\\\").replace('\'', "\\'"))),
            ..MapExpr::default()
        })
        .collect();
}
