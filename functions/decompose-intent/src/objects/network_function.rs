//! Placement in this package: a network function with everything its specialization starts from.

use porchlight_api::core::{Namespace, ResourceQuota};
use porchlight_api::object::{NameRef, condition_type};
use porchlight_api::req::{AttachmentType, CniType, DataNetwork, Dependency, DependencyInjector, Interface};
use porchlight_api::workload::NFDeployment;
use porchlight_api::{Draft, Kind, Quantity, annotation};
use porchlight_krm::order::Gather;
use porchlight_krm::order::SortedMap;
use porchlight_sizing::{Figures, operator, quota};

use super::{Objects, nf_config};
use crate::data::{Data, InterfaceRule, Provider};
use crate::placement::Instance;

/// Network instance of the pod network; interfaces on it need no attachment.
const POD_NETWORK: &str = "default";

/// A network function being added.
struct Addition<'o, 'a> {
    objects: &'o mut Objects<'a>,
    instance: &'o Instance<'a>,
    provider: Option<&'static Provider>,
    /// Where the network function runs, and what keeps its requirements apart from those of others in this package.
    namespace: String,
    folder: String,
}

impl<'a> Objects<'a> {
    /// Adds a network function and its requirements.
    pub(super) fn add_network_function(&mut self, instance: &Instance<'a>, namespace: &str) {
        let provider = Data::get().provider(&instance.function.provider);
        let folder = instance.place();
        let mut addition = Addition { objects: self, instance, provider, namespace: namespace.to_owned(), folder };
        addition.namespace();
        addition.quota();
        addition.deployment();
        addition.capacity();
        for interface in &instance.rules.interfaces {
            addition.interface(interface);
        }
        addition.data_networks();
        addition.dependencies();
        addition.parameters();
    }
}

impl Addition<'_, '_> {
    fn namespace(&mut self) {
        let level = &Data::get().parameters.pod_security.value;
        let mut object = Draft::new(&self.namespace, &Namespace {});
        object.metadata.labels = ["warn", "audit", "enforce"]
            .into_iter()
            .map(|mode| (format!("pod-security.kubernetes.io/{mode}"), level.clone()))
            .gather();
        self.add_owned_by_intent(object, "namespace.yaml", &["metadata.name"]);
    }

    /// Limits the namespace to the pods the provider starts, where that is known.
    fn quota(&mut self) {
        let figures = Figures::get();
        let operator = operator::of(&self.instance.function.provider);
        let Some(size) = operator.and_then(|operator| operator.pod_size(&self.instance.capacity)) else { return };
        let (Ok(cpu), Ok(memory)) = (quota::requests(size.cpu, figures), quota::requests(size.memory, figures)) else {
            return;
        };
        let Ok(pods) = Quantity::from_integer(quota::pods(1, figures)) else { return };
        let hard = SortedMap::from([
            ("count/pods".to_owned(), pods),
            ("requests.cpu".to_owned(), cpu),
            ("requests.memory".to_owned(), memory),
        ]);
        let name = self.instance.function.nf.as_str();
        let object = Draft::new(name, &ResourceQuota { hard }).in_namespace(&self.namespace);
        self.add_owned_by_intent(object, "resourcequota.yaml", &["spec.service", &self.site_field()]);
    }

    fn deployment(&mut self) {
        let deployment = NFDeployment {
            provider: self.instance.function.provider.clone(),
            capacity: None,
            parameters_refs: nf_config::name(self.instance, self.provider)
                .into_iter()
                .map(nf_config::reference)
                .collect(),
        };
        let object = Draft::new(&self.instance.deployment_name(), &deployment).in_namespace(&self.namespace);
        let fields = [self.site_field(), self.instance.function.provider_field.clone()];
        self.add_owned_by_intent(object, "nfdeployment.yaml", &["metadata.name", &fields[0], &fields[1]]);
    }

    fn capacity(&mut self) {
        let object =
            Draft::new(&crate::placement::capacity_object(self.instance.function.nf).name, &self.instance.capacity)
                .annotated(annotation::CAPACITY_UNIT, "one");
        self.add_requirement(object, "capacity.yaml", &["spec.service", &self.site_field()]);
    }

