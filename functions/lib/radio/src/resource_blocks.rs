//! Physical resource blocks of a channel (TS 38.104 §5.3.2).

use std::sync::OnceLock;

use porchlight_yaml::serde::FromNode;

use crate::band::FrequencyRange;

/// Channels of one subcarrier spacing.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Row {
    frequency_range: FrequencyRange,
    #[serde(rename = "scsKHz")]
    scs_khz: u16,
    /// Bandwidth in MHz, resource blocks.
    channels: Vec<(u16, u16)>,
    source: String,
}

/// What a channel holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceBlocks {
    /// Their number.
    pub blocks: u16,
    /// Where it is written down.
    pub source: &'static str,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/resource_blocks.yaml")))
}

/// Resource blocks of a channel; `None` where the standard has no such channel.
pub fn of(range: FrequencyRange, scs_khz: u16, bandwidth_mhz: u16) -> Option<ResourceBlocks> {
    let row = rows().iter().find(|row| row.frequency_range == range && row.scs_khz == scs_khz)?;
    let (_, blocks) = row.channels.iter().find(|(mhz, _)| *mhz == bandwidth_mhz)?;
    Some(ResourceBlocks { blocks: *blocks, source: &row.source })
}

/// Subcarrier spacings of a frequency range in kHz.
pub fn spacings(range: FrequencyRange) -> Vec<u16> {
    rows().iter().filter(|row| row.frequency_range == range).map(|row| row.scs_khz).collect()
}

/// Channel bandwidths of a subcarrier spacing in MHz.
pub fn bandwidths(range: FrequencyRange, scs_khz: u16) -> Vec<u16> {
    let row = rows().iter().find(|row| row.frequency_range == range && row.scs_khz == scs_khz);
    row.map(|row| row.channels.iter().map(|(mhz, _)| *mhz).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_fit_into_their_channels() {
        for row in rows() {
            assert!(row.source.starts_with("TS 38.104"));
            for (mhz, blocks) in &row.channels {
                let used = u32::from(*blocks) * 12 * u32::from(row.scs_khz);
                let width = u32::from(*mhz) * 1000;
                // The standard leaves guard bands; it uses at most 98.5 % of a channel.
                assert!(used < width && used > width * 3 / 4, "{mhz} MHz at {} kHz: {blocks}", row.scs_khz);
            }
        }
    }

    #[test]
    fn well_known_channels() {
        let blocks = |range, scs, mhz| of(range, scs, mhz).map(|found| found.blocks);
        assert_eq!(blocks(FrequencyRange::Fr1, 30, 20), Some(51));
        assert_eq!(blocks(FrequencyRange::Fr1, 30, 40), Some(106));
        assert_eq!(blocks(FrequencyRange::Fr1, 30, 100), Some(273));
        assert_eq!(blocks(FrequencyRange::Fr1, 15, 20), Some(106));
        assert_eq!(blocks(FrequencyRange::Fr2, 120, 400), Some(264));
        assert_eq!(blocks(FrequencyRange::Fr1, 15, 100), None);
        assert_eq!(blocks(FrequencyRange::Fr2, 30, 100), None);
    }
}
