//! What must hold for the places of resources in a function's output (kpt-render §2.7.7).

use std::collections::HashSet;

use porchlight_package::clean;

use super::output::OutputError;
use crate::item::Item;

/// Refuses paths out of the package, and two resources at one place of one file.
pub(super) fn check<'a>(items: impl Iterator<Item = &'a Item>) -> Result<(), OutputError> {
    let mut places = HashSet::with_capacity(items.size_hint().0);
    for item in items {
        let marks = item.marks();
        let path = clean(marks.path.value());
        if path.starts_with("../") {
            return Err(OutputError::OutsidePackage { path: marks.path.value().to_owned() });
        }
        if !places.insert((marks.package.unwrap_or_default(), path.clone(), marks.index.value())) {
            return Err(OutputError::SamePlace { path, index: marks.index.value().to_owned() });
        }
    }
    Ok(())
}
