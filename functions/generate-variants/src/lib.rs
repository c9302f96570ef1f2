//! `generate-variants`: one blueprint and many targets become PackageVariants or a PackageVariantSet.
//!
//! A [`VariantPlan`] is the function's configuration or an object of the package. It is checked ([`check`]), its targets
//! are selected ([`targets`]), and it is written in one of two styles ([`style`]). Both make the same packages, and Porch
//! calls the variants of a set as we call ours.

mod check;
mod plans;
mod style;
mod targets;

use porchlight_api::Kind;
use porchlight_api::variant_plan::VariantPlan;
use porchlight_krm::ownership::{self, Owner};
use porchlight_krm::{Code, CodedError, Finding, Function, Gvk, ResourceList};

/// The function.
pub struct GenerateVariants;

/// Its name, also as owner of what it generates.
const NAME: &str = "generate-variants";

impl Function for GenerateVariants {
    const NAME: &'static str = NAME;
    const DESCRIPTION: &'static str = "Turns a blueprint and its targets into PackageVariants or a PackageVariantSet";
    const CONFIG_KIND: &'static str = VariantPlan::KIND;
    const READS: &'static [Gvk] = &[
        Gvk::new("config.porch.kpt.dev/v1alpha1", "Repository"),
        Gvk::new("infra.nephio.org/v1alpha1", "WorkloadCluster"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "VariantPlan"),
    ];
    const WRITES: &'static [Gvk] = &[
        Gvk::new("config.porch.kpt.dev/v1alpha1", "PackageVariant"),
        Gvk::new("config.porch.kpt.dev/v1alpha2", "PackageVariantSet"),
    ];

    type Config = VariantPlan;

    fn run(list: &mut ResourceList, config: VariantPlan) -> Result<(), CodedError> {
        let plans = plans::read(list, config)?;
        let mut desired = Vec::new();
        let mut findings = Vec::new();
        for plan in &plans {
            if !check::check(plan, list) {
                continue;
            }
            match style::objects(plan, &list.items) {
                Ok((objects, found)) => {
                    desired.extend(objects);
                    findings.extend(found);
                }
                Err(error) => list.fail(error),
            }
        }
        if list.has_errors() {
            return Ok(());
        }
        ownership::apply(list, Owner { function: NAME, conflict: Code::VariantInvalid }, desired)?;
        list.results.extend::<Vec<Finding>>(findings);
        Ok(())
    }
}
