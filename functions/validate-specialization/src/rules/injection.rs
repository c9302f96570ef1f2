//! What Porch was to inject is there (PackageVariant injection: Porch, package variant controller).

use porchlight_krm::Code;

use crate::package::{Item, Package};
use crate::report::{Defect, Report, Weight};

/// Marks an injection point: `required` or `optional`.
const POINT: &str = "kpt.dev/config-injection";
/// Name of the object that was injected.
const INJECTED: &str = "kpt.dev/injected-resource";

/// Whether the object is complete without what may be injected into it.
pub(super) fn is_optional(item: &Item<'_>) -> bool {
    item.resource.annotation(POINT) == Some("optional")
}

pub(super) fn check(package: &Package<'_>, report: &mut Report<'_>) {
    for item in &package.items {
        let path = |key: &str| format!("metadata.annotations[\"{key}\"]");
        match item.resource.annotation(POINT) {
            None | Some("optional") => {}
            Some("required") if item.resource.annotation(INJECTED).is_some_and(|name| !name.is_empty()) => {}
            Some("required") => {
                let kind = item.resource.kind();
                let message = format!("nothing was injected into {kind} `{}`, which requires it", item.resource.name());
                let defect = Defect::new(Weight::Unfinished, Code::SpecializationIncomplete, "injection", message);
                report.add(
                    item,
                    defect.at(path(INJECTED)).hint(format!(
                        "name the object in `spec.injectors` of the PackageVariant: {{kind: {kind}, name: …}}"
                    )),
                );
            }
            Some(other) => {
                let message = format!("`{POINT}` is `{other}`, so Porch does not take it for an injection point");
                let defect = Defect::new(Weight::Doubtful, Code::SpecializationIncomplete, "injection", message);
                let nearest = porchlight_yaml::serde::nearest(other, ["required", "optional"]).unwrap_or("required");
                report.add(
                    item,
                    defect
                        .at(path(POINT))
                        .current(other)
                        .proposing(Some(nearest))
                        .hint("write `required` or `optional`"),
                );
            }
        }
    }
}
