//! `NFConfig`: cells and networks in the dialect of the provider.

use porchlight_api::workload::{ConfigRef, NFConfig, Nssai, OaiConfig, RanConfig, RanPlmn, RanPlmnInfo};
use porchlight_api::{Object, coverage::PlannedCarrier};
use porchlight_krm::Resource;
use porchlight_yaml::{SequenceIndent, emit};

use super::Objects;
use crate::data::{Data, Dialect};
use crate::plan::FunctionPlan;

/// Numerology index of a subcarrier spacing: 0 = 15 kHz, 1 = 30 and so on (TS 38.211 §4.2).
fn numerology(scs_khz: u16) -> u8 {
    u8::try_from((scs_khz / 15).max(1).ilog2()).unwrap_or_default()
}

impl Objects<'_, '_, '_> {
    /// The parameters of a network function; none for a provider whose dialect is not known. With the image where
    /// there is no blueprint that has one.
    pub(super) fn nf_config(&self, function: &FunctionPlan, with_image: bool) -> Option<Object<NFConfig>> {
        let provider = Data::get().provider(&self.expansion.function(function.nf)?.provider)?;
        let Dialect::OaiRan = provider.dialect;
        let most = usize::try_from(provider.cells.unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
        // A central unit is told its first cell: the dialect has no place for none.
        let cells = if function.nf == porchlight_api::network_slice_intent::NfType::Du { most } else { 1 };
        let several = function.cells.len().min(cells) > 1;
        let mut refs: Vec<ConfigRef> = function
            .cells
            .iter()
            .take(cells)
            .map(|cell| {
                let name = if several {
                    format!("ranconfig-{}", self.network.cells[*cell].name)
                } else {
                    "ranconfig".to_owned()
                };
                ConfigRef::RanConfig(Object::new(name, self.ran_config(*cell)))
            })
            .collect();
        let tac = function.cells.first().map_or(0, |cell| self.network.sites[self.network.cells[*cell].site].tac);
        refs.push(ConfigRef::RanPlmn(Object::new("plmn", self.plmn(tac))));
        if with_image {
            refs.push(ConfigRef::OaiConfig(Object::new("oai-nf-config", OaiConfig { image: provider.image.clone() })));
        }
        Some(Object::new(format!("{}-nf-config", function.nf), NFConfig { config_refs: refs }))
    }

    /// The parameters as text, for the configuration of a function.
    pub(super) fn nf_config_text(&self, function: &FunctionPlan) -> Option<String> {
        let config = self.nf_config(function, false)?;
        let mut text = String::new();
        emit(Resource::from_typed(&config).document(), SequenceIndent::Compact, &mut text);
        Some(text)
    }

    fn ran_config(&self, position: usize) -> RanConfig {
        let cell = &self.network.cells[position];
        let site = &self.network.sites[cell.site];
        let carrier: &PlannedCarrier =
            &self.network.expansions[site.group].carriers[usize::from(cell.carrier) - 1].carrier;
        RanConfig {
            // libconfig notation of a 64-bit number.
            cell_identity: format!("{}L", cell.cell_id),
            physical_cell_id: cell.pci,
            tac: site.tac,
            downlink_frequency_band: carrier.band,
            downlink_sub_carrier_spacing: numerology(carrier.scs_khz),
            downlink_carrier_bandwidth: carrier.resource_blocks,
            uplink_frequency_band: carrier.band,
            uplink_sub_carrier_spacing: numerology(carrier.scs_khz),
            uplink_carrier_bandwidth: carrier.resource_blocks,
        }
    }

    fn plmn(&self, tac: u32) -> RanPlmn {
        let nssai: Vec<Nssai> =
            self.expansion.slices.iter().map(|slice| Nssai { sd: slice.sd.clone(), sst: slice.sst }).collect();
        let plmns = self.expansion.plmns.iter();
        RanPlmn {
            plmn_info: plmns.map(|plmn| RanPlmnInfo { plmn_id: plmn.clone(), tac, nssai: nssai.clone() }).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numerologies() {
        assert_eq!([15, 30, 60, 120].map(super::numerology), [0, 1, 2, 3]);
    }
}
