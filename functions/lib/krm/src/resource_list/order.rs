//! The order in which kpt reads the resources of a package.

use porchlight_yaml::order::Arrange;
use std::cmp::Ordering;

use crate::Resource;

struct Place<'a> {
    item: &'a Resource,
    package: &'a str,
    path: Option<&'a str>,
    index: i64,
}

pub(super) fn sort(items: &mut Vec<Resource>) {
    let places: Vec<Place<'_>> = items.iter().map(Place::of).collect();
    // Nearly always.
    if places.is_sorted_by(|left, right| left.order(right) != Ordering::Greater) {
        return;
    }
    let mut positions: Vec<usize> = (0..places.len()).collect();
    positions.arrange_by(|left, right| places[*left].order(&places[*right]));
    let mut unsorted: Vec<Option<Resource>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(positions.into_iter().filter_map(|position| unsorted[position].take()));
}

impl<'a> Place<'a> {
    fn of(item: &'a Resource) -> Self {
        let (package, path, index) = item.place();
        Self { item, package: package.unwrap_or_default(), path, index: index.unwrap_or_default() }
    }

    fn order(&self, other: &Self) -> Ordering {
        self.path
            .is_some()
            .cmp(&other.path.is_some())
            .then_with(|| package_order(self.package, other.package))
            .then_with(|| path_order(self.path.unwrap_or(""), other.path.unwrap_or("")))
            .then_with(|| self.index.cmp(&other.index))
            .then_with(|| self.item.id().cmp(&other.item.id()))
    }
}

/// Subpackages come before the package that holds them (kpt-render §2.2), siblings by their path.
fn package_order(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    let holds = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    if left.is_empty() || right.is_empty() || holds(left, right) || holds(right, left) {
        return right.len().cmp(&left.len());
    }
    path_order(left, right)
}

/// A walk goes through a directory by name, files and directories mixed (kpt-render §2.3).
fn path_order(left: &str, right: &str) -> Ordering {
    // What ends a name comes before all that may go on with it.
    let rank = |byte: u8| if byte == b'/' { 0 } else { u16::from(byte) + 1 };
    left.bytes().map(rank).cmp(right.bytes().map(rank))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::path_order;

    proptest! {
        #[test]
        fn paths_are_ordered_by_their_names(left in "[/.\0a-c]{0,8}", right in "[/.\0a-c]{0,8}") {
            prop_assert_eq!(path_order(&left, &right), left.split('/').cmp(right.split('/')));
        }
    }
}
