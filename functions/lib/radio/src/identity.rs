//! Identities of cells: NR cell identity, gNB identity, physical cell identity.

use std::sync::OnceLock;

use porchlight_yaml::serde::FromNode;

/// Sizes and ranges, with their sources.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identities {
    /// Physical cell identities.
    pub pci: Range,
    /// Bits of an NR cell identity.
    pub cell_identity_bits: Bits,
    /// Bits of a gNB identity.
    pub gnb_identity_bits: Range,
    /// Bits of a tracking area code.
    pub tracking_area_bits: Bits,
}

/// A range; both ends belong to it.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// First.
    pub first: i64,
    /// Last.
    pub last: i64,
    /// Where it is written down.
    pub source: String,
}

/// A number of bits.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub struct Bits {
    /// The number.
    pub value: u32,
    /// Where it is written down.
    pub source: String,
}

/// The ranges.
pub fn ranges() -> &'static Identities {
    static RANGES: OnceLock<Identities> = OnceLock::new();
    RANGES.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/identities.yaml")))
}

impl Range {
    /// Whether a number belongs to it.
    pub fn contains(&self, value: i64) -> bool {
        (self.first..=self.last).contains(&value)
    }
}

/// How an NR cell identity is cut into gNB identity and cell identity inside the gNB (TS 38.413 §9.3.1.6, §9.3.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellIdentityLayout {
    gnb_bits: u32,
}

impl CellIdentityLayout {
    /// A layout with that many bits for the gNB; `None` outside 22–32.
    pub fn new(gnb_bits: i64) -> Option<Self> {
        let bits = u32::try_from(gnb_bits).ok()?;
        ranges().gnb_identity_bits.contains(gnb_bits).then_some(Self { gnb_bits: bits })
    }

    /// Bits of the gNB identity.
    pub fn gnb_bits(self) -> u32 {
        self.gnb_bits
    }

    fn local_bits(self) -> u32 {
        ranges().cell_identity_bits.value - self.gnb_bits
    }

    /// How many gNBs there can be.
    pub fn gnbs(self) -> u64 {
        1 << self.gnb_bits
    }

    /// How many cells a gNB can have.
    pub fn cells_per_gnb(self) -> u64 {
        1 << self.local_bits()
    }

    /// The NR cell identity; `None` where a part is too large.
    pub fn join(self, gnb: u64, local: u64) -> Option<u64> {
        (gnb < self.gnbs() && local < self.cells_per_gnb()).then_some((gnb << self.local_bits()) | local)
    }

    /// gNB identity and cell identity inside the gNB.
    pub fn split(self, identity: u64) -> (u64, u64) {
        (identity >> self.local_bits(), identity & (self.cells_per_gnb() - 1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identities_of_the_references() {
        let layout = CellIdentityLayout::new(24).unwrap();
        assert_eq!(layout.join(0xA1_B2C3, 980), Some(0xA_1B2C_33D4));
        assert_eq!(layout.cells_per_gnb(), 4096);
        assert_eq!(CellIdentityLayout::new(22).unwrap().join(5, 1), Some(0x14001));
        assert_eq!(layout.join(1 << 24, 0), None);
        assert_eq!(layout.join(0, 4096), None);
        assert_eq!((CellIdentityLayout::new(21), CellIdentityLayout::new(33)), (None, None));
        assert!(ranges().pci.contains(1007) && !ranges().pci.contains(1008));
        assert!(!ranges().pci.source.is_empty() && !ranges().cell_identity_bits.source.is_empty());
        assert!(!ranges().tracking_area_bits.source.is_empty() && ranges().tracking_area_bits.value == 24);
    }

    proptest! {
        #[test]
        fn join_and_split_are_inverse(bits in 22_i64..=32, identity in 0_u64..1 << 36) {
            let layout = CellIdentityLayout::new(bits).unwrap();
            let (gnb, local) = layout.split(identity);
            prop_assert_eq!(layout.join(gnb, local), Some(identity));
        }
    }
}
