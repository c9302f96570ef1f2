//! What packages have beyond their blueprint, to be written as a variant or into the template of a set.

use std::collections::BTreeMap;

use super::{
    AdoptionPolicy, DeletionPolicy, Downstream, Injector, PackageContext, PackageVariant, Pipeline, SetTemplate,
    Upstream,
};

/// What a package has beyond its blueprint; the fields of a [`PackageVariant`] without upstream and downstream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specialization {
    /// What happens to package revisions of the same name that are there already.
    pub adoption_policy: Option<AdoptionPolicy>,
    /// What happens to the package when the variant goes.
    pub deletion_policy: Option<DeletionPolicy>,
    /// Labels of the package revision.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the package revision.
    pub annotations: BTreeMap<String, String>,
    /// Changes to the package context.
    pub package_context: Option<PackageContext>,
    /// Functions put before the blueprint's own.
    pub pipeline: Option<Pipeline>,
    /// Cluster objects for the blueprint's injection points.
    pub injectors: Vec<Injector>,
}

impl Specialization {
    /// The variant for one package.
    #[must_use]
    pub fn variant(self, upstream: Upstream, downstream: Downstream) -> PackageVariant {
        let Self { adoption_policy, deletion_policy, labels, annotations, package_context, pipeline, injectors } = self;
        PackageVariant {
            upstream,
            downstream,
            adoption_policy,
            deletion_policy,
            labels,
            annotations,
            package_context,
            pipeline,
            injectors,
        }
    }

    /// The template for targets that all have the same.
    #[must_use]
    pub fn template(self) -> SetTemplate {
        let Self { adoption_policy, deletion_policy, labels, annotations, package_context, pipeline, injectors } = self;
        SetTemplate {
            adoption_policy,
            deletion_policy,
            labels,
            annotations,
            package_context: package_context.map(Into::into),
            pipeline: pipeline.map(Into::into),
            injectors: injectors.into_iter().map(Into::into).collect(),
            ..SetTemplate::default()
        }
    }
}
