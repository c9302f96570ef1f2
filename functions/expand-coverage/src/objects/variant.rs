//! Placement by package variant: the blueprint holds the network function, the variant its cells.

use porchlight_api::infra::WorkloadCluster;
use porchlight_api::network_slice_intent::NfType;
use porchlight_api::porch::{
    Downstream, Function as Mutator, Injector, PackageContext, PackageVariantSet, Pipeline, SetRepository, SetTarget,
    Specialization, Upstream,
};
use porchlight_api::{Kind, Object, annotation};
use porchlight_krm::order;

use super::Objects;
use crate::NAME;
use crate::plan::FunctionPlan;

/// Image of this function. Inside a variant it writes the cells into the blueprint's objects.
const IMAGE: &str = concat!("ghcr.io/porchlight/expand-coverage:v", env!("CARGO_PKG_VERSION"));

/// What variants of one network function have, whatever they are written as, and the repository they go to.
struct Variant {
    repository: String,
    specialization: Specialization,
}

impl Objects<'_, '_, '_> {
    pub(super) fn add_variants(&mut self, functions: &[FunctionPlan]) {
        for plan in functions {
            let Some(function) = self.expansion.function(plan.nf) else { continue };
            let Variant { repository, specialization } = self.variant(plan);
            let downstream = Downstream { repo: repository, package: plan.name.clone() };
            let variant = specialization.variant(Upstream::from(&function.blueprint), downstream);
            let fields = self.fields(plan);
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            self.add(Object::new(&plan.name, variant), &format!("packagevariants-{}.yaml", plan.nf), &fields);
        }
    }

    pub(super) fn add_variant_sets(&mut self, functions: &[FunctionPlan]) {
        let expansion = self.expansion;
        for function in &expansion.functions {
            let plans: Vec<&FunctionPlan> = functions.iter().filter(|plan| plan.nf == function.nf).collect();
            let targets = plans.iter().map(|plan| {
                let Variant { repository, specialization } = self.variant(plan);
                SetTarget {
                    repositories: Some(vec![SetRepository {
                        name: repository,
                        package_names: vec![plan.name.clone()],
                    }]),
                    template: Some(specialization.template()),
                    ..SetTarget::default()
                }
            });
            let upstream = Upstream::from(&function.blueprint);
            let set = PackageVariantSet { upstream, targets: targets.collect() };
            let name = format!("{}-{}", expansion.name, function.nf);
            let fields = ["spec.plmns", "spec.slices", "spec.radio", "spec.plan", &function.field];
            self.add(Object::new(name, set), &format!("packagevariantset-{}.yaml", function.nf), &fields);
        }
    }

    fn variant(&self, plan: &FunctionPlan) -> Variant {
        let sites: Vec<&str> = plan.cells.iter().map(|cell| self.site_of(*cell)).collect();
        let site = sites.first().copied().unwrap_or_default();
        let mut context = order::map([
            ("coverage".to_owned(), self.expansion.name.clone()),
            ("namespace".to_owned(), plan.name.clone()),
        ]);
        if plan.nf == NfType::Du {
            context.insert("site".to_owned(), site.to_owned());
        }
        let mut known = self.network.sites.iter().map(|site| &site.spec.cluster).chain(self.expansion.central());
        let cluster = known.find(|cluster| cluster.name == plan.cluster);
        Variant {
            repository: cluster.map_or_else(|| plan.cluster.clone(), |cluster| cluster.repository.clone()),
            specialization: Specialization {
                // A person approves the first revision of a package; Porch's controller the ones after it.
                annotations: order::map([(annotation::APPROVAL_POLICY.to_owned(), "initial".to_owned())]),
                package_context: Some(PackageContext { data: context, ..PackageContext::default() }),
                pipeline: self.mutator(plan).map(|mutator| Pipeline { mutators: vec![mutator], ..Pipeline::default() }),
                injectors: vec![Injector::of_kind(WorkloadCluster::KIND, &plan.cluster)],
                ..Specialization::default()
            },
        }
    }

    /// This function once more, with the cells of one network function.
    fn mutator(&self, plan: &FunctionPlan) -> Option<Mutator> {
        let mut config = order::map([("nfConfig".to_owned(), self.nf_config_text(plan)?)]);
        if plan.nf != NfType::Cucp && self.expansion.function(NfType::Cucp).is_some() {
            config.insert("centralUnit".to_owned(), format!("{}-cucp-gnb{}", self.expansion.name, plan.gnb));
        }
        Some(Mutator { name: NAME.to_owned(), image: IMAGE.to_owned(), config_map: config, ..Mutator::default() })
    }

    pub(super) fn site_of(&self, cell: usize) -> &str {
        &self.network.sites[self.network.cells[cell].site].spec.name
    }

    /// Fields of the expansion a network function comes from.
    pub(super) fn fields(&self, plan: &FunctionPlan) -> Vec<String> {
        let mut fields: Vec<String> =
            ["spec.plmns", "spec.slices", "spec.radio", "spec.plan"].map(str::to_owned).to_vec();
        if let Some(function) = self.expansion.function(plan.nf) {
            fields.push(function.field.clone());
        }
        if plan.nf == NfType::Du {
            let mut sites: Vec<String> = plan
                .cells
                .iter()
                .map(|cell| self.network.sites[self.network.cells[*cell].site].spec.field.clone())
                .collect();
            sites.dedup();
            fields.extend(sites);
        }
        fields
    }
}
