//! NR operating bands (TS 38.104 §5.2).

use std::sync::OnceLock;

use porchlight_yaml::serde::FromNode;
use serde::Deserialize;

use crate::raster;

/// Whether uplink and downlink have frequencies or times of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
pub enum Duplex {
    /// Frequencies.
    #[serde(rename = "FDD")]
    Fdd,
    /// Times.
    #[serde(rename = "TDD")]
    Tdd,
}

impl Duplex {
    /// `FDD` or `TDD`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fdd => "FDD",
            Self::Tdd => "TDD",
        }
    }
}

/// Frequency range (TS 38.104 §5.1): FR1 to 7.125 GHz, FR2 from 24.25 GHz.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, FromNode)]
pub enum FrequencyRange {
    /// Below 7.125 GHz.
    #[serde(rename = "FR1")]
    Fr1,
    /// From 24.25 GHz.
    #[serde(rename = "FR2")]
    Fr2,
}

impl FrequencyRange {
    /// `FR1` or `FR2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fr1 => "FR1",
            Self::Fr2 => "FR2",
        }
    }
}

/// An operating band.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Band {
    /// Its number.
    pub band: u16,
    /// How uplink and downlink are kept apart.
    pub duplex: Duplex,
    /// Lowest and highest uplink frequency in kHz.
    #[serde(rename = "uplinkKHz")]
    pub uplink_khz: (u64, u64),
    /// Lowest and highest downlink frequency in kHz.
    #[serde(rename = "downlinkKHz")]
    pub downlink_khz: (u64, u64),
    /// Where channel centres may be, by subcarrier spacing.
    raster: Vec<ChannelRaster>,
    /// Where it is written down.
    pub source: String,
}

/// Positions of channel centres.
#[derive(Clone, Copy, Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChannelRaster {
    /// Applies from this subcarrier spacing on.
    #[serde(rename = "scsKHz")]
    pub scs_khz: u16,
    /// First NR-ARFCN.
    pub first: u32,
    /// Distance of NR-ARFCNs.
    pub step: u32,
}

/// Every band the data knows, by number.
pub fn all() -> &'static [Band] {
    static BANDS: OnceLock<Vec<Band>> = OnceLock::new();
    BANDS.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/bands.yaml")))
}

/// The band of a number.
pub fn find(number: u16) -> Option<&'static Band> {
    all().iter().find(|band| band.band == number)
}

impl Band {
    /// FR1 or FR2.
    pub fn frequency_range(&self) -> FrequencyRange {
        if self.downlink_khz.0 < 7_125_000 { FrequencyRange::Fr1 } else { FrequencyRange::Fr2 }
    }

    /// Where centres of channels with a subcarrier spacing may be.
    pub fn channel_raster(&self, scs_khz: u16) -> Option<ChannelRaster> {
        self.raster.iter().rev().find(|raster| raster.scs_khz <= scs_khz).copied()
    }

    /// NR-ARFCNs a channel of a width may have its centre at: first and last on the channel raster. `None` where no
    /// channel of that width fits into the band.
    pub fn centres(&self, scs_khz: u16, bandwidth_khz: u64) -> Option<(u32, u32)> {
        let raster = self.channel_raster(scs_khz)?;
        let fits = |arfcn: u32| {
            raster::frequency_khz(arfcn).is_some_and(|centre| fits(self.downlink_khz, centre, bandwidth_khz))
        };
        let lowest = self.downlink_khz.0 + bandwidth_khz / 2;
        let highest = self.downlink_khz.1.checked_sub(bandwidth_khz / 2)?;
        let first = nearest_arfcn(lowest)?;
        let last = nearest_arfcn(highest)?;
        let on_raster = |arfcn: u32| arfcn >= raster.first && (arfcn - raster.first).is_multiple_of(raster.step);
        let up = (first.saturating_sub(1)..=last).find(|arfcn| on_raster(*arfcn) && fits(*arfcn))?;
        let down = (up..=last + 1).rev().find(|arfcn| on_raster(*arfcn) && fits(*arfcn))?;
        Some((up, down))
    }

    /// Whether an NR-ARFCN is on the channel raster for a subcarrier spacing.
    pub fn is_on_raster(&self, arfcn: u32, scs_khz: u16) -> bool {
        self.channel_raster(scs_khz)
            .is_some_and(|raster| arfcn >= raster.first && (arfcn - raster.first).is_multiple_of(raster.step))
    }

    /// The uplink frequency that goes with a downlink frequency, in kHz: the same in TDD, the distance of the bands'
    /// lower ends away in FDD.
    pub fn uplink_of(&self, downlink_khz: u64) -> Option<u64> {
        (downlink_khz + self.uplink_khz.0).checked_sub(self.downlink_khz.0)
    }
}

/// Whether a channel lies inside a range of frequencies.
pub(crate) fn fits(range: (u64, u64), centre_khz: u64, bandwidth_khz: u64) -> bool {
    let half = bandwidth_khz / 2;
    centre_khz >= range.0 + half && centre_khz + half <= range.1
}

/// The NR-ARFCN at or just below a frequency.
fn nearest_arfcn(khz: u64) -> Option<u32> {
    (0..60).find_map(|below| raster::arfcn(khz.checked_sub(below)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_band_is_whole() {
        for band in all() {
            assert!(band.source.starts_with("TS 38.104"), "n{}", band.band);
            assert!(band.uplink_khz.0 < band.uplink_khz.1 && band.downlink_khz.0 < band.downlink_khz.1);
            let same = band.uplink_khz == band.downlink_khz;
            assert_eq!(same, band.duplex == Duplex::Tdd, "n{}: in TDD both directions share the band", band.band);
            for raster in &band.raster {
                let first = raster::frequency_khz(raster.first).unwrap();
                assert!(first >= band.downlink_khz.0 && first < band.downlink_khz.0 + 200, "n{}", band.band);
            }
        }
        assert!(all().is_sorted_by_key(|band| band.band));
    }

    #[test]
    fn centres_are_those_of_published_test_frequencies() {
        // TS 38.508-1 §4.3.1.1.1.48 (n48, 15 kHz): low and high of 5, 20 and 30 MHz channels.
        let n48 = find(48).unwrap();
        assert_eq!(n48.centres(15, 5_000), Some((636_834, 646_500)));
        assert_eq!(n48.centres(15, 20_000), Some((637_334, 646_000)));
        assert_eq!(n48.centres(15, 30_000), Some((637_667, 645_666)));
        assert_eq!(find(1).unwrap().centres(15, 20_000), Some((424_000, 432_000)));
        assert_eq!(find(78).unwrap().centres(30, 100_000), Some((623_334, 650_000)));
        assert_eq!(find(257).unwrap().centres(120, 400_000), Some((2_057_499, 2_100_831)));
        assert_eq!(find(38).unwrap().centres(15, 60_000), None);
    }

    #[test]
    fn uplinks_follow_their_downlinks() {
        assert_eq!(find(1).unwrap().uplink_of(2_140_000), Some(1_950_000));
        assert_eq!(find(20).unwrap().uplink_of(791_000), Some(832_000));
        assert_eq!(find(78).unwrap().uplink_of(3_600_000), Some(3_600_000));
    }
}
