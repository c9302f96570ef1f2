//! From paths within packages to paths within the root package.

use std::path::Path;

use porchlight_krm::Resource;
use rayon::prelude::*;

use super::error::{PlanError, PlanProblem};
use super::{MANY, attribution};
use crate::annotation;
use crate::path::{clean, join};
use crate::tree::PackageTree;

impl PackageTree {
    /// Makes the path of every item relative to the root package, in both path annotations, and removes the
    /// package-path annotation; then, with `attribution`, marks Config Connector resources as kpt does. Taken
    /// once, after all pipelines have run, also for output to stdout.
    ///
    /// # Errors
    /// A path that is absolute, empty, or leads out of the root package; a package-path that is not in the tree.
    pub fn settle(&self, items: &mut [Resource], attribution: bool) -> Result<(), PlanError> {
        let one = |item: &mut Resource| {
            settle(self.root(), item)?;
            if attribution {
                attribution::attribute(item, self.compat());
            }
            Ok(())
        };
        if items.len() < MANY {
            return items.iter_mut().try_for_each(one);
        }
        // Results keep their order, so which error is told does not depend on threads.
        let all: Vec<Result<(), PlanError>> = items.par_iter_mut().map(one).collect();
        all.into_iter().collect()
    }
}

fn settle(root: &Path, item: &mut Resource) -> Result<(), PlanError> {
    let document = item.document();
    let [internal, legacy, package] =
        annotation::get_all(document, [annotation::PATH, annotation::LEGACY_PATH, annotation::PACKAGE_PATH]);
    let path = internal.or(legacy).unwrap_or_default();
    let failed = |problem| PlanError::new(Some(item), path, problem);
    if path.is_empty() {
        return Err(failed(PlanProblem::NoPath));
    }
    if path.starts_with('/') {
        return Err(failed(PlanProblem::Absolute));
    }
    let package = package.unwrap_or_default();
    if !package.starts_with('/') {
        return Err(failed(PlanProblem::PackagePathRelative(package.to_owned())));
    }
    let package = clean(package);
    let below = Path::new(&package).strip_prefix(root).ok().and_then(Path::to_str).ok_or_else(|| {
        failed(PlanProblem::PackagePathOutside { package: package.clone(), root: root.display().to_string() })
    })?;
    // Even a path that comes back in is refused, as is `..` within a name: kpt looks no closer.
    let settled = join(below, &clean(path));
    if settled.contains("..") || clean(path).starts_with("..") {
        return Err(failed(PlanProblem::Outside { root: root.display().to_string() }));
    }
    let paths = [(annotation::PATH, settled.as_str()), (annotation::LEGACY_PATH, &settled)];
    if (internal, legacy) != (Some(&settled), Some(&settled))
        && let Err(problem) = annotation::set_all(item.document_mut(), &paths)
    {
        return Err(PlanError::new(Some(item), &settled, PlanProblem::Metadata(problem)));
    }
    annotation::clear(item.document_mut(), annotation::PACKAGE_PATH);
    Ok(())
}

/// Gives resources without path annotation their default path.
pub(super) fn place(items: &mut [Resource]) -> Result<(), PlanError> {
    for item in items {
        let document = item.document();
        if [annotation::PATH, annotation::LEGACY_PATH].iter().any(|key| annotation::get(document, key).is_some()) {
            continue;
        }
        let path = default_path("", item);
        let paths = [(annotation::PATH, path.as_str()), (annotation::LEGACY_PATH, &path)];
        if let Err(problem) = annotation::set_all(item.document_mut(), &paths) {
            return Err(PlanError::new(Some(item), &path, PlanProblem::Metadata(problem)));
        }
    }
    Ok(())
}

/// The file of a resource that has no path annotation: `DIR/[NAMESPACE/]kind_NAME.yaml`, kind in lower case,
/// cleaned (kpt-render §2.8). An empty `directory` is the package.
#[must_use]
pub fn default_path(directory: &str, resource: &Resource) -> String {
    let name = format!("{}_{}.yaml", resource.kind().to_lowercase(), resource.name());
    let parts: Vec<&str> =
        [directory, resource.namespace(), &name].into_iter().filter(|part| !part.is_empty()).collect();
    clean(&parts.join("/"))
}
