//! One function on resources that need not be a package, as `fn eval` runs it (kpt-render §5.2).

mod arguments;

use std::path::Path;

use porchlight_krm::Resource;
use porchlight_package::{Compat, FunctionKind, FunctionRef};
use porchlight_yaml::Document;

use crate::error::{Problem, RenderError};
use crate::function::{Config, Runner, Trace};
use crate::item::Item;
use crate::reporter::Reporter;
use crate::results::FunctionResultList;
use crate::runtime::{PrepareContext, Runtime};
use crate::stream::Input;

pub use arguments::{Arguments, ArgumentsError};

/// The functionConfig of a function that is run on its own.
#[derive(Clone, Debug)]
pub struct FunctionConfig(Document);

impl FunctionConfig {
    /// A resource, usually read from a file.
    #[must_use]
    pub fn from_resource(config: &Resource) -> Self {
        Self(config.document().clone())
    }
}

/// How to run a function on its own.
#[derive(Clone, Copy, Debug)]
pub struct EvaluateOptions<'a> {
    /// The kpt to follow.
    pub compat: Compat,
    /// Directory the resources are from, or the working directory.
    pub directory: &'a Path,
    /// The function may return an empty list.
    pub allow_empty: bool,
    /// Path of resources that the function does not get and that come last, unchanged: the file of its own
    /// config, for the current kpt.
    pub set_aside: Option<&'a str>,
}

/// What a function did.
#[derive(Debug)]
pub struct Evaluation {
    /// Its results, also where it failed.
    pub results: FunctionResultList,
    /// The resources after it, or why there are none.
    pub evaluated: Result<Vec<Resource>, RenderError>,
}

/// Runs one function over resources, in memory. Its selectors choose what it gets; `config_path` and `config_map`
/// of `function` are not looked at.
pub fn evaluate(
    function: &FunctionRef,
    config: FunctionConfig,
    input: Input,
    runtime: &dyn Runtime,
    reporter: &mut dyn Reporter,
    options: &EvaluateOptions<'_>,
) -> Evaluation {
    let mut results = FunctionResultList::default();
    let mut trace = Trace { reporter, results: &mut results };
    let evaluated = run(function, config, input, runtime, &mut trace, options);
    let evaluated = evaluated.map(|items| items.into_iter().map(|item| item.resource).collect());
    Evaluation { results, evaluated }
}

fn run(
    function: &FunctionRef,
    config: FunctionConfig,
    input: Input,
    runtime: &dyn Runtime,
    trace: &mut Trace<'_>,
    options: &EvaluateOptions<'_>,
) -> Result<Vec<Item>, RenderError> {
    let failed = |name: &str, problem: Problem| RenderError {
        package: String::new(),
        function: Some(name.to_owned()),
        problem: Box::new(problem),
        place: None,
    };
    let context = PrepareContext { package_directory: options.directory };
    let prepared = runtime.prepare(function, &context).map_err(|error| {
        let name = if function.image.is_empty() { &function.exec } else { &function.image };
        failed(name, error.into())
    })?;
    let is_aside = |item: &Item| options.set_aside.is_some_and(|path| item.path() == path);
    let (aside, mut items): (Vec<_>, Vec<_>) = input.items.into_iter().partition(is_aside);
    let mut runner = Runner {
        function,
        kind: FunctionKind::Mutator,
        prepared,
        config: Config::Document(Box::new(config.0)),
        package: None,
        package_name: "",
        compat: options.compat,
        allow_empty: options.allow_empty,
    };
    let call = runner.call(&mut items);
    runner.mutate(&call, &mut items, trace).map_err(|problem| failed(runner.prepared.display_name(), problem))?;
    items.extend(aside);
    Ok(items)
}
