//! kpt's hydration: what `kpt fn render` does between reading a package and writing it.

mod error;
mod function;
mod hydrate;
mod item;
mod options;
mod reporter;
mod restore;
mod results;
mod runtime;
mod selection;

pub use error::{Problem, RenderError};
pub use function::OutputError;
pub use hydrate::{Outcome, Rendered, render};
pub use options::RenderOptions;
pub use reporter::{Ending, Event, Reporter, Silent, Step, TextReporter};
pub use restore::RestoreError;
pub use results::{
    FieldRef, FieldValue, FileRef, FunctionResult, FunctionResultList, RESULTS_FILE, ResourceRef, ResultItem,
    ResultsError,
};
pub use runtime::{Invocation, PrepareContext, Prepared, RunOutput, Runtime, RuntimeError};
