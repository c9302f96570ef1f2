//! The global frequency raster: NR-ARFCNs and frequencies (TS 38.104 §5.4.2.1).

use std::sync::OnceLock;

use porchlight_yaml::serde::FromNode;

/// A part of the raster.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Part {
    first: u32,
    last: u32,
    #[serde(rename = "granularityKHz")]
    granularity_khz: u64,
    #[serde(rename = "offsetKHz")]
    offset_khz: u64,
    source: String,
}

fn parts() -> &'static [Part] {
    static PARTS: OnceLock<Vec<Part>> = OnceLock::new();
    PARTS.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/raster.yaml")))
}

/// Largest NR-ARFCN there is.
pub const MAX_ARFCN: u32 = 3_279_165;

/// Frequency of an NR-ARFCN in kHz; `None` above [`MAX_ARFCN`].
pub fn frequency_khz(arfcn: u32) -> Option<u64> {
    let part = parts().iter().find(|part| (part.first..=part.last).contains(&arfcn))?;
    Some(part.offset_khz + part.granularity_khz * u64::from(arfcn - part.first))
}

/// The NR-ARFCN of a frequency; `None` where it is not on the raster.
pub fn arfcn(frequency_khz: u64) -> Option<u32> {
    parts().iter().find_map(|part| {
        let distance = frequency_khz.checked_sub(part.offset_khz)?;
        if distance % part.granularity_khz != 0 {
            return None;
        }
        let number = u32::try_from(distance / part.granularity_khz).ok()?.checked_add(part.first)?;
        (number <= part.last).then_some(number)
    })
}

/// Where the part of the raster that holds an NR-ARFCN is written down.
pub fn source(arfcn: u32) -> Option<&'static str> {
    parts().iter().find(|part| (part.first..=part.last).contains(&arfcn)).map(|part| part.source.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_raster_is_the_standards() {
        // First and last of each part, and values of published test frequencies.
        for (arfcn, khz) in [
            (0, 0),
            (599_999, 2_999_995),
            (600_000, 3_000_000),
            (2_016_666, 24_249_990),
            (2_016_667, 24_250_080),
            (3_279_165, 99_999_960),
            (422_000, 2_110_000),
            (636_834, 3_552_510),
            (641_667, 3_625_005),
            (640_000, 3_600_000),
        ] {
            assert_eq!(frequency_khz(arfcn), Some(khz), "{arfcn}");
            assert_eq!(super::arfcn(khz), Some(arfcn), "{khz}");
        }
        assert_eq!(frequency_khz(MAX_ARFCN + 1), None);
        assert_eq!(arfcn(3_600_001), None);
        assert!(parts().iter().all(|part| part.source.starts_with("TS 38.104")));
    }
}
