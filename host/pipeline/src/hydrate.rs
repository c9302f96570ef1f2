//! The walk over a package and its subpackages (kpt-render §2.2).
//!
//! Depth first: a package is read, then each direct subpackage is rendered, then the package's own pipeline runs
//! over all of it. So a function sees, and may change, every resource below its package.

use porchlight_krm::Resource;
use porchlight_package::{Compat, FunctionKind, FunctionRef, Package, PackageId, PackageTree, Sources, krm_problem};

use crate::error::{Problem, RenderError};
use crate::function::{Config, Runner, Trace};
use crate::item::Item;
use crate::options::RenderOptions;
use crate::reporter::{Event, Reporter};
use crate::results::FunctionResultList;
use crate::runtime::{PrepareContext, Runtime};

/// What a render did.
#[derive(Debug)]
pub struct Outcome {
    /// Results of every function that ran, also of a failed render.
    pub results: FunctionResultList,
    /// Number of functions that passed.
    pub functions: usize,
    /// Number of packages visited.
    pub packages: usize,
    /// The rendered resources, or why there are none.
    pub rendered: Result<Rendered, RenderError>,
}

/// The resources of a rendered package.
#[derive(Debug)]
pub struct Rendered {
    /// In kpt's order. Paths are relative to the package each resource belongs to; `PackageTree::settle` makes them
    /// relative to the root.
    pub resources: Vec<Resource>,
    /// The files that were read.
    pub sources: Sources,
}

/// Renders a package and all packages below it, in memory.
pub fn render(
    tree: &PackageTree,
    runtime: &dyn Runtime,
    reporter: &mut dyn Reporter,
    options: &RenderOptions,
) -> Outcome {
    let mut walk = Walk {
        tree,
        runtime,
        reporter,
        options,
        results: FunctionResultList::default(),
        functions: 0,
        packages: 0,
        sources: Sources::default(),
    };
    let rendered = walk.run();
    let Walk { results, functions, packages, sources, .. } = walk;
    let rendered =
        rendered.map(|items| Rendered { resources: items.into_iter().map(|item| item.resource).collect(), sources });
    Outcome { results, functions, packages, rendered }
}

struct Walk<'a> {
    tree: &'a PackageTree,
    runtime: &'a dyn Runtime,
    reporter: &'a mut dyn Reporter,
    options: &'a RenderOptions,
    results: FunctionResultList,
    functions: usize,
    packages: usize,
    sources: Sources,
}

/// A package that is being visited.
struct Visit {
    id: PackageId,
    /// The package's own resources, where they come before those of its subpackages.
    items: Vec<Item>,
    /// Files of the package itself.
    own: Sources,
    /// Position of the subpackage to visit next.
    next: usize,
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Result<Vec<Item>, RenderError> {
        let mut visits = vec![self.enter(PackageId::ROOT)?];
        while let Some(visit) = visits.last_mut() {
            let id = visit.id;
            let children = self.tree.subpackages(id).map_err(|error| self.error(id, error))?;
            if let Some(child) = children.get(visit.next) {
                visit.next += 1;
                visits.push(self.enter(*child)?);
                continue;
            }
            let Some(visit) = visits.pop() else { break };
            let rendered = self.leave(visit)?;
            match visits.last_mut() {
                Some(parent) => parent.items.extend(rendered),
                None => return Ok(rendered),
            }
        }
        Ok(Vec::new())
    }

    /// Reaches a package.
    fn enter(&mut self, id: PackageId) -> Result<Visit, RenderError> {
        self.tree.validate(id).map_err(|error| self.error(id, error))?;
        self.packages += 1;
        let mut visit = Visit { id, items: Vec::new(), own: Sources::default(), next: 0 };
        if self.tree.compat() == Compat::Latest {
            self.read(&mut visit)?;
        }
        Ok(visit)
    }

    fn read(&mut self, visit: &mut Visit) -> Result<(), RenderError> {
        let contents = self.tree.read(visit.id).map_err(|error| self.error(visit.id, error))?;
        visit.items.extend(contents.resources.into_iter().map(Item::from_file));
        self.sources.extend(contents.sources.clone());
        visit.own = contents.sources;
        Ok(())
    }

