//! Checks of a PackageVariantSet.

use porchlight_api::porch::{FunctionTemplate, MapExpr, PackageVariantSet, SetTarget, SetTemplate};

use super::Invalid;

/// Checks a PackageVariantSet.
#[must_use]
pub fn validate_set(spec: &PackageVariantSet) -> Vec<Invalid> {
    let mut invalid = Vec::new();
    let upstream = &spec.upstream;
    for (field, text) in [("spec.upstream.package", &upstream.package), ("spec.upstream.repo", &upstream.repo)] {
        if text.is_empty() {
            invalid.push(Invalid::new(field, format!("{field} is a required field")));
        }
    }
    if upstream.revision.unwrap_or_default() == 0 && upstream.workspace_name.as_deref().unwrap_or_default().is_empty() {
        let message = "either spec.upstream.revision or spec.upstream.workspaceName must be specified";
        invalid.push(Invalid::new("spec.upstream", message));
    }
    if spec.targets.is_empty() {
        invalid.push(Invalid::new("spec.targets", "must specify at least one item in spec.targets"));
    }
    for (index, target) in spec.targets.iter().enumerate() {
        check_target(target, &format!("spec.targets[{index}]"), &mut invalid);
    }
    invalid
}

fn check_target(target: &SetTarget, field: &str, invalid: &mut Vec<Invalid>) {
    let mut refuse = |field: String, message: String| invalid.push(Invalid::new(field, message));
    if let Some(repositories) = &target.repositories {
        if repositories.is_empty() {
            let field = format!("{field}.repositories");
            refuse(field.clone(), format!("{field} must not be an empty list if specified"));
        }
        for (index, repository) in repositories.iter().enumerate() {
            let field = format!("{field}.repositories[{index}]");
            if repository.name.is_empty() {
                refuse(field.clone(), format!("{field}.name cannot be empty"));
            }
            for (index, _) in repository.package_names.iter().enumerate().filter(|(_, name)| name.is_empty()) {
                let field = format!("{field}.packageNames[{index}]");
                refuse(field.clone(), format!("{field} cannot be empty"));
            }
        }
    }
    if let Some(selector) = &target.object_selector {
        for (key, text) in [("apiVersion", &selector.api_version), ("kind", &selector.kind)] {
            if text.is_empty() {
                refuse(format!("{field}.objectSelector"), format!("{field}.objectselector.{key} cannot be empty"));
            }
        }
    }
    let forms = [target.repositories.is_some(), target.repository_selector.is_some(), target.object_selector.is_some()];
    if forms.into_iter().filter(|there| *there).count() != 1 {
        let wanted = "must specify one of `repositories`, `repositorySelector`, or `objectSelector`";
        refuse(field.to_owned(), format!("{field} {wanted}"));
    }
    if let Some(template) = &target.template {
        check_template(template, &format!("{field}.template"), invalid);
    }
}

fn check_template(template: &SetTemplate, field: &str, invalid: &mut Vec<Invalid>) {
    if let Some(downstream) = &template.downstream {
        let both = [
            ("repo", downstream.repo.is_some() && downstream.repo_expr.is_some()),
            ("package", downstream.package.is_some() && downstream.package_expr.is_some()),
        ];
        for (key, _) in both.into_iter().filter(|(_, both)| *both) {
            let message = format!("{field} may specify only one of `downstream.{key}` and `downstream.{key}Expr`");
            invalid.push(Invalid::new(format!("{field}.downstream.{key}"), message));
        }
    }
    check_entries(&template.label_exprs, &format!("{field}.labelExprs"), invalid);
    check_entries(&template.annotation_exprs, &format!("{field}.annotationExprs"), invalid);
    if let Some(context) = &template.package_context {
        check_entries(&context.data_exprs, &format!("{field}.packageContext.dataExprs"), invalid);
    }
    for (index, injector) in template.injectors.iter().enumerate() {
        let field = format!("{field}.injectors[{index}]");
        let problem = match (&injector.name, &injector.name_expr) {
            (Some(_), Some(_)) => "may specify only one of `name` and `nameExpr`",
            (None, None) => "must specify either `name` or `nameExpr`",
            _ => continue,
        };
        invalid.push(Invalid::new(&field, format!("{field} {problem}")));
    }
    if let Some(pipeline) = &template.pipeline {
        check_functions(&pipeline.validators, &format!("{field}.pipeline.validators"), invalid);
        check_functions(&pipeline.mutators, &format!("{field}.pipeline.mutators"), invalid);
    }
}

fn check_entries(entries: &[MapExpr], field: &str, invalid: &mut Vec<Invalid>) {
    for (index, entry) in entries.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if entry.key.is_some() && entry.key_expr.is_some() {
            invalid.push(Invalid::new(&field, format!("{field} may specify only one of `key` and `keyExpr`")));
        }
        if entry.value.is_some() && entry.value_expr.is_some() {
            invalid.push(Invalid::new(&field, format!("{field} may specify only one of `value` and `valueExpr`")));
        }
    }
}

fn check_functions(functions: &[FunctionTemplate], field: &str, invalid: &mut Vec<Invalid>) {
    for (index, function) in functions.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if function.image.is_empty() {
            invalid.push(Invalid::new(&field, format!("{field}.image must not be empty")));
        }
        if function.name.contains('.') {
            invalid.push(Invalid::new(&field, format!("{field}.name must not contain '.'")));
        }
    }
}
