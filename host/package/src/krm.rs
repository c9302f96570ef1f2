//! Which resources count as Kubernetes objects (kpt-render §2.4).

use porchlight_krm::Resource;

use crate::annotation;
use crate::path::base_name;

/// Files whose content is kustomize's own.
const KUSTOMIZATION_FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a resource lacks, in kpt's words; `None` for an object with apiVersion, kind and name, and for
/// kustomizations, which are exempt. kpt asks this of every input and output of a pipeline.
#[must_use]
pub fn problem(resource: &Resource) -> Option<&'static str> {
    if is_kustomization(resource) {
        None
    } else if resource.api_version().is_empty() {
        Some("resource must have `apiVersion`")
    } else if resource.kind().is_empty() {
        Some("resource must have `kind`")
    } else if resource.name().is_empty() {
        Some("resource must have `metadata.name`")
    } else {
        None
    }
}

fn is_kustomization(resource: &Resource) -> bool {
    let (path, _) = annotation::file(resource.document());
    KUSTOMIZATION_FILES.contains(&base_name(path))
        || resource.api_version().starts_with("kustomize.config.k8s.io")
        || (resource.api_version().is_empty() && resource.kind() == "Kustomization")
}
