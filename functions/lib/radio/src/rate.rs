//! Bit rates of a cell: on the air and on the fronthaul.

use std::sync::OnceLock;

use porchlight_yaml::serde::FromNode;

use crate::band::FrequencyRange;

/// Figures of the formulas, with their sources.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rates {
    /// Bits per symbol.
    pub modulation_bits: Figure,
    /// Code rate in 1024ths.
    pub code_rate_numerator: Figure,
    /// Share of control channels in FR1.
    pub overhead_percent: Figure,
    /// Share of control channels in FR2.
    pub overhead_percent_fr2: Figure,
    /// Bits of a fronthaul sample.
    pub fronthaul_sample_bits: Figure,
    /// Bits of the exponent of a resource block on the fronthaul.
    pub fronthaul_exponent_bits: Figure,
}

/// A figure.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The number.
    pub value: u64,
    /// Where it comes from.
    pub source: String,
}

/// The figures.
pub fn figures() -> &'static Rates {
    static RATES: OnceLock<Rates> = OnceLock::new();
    RATES.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/rates.yaml")))
}

/// Symbols per second of a subcarrier spacing: 14 per slot, slots of 1 ms at 15 kHz.
fn symbols_per_second(scs_khz: u16) -> u64 {
    14 * 1000 * u64::from(scs_khz) / 15
}

/// Highest downlink rate of a cell in bit/s, before the share of time that TDD leaves it (TS 38.306 §4.1.2).
pub fn peak_downlink(range: FrequencyRange, scs_khz: u16, resource_blocks: u16, layers: u64) -> u64 {
    let figures = figures();
    let overhead = match range {
        FrequencyRange::Fr1 => &figures.overhead_percent,
        FrequencyRange::Fr2 => &figures.overhead_percent_fr2,
    };
    let symbols = u64::from(resource_blocks) * 12 * symbols_per_second(scs_khz);
    layers * figures.modulation_bits.value * symbols * figures.code_rate_numerator.value * (100 - overhead.value)
        / (1024 * 100)
}

/// Bit rate of one user-plane stream on the fronthaul, split 7.2x with block floating point, without headers.
pub fn fronthaul_stream(scs_khz: u16, resource_blocks: u16) -> u64 {
    let figures = figures();
    let block = 12 * 2 * figures.fronthaul_sample_bits.value + figures.fronthaul_exponent_bits.value;
    u64::from(resource_blocks) * block * symbols_per_second(scs_khz)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_the_references() {
        // 4 layers, 256QAM, 100 MHz at 30 kHz.
        assert_eq!(peak_downlink(FrequencyRange::Fr1, 30, 273, 4) / 1_000_000, 2337);
        assert_eq!(fronthaul_stream(30, 273) / 1_000_000, 1712);
        let rates = figures();
        for figure in [&rates.modulation_bits, &rates.fronthaul_sample_bits, &rates.fronthaul_exponent_bits] {
            assert!(!figure.source.is_empty());
        }
    }
}
