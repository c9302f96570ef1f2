//! Package variants: each deploys one instance, and runs this function in its package with the part the instance carries.

use std::collections::BTreeMap;

use porchlight_api::annotation::{SIZING_RULE, SIZING_SOURCE};
use porchlight_api::porch::Function as Mutator;
use porchlight_krm::order::Gather;
use porchlight_krm::ownership::Desired;
use porchlight_krm::{FieldPath, Function, PathStep, Resource, annotations};
use porchlight_sizing::{CapacityField, Load};

use super::{folder, instance_name};
use crate::ExpandCapacity;
use crate::planning::Plan;

/// Image of this function.
const IMAGE: &str = concat!("ghcr.io/porchlight/expand-capacity:v", env!("CARGO_PKG_VERSION"));

pub(super) fn objects(items: &[Resource], plan: &Plan) -> Vec<Desired> {
    let first = &items[plan.target.item];
    (2..=plan.size.instances).map(|ordinal| further(first, plan, ordinal)).collect()
}

fn further(first: &Resource, plan: &Plan, ordinal: u64) -> Desired {
    let name = instance_name(first.name(), ordinal);
    let mut variant = Resource::new(first.api_version(), first.kind(), &name);
    if !first.namespace().is_empty() {
        variant.set(&FieldPath::of(["metadata", "namespace"]), first.namespace());
    }
    if let Some(owner) = first.annotation(annotations::NEPHIO_OWNER) {
        variant.set_annotation(annotations::NEPHIO_OWNER, owner);
    }
    if let Some(spec) = first.document().get(first.root(), "spec") {
        let spec = variant.document_mut().import(first.document(), spec);
        variant.set_node(&FieldPath::of(["spec"]), spec);
    }
    for field in ["spec.downstream.package", "spec.packageContext.data.namespace"] {
        if let (Some(text), Ok(path)) = (first.str_at(field), field.parse()) {
            variant.set(&path, &instance_name(text, ordinal));
        }
    }
    set_mutator(&mut variant, plan);
    let file = format!("{}packagevariant-{name}.yaml", folder(first));
    Desired::new(first.name(), variant).in_file(file)
}

fn set_mutator(variant: &mut Resource, plan: &Plan) {
    let step = PathStep::Match { key: "name".to_owned(), value: ExpandCapacity::NAME.to_owned() };
    let path = FieldPath::of(["spec", "pipeline", "mutators"]).join(step);
    variant.set(&path, &mutator(plan));
}

/// This function once more, with the part of one instance. Growth and headroom are in it already, and it replaces what the
/// blueprint says.
fn mutator(plan: &Plan) -> Mutator {
    let Load { uplink, downlink, sessions, subscribers, connections, cells, packet_bytes } = plan.size.each;
    let values = [
        ("demand.dlThroughput", downlink),
        ("demand.ulThroughput", uplink),
        ("demand.maxSessions", sessions),
        ("demand.maxSubscribers", subscribers),
        (&*format!("demand.{}", CapacityField::Connections.name()), connections),
        ("demand.cells", cells),
        ("demand.packetBytes", Some(packet_bytes)),
        ("growth.headroomPercent", Some(0)),
    ]
    .map(|(key, value)| Some((key.to_owned(), value?.to_string())));
    let mut config: BTreeMap<String, String> = values.into_iter().flatten().gather();
    config.insert("allowShrink".to_owned(), "true".to_owned());
    config.insert("sizingProfileRef".to_owned(), plan.target.expansion.profile().to_owned());
    Mutator { name: ExpandCapacity::NAME.to_owned(), image: IMAGE.to_owned(), config_map: config, ..Mutator::default() }
}

impl Plan {
    /// The first variant stays, with the part of one instance.
    pub(crate) fn apply_to_variant(&self, items: &mut [Resource]) {
        let variant = &mut items[self.target.item];
        set_mutator(variant, self);
        variant.set_annotation(SIZING_RULE, &self.rule.name);
        variant.set_annotation(SIZING_SOURCE, &self.rule.rule.source);
    }
}
