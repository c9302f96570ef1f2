//! Shows that a program renders packages as kpt does.
//!
//! Three ways, all of which run programs and look only at what they leave behind:
//!
//! - **Cases** ([`run`]): kpt's own case format, unchanged (`.expected/{config.yaml,diff.patch,results.yaml,…}`,
//!   kpt-render §7), for folders and for our text archives ([`archive`]).
//! - **Stand-ins** ([`FunctionMap`]): functions that cases name by image are programs of this repository; the real kpt reaches
//!   them through a `docker` of our own, so neither a daemon nor a registry is needed.
//! - **Fuzzing** ([`fuzz`]): generated packages are rendered by two programs, and whatever differs is made small.
//!
//! The same cases run with either program:
//!
//! ```no_run
//! use porchlight_conformance::{Options, Program, run};
//!
//! let options = Options::new("testdata/cases".into(), Program::find("kpt")?);
//! let summary = run(&options, &mut std::io::stdout())?;
//! assert!(summary.is_success());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod archive;
mod case;
mod compare;
mod decode;
mod function_map;
pub mod fuzz;
mod outcome;
mod patch;
mod process;
mod program;
mod report;
mod repository;
mod rules;
mod runner;
mod status;
mod suite;
mod tools;
pub mod tree;

pub use case::{Case, CaseConfig, DiscoverError, Source, Suite, TestType, discover};
pub use function_map::FunctionMap;
pub use outcome::{Aspect, Mismatch, Outcome, Summary, Verdict};
pub use process::{Finished, Run};
pub use program::{Dialect, Profile, Program, ProgramError};
pub use report::Format;
pub use rules::{Rule, Rules, Section};
pub use suite::{Options, SuiteError, run};
pub use tools::Tools;
