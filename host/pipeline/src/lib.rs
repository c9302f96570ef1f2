//! kpt's hydration: what `kpt fn render` does between reading a package and writing it.
//!
//! [`render`] walks a package tree (depth first, or as its Kptfile says) and runs each package's functions. For every function:
//!
//! 1. `selection` chooses the resources it gets;
//! 2. `function` numbers them and writes the ResourceList, byte for byte as kpt does; a [`Runtime`] runs it;
//! 3. its output is read and checked; `restore` gives each resource its comments and field order back;
//! 4. what it returned takes the place of what it got.
//!
//! Resources stay trees all the way; a function's input is written once, its output read once, and every step is
//! linear. Nothing is written to disk, and nothing printed: a [`Reporter`] is told what happens, and the caller
//! writes what [`Outcome`] holds.
//!
//! ```no_run
//! # fn example(runtime: &dyn porchlight_pipeline::Runtime) -> Result<(), Box<dyn std::error::Error>> {
//! use porchlight_package::{Compat, PackageTree, PlanOptions};
//! use porchlight_pipeline::{RenderOptions, TextReporter, render};
//!
//! let tree = PackageTree::open("my-package".as_ref(), Compat::Latest)?;
//! let mut progress = TextReporter::new(std::io::stderr(), tree.compat(), true);
//! let outcome = render(&tree, runtime, &mut progress, &RenderOptions::default());
//! let results = outcome.results.to_yaml(tree.compat()); // results.yaml, also of a failed render
//! let mut rendered = outcome.rendered?;
//! tree.settle(&mut rendered.resources, true)?;
//! tree.plan(rendered.resources, &rendered.sources, PlanOptions::default())?.commit()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Where we differ from kpt
//!
//! - Output that is no ResourceList (nothing at all, a bare object, several documents) is refused; kpt takes it as
//!   "delete everything" or as the resources themselves. An empty list needs [`RenderOptions::allow_empty`].
//! - An alias whose anchor is in another resource, and metadata that is no mapping, are refused.
//! - Of a function that failed, results, stderr and exit code are always told; in kpt a mistake in its output hides
//!   them. Where an output is refused, `results.yaml` says so; kpt leaves the function out.
//! - `data` of a functionConfig from `configMap` is sorted; kpt's order is random.
//! - Of two equal keys both keep their values; kpt gives both the first one's.
//! - Lists of scalars or aliases where Kubernetes expects objects do not end the render when the function removed
//!   the field they were in.

mod cancellation;
mod error;
mod evaluate;
mod function;
mod hydrate;
mod item;
mod options;
mod passage;
mod reporter;
mod restore;
mod results;
mod runtime;
mod save;
mod selection;
mod status;
mod stream;

pub use cancellation::{Cancellation, OnCancel};
pub use error::{Problem, RenderError};
pub use evaluate::{Arguments, ArgumentsError, EvaluateOptions, Evaluation, FunctionConfig, evaluate};
pub use function::{OutputError, results_of};
pub use hydrate::{Outcome, Rendered, render};
pub use options::RenderOptions;
pub use reporter::{Ending, Event, Reporter, Silent, Step, TextReporter};
pub use restore::RestoreError;
pub use results::{
    FieldRef, FieldValue, FileRef, FunctionResult, FunctionResultList, RESULTS_FILE, ResourceRef, ResultItem,
    ResultsError,
};
pub use runtime::{Invocation, PrepareContext, Prepared, RunOutput, Runtime, RuntimeError};
pub use save::{SaveError, SavedFunction, save_function};
pub use status::RenderStatus;
pub use stream::{Input, StreamError};