    fn interface(&mut self, rule: &InterfaceRule) {
        let network = self.instance.network(&rule.network);
        let attached = network != POD_NETWORK;
        let interface = Interface {
            network_instance: NameRef::new(network),
            cni_type: attached.then(|| self.instance.cni(rule)),
            attachment_type: attached.then_some(AttachmentType::Vlan),
        };
        let mut object = Draft::new(&rule.name, &interface);
        if let Some(name) = &rule.network_name {
            object = object.annotated(annotation::NETWORK_NAME, name);
        }
        let field = if rule.user_plane { "spec.sliceType" } else { "spec.topology" };
        self.add_requirement(object, &format!("interface-{}.yaml", rule.name), &[field, &self.site_field()]);
    }

    /// The user plane claims the pools; a session management function that reads data networks only names them.
    fn data_networks(&mut self) {
        let claims = self.instance.claims_pools();
        if !claims && !self.provider.is_some_and(|provider| provider.lists_data_networks) {
            return;
        }
        let mut told: Vec<&str> = Vec::new();
        let networks = self.instance.slices.iter().flat_map(|slice| slice.data_networks.iter().enumerate());
        for (index, network) in networks {
            if told.contains(&network.name.as_str()) {
                continue;
            }
            told.push(&network.name);
            let pools = if claims { self.instance.pools(network) } else { Vec::new() };
            let object = Draft::new(
                &network.name,
                &DataNetwork { network_instance: NameRef::new(&network.network_instance), pools },
            );
            let field = format!("spec.dataNetworks[{index}]");
            let file = format!("datanetwork-{}.yaml", network.name);
            self.add_requirement(object, &file, &[&field, "spec.service", &self.site_field()]);
        }
    }

    fn dependencies(&mut self) {
        for (name, package) in &self.instance.dependencies {
            let dependency = Dependency {
                package_name: package.clone(),
                injectors: vec![DependencyInjector {
                    api_version: NFDeployment::API_VERSION.to_owned(),
                    kind: NFDeployment::KIND.to_owned(),
                }],
            };
            let file = format!("dependency-{name}.yaml");
            self.add_requirement(Draft::new(name, &dependency), &file, &["metadata.name", "spec.topology"]);
        }
    }

    fn parameters(&mut self) {
        let Some(name) = nf_config::name(self.instance, self.provider) else { return };
        let Some(config) = nf_config::config(self.instance, self.provider) else { return };
        let object = Draft::new(&name, &config).in_namespace(&self.namespace);
        let fields = ["spec.plmns", "spec.snssai", "spec.dataNetworks", "spec.coverage"];
        self.add_owned(object, "nfconfig.yaml", &fields);
    }

    fn site_field(&self) -> String {
        self.instance.site.field.clone()
    }

    /// An object that stays in the package and that Nephio's functions consume.
    ///
    /// Its namespace keeps it apart from its namesakes of other network functions.
    fn add_requirement(&mut self, object: Draft, file: &str, derived_from: &[&str]) {
        let object = object
            .in_namespace(&self.namespace)
            .annotated(porchlight_krm::annotations::LOCAL_CONFIG, "true")
            .annotated(annotation::SPECIALIZER_FOR, &self.deployment_condition())
            .annotated(annotation::SPECIALIZER_NAMESPACE, &self.namespace);
        self.add_owned(object, file, derived_from);
    }

    /// An object that belongs to the NFDeployment.
    fn add_owned(&mut self, object: Draft, file: &str, derived_from: &[&str]) {
        let object = object.annotated(annotation::SPECIALIZER_OWNER, &self.deployment_condition());
        self.objects.add(object, &format!("{}/{file}", self.folder), derived_from);
    }

    /// An object that stands for itself.
    fn add_owned_by_intent(&mut self, object: Draft, file: &str, derived_from: &[&str]) {
        let object = object.annotated(annotation::SPECIALIZER_OWNER, &self.objects.intent_condition());
        self.objects.add(object, &format!("{}/{file}", self.folder), derived_from);
    }

    fn deployment_condition(&self) -> String {
        condition_type(NFDeployment::API_VERSION, NFDeployment::KIND, &self.instance.deployment_name())
    }
}

impl Instance<'_> {
    /// Attachment type of an interface: the slice type's wish where the cluster offers it, else what it does offer.
    pub(crate) fn cni(&self, rule: &InterfaceRule) -> CniType {
        let default = Data::get().defaults.cni.value;
        let wanted = if rule.user_plane { self.slice.rules.user_plane_cni } else { default };
        let Some(offered) = &self.site.cnis else { return wanted };
        let is_offered = |cni: CniType| offered.iter().any(|name| name == cni.as_str());
        [wanted, default, CniType::Ipvlan, CniType::Sriov].into_iter().find(|cni| is_offered(*cni)).unwrap_or(wanted)
    }
}
