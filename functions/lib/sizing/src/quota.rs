//! Quotas of namespaces, with room for a rolling update.

use porchlight_api::Quantity;
use porchlight_api::quantity::QuantityError;

use crate::figures::Figures;

/// Requests of a namespace.
///
/// # Errors
/// Where the result is beyond what a quantity can hold.
pub fn requests(quantity: Quantity, figures: &Figures) -> Result<Quantity, QuantityError> {
    quantity.scaled(figures.quota_surge.value, figures.quota_surge.per)
}

/// Pods of a namespace.
#[must_use]
pub fn pods(pods: u64, figures: &Figures) -> u64 {
    figures.quota_surge.of(pods)
}
