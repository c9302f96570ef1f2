//! The `Kptfile` of a package: strict reading and validation.
//!
//! Reading follows kpt: only the first document counts, apiVersion and kind are looked at first, then every
//! unknown field, duplicate key or value of the wrong kind anywhere is an error (kpt-render §1.1). Validation
//! of the pipeline is a second step, taken when the package's turn comes (§1.3): see [`crate::PackageTree::validate`].

mod decode;
mod error;
mod image;
mod marshal;
mod read;
mod schema;
mod status;
mod upstream;
mod validate;

use std::collections::BTreeMap;
use std::fmt;

use crate::compat::Compat;

pub use error::{FieldProblem, KptfileError, KptfileProblem, ValidationError};
pub use marshal::{Marshalled, with_function};
pub use status::{RenderedCondition, with_render_status};
pub use upstream::{GitSource, with_upstream};
pub(crate) use validate::read_config;

/// Name of the file that makes a directory a package.
pub const KPTFILE: &str = "Kptfile";

/// What a render needs of a `Kptfile`. Fields without a part in rendering (upstream, info, inventory, status)
/// are checked while reading and not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kptfile {
    /// `metadata.name`; may be empty here, the KRM check of the render refuses it.
    pub name: String,
    /// `metadata.annotations`.
    pub annotations: BTreeMap<String, String>,
    /// `pipeline`; empty where the file has none.
    pub pipeline: Pipeline,
}

/// The functions of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// Run first, in order; each gets what the one before left.
    pub mutators: Vec<FunctionRef>,
    /// Run after all mutators, on copies; their output is checked and dropped.
    pub validators: Vec<FunctionRef>,
}

impl Pipeline {
    /// True where there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mutators.is_empty() && self.validators.is_empty()
    }

    /// The functions of one list.
    #[must_use]
    pub fn functions(&self, kind: FunctionKind) -> &[FunctionRef] {
        match kind {
            FunctionKind::Mutator => &self.mutators,
            FunctionKind::Validator => &self.validators,
        }
    }
}

/// Which list of a pipeline a function stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FunctionKind {
    /// `pipeline.mutators`
    Mutator,
    /// `pipeline.validators`
    Validator,
}

impl FunctionKind {
    /// Both lists, in the order they run.
    pub const ALL: [Self; 2] = [Self::Mutator, Self::Validator];

    /// The key below `pipeline`.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Mutator => "mutators",
            Self::Validator => "validators",
        }
    }
}

impl fmt::Display for FunctionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mutator => "mutator",
            Self::Validator => "validator",
        })
    }
}

/// One entry of a pipeline. An empty text stands for an absent field, as in kpt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionRef {
    /// Image to run; exclusive with `exec`.
    pub image: String,
    /// Command line to run; exclusive with `image`.
    pub exec: String,
    /// File with the functionConfig, relative to the package; exclusive with a non-empty `config_map`.
    pub config_path: String,
    /// `data` of the functionConfig, sorted by key (kpt writes it in random order).
    pub config_map: BTreeMap<String, String>,
    /// Name of this step, for people.
    pub name: String,
    /// Version constraint for `image`; unknown to beta.56.
    pub tag: String,
    /// Which resources the function gets; empty for all. ORed.
    pub selectors: Vec<Selector>,
    /// Which resources it does not get, after `selectors`. ORed.
    pub exclude: Vec<Selector>,
    /// Line of the entry in its Kptfile, from 1; 0 where it came from elsewhere.
    pub line: u32,
}

impl FunctionRef {
    /// What is wrong with `image`, in kpt's words; nothing where there is none.
    #[must_use]
    pub fn image_problem(&self, compat: Compat) -> Option<String> {
        if self.image.is_empty() { None } else { image::problem(&self.image, compat) }
    }
}

/// Conditions on one resource, all of which must hold. An empty field allows anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Equal to `apiVersion`.
    pub api_version: String,
    /// Equal to `kind`.
    pub kind: String,
    /// Equal to `metadata.name`.
    pub name: String,
    /// Equal to `metadata.namespace`.
    pub namespace: String,
    /// Contained in `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// Contained in `metadata.annotations`.
    pub annotations: BTreeMap<String, String>,
}

impl Selector {
    /// True where no condition is set: as a selector it takes everything, as an exclusion nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
