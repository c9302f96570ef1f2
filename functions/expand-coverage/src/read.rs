//! Reads an object section by section: a section whose types do not fit is reported and left out, so that the rest is
//! still checked.

use std::collections::BTreeSet;

use porchlight_krm::{FieldPath, FromNode, Resource};

use crate::fault::Faults;

/// The readable part of an object's spec.
pub(crate) struct Reading<T> {
    pub(crate) spec: T,
    unreadable: BTreeSet<String>,
}

impl<T> Reading<T> {
    /// Whether a section that is absent was never written, rather than unreadable.
    pub(crate) fn is_readable(&self, section: &str) -> bool {
        !self.unreadable.contains(section) && !self.unreadable.contains("spec")
    }
}

/// Reads `spec`. Type faults and unknown fields become faults of the object.
pub(crate) fn read<T: FromNode + Default>(object: &Resource, faults: &mut Faults) -> Reading<T> {
    let mut rest = object.clone();
    let mut unreadable = BTreeSet::new();
    let spec_path = FieldPath::of(["spec"]);
    let whole = |unreadable: &mut BTreeSet<String>| {
        unreadable.insert("spec".to_owned());
        Reading { spec: T::default(), unreadable: std::mem::take(unreadable) }
    };
    loop {
        let error = match rest.get::<T>(&spec_path) {
            Ok(Some(spec)) => return Reading { spec, unreadable },
            Ok(None) => {
                if unreadable.is_empty() {
                    faults.missing(object, "spec", "the object has no spec");
                }
                return whole(&mut unreadable);
            }
            Err(error) => error,
        };
        let field = if error.path.is_empty() { "spec".to_owned() } else { format!("spec.{}", error.path) };
        match &error.value {
            Some(value) => faults.invalid(object, field, value, &error.message),
            None => faults.missing(object, field, &error.message),
        }
        let section = section_of(&error.path).to_owned();
        if !rest.remove(&spec_path.key(&section)) {
            return whole(&mut unreadable);
        }
        unreadable.insert(section);
    }
}

/// `area` of `area.polygons[0]`, `sites` of `sites[0].name`.
fn section_of(path: &str) -> &str {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    &path[..end]
}