    /// All subpackages are rendered: runs the package's own pipeline.
    fn leave(&mut self, mut visit: Visit) -> Result<Vec<Item>, RenderError> {
        let tree = self.tree;
        let id = visit.id;
        if tree.compat() == Compat::Beta56 {
            self.read(&mut visit)?;
        }
        let package = tree.package(id);
        self.reporter.report(Event::Package { display_path: package.display_path() });
        let pipeline = &tree.kptfile(id).map_err(|error| self.error(id, error))?.pipeline;
        let mut items = visit.items;
        if pipeline.is_empty() {
            return match items.iter().find_map(|item| Some((item, krm_problem(&item.resource)?))) {
                Some((item, reason)) => Err(self.error(id, Problem::input_not_krm(item, reason))),
                None => Ok(items),
            };
        }
        tree.validate_config_paths(id, &visit.own).map_err(|errors| self.error(id, Problem::ConfigPaths(errors)))?;
        let name = package_name(tree, id);
        let prepare = |walk: &Self, function, kind| {
            walk.prepare(package, &name, function, kind)
                .map_err(|problem| RenderError { function: Some(title(function)), ..walk.error(id, problem) })
        };
        let mut mutators = Vec::with_capacity(pipeline.mutators.len());
        for function in &pipeline.mutators {
            mutators.push(prepare(self, function, FunctionKind::Mutator)?);
        }
        for mut mutator in mutators {
            items = self.step(id, &mut mutator, |runner, trace| runner.mutate(items, trace))?;
        }
        for function in &pipeline.validators {
            let mut validator = prepare(self, function, FunctionKind::Validator)?;
            self.step(id, &mut validator, |runner, trace| runner.validate(&items, trace))?;
        }
        self.reporter.report(Event::PipelinePassed);
        Ok(items)
    }

    fn prepare<'f>(
        &self,
        package: &'f Package,
        package_name: &'f str,
        function: &'f FunctionRef,
        kind: FunctionKind,
    ) -> Result<Runner<'f>, Problem> {
        if !function.exec.is_empty() && !self.options.allow_exec {
            return Err(Problem::ExecNotAllowed);
        }
        let config = Config::prepare(function, package)?;
        let context = PrepareContext { package_directory: package.directory() };
        let prepared = self.runtime.prepare(function, &context)?;
        Ok(Runner {
            function,
            kind,
            prepared,
            config,
            package: Some(package),
            package_name,
            compat: self.tree.compat(),
            allow_empty: self.options.allow_empty,
        })
    }

    fn step<T>(
        &mut self,
        id: PackageId,
        runner: &mut Runner<'_>,
        run: impl FnOnce(&mut Runner<'_>, &mut Trace<'_>) -> Result<T, Problem>,
    ) -> Result<T, RenderError> {
        let mut trace = Trace { reporter: self.reporter, results: &mut self.results };
        let value = run(runner, &mut trace).map_err(|problem| RenderError {
            function: Some(runner.prepared.display_name().to_owned()),
            ..self.error(id, problem)
        })?;
        self.functions += 1;
        Ok(value)
    }

    fn error(&self, id: PackageId, problem: impl Into<Problem>) -> RenderError {
        let package = self.tree.package(id).display_path().to_owned();
        RenderError { package, function: None, problem: Box::new(problem.into()) }
    }
}

/// How a function is called before it is resolved.
fn title(function: &FunctionRef) -> String {
    if function.image.is_empty() { function.exec.clone() } else { function.image.clone() }
}

/// Names of the package's directory and of those of the packages around it.
fn package_name(tree: &PackageTree, id: PackageId) -> String {
    let mut names = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next {
        let package = tree.package(id);
        let name = package.directory().file_name();
        names.push(name.map_or_else(String::new, |name| name.to_string_lossy().into_owned()));
        next = package.parent();
    }
    names.reverse();
    names.join("/")
}
