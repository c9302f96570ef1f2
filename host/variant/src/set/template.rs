//! A template and a target to the spec of a variant (porch §4.10).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use porchlight_api::porch::{
    Downstream, Function, FunctionTemplate, Injector, MapExpr, PackageContext, PackageVariant, PackageVariantSet,
    Pipeline, SetTemplate,
};

use super::{Context, Repositories};
use crate::Fault;
use crate::cluster::RepositoryObject;
use crate::expression::{Expression, ExpressionError, ObjectFields, Target, Variables};
use crate::inputs::Declared;

/// Renders the templates of a set; each expression is compiled once.
pub(super) struct Template<'s> {
    set: &'s Declared<PackageVariantSet>,
    upstream: &'s ObjectFields,
    repositories: &'s Repositories<'s>,
    compiled: HashMap<String, Rc<Result<Expression, ExpressionError>>>,
}

/// One target with what its expressions see.
struct Scope<'t> {
    index: usize,
    variables: &'t Variables,
}

impl<'s> Template<'s> {
    pub(super) fn new(
        set: &'s Declared<PackageVariantSet>,
        upstream: &'s ObjectFields,
        repositories: &'s Repositories<'s>,
    ) -> Self {
        Self { set, upstream, repositories, compiled: HashMap::new() }
    }

    pub(super) fn variant(&mut self, context: &Context<'_>) -> Result<PackageVariant, Fault> {
        let mut spec = PackageVariant {
            upstream: self.set.spec.upstream.clone(),
            downstream: Downstream { repo: context.repository.clone(), package: context.package.clone() },
            ..PackageVariant::default()
        };
        let Some(template) = &context.target.template else { return Ok(spec) };
        let mut variables = Variables {
            repo_default: context.repository.clone(),
            package_default: context.package.clone(),
            upstream: self.upstream.clone(),
            target: context.object.clone().map_or(Target::Listed, Target::Object),
            repository: None,
        };
        let index = context.index;
        let downstream = template.downstream.clone().unwrap_or_default();
        if let Some(repo) = downstream.repo.filter(|repo| !repo.is_empty()) {
            spec.downstream.repo = repo;
        }
        if let Some(text) = downstream.repo_expr.filter(|text| !text.is_empty()) {
            let scope = Scope { index, variables: &variables };
            spec.downstream.repo = self.evaluate(&text, &scope, "template.downstream.repoExpr")?;
        }
        variables.repository = Some(self.repository(&spec.downstream.repo, index)?);
        let scope = Scope { index, variables: &variables };
        if let Some(package) = downstream.package.filter(|package| !package.is_empty()) {
            spec.downstream.package = package;
        }
        if let Some(text) = downstream.package_expr.filter(|text| !text.is_empty()) {
            spec.downstream.package = self.evaluate(&text, &scope, "template.downstream.packageExpr")?;
        }
        spec.adoption_policy = template.adoption_policy;
        spec.deletion_policy = template.deletion_policy;
        self.fill(&mut spec, template, &scope)?;
        Ok(spec)
    }

    fn fill(&mut self, spec: &mut PackageVariant, template: &SetTemplate, scope: &Scope<'_>) -> Result<(), Fault> {
        spec.labels = self.overlay(&template.labels, &template.label_exprs, scope, "template.labelExprs")?;
        spec.annotations =
            self.overlay(&template.annotations, &template.annotation_exprs, scope, "template.annotationExprs")?;
        if let Some(context) = &template.package_context {
            let data = self.overlay(&context.data, &context.data_exprs, scope, "template.packageContext.dataExprs")?;
            let mut keys: BTreeSet<String> = context.remove_keys.iter().cloned().collect();
            for (index, text) in context.remove_key_exprs.iter().enumerate() {
                let field = format!("template.packageContext.removeKeyExprs[{index}]");
                keys.insert(self.evaluate(text, scope, &field)?);
            }
            spec.package_context = Some(PackageContext { data, remove_keys: keys.into_iter().collect() });
        }
        for (index, template) in template.injectors.iter().enumerate() {
            let mut injector = Injector {
                group: template.group.clone(),
                version: template.version.clone(),
                kind: template.kind.clone(),
                name: template.name.clone().unwrap_or_default(),
            };
            if let Some(text) = template.name_expr.as_ref().filter(|text| !text.is_empty()) {
                injector.name = self.evaluate(text, scope, &format!("template.injectors[{index}].nameExpr"))?;
            }
            spec.injectors.push(injector);
        }
        if let Some(pipeline) = &template.pipeline {
            let validators = self.functions(&pipeline.validators, scope, "template.pipeline.validators")?;
            let mutators = self.functions(&pipeline.mutators, scope, "template.pipeline.mutators")?;
            if !validators.is_empty() || !mutators.is_empty() {
                spec.pipeline = Some(Pipeline { validators, mutators });
            }
        }
        Ok(())
    }

