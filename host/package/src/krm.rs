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
    let missing = if resource.api_version().is_empty() {
        "resource must have `apiVersion`"
    } else if resource.kind().is_empty() {
        "resource must have `kind`"
    } else if resource.name().is_empty() {
        "resource must have `metadata.name`"
    } else {
        return None;
    };
    // Asked last, since it is asked of every resource and function, and looks further.
    (!is_kustomization(resource)).then_some(missing)
}

fn is_kustomization(resource: &Resource) -> bool {
    let (path, _) = annotation::file(resource.document());
    KUSTOMIZATION_FILES.contains(&base_name(path))
        || resource.api_version().starts_with("kustomize.config.k8s.io")
        || (resource.api_version().is_empty() && resource.kind() == "Kustomization")
}
