//! `expand-capacity`: what network functions and plain workloads must carry becomes capacity, instances and resources.
//!
//! The way of a package: [`expansion`]s are read and checked, [`targets`] found for them, each target's [`demand`]
//! derived from the expansion and its own [`baseline`], [`planning`] asks the sizing profile, guard [`rails`] are checked.
//! Only then is anything written: the objects of [`network_function`]s and [`workload`]s, further instances by
//! [`scale_out`], [`guards`], and a [`report`] of every number.

mod baseline;
mod capacity_values;
mod demand;
mod expansion;
mod guards;
mod network_function;
mod planning;
mod problem;
mod profiles;
mod rails;
mod report;
mod restore;
mod scale_out;
mod targets;
mod workload;

use porchlight_api::capacity_expansion::CapacityExpansion;
use porchlight_krm::ownership::{self, Owner};
use porchlight_krm::{Code, CodedError, Function, Gvk, Resource, ResourceList, annotations};

/// The function. Its configuration is an expansion for whatever no `CapacityExpansion` of the package is about.
pub struct ExpandCapacity;

impl Function for ExpandCapacity {
    const NAME: &'static str = "expand-capacity";
    const DESCRIPTION: &'static str =
        "Turns what network functions and workloads must carry into capacity, instances and resources";
    const CONFIG_KIND: &'static str = "CapacityExpansion";
    const READS: &'static [Gvk] = &[
        Gvk::new("apps/v1", "Deployment"),
        Gvk::new("apps/v1", "StatefulSet"),
        Gvk::new("config.porch.kpt.dev/v1alpha1", "PackageVariant"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "CapacityExpansion"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "EdgeSite"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "SizingProfile"),
        Gvk::new("req.nephio.org/v1alpha1", "Capacity"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFDeployment"),
    ];
    const WRITES: &'static [Gvk] = &[
        Gvk::new("apps/v1", "Deployment"),
        Gvk::new("apps/v1", "StatefulSet"),
        Gvk::new("autoscaling.k8s.io/v1", "VerticalPodAutoscaler"),
        Gvk::new("autoscaling/v2", "HorizontalPodAutoscaler"),
        Gvk::new("config.porch.kpt.dev/v1alpha1", "PackageVariant"),
        Gvk::new("orchestration.nephio-oran.io/v1alpha1", "CapacityReport"),
        Gvk::new("policy/v1", "PodDisruptionBudget"),
        Gvk::new("req.nephio.org/v1alpha1", "Capacity"),
        Gvk::new("req.nephio.org/v1alpha1", "DataNetwork"),
        Gvk::new("req.nephio.org/v1alpha1", "Dependency"),
        Gvk::new("req.nephio.org/v1alpha1", "Interface"),
        Gvk::new("scheduling.k8s.io/v1", "PriorityClass"),
        Gvk::new("v1", "LimitRange"),
        Gvk::new("v1", "Namespace"),
        Gvk::new("v1", "ResourceQuota"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFConfig"),
        Gvk::new("workload.nephio.org/v1alpha1", "NFDeployment"),
    ];

    type Config = CapacityExpansion;

    fn run(list: &mut ResourceList, config: CapacityExpansion) -> Result<(), CodedError> {
        let plans = match planning::plan(&list.items, config, list.function_config.as_ref()) {
            Ok(plans) => plans,
            Err(errors) => {
                for error in errors {
                    list.fail(error);
                }
                return Ok(());
            }
        };
        restore::restore(&mut list.items, &plans);
        if plans.is_empty() && !list.items.iter().any(is_generated) {
            return Ok(());
        }
        let mut desired = scale_out::objects(&list.items, &plans);
        desired.extend(guards::objects(&list.items, &plans, &mut list.results));
        desired.extend(report::object(&list.items, &plans));
        for plan in &plans {
            plan.apply(&mut list.items);
            list.results.extend(report::findings(&list.items, plan));
        }
        let owner = Owner { function: Self::NAME, conflict: Code::CapacityInvalid };
        ownership::apply(list, owner, desired)?;
        Ok(())
    }
}

/// Whether an earlier run of this function made the object.
pub(crate) fn is_generated(item: &Resource) -> bool {
    item.label(annotations::GENERATED_BY) == Some(ExpandCapacity::NAME)
}
