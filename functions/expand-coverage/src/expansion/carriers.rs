//! The carriers of an expansion.

use porchlight_api::coverage::Carrier;
use porchlight_krm::{Code, Notice};
use porchlight_radio::band::{self, Duplex};
use porchlight_radio::carrier::{self, Checked, Part, Request};

use super::Check;
use crate::data::Data;

/// Most carriers a sector can have here; keeps names short.
const MAX_CARRIERS: usize = 16;

/// The carriers, and the downlink layers of each.
pub(super) fn check(check: &mut Check<'_, '_>) -> (Vec<Checked>, Vec<u64>) {
    let planning = &Data::get().planning;
    let written = check.spec().radio.clone();
    if written.is_empty() {
        let carrier = default();
        if check.reading.is_readable("radio") {
            let message = format!(
                "no carrier is given: n{} at NR-ARFCN {}, {} MHz is planned; set radio to your licensed channel",
                carrier.carrier.band, carrier.carrier.arfcn_dl, carrier.carrier.channel_bandwidth_mhz
            );
            check.notices.push(Notice::info(Code::IntentUnsupported, "spec.radio", message));
        }
        return (vec![carrier], vec![u64::from(planning.layers.value)]);
    }
    if written.len() > MAX_CARRIERS {
        check.invalid("spec.radio", written.len(), format!("expected at most {MAX_CARRIERS} carriers"));
    }
    let mut carriers: Vec<Checked> = Vec::new();
    let mut layers = Vec::new();
    for (index, carrier) in written.iter().enumerate() {
        let field = format!("spec.radio[{index}]");
        check_figures(&field, carrier, check);
        let count = carrier.layers.unwrap_or(i64::from(planning.layers.value));
        let Some(checked) = check_carrier(&field, carrier, check) else { continue };
        if let Some(other) = carriers.iter().position(|other| overlap(other, &checked)) {
            let message = format!("overlaps the channel of radio[{other}]: choose another NR-ARFCN");
            check.invalid(format!("{field}.arfcnDL"), checked.carrier.arfcn_dl, message);
        }
        carriers.push(checked);
        layers.push(u64::try_from(count).unwrap_or_default());
    }
    (carriers, layers)
}

fn default() -> Checked {
    let carrier = &Data::get().defaults.carrier;
    let request = Request {
        band: carrier.band,
        arfcn_dl: Some(carrier.arfcn_dl),
        arfcn_ul: None,
        channel_bandwidth_mhz: carrier.channel_bandwidth_mhz,
        scs_khz: carrier.scs_khz,
    };
    carrier::check(&request).expect("invariant: the tests check the default carrier")
}

fn check_carrier(field: &str, written: &Carrier, check: &mut Check<'_, '_>) -> Option<Checked> {
    let Some(band) = written.band.number() else {
        check.invalid(format!("{field}.band"), &written.band, "expected a band such as n78");
        return None;
    };
    let request = Request {
        band,
        arfcn_dl: written.arfcn_dl,
        arfcn_ul: written.arfcn_ul,
        channel_bandwidth_mhz: written.channel_bandwidth_mhz,
        scs_khz: written.scs_khz,
    };
    match carrier::check(&request) {
        Ok(checked) => {
            if checked.arfcn_chosen {
                let message = format!(
                    "no channel is given: NR-ARFCN {}, the lowest of n{band} that fits, is planned; set your licensed one",
                    checked.carrier.arfcn_dl
                );
                check.notices.push(Notice::info(Code::IntentUnsupported, format!("{field}.arfcnDL"), message));
            }
            Some(checked)
        }
        Err(error) => {
            let (part, current) = match error.part {
                Part::Band => ("band", written.band.to_string()),
                Part::ArfcnDl => ("arfcnDL", written.arfcn_dl.unwrap_or_default().to_string()),
                Part::ArfcnUl => ("arfcnUL", written.arfcn_ul.map_or_else(|| "nothing".to_owned(), |n| n.to_string())),
                Part::ChannelBandwidth => ("channelBandwidthMHz", written.channel_bandwidth_mhz.to_string()),
                Part::SubcarrierSpacing => ("scsKHz", written.scs_khz.to_string()),
            };
            check.invalid(format!("{field}.{part}"), current, &error.message);
            None
        }
    }
}

fn check_figures(field: &str, carrier: &Carrier, check: &mut Check<'_, '_>) {
    if let Some(layers) = carrier.layers.filter(|layers| !(1..=8).contains(layers)) {
        check.invalid(format!("{field}.layers"), layers, "expected 1 to 8 layers");
    }
    if let Some(power) = carrier.max_tx_power_dbm.filter(|power| !(0.0..=70.0).contains(power)) {
        check.invalid(format!("{field}.maxTxPowerDbm"), power, "expected 0 to 70 dBm");
    }
    let Some(pattern) = &carrier.tdd_pattern else { return };
    if pattern.is_empty() || !pattern.bytes().all(|slot| b"DSU".contains(&slot)) {
        check.invalid(
            format!("{field}.tddPattern"),
            pattern,
            "expected the slots of a period as D, S and U, such as DDDSU",
        );
    } else if carrier.band.number().and_then(band::find).is_some_and(|band| band.duplex == Duplex::Fdd) {
        check.invalid(
            format!("{field}.tddPattern"),
            pattern,
            format!("{} is FDD: leave the pattern out", carrier.band),
        );
    }
}

/// Whether two channels share frequencies.
fn overlap(left: &Checked, right: &Checked) -> bool {
    let edges = |checked: &Checked| {
        let half = u64::from(checked.carrier.channel_bandwidth_mhz) * 500;
        (checked.carrier.frequency_dl_khz - half, checked.carrier.frequency_dl_khz + half)
    };
    let (left, right) = (edges(left), edges(right));
    left.0 < right.1 && right.0 < left.1
}

/// Share of downlink slots of a carrier in percent; everything in FDD.
pub(crate) fn downlink_percent(carrier: Option<&Carrier>) -> Option<u64> {
    let pattern = carrier?.tdd_pattern.as_ref()?;
    let slots = u64::try_from(pattern.len()).ok().filter(|slots| *slots > 0)?;
    let down = u64::try_from(pattern.bytes().filter(|slot| *slot == b'D').count()).ok()?;
    Some(down * 100 / slots)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_default_carrier_is_the_blueprints() {
        let carrier = super::default().carrier;
        assert_eq!((carrier.band, carrier.resource_blocks, carrier.arfcn_dl), (78, 51, 640_608));
        // 51 blocks above the point A of the operator's template.
        let lower = carrier.frequency_dl_khz - 51 * 12 * 30 / 2;
        assert_eq!(porchlight_radio::raster::arfcn(lower), Some(639_996));
    }
}
