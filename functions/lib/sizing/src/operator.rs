//! What the operators of Nephio's network functions really start for a `Capacity`: the profile `operator-reference`.

use porchlight_api::Quantity;
use porchlight_api::req::Capacity;
use porchlight_api::sizing_profile::SizingRule;

use crate::load::Load;
use crate::profile;
use crate::size::{self, Wishes};

/// An operator that sets resources.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    rule: &'static SizingRule,
}

/// A pod an operator starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodSize {
    /// Request and limit.
    pub cpu: Quantity,
    /// Limit, and request where the operator does not start lower.
    pub memory: Quantity,
}

/// The operator of a provider; `None` where it sets no resources or is not known.
#[must_use]
pub fn of(provider: &str) -> Option<Operator> {
    let reference = profile::named(profile::DEFAULT)?;
    let rule = reference.spec.rules.iter().find(|rule| rule.provider.as_deref() == Some(provider))?;
    (!rule.steps.is_empty()).then_some(Operator { rule })
}

impl Operator {
    /// Where its steps are written.
    #[must_use]
    pub fn source(&self) -> &'static str {
        &self.rule.source
    }

    /// The pod it starts for a capacity. It has one instance, however much that is to carry.
    #[must_use]
    pub fn pod_size(&self, capacity: &Capacity) -> Option<PodSize> {
        let steps_only = SizingRule { per_instance: Vec::new(), ..self.rule.clone() };
        let load = Load::of_capacity(capacity, 1, 1);
        let size = size::size(&steps_only, profile::DEFAULT, "", load, Wishes::default()).ok()?;
        Some(PodSize { cpu: *size.limits.get("cpu")?, memory: *size.limits.get("memory")? })
    }
}
