//! Kubernetes' label selectors.

use std::collections::BTreeMap;
use std::fmt;

use porchlight_api::porch::{LabelRequirement, SelectorOperator};

/// A requirement that Kubernetes refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SelectorError(String);

impl fmt::Display for SelectorError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for SelectorError {}

/// True where labels fulfil all conditions.
///
/// # Errors
/// `In` or `NotIn` without values, `Exists` or `DoesNotExist` with some.
pub(crate) fn matches(
    labels: impl Fn(&str) -> Option<String>,
    match_labels: &BTreeMap<String, String>,
    requirements: &[LabelRequirement],
) -> Result<bool, SelectorError> {
    for LabelRequirement { key, operator, values } in requirements {
        let needs_values = matches!(operator, SelectorOperator::In | SelectorOperator::NotIn);
        if needs_values == values.is_empty() {
            let wanted = if needs_values { "needs at least one value" } else { "takes no values" };
            return Err(SelectorError(format!("the operator `{operator:?}` of label `{key}` {wanted}")));
        }
    }
    let equal = match_labels.iter().all(|(key, value)| labels(key).as_ref() == Some(value));
    let fulfilled = requirements.iter().all(|LabelRequirement { key, operator, values }| {
        let label = labels(key);
        match operator {
            SelectorOperator::In => label.is_some_and(|label| values.contains(&label)),
            SelectorOperator::NotIn => label.is_none_or(|label| !values.contains(&label)),
            SelectorOperator::Exists => label.is_some(),
            SelectorOperator::DoesNotExist => label.is_none(),
        }
    });
    Ok(equal && fulfilled)
}
