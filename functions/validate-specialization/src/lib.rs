//! `validate-specialization`: everything that is unfinished or wrong in a package, in one run.
//!
//! A validator: it changes nothing and never stops at the first defect. A [`package`] is looked at by one module of
//! [`rules`] per subject; what they find goes through a [`report`], which knows how the configuration weighs it. What a
//! placeholder looks like, how kinds are named and which API versions are gone is data, see `data/`.

mod data;
mod package;
mod report;
mod rules;

use porchlight_api::Kind;
use porchlight_api::validate_config::ValidateSpecializationConfig;
use porchlight_krm::{CodedError, Function, Gvk, ResourceList, Role};

use package::Package;
use report::Report;

/// The function.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValidateSpecialization;

impl Function for ValidateSpecialization {
    const NAME: &'static str = "validate-specialization";
    const DESCRIPTION: &'static str =
        "Finds what is unfinished or wrong in a specialised package: schema, placeholders, references, names, traces";
    const ROLE: Role = Role::Validator;
    const CONFIG_KIND: &'static str = ValidateSpecializationConfig::KIND;
    const READS: &'static [Gvk] = &[
        Gvk::new("apps/v1", "Deployment"),
        Gvk::new("infra.nephio.org/v1alpha1", "WorkloadCluster"),
        Gvk::new("kpt.dev/v1", "Kptfile"),
        Gvk::new("networking.k8s.io/v1", "NetworkPolicy"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "IntentReport"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "NetworkSliceIntent"),
        Gvk::new("req.nephio.org/v1alpha1", "Dependency"),
        Gvk::new("req.nephio.org/v1alpha1", "Interface"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFDeployment"),
    ];
    type Config = ValidateSpecializationConfig;

    fn run(list: &mut ResourceList, config: ValidateSpecializationConfig) -> Result<(), CodedError> {
        let package = Package::of(&list.items);
        let mut report = Report::new(&config);
        rules::check(&package, &config, &mut report);
        let findings = report.into_findings();
        list.results.extend(findings);
        Ok(())
    }
}
