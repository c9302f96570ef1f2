//! `NFConfig`: the identifiers of the slice in the dialect of the provider.

use porchlight_api::cellular::{AmfId, DnnInfo, Guami, Plmn, PlmnInfo, ServedGuami, Slice as CoreSlice};
use porchlight_api::network_slice_intent::{NfType, PlmnId};
use porchlight_api::workload::{ConfigRef, NFConfig, Nssai, OaiConfig, RanConfig, RanPlmn, RanPlmnInfo};
use porchlight_api::{Kind, Object, ObjectRef};

use crate::data::{Data, Dialect, OaiRanParameters, Provider};
use crate::placement::Instance;
use crate::slice::{DataNetwork, Slice};

/// Name of the object; none for providers that read no parameters.
pub(super) fn name(instance: &Instance<'_>, provider: Option<&Provider>) -> Option<String> {
    provider.and_then(|provider| provider.parameters).map(|_| format!("{}-nf-config", instance.function.nf))
}

/// The reference an NFDeployment holds.
pub(super) fn reference(name: String) -> ObjectRef {
    ObjectRef { api_version: NFConfig::API_VERSION.to_owned(), kind: NFConfig::KIND.to_owned(), name }
}

/// The parameters in the provider's dialect.
pub(super) fn config(instance: &Instance<'_>, provider: Option<&Provider>) -> Option<NFConfig> {
    let provider = provider?;
    let config_refs = match provider.parameters? {
        Dialect::OaiCore => oai_core(instance, provider),
        Dialect::OaiRan => oai_ran(&instance.slices),
    };
    Some(NFConfig { config_refs })
}

/// The slice differentiator, or what stands for none.
fn differentiator(slice: &Slice) -> String {
    slice.sd.clone().unwrap_or_else(|| Data::get().parameters.no_slice_differentiator.value.clone())
}

fn oai_core(instance: &Instance<'_>, provider: &Provider) -> Vec<ConfigRef> {
    let parameters = &Data::get().parameters.oai_core;
    let told_subnets = provider.wants_subnets || instance.claims_pools();
    let mut plmn_info: Vec<PlmnInfo> = Vec::new();
    for slice in &instance.slices {
        let data_networks = slice.data_networks.iter().map(|network| DnnInfo {
            name: network.name.clone(),
            session_type: network.session_type.as_str().to_owned(),
            dns: Some(network.dns.clone().unwrap_or_else(|| parameters.dns.clone())),
            subnet: if told_subnets { subnet(network) } else { None },
        });
        let served = CoreSlice { sst: slice.sst, sd: differentiator(slice), dnn_info: data_networks.collect() };
        for plmn in &slice.plmns {
            match plmn_info.iter_mut().find(|info| info.plmn_id == *plmn) {
                Some(info) => info.nssai.push(served.clone()),
                None => plmn_info.push(PlmnInfo {
                    plmn_id: plmn.clone(),
                    tac: slice.tac_of(plmn).unwrap_or(parameters.tracking_area_code),
                    nssai: vec![served.clone()],
                }),
            }
        }
    }
    let plmns: Vec<PlmnId> = plmn_info.iter().map(|info| info.plmn_id.clone()).collect();
    let mut refs = vec![ConfigRef::CorePlmn(Object::new("plmn", Plmn { plmn_info }))];
    if instance.function.nf == NfType::Amf {
        let guamis = plmns.iter().map(|plmn| Guami {
            amf_id: AmfId {
                pointer: parameters.amf_pointer.clone(),
                region: parameters.amf_region.clone(),
                set: parameters.amf_set.clone(),
            },
            plmn_id: plmn.clone(),
        });
        refs.push(ConfigRef::ServedGuami(Object::new("served-guami", ServedGuami(guamis.collect()))));
    }
    refs
}

/// Addresses of the first pool that names them.
fn subnet(network: &DataNetwork) -> Option<String> {
    network.pools.iter().find_map(|pool| pool.prefix.clone())
}

fn oai_ran(slices: &[&Slice]) -> Vec<ConfigRef> {
    let parameters = &Data::get().parameters.oai_ran;
    let mut plmn_info: Vec<RanPlmnInfo> = Vec::new();
    for slice in slices {
        let served = Nssai { sd: differentiator(slice), sst: slice.sst };
        for plmn in &slice.plmns {
            match plmn_info.iter_mut().find(|info| info.plmn_id == *plmn) {
                Some(info) => info.nssai.push(served.clone()),
                None => plmn_info.push(RanPlmnInfo {
                    plmn_id: plmn.clone(),
                    tac: slice.tac_of(plmn).unwrap_or(parameters.tracking_area_code),
                    nssai: vec![served.clone()],
                }),
            }
        }
    }
    let tac = plmn_info.first().map_or(parameters.tracking_area_code, |info| info.tac);
    vec![
        ConfigRef::RanConfig(Object::new("ranconfig", cell(parameters, tac))),
        ConfigRef::RanPlmn(Object::new("plmn", RanPlmn { plmn_info })),
        ConfigRef::OaiConfig(Object::new("oai-nf-config", OaiConfig { image: parameters.image.clone() })),
    ]
}

/// The cell of the blueprint; planning cells from the coverage is another function's work.
fn cell(parameters: &OaiRanParameters, tac: u32) -> RanConfig {
    RanConfig {
        cell_identity: parameters.cell_identity.clone(),
        physical_cell_id: parameters.physical_cell_id,
        tac,
        downlink_frequency_band: parameters.band,
        downlink_sub_carrier_spacing: parameters.sub_carrier_spacing,
        downlink_carrier_bandwidth: parameters.carrier_bandwidth,
        uplink_frequency_band: parameters.band,
        uplink_sub_carrier_spacing: parameters.sub_carrier_spacing,
        uplink_carrier_bandwidth: parameters.carrier_bandwidth,
    }
}
