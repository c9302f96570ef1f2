//! What is wrong with a plan before its targets are looked at. Everything is told, not only the first fault.

use porchlight_api::porch::name_problem;
use porchlight_krm::order::Arrange;
use porchlight_krm::{Code, CodedError, Resource, ResourceList};

use crate::plans::Plan;
use crate::targets::{REPOSITORY, is};

/// Keys of the package context that belong to kpt.
const RESERVED: [&str; 2] = ["name", "package-path"];

/// Reports what is wrong; true where nothing is.
pub(crate) fn check(plan: &Plan, list: &mut ResourceList) -> bool {
    let mut faults = Vec::new();
    upstream(plan, &list.items, &mut faults);
    names(plan, &mut faults);
    context(plan, &mut faults);
    targets(plan, &mut faults);
    let good = faults.is_empty();
    for (field, current, message) in faults {
        let error = CodedError::new(Code::VariantInvalid, format!("VariantPlan `{}`: {message}", plan.name));
        list.fail(error.on(&plan.object).field(field, current));
    }
    good
}

/// Field, what stands there, and what is wrong with it.
type Fault = (String, String, String);

fn fault(field: impl Into<String>, current: &str, message: impl Into<String>) -> Fault {
    (field.into(), current.to_owned(), message.into())
}

fn upstream(plan: &Plan, items: &[Resource], faults: &mut Vec<Fault>) {
    let upstream = &plan.spec.upstream;
    for (field, text) in [("spec.upstream.repo", &upstream.repo), ("spec.upstream.package", &upstream.package)] {
        if text.is_empty() {
            faults.push(fault(field, "", "the blueprint needs a repository and a package"));
        }
    }
    let known: Vec<&str> = items.iter().filter(|item| is(item, REPOSITORY)).map(Resource::name).collect();
    if !upstream.repo.is_empty() && !known.is_empty() && !known.contains(&upstream.repo.as_str()) {
        let message =
            format!("the upstream repository `{}` is unknown; the package declares {}", upstream.repo, listed(&known));
        faults.push(fault("spec.upstream.repo", &upstream.repo, message));
    }
    if upstream.revision.unwrap_or_default() == 0 && upstream.workspace_name.as_deref().unwrap_or_default().is_empty() {
        let message = "the blueprint needs `workspaceName` (by which Porch selects) or a published `revision`";
        faults.push(fault("spec.upstream", "", message));
    }
}

fn listed(names: &[&str]) -> String {
    let mut names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.arrange();
    names.join(", ")
}

fn names(plan: &Plan, faults: &mut Vec<Fault>) {
    if let Some(problem) = name_problem(&plan.name) {
        faults.push(fault("metadata.name", &plan.name, format!("no variant can start with this name: {problem}")));
    }
    let lists = [("mutators", &plan.spec.mutators), ("validators", &plan.spec.validators)];
    for (list, functions) in lists {
        for (index, function) in functions.iter().enumerate() {
            let field = format!("spec.{list}[{index}]");
            if function.name.contains('.') {
                let message = format!(
                    "the function name `{}` has a dot: Porch would add the function again and again",
                    function.name
                );
                faults.push(fault(format!("{field}.name"), &function.name, message));
            }
            if function.image.is_empty() {
                faults.push(fault(format!("{field}.image"), "", "a function needs an image; Porch runs nothing else"));
            }
        }
    }
    for (index, injector) in plan.spec.injectors.iter().enumerate() {
        if injector.name.is_empty() {
            let message = "an injector needs the name of a cluster object";
            faults.push(fault(format!("spec.injectors[{index}].name"), "", message));
        }
    }
}

fn context(plan: &Plan, faults: &mut Vec<Fault>) {
    let spec = &plan.spec;
    let context = spec.context.clone().unwrap_or_default();
    for key in RESERVED {
        let message = format!("the package context key `{key}` is kpt's own");
        if context.data.contains_key(key) {
            faults.push(fault(format!("spec.context.data.{key}"), &context.data[key], message.clone()));
        }
        if context.remove_keys.iter().any(|removed| removed == key) {
            faults.push(fault("spec.context.removeKeys", key, message.clone()));
        }
        if let Some(label) = spec.context_from_labels.get(key) {
            faults.push(fault(format!("spec.contextFromLabels.{key}"), label, message));
        }
    }
    for key in spec.context_from_labels.keys().filter(|key| context.data.contains_key(*key)) {
        let message = format!("the package context key `{key}` has a value and takes one from a label");
        faults.push(fault(format!("spec.contextFromLabels.{key}"), &spec.context_from_labels[key], message));
    }
    for key in context
        .remove_keys
        .iter()
        .filter(|key| context.data.contains_key(*key) || spec.context_from_labels.contains_key(*key))
    {
        let message = format!("the package context key `{key}` is set and removed; Porch removes it");
        faults.push(fault("spec.context.removeKeys", key, message));
    }
}

fn targets(plan: &Plan, faults: &mut Vec<Fault>) {
    let spec = &plan.spec;
    if spec.targets.is_empty() {
        faults.push(fault("spec.targets", "", "a plan needs at least one target"));
    }
    for (index, target) in spec.targets.iter().enumerate() {
        let field = format!("spec.targets[{index}]");
        let forms =
            [!target.repositories.is_empty(), target.repository_selector.is_some(), target.cluster_selector.is_some()];
        if forms.into_iter().filter(|there| *there).count() != 1 {
            let message = "a target has one of `repositories`, `repositorySelector` and `clusterSelector`";
            faults.push(fault(&field, "", message));
        }
        for (index, repository) in target.repositories.iter().enumerate() {
            if repository.name.is_empty() || repository.package_names.iter().any(String::is_empty) {
                let message = "repositories and packages of a target need names";
                faults.push(fault(format!("{field}.repositories[{index}]"), &repository.name, message));
            }
        }
        if !target.repositories.is_empty() && !spec.context_from_labels.is_empty() {
            let message = "`contextFromLabels` needs targets that are selected; listed repositories have no labels";
            faults.push(fault(format!("{field}.repositories"), "", message));
        }
    }
}
