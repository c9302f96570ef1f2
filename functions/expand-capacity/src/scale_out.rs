//! Further instances, where one cannot carry the load: network functions with the objects Nephio specialises them by, or
//! package variants that deploy them.

mod network_function;
mod variant;

use porchlight_krm::Resource;
use porchlight_krm::ownership::Desired;

use crate::planning::Plan;
use crate::targets::TargetKind;

/// The objects of all further instances.
pub(crate) fn objects(items: &[Resource], plans: &[Plan]) -> Vec<Desired> {
    plans.iter().flat_map(|plan| of_plan(items, plan)).collect()
}

fn of_plan(items: &[Resource], plan: &Plan) -> Vec<Desired> {
    match plan.target.kind {
        TargetKind::NetworkFunction => network_function::objects(items, plan),
        TargetKind::PackageVariant => variant::objects(items, plan),
        TargetKind::Workload => Vec::new(),
    }
}

/// The name of a further instance; the first keeps its own.
pub(crate) fn instance_name(name: &str, ordinal: u64) -> String {
    if ordinal == 1 { name.to_owned() } else { format!("{name}-{ordinal}") }
}

/// The folder of an item's file, with a slash at its end, or nothing.
fn folder(item: &Resource) -> &str {
    let path = item.file().0.unwrap_or_default();
    path.rfind('/').map_or("", |end| &path[..=end])
}
