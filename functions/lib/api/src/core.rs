//! Kubernetes' own kinds, as far as we emit them.

use porchlight_yaml::order::SortedMap;
use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::Quantity;
use crate::object::Kind;

/// `Namespace`; emitted without a spec.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
pub struct Namespace {}

impl Kind for Namespace {
    const API_VERSION: &'static str = "v1";
    const KIND: &'static str = "Namespace";
    const HAS_SPEC: bool = false;
}

/// `ResourceQuota`: what a namespace may use at most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromNode)]
pub struct ResourceQuota {
    /// Resource name (`requests.cpu`, `count/pods` …) to limit.
    pub hard: SortedMap<String, Quantity>,
}

impl Kind for ResourceQuota {
    const API_VERSION: &'static str = "v1";
    const KIND: &'static str = "ResourceQuota";
}
