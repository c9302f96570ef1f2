//! Placement by package variant: the blueprint holds the network function, the variant what the intent wants of it.

use porchlight_api::infra::WorkloadCluster;
use porchlight_api::porch::{Downstream, Function, Injector, PackageContext, PackageVariant, Pipeline, Upstream};
use porchlight_api::{Draft, Kind, annotation};
use porchlight_krm::order;

use super::Objects;
use crate::placement::Instance;

/// Image of this function. Inside the variant it writes the values of the intent into the blueprint's objects.
const IMAGE: &str = concat!("ghcr.io/porchlight/decompose-intent:v", env!("CARGO_PKG_VERSION"));

impl Objects<'_> {
    /// Adds the variant of one network function at one site.
    pub(super) fn add_package_variant(&mut self, instance: &Instance<'_>) {
        let site = instance.site;
        let context = order::map([
            ("namespace".to_owned(), instance.package()),
            ("site".to_owned(), instance.site_name().to_owned()),
            ("slice".to_owned(), instance.owner().to_owned()),
        ]);
        let variant = PackageVariant {
            upstream: Upstream::from(&instance.function.blueprint),
            downstream: Downstream { repo: site.repository.clone(), package: instance.package() },
            // A person approves the first revision of a package; Porch's controller the ones after it.
            annotations: order::map([(annotation::APPROVAL_POLICY.to_owned(), "initial".to_owned())]),
            package_context: Some(PackageContext { data: context, ..PackageContext::default() }),
            pipeline: Some(Pipeline { mutators: vec![mutator(instance)], ..Pipeline::default() }),
            injectors: vec![Injector::of_kind(WorkloadCluster::KIND, &site.cluster)],
            ..PackageVariant::default()
        };
        let object = Draft::new(&instance.unique_name(), &variant)
            .annotated(annotation::SPECIALIZER_OWNER, &self.intent_condition());
        let file = format!("packagevariant-{}.yaml", instance.place());
        let mut derived_from = vec!["metadata.name", "spec.plmns", "spec.snssai", "spec.dataNetworks", "spec.service"];
        derived_from.extend(instance.subnet().map(|_| "spec.sharedSubnet"));
        derived_from.extend([site.field.as_str(), &instance.function.provider_field]);
        derived_from.extend(instance.function.blueprint_field.as_deref());
        self.add(object, &file, &derived_from);
    }
}

/// This function once more, restricted to one network function at one site.
fn mutator(instance: &Instance<'_>) -> Function {
    let mut config = order::map([
        ("intent".to_owned(), instance.slices.iter().map(|slice| slice.text()).collect::<Vec<_>>().join("---\n")),
        ("networkFunction".to_owned(), instance.function.nf.to_string()),
        ("site".to_owned(), instance.site_name().to_owned()),
    ]);
    if let Some(subnet) = instance.subnet() {
        config.insert("sharedSubnet".to_owned(), subnet.to_owned());
    }
    if instance.ordinal > 1 {
        config.insert("instance".to_owned(), instance.ordinal.to_string());
    }
    Function { name: "decompose-intent".to_owned(), image: IMAGE.to_owned(), config_map: config, ..Function::default() }
}
