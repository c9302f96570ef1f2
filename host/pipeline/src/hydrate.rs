//! The walk over a package and its subpackages (kpt-render §2.2): in what order pipelines run, and what they get.

mod ahead;
mod breadth_first;
mod depth_first;
mod siblings;

use porchlight_krm::Resource;
use porchlight_package::{
    Compat, FunctionKind, FunctionRef, Kptfile, Package, PackageId, PackageTree, Sources, ValidationError, krm_problem,
};

use crate::error::{Place, Problem, RenderError, Stage};
use crate::function::{Config, Runner, Trace};
use crate::item::Item;
use crate::options::RenderOptions;
use crate::reporter::{Event, Reporter};
use crate::results::FunctionResultList;
use crate::runtime::{PrepareContext, Runtime};
use crate::selection;
use crate::status::{RenderStatus, StepResult};

/// In the root Kptfile, `true` makes the current kpt render packages before those below them.
const BREADTH_FIRST: &str = "kpt.dev/bfs-rendering";
/// In the root Kptfile, `true` makes the current kpt write what was rendered until a function failed.
const SAVE_ON_FAILURE: &str = "kpt.dev/save-on-render-failure";

/// What a render did.
#[derive(Debug)]
pub struct Outcome {
    /// Results of every function that ran, also of a failed render.
    pub results: FunctionResultList,
    /// Number of functions that passed.
    pub functions: usize,
    /// Number of packages visited.
    pub packages: usize,
    /// What the current kpt would write about it into the root Kptfile.
    pub status: RenderStatus,
    /// The rendered resources, or why there are none.
    pub rendered: Result<Rendered, RenderError>,
    /// Of a render that failed, what is to be written all the same: the root Kptfile says so
    /// (`kpt.dev/save-on-render-failure`). No file is to be removed for it.
    pub partial: Option<Rendered>,
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
    let processors = rayon::current_num_threads();
    let mut walk = Walk::new(Ground { tree, runtime, options, processors }, reporter);
    let asks = Asks::of(tree);
    let walked = rayon::in_place_scope(|scope| {
        if processors > 1 {
            // Files are read meanwhile.
            scope.spawn(|_| expect_functions(tree, runtime));
        }
        if asks.breadth_first { breadth_first::run(&mut walk) } else { depth_first::run(&mut walk) }
    });
    let Account { results, steps, functions, packages, sources } = walk.account;
    let resources = |items: Vec<Item>| items.into_iter().map(|item| item.resource).collect();
    let (rendered, partial) = match walked {
        Ok(items) => (Ok(Rendered { resources: resources(items), sources }), None),
        Err(Failed { error, items }) => {
            (Err(error), asks.save_on_failure.then(|| Rendered { resources: resources(items), sources }))
        }
    };
    let status = RenderStatus::new(tree, steps, rendered.as_ref().err(), asks.breadth_first);
    Outcome { results, functions, packages, status, rendered, partial }
}

/// Tells the runtime of all functions that the pipelines of a tree name.
fn expect_functions(tree: &PackageTree, runtime: &dyn Runtime) {
    let kptfiles = tree.depth_first().into_iter().filter_map(|id| tree.kptfile(id).ok());
    let mut told: Vec<&FunctionRef> = Vec::new();
    for function in kptfiles.flat_map(|kptfile| kptfile.pipeline.mutators.iter().chain(&kptfile.pipeline.validators)) {
        let is_known = |other: &&FunctionRef| (&other.image, &other.exec) == (&function.image, &function.exec);
        if !told.iter().any(is_known) {
            runtime.expect(function);
            told.push(function);
        }
    }
}

/// What the root Kptfile asks for, of what only the current kpt knows.
#[derive(Clone, Copy)]
struct Asks {
    breadth_first: bool,
    save_on_failure: bool,
}

impl Asks {
    fn of(tree: &PackageTree) -> Self {
        let kptfile = tree.kptfile(PackageId::ROOT).ok().filter(|_| tree.compat() == Compat::Latest);
        let is_true = |kptfile: &Kptfile, key| {
            kptfile.annotations.get(key).is_some_and(|value: &String| value.eq_ignore_ascii_case("true"))
        };
        let asks = |key| kptfile.is_some_and(|kptfile| is_true(kptfile, key));
        Self { breadth_first: asks(BREADTH_FIRST), save_on_failure: asks(SAVE_ON_FAILURE) }
    }
}

/// A walk that ended early.
struct Failed {
    error: RenderError,
    /// What kpt would have of the package then.
    items: Vec<Item>,
}

/// What a walk goes over, and with what.
#[derive(Clone, Copy)]
struct Ground<'a> {
    tree: &'a PackageTree,
    runtime: &'a dyn Runtime,
    options: &'a RenderOptions,
    /// How many the walk may keep busy.
    processors: usize,
}

/// What has happened on a walk.
#[derive(Default)]
struct Account {
    results: FunctionResultList,
    steps: Vec<StepResult>,
    functions: usize,
    packages: usize,
    sources: Sources,
}

impl Account {
    /// Goes on with what happened after it.
    fn extend(&mut self, after: Self) {
        self.results.items.extend(after.results.items);
        self.steps.extend(after.steps);
        self.functions += after.functions;
        self.packages += after.packages;
        self.sources.extend(after.sources);
    }
}

/// Whether the files that a pipeline names are there; told when the pipeline is about to run.
struct ConfigPaths(Result<(), Vec<ValidationError>>);

impl Default for ConfigPaths {
    fn default() -> Self {
        Self(Ok(()))
    }
}

struct Walk<'a> {
    ground: Ground<'a>,
    reporter: &'a mut dyn Reporter,
    account: Account,
}

