//! Placement in this package: the deployment and the parameters of each network function.

use porchlight_api::Object;
use porchlight_api::workload::NFDeployment;

use super::Objects;
use crate::plan::FunctionPlan;

impl Objects<'_, '_, '_> {
    pub(super) fn add_in_package(&mut self, functions: &[FunctionPlan]) {
        for plan in functions {
            let Some(function) = self.expansion.function(plan.nf) else { continue };
            let fields = self.fields(plan);
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            let config = self.nf_config(plan, true).map(|config| config.in_namespace(&plan.name));
            let deployment = NFDeployment {
                provider: function.provider.clone(),
                capacity: None,
                parameters_refs: config.iter().map(Object::reference).collect(),
            };
            let folder = plan.name.strip_prefix(&format!("{}-", self.expansion.name)).unwrap_or(&plan.name);
            // The blueprints replace what follows the dash by the cluster's name.
            let deployment = Object::new(format!("{}-{}", plan.nf, plan.cluster), deployment).in_namespace(&plan.name);
            self.add(deployment, &format!("{folder}/nfdeployment.yaml"), &fields);
            if let Some(config) = config {
                self.add(config, &format!("{folder}/nfconfig.yaml"), &fields);
            }
        }
    }
}
