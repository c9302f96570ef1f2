//! The SDK of the suite's KRM functions: resources, resource lists, results, error codes, the entry point of a
//! function, and the shared mechanism for objects a function generates ([`ownership`]).
//!
//! # A function from start to end
//!
//! An author writes one pure function. `src/lib.rs`:
//!
//! ```
//! use porchlight_krm::{Code, CodedError, FieldPath, Finding, FromNode, Function, Gvk, ResourceList};
//!
//! /// Gives every Deployment a number of replicas.
//! pub struct SetReplicas;
//!
//! /// The configuration: `spec` of a `SetReplicasConfig`, or `data` of a ConfigMap.
//! #[derive(FromNode)]
//! #[serde(default, rename_all = "camelCase")]
//! pub struct Config {
//!     replicas: u8,
//!     except: Vec<String>,
//! }
//!
//! impl Default for Config {
//!     fn default() -> Self {
//!         Self { replicas: 2, except: Vec::new() }
//!     }
//! }
//!
//! const DEPLOYMENT: Gvk = Gvk::new("apps/v1", "Deployment");
//!
//! impl Function for SetReplicas {
//!     const NAME: &'static str = "set-replicas";
//!     const DESCRIPTION: &'static str = "Gives every Deployment a number of replicas";
//!     const CONFIG_KIND: &'static str = "SetReplicasConfig";
//!     const READS: &'static [Gvk] = &[DEPLOYMENT];
//!     const WRITES: &'static [Gvk] = &[DEPLOYMENT];
//!     type Config = Config;
//!
//!     fn run(list: &mut ResourceList, config: Config) -> Result<(), CodedError> {
//!         if config.replicas == 0 {
//!             return Err(CodedError::new(Code::CapacityInvalid, "`replicas` must be at least 1"));
//!         }
//!         let path = FieldPath::of(["spec", "replicas"]);
//!         for item in &mut list.items {
//!             if !item.is(DEPLOYMENT.api_version, DEPLOYMENT.kind) {
//!                 continue;
//!             }
//!             if config.except.iter().any(|name| name == item.name()) {
//!                 let finding = Finding::info(Code::CapacityInvalid, "left as it is").on(item);
//!                 list.results.push(finding);
//!             } else {
//!                 item.set(&path, &config.replicas);
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! // src/main.rs is one line:
//! porchlight_krm::function_main!(SetReplicas);
//!
//! // A test is text in, text out. Comments and everything else stay as they were.
//! # /*
//! #[test]
//! # */
//! fn sets_replicas_and_nothing_else() {
//!     let outcome = porchlight_krm::run_text::<SetReplicas>(
//!         "\
//! apiVersion: config.kubernetes.io/v1
//! kind: ResourceList
//! items:
//! - apiVersion: apps/v1
//!   kind: Deployment
//!   metadata:
//!     name: web   # the front
//!   spec:
//!     replicas: 1 # too few
//! functionConfig:
//!   apiVersion: v1
//!   kind: ConfigMap
//!   data: {replicas: '3'}
//! ",
//!     );
//!     assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
//!     assert!(outcome.stdout.contains("    name: web # the front\n  spec:\n    replicas: 3 # too few\n"));
//! }
//! # sets_replicas_and_nothing_else();
//! ```
//!
//! Failure is the same everywhere: exit code 1, the items as they came plus error results on stdout, and one line
//! per error on stderr, see [`CodedError`].

pub mod annotations;
mod code;
mod coded_error;
mod field_path;
mod finding;
mod function;
pub mod function_config;
#[cfg(any(test, all(target_os = "wasi", not(target_feature = "atomics"))))]
mod memory;
mod metadata;
mod notice;
pub mod ownership;
pub mod protocol;
mod resource;
mod resource_id;
mod resource_list;
mod run;
mod value;

pub use code::{Code, Component, UnknownCode};
pub use coded_error::{Cause, CodedError, Place};
pub use field_path::{FieldPath, PathError, PathStep};
pub use finding::{Field, FileRef, Finding, ResourceRef, Severity};
pub use function::Function;
pub use metadata::{METADATA_KIND, Metadata, Role};
pub use notice::{Notice, field_fault};
pub use porchlight_yaml::order;
pub use porchlight_yaml::serde::{Conversion, FromNode, Options, ValueError};
pub use resource::{NotAnObject, Resource};
pub use resource_id::{Gvk, ResourceId};
pub use resource_list::{ListError, ResourceList};
pub use run::{Outcome, PackedOutcome, run_bytes, run_packed, run_process, run_text};
