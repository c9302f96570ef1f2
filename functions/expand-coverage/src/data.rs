//! The rules and figures, read from `data/`; those of the radio standards are in `porchlight-radio`.

use std::sync::OnceLock;

use porchlight_api::network_slice_intent::NfType;
use porchlight_yaml::serde::{FromNode, data, embedded};
use serde::Deserialize;

/// Everything in `data/`.
pub(crate) struct Data {
    pub(crate) planning: Planning,
    pub(crate) defaults: Defaults,
    pub(crate) providers: Vec<Provider>,
}

impl Data {
    /// The embedded data, parsed once per process.
    pub(crate) fn get() -> &'static Self {
        static DATA: OnceLock<Data> = OnceLock::new();
        DATA.get_or_init(|| Self {
            planning: embedded(data!("data/planning.yaml")),
            defaults: embedded(data!("data/defaults.yaml")),
            providers: embedded(data!("data/providers.yaml")),
        })
    }

    pub(crate) fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// The provider of a network function where nobody names one.
    pub(crate) fn default_provider(&self, nf: NfType) -> &Provider {
        let provider = self.providers.iter().find(|provider| provider.network_function == nf);
        provider.expect("invariant: the data tests find a provider for every radio network function")
    }
}

/// A figure.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Figure {
    pub(crate) value: u32,
    pub(crate) unit: String,
    pub(crate) source: String,
}

impl Figure {
    /// The value for calculations with fractions.
    pub(crate) fn real(&self) -> f64 {
        f64::from(self.value)
    }
}

/// Figures of a plan; their meaning is beside them in `data/planning.yaml`.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Planning {
    pub(crate) area_percent: Figure,
    pub(crate) sectors_per_site: Figure,
    pub(crate) beam_width: Figure,
    pub(crate) neighbour_radius: Figure,
    pub(crate) reuse_distance: Figure,
    pub(crate) gnb_id_length: Figure,
    pub(crate) gnb_id_start: Figure,
    pub(crate) cell_id_start: Figure,
    pub(crate) tac_start: Figure,
    pub(crate) cells_per_du: Figure,
    pub(crate) cells_per_central_unit: Figure,
    pub(crate) layers: Figure,
    pub(crate) du_base_cpu: Figure,
    pub(crate) du_cpu_per_cell: Figure,
    pub(crate) maximum_sites: Figure,
}

/// What an expansion that says nothing gets.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Defaults {
    pub(crate) carrier: DefaultCarrier,
    pub(crate) slice: DefaultSlice,
    pub(crate) cnis: Sourced<Vec<String>>,
    pub(crate) master_interface: Sourced<String>,
}

/// The carrier of an expansion without `radio`.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DefaultCarrier {
    pub(crate) band: u16,
    #[serde(rename = "arfcnDL")]
    pub(crate) arfcn_dl: i64,
    #[serde(rename = "channelBandwidthMHz")]
    pub(crate) channel_bandwidth_mhz: i64,
    #[serde(rename = "scsKHz")]
    pub(crate) scs_khz: i64,
    pub(crate) source: String,
}

/// The slice of an expansion without `slices`.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefaultSlice {
    pub(crate) sst: u8,
    pub(crate) sd: String,
    pub(crate) source: String,
}

/// A value with its source.
#[derive(FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) source: String,
}

/// What is known about a provider.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Provider {
    pub(crate) name: String,
    pub(crate) network_function: NfType,
    pub(crate) source: String,
    pub(crate) blueprint: BlueprintRef,
    pub(crate) dialect: Dialect,
    pub(crate) image: String,
    /// Physical cell identities it takes; all where nothing is said.
    pub(crate) pci: Option<PciLimits>,
    /// Cells one instance takes.
    pub(crate) cells: Option<u32>,
    /// Reads only the first PLMN and slice.
    #[serde(default)]
    pub(crate) one_plmn_and_slice: bool,
    /// NR-ARFCN at which its carrier starts, whatever it is told.
    #[serde(rename = "pointA")]
    pub(crate) point_a: Option<u32>,
}

/// Physical cell identities a provider takes.
#[derive(Clone, Copy, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct PciLimits {
    pub(crate) first: u16,
    pub(crate) last: u16,
}

/// Default blueprint.
#[derive(FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BlueprintRef {
    pub(crate) repo: String,
    pub(crate) package: String,
    pub(crate) workspace_name: String,
}

/// Spelling of parameter objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Dialect {
    OaiRan,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_a_source() {
        let Data { planning, defaults, providers } = Data::get();
        let figures = [
            &planning.area_percent,
            &planning.sectors_per_site,
            &planning.beam_width,
            &planning.neighbour_radius,
            &planning.reuse_distance,
            &planning.gnb_id_length,
            &planning.gnb_id_start,
            &planning.cell_id_start,
            &planning.tac_start,
            &planning.cells_per_du,
            &planning.cells_per_central_unit,
            &planning.layers,
            &planning.du_base_cpu,
            &planning.du_cpu_per_cell,
            &planning.maximum_sites,
        ];
        assert!(figures.iter().all(|figure| !figure.source.is_empty() && !figure.unit.is_empty()));
        assert!(
            [&defaults.carrier.source, &defaults.slice.source, &defaults.cnis.source].iter().all(|s| !s.is_empty())
        );
        assert!(!defaults.master_interface.source.is_empty());
        assert!(providers.iter().all(|provider| !provider.source.is_empty()));
        for nf in [NfType::Cucp, NfType::Cuup, NfType::Du] {
            assert_eq!(Data::get().default_provider(nf).network_function, nf);
        }
    }
}
