//! `config.porch.kpt.dev`: how a blueprint becomes a package of a cluster.
//!
//! The types hold every field of the kinds (Porch v1.5.8 and later), and refuse others. Porch's own checks are not here:
//! what the API server accepts can be read, so that a program can say which check failed.

mod naming;
mod package_variant;
mod package_variant_set;
mod pipeline;
mod specialization;

pub use naming::{MAX_NAME, name_problem, variant_identifier, variant_name};
pub use package_variant::{
    AdoptionPolicy, DeletionPolicy, Downstream, Injector, PackageContext, PackageVariant, Upstream,
};
pub use package_variant_set::{
    FunctionTemplate, InjectorTemplate, LabelRequirement, LabelSelector, MapExpr, ObjectSelector,
    PackageContextTemplate, PackageVariantSet, PipelineTemplate, SelectorOperator, SetDownstream, SetRepository,
    SetTarget, SetTemplate,
};
pub use pipeline::{Function, Pipeline, Selector};
pub use specialization::Specialization;
