//! What fields objects of a kind may have, and the check of a resource against it: every violation with its field path,
//! none of them final.
//!
//! The schemas are tables of text (see [`table`]), small enough to travel inside a function:
//!
//! | table | kinds | made from |
//! |---|---|---|
//! | `data/kubernetes.txt` | Kubernetes' own, stable versions | the OpenAPI definitions Kubernetes publishes; `scripts/update-schemas` |
//! | `data/refinements.txt` | more about Kubernetes' fields | its API reference, by hand |
//! | `data/nephio.txt` | Nephio, Porch, kpt and attachments | written by hand from the kinds' Go types, source beside each |
//! | `data/porchlight.txt` | ours | the types of the API crate; `scripts/update-schemas` |
//! | `data/suite.txt` | our files that are no objects of functions: reports, descriptions | written by hand from what writes them |
//!
//! ```
//! use porchlight_krm::ResourceList;
//!
//! let list = ResourceList::parse("
//! apiVersion: config.kubernetes.io/v1
//! kind: ResourceList
//! items:
//! - {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{prot: 80}]}}
//! ")?;
//! let violations = porchlight_schema::check(&list.items[0]).unwrap();
//! let texts: Vec<String> = violations.iter().map(ToString::to_string).collect();
//! assert_eq!(texts, [
//!     "`spec.ports[0].prot`: unknown field; did you mean `port`?",
//!     "`spec.ports[0].port`: required field is missing",
//! ]);
//! # Ok::<(), porchlight_krm::ListError>(())
//! ```

mod check;
#[cfg(feature = "compile")]
pub mod compile;
mod pod_spec;
pub mod table;
mod violation;

use std::sync::LazyLock;

use porchlight_krm::Resource;

pub use pod_spec::pod_spec;
pub use table::Table;
pub use violation::{Problem, Violation};

/// Kubernetes' table as text.
pub const KUBERNETES: &str = include_str!("../data/kubernetes.txt");
/// What prose says of Kubernetes' fields, as text.
pub const REFINEMENTS: &str = include_str!("../data/refinements.txt");
/// Nephio's table as text.
pub const NEPHIO: &str = include_str!("../data/nephio.txt");
/// The table of our own kinds as text.
pub const PORCHLIGHT: &str = include_str!("../data/porchlight.txt");
/// The table of our other files as text.
pub const SUITE: &str = include_str!("../data/suite.txt");

/// Every table.
pub const ALL: [&str; 5] = [KUBERNETES, REFINEMENTS, NEPHIO, PORCHLIGHT, SUITE];

static TABLE: LazyLock<Table<'static>> = LazyLock::new(|| Table::read(&ALL));

/// Whether the fields of a kind are known.
#[must_use]
pub fn knows(api_version: &str, kind: &str) -> bool {
    TABLE.knows(api_version, kind)
}

/// What is wrong with a resource by the schema of its kind, in the order of the file; `None` for a kind that is not known.
#[must_use]
pub fn check(resource: &Resource) -> Option<Vec<Violation>> {
    TABLE.check(resource)
}
