//! What functions found in a package, in the forms that people, code hosts and CI servers read.
//!
//! kpt's `results.yaml` names the resource and the field. People edit files, and code hosts show a finding at a line,
//! so the line is looked up in the files as they lie on disk ([`Sources`]):
//!
//! - [`Format::Text`]: one line per finding, `file:line:column: severity[CODE]: message`, as compilers write them.
//! - [`Format::Json`]: the same as data; the keys are stable.
//! - [`Format::Sarif`]: SARIF 2.1.0, which code hosts show in place.
//! - [`Format::Junit`]: JUnit XML, which CI servers show as tests.

mod finding;
mod format;
mod json;
mod junit;
mod sarif;
mod source;
mod text;

pub use finding::{Failure, Field, Finding, Findings, FunctionRun, Place, Severity};
pub use format::{Format, UnknownFormat};
pub use source::Sources;
