//! The figures of the formulas, from `data/figures.yaml`.

use std::sync::OnceLock;

use porchlight_yaml::serde::FromNode;

/// A whole number over a denominator, so that products of it are exact.
#[derive(Clone, Debug, PartialEq, Eq, FromNode)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Numerator.
    pub value: u64,
    /// Denominator, at least 1.
    #[serde(default = "one")]
    pub per: u64,
    /// What it counts, in words.
    pub unit: String,
    /// Where it comes from.
    pub source: String,
}

fn one() -> u64 {
    1
}

impl Figure {
    /// The figure as a factor on `value`, rounded up.
    #[must_use]
    pub fn of(&self, value: u64) -> u64 {
        ratio(value, self.value, self.per)
    }
}

/// `value * numerator / denominator`, rounded up. Saturates.
pub(crate) fn ratio(value: u64, numerator: u64, denominator: u64) -> u64 {
    let product = u128::from(value) * u128::from(numerator);
    u64::try_from(product.div_ceil(u128::from(denominator.max(1)))).unwrap_or(u64::MAX)
}

/// Every figure; what each means is beside it in `data/figures.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "units and sources are part of the values")]
pub struct Figures {
    pub headroom: Figure,
    pub sessions_per_device: Figure,
    pub attach_ratio: Figure,
    pub gtp_overhead: Figure,
    pub ethernet_overhead: Figure,
    pub nic_bandwidth: Figure,
    pub pool_margin: Figure,
    pub pool_reserved: Figure,
    pub shortest_pool: Figure,
    pub longest_pool: Figure,
    pub quota_surge: Figure,
    pub redundancy_availability: Figure,
    pub redundant_instances: Figure,
    pub container_cpu: Figure,
    pub container_memory: Figure,
}

impl Figures {
    /// The embedded figures, parsed once per process.
    #[must_use]
    pub fn get() -> &'static Self {
        static FIGURES: OnceLock<Figures> = OnceLock::new();
        FIGURES.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/figures.yaml")))
    }
}
