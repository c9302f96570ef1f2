//! What the operators of Nephio's network functions really start for a `Capacity`, from `data/operators.yaml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use porchlight_api::Quantity;
use porchlight_api::req::Capacity;
use serde::Deserialize;

use crate::capacity::CapacityField;
use crate::data;

/// An operator, by the provider it serves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operator {
    /// `spec.provider` of the `NFDeployment`s it takes.
    pub provider: String,
    /// Where its steps are written.
    pub source: String,
    /// Pods by capacity, smallest first; the last has no bound.
    pub sizes: Vec<PodSize>,
}

/// A pod an operator starts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodSize {
    /// Upper bounds that must all hold.
    #[serde(default)]
    pub at_most: BTreeMap<CapacityField, Quantity>,
    /// Request and limit.
    pub cpu: Quantity,
    /// Limit, and request where the operator does not start lower.
    pub memory: Quantity,
}

/// Every operator that sets resources.
#[must_use]
pub fn all() -> &'static [Operator] {
    static OPERATORS: OnceLock<Vec<Operator>> = OnceLock::new();
    OPERATORS.get_or_init(|| data::parse(include_str!("../data/operators.yaml")))
}

/// The operator of a provider; `None` where it sets no resources or is not known.
#[must_use]
pub fn of(provider: &str) -> Option<&'static Operator> {
    all().iter().find(|operator| operator.provider == provider)
}

impl Operator {
    /// The pod it starts for a capacity: the first whose every bound holds.
    #[must_use]
    pub fn pod_size(&self, capacity: &Capacity) -> Option<&PodSize> {
        self.sizes.iter().find(|size| size.at_most.iter().all(|(field, bound)| field.of(capacity) <= *bound))
    }
}