impl<'a> Walk<'a> {
    fn new(ground: Ground<'a>, reporter: &'a mut dyn Reporter) -> Self {
        Self { ground, reporter, account: Account::default() }
    }

    fn tree(&self) -> &'a PackageTree {
        self.ground.tree
    }

    /// Reaches a package: its pipeline is checked.
    fn validate(&self, id: PackageId) -> Result<(), RenderError> {
        self.tree().validate(id).map_err(|error| self.error(id, Stage::Package, error))
    }

    fn subpackages(&self, id: PackageId) -> Result<&'a [PackageId], RenderError> {
        let tree = self.tree();
        tree.subpackages(id).map_err(|error| self.error(id, Stage::Subpackages, error))
    }

    /// The resources of a package itself, and what its pipeline makes of its files.
    fn read(&mut self, id: PackageId) -> Result<(Vec<Item>, ConfigPaths), RenderError> {
        let are_sent = self.are_sent(id);
        let item = |resource| {
            let mut item = Item::from_file(resource);
            if are_sent {
                // Now it is at hand, and all processors are at work.
                item.try_passage();
            }
            item
        };
        let contents = self.tree().read_as(id, item).map_err(|error| self.error(id, Stage::Resources, error))?;
        let config_paths = ConfigPaths(self.tree().validate_config_paths(id, &contents.sources));
        self.account.sources.extend(contents.sources);
        Ok((contents.resources, config_paths))
    }

    /// True where the first function of a package gets all of its resources without text.
    fn are_sent(&self, id: PackageId) -> bool {
        let pipeline = self.tree().kptfile(id).ok().map(|kptfile| &kptfile.pipeline);
        let first = pipeline.and_then(|pipeline| pipeline.mutators.iter().chain(&pipeline.validators).next());
        first.is_some_and(|first| !selection::is_selective(first) && self.ground.runtime.is_sandboxed(first))
    }

    /// Runs the pipeline of a package over `items`. Where it fails, they are what the last function that passed left.
    fn run_pipeline(
        &mut self,
        id: PackageId,
        config_paths: ConfigPaths,
        items: &mut Vec<Item>,
    ) -> Result<(), RenderError> {
        let tree = self.tree();
        let package = tree.package(id);
        let name = package_name(tree, id);
        self.reporter.report(Event::Package { display_path: package.display_path(), name: &name });
        let pipeline = &tree.kptfile(id).map_err(|error| self.error(id, Stage::Package, error))?.pipeline;
        if pipeline.is_empty() {
            return match items.iter().find_map(|item| Some((item, krm_problem(&item.resource)?))) {
                Some((item, reason)) => Err(self.error(id, Stage::Check, Problem::input_not_krm(item, reason))),
                None => Ok(()),
            };
        }
        config_paths.0.map_err(|errors| self.error(id, Stage::Check, Problem::ConfigPaths(errors)))?;
        let mut mutators = Vec::with_capacity(pipeline.mutators.len());
        for function in &pipeline.mutators {
            mutators.push(self.prepare(id, &name, function, FunctionKind::Mutator)?);
        }
        self.mutate(id, &mut mutators, items)?;
        for function in &pipeline.validators {
            let mut validator = self.prepare(id, &name, function, FunctionKind::Validator)?;
            let call = validator.call(items);
            self.step(id, &validator, |runner, trace| runner.validate(&call, items, trace))?;
        }
        self.reporter.report(Event::PipelinePassed);
        Ok(())
    }

    fn prepare<'f>(
        &mut self,
        id: PackageId,
        package_name: &'f str,
        function: &'f FunctionRef,
        kind: FunctionKind,
    ) -> Result<Runner<'f>, RenderError>
    where
        'a: 'f,
    {
        let tree = self.tree();
        self.runner(tree.package(id), package_name, function, kind).map_err(|problem| {
            self.account.steps.push(StepResult::not_run(function, kind, &problem));
            RenderError { function: Some(title(function)), ..self.error(id, Stage::Pipeline, problem) }
        })
    }

    fn runner<'f>(
        &self,
        package: &'f Package,
        package_name: &'f str,
        function: &'f FunctionRef,
        kind: FunctionKind,
    ) -> Result<Runner<'f>, Problem> {
        if !function.exec.is_empty() && !self.ground.options.allow_exec {
            return Err(Problem::ExecNotAllowed);
        }
        let config = Config::prepare(function, package)?;
        let context = PrepareContext { package_directory: package.directory() };
        let prepared = self.ground.runtime.prepare(function, &context)?;
        Ok(Runner {
            function,
            kind,
            prepared,
            config,
            package: Some(package),
            package_name,
            compat: self.tree().compat(),
            allow_empty: self.ground.options.allow_empty,
        })
    }

    fn step<R>(
        &mut self,
        id: PackageId,
        runner: &Runner<'_>,
        run: impl FnOnce(&Runner<'_>, &mut Trace<'_>) -> Result<R, Problem>,
    ) -> Result<R, RenderError> {
        let before = self.account.results.items.len();
        let mut trace = Trace { reporter: self.reporter, results: &mut self.account.results };
        let outcome = run(runner, &mut trace);
        let result = self.account.results.items.get(before);
        self.account.steps.push(StepResult::of(runner.function, runner.kind, result, outcome.as_ref().err()));
        let outcome = outcome.map_err(|problem| RenderError {
            function: Some(runner.prepared.display_name().to_owned()),
            ..self.error(id, Stage::Pipeline, problem)
        })?;
        self.account.functions += 1;
        Ok(outcome)
    }

    fn error(&self, id: PackageId, stage: Stage, problem: impl Into<Problem>) -> RenderError {
        let package = self.tree().package(id).display_path().to_owned();
        RenderError {
            package,
            function: None,
            problem: Box::new(problem.into()),
            place: Some(Place { package: id, stage }),
        }
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