    fn functions(
        &mut self,
        templates: &[FunctionTemplate],
        scope: &Scope<'_>,
        field: &str,
    ) -> Result<Vec<Function>, Fault> {
        let mut functions = Vec::with_capacity(templates.len());
        for (index, template) in templates.iter().enumerate() {
            let field = format!("{field}[{index}].configMapExprs");
            functions.push(Function {
                name: template.name.clone(),
                image: template.image.clone(),
                exec: template.exec.clone(),
                tag: template.tag.clone(),
                config_path: template.config_path.clone(),
                config_map: self.overlay(&template.config_map, &template.config_map_exprs, scope, &field)?,
                selectors: template.selectors.clone(),
                exclude: template.exclude.clone(),
            });
        }
        Ok(functions)
    }

    fn overlay(
        &mut self,
        map: &BTreeMap<String, String>,
        entries: &[MapExpr],
        scope: &Scope<'_>,
        field: &str,
    ) -> Result<BTreeMap<String, String>, Fault> {
        let mut map = map.clone();
        for (index, entry) in entries.iter().enumerate() {
            let mut part = |text: &Option<String>, expression: &Option<String>, name: &str| match expression {
                Some(expression) => self.evaluate(expression, scope, &format!("{field}[{index}].{name}")),
                None => Ok(text.clone().unwrap_or_default()),
            };
            let key = part(&entry.key, &entry.key_expr, "keyExpr")?;
            let value = part(&entry.value, &entry.value_expr, "valueExpr")?;
            map.insert(key, value);
        }
        Ok(map)
    }

    fn repository(&self, name: &str, target: usize) -> Result<ObjectFields, Fault> {
        let Some(repository) = self.repositories.get(name, &self.set.namespace) else {
            let place = self.set.origin.place(&format!("spec.targets[{target}]"));
            let hint = format!("give its object with `--cluster FILE`, or its packages with `--repo {name}=DIR`");
            return Err(Fault::new(format!("repository {name:?} could not be loaded")).at(place).hint(hint));
        };
        let RepositoryObject { name, namespace, labels, annotations, .. } = repository;
        let namespace = if namespace.is_empty() { self.set.namespace.clone() } else { namespace };
        Ok(ObjectFields { name, namespace, labels, annotations })
    }

    fn evaluate(&mut self, text: &str, scope: &Scope<'_>, field: &str) -> Result<String, Fault> {
        let expression = self.compiled.entry(text.to_owned()).or_insert_with(|| Rc::new(Expression::compile(text)));
        let value = match &**expression {
            Ok(expression) => expression.evaluate(scope.variables),
            Err(error) => Err(error.clone()),
        };
        value.map_err(|error| {
            let place = self.set.origin.place(&format!("spec.targets[{}].{field}", scope.index));
            let target = match &scope.variables.target {
                Target::Listed => &scope.variables.repo_default,
                Target::Object(object) => &object.name,
            };
            let fault = Fault::new(format!("{field}: {error}")).at(place);
            match error.place {
                Some(_) => fault,
                None => fault.hint(format!("this is so for the target `{target}`; no variant of the set is made")),
            }
        })
    }
}
