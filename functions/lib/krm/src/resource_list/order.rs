//! The order in which kpt reads the resources of a package.

use porchlight_yaml::order::Arrange;
use std::cmp::Ordering;

use crate::{Resource, ResourceId, annotations};

struct Place {
    package: String,
    path: Option<String>,
    index: i64,
    id: ResourceId,
}

pub(super) fn sort(items: &mut Vec<Resource>) {
    let mut placed: Vec<(Place, Resource)> = std::mem::take(items)
        .into_iter()
        .map(|item| {
            let (path, index) = item.file();
            let place = Place {
                package: item.annotation(annotations::PACKAGE_PATH).unwrap_or_default().to_owned(),
                path: path.map(str::to_owned),
                index: index.unwrap_or_default(),
                id: item.id(),
            };
            (place, item)
        })
        .collect();
    placed.arrange_by(|(left, _), (right, _)| left.order(right));
    items.extend(placed.into_iter().map(|(_, item)| item));
}

impl Place {
    fn order(&self, other: &Self) -> Ordering {
        self.path
            .is_some()
            .cmp(&other.path.is_some())
            .then_with(|| package_order(&self.package, &other.package))
            .then_with(|| path_order(self.path.as_deref().unwrap_or(""), other.path.as_deref().unwrap_or("")))
            .then_with(|| self.index.cmp(&other.index))
            .then_with(|| self.id.cmp(&other.id))
    }
}

/// Subpackages come before the package that holds them (kpt-render §2.2), siblings by their path.
fn package_order(left: &str, right: &str) -> Ordering {
    let holds = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    if left.is_empty() || right.is_empty() || holds(left, right) || holds(right, left) {
        return right.len().cmp(&left.len());
    }
    path_order(left, right)
}

/// A walk goes through a directory by name, files and directories mixed (kpt-render §2.3).
fn path_order(left: &str, right: &str) -> Ordering {
    left.split('/').cmp(right.split('/'))
}
