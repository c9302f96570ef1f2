//! A variant, written by a person or made by a set.

use std::sync::Arc;

use porchlight_api::porch::PackageVariant;

use crate::fault::Place;
use crate::inputs::{Declared, Origin};

/// A variant that is to be made.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Name of the object.
    pub name: String,
    /// Namespace, "" where none is written.
    pub namespace: String,
    /// What is wanted.
    pub spec: PackageVariant,
    /// The set it comes from.
    pub set: Option<FromSet>,
    /// The text it comes from.
    pub origin: Arc<Origin>,
}

/// The part of a set a variant comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromSet {
    /// Name of the set.
    pub set: String,
    /// Position of the target.
    pub target: usize,
}

impl From<Declared<PackageVariant>> for Variant {
    fn from(Declared { name, namespace, spec, origin, .. }: Declared<PackageVariant>) -> Self {
        Self { name, namespace, spec, set: None, origin }
    }
}

impl Variant {
    /// Where a field of the spec stands; for a variant of a set, the field of the template.
    #[must_use]
    pub fn place(&self, field: &str) -> Place {
        match &self.set {
            None => self.origin.place(&format!("spec.{field}")),
            Some(FromSet { target, .. }) => self.origin.place(&format!("spec.targets[{target}].template.{field}")),
        }
    }
}
