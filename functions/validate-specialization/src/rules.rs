//! The rules, one module per subject. Each looks at the whole package and reports whatever it finds.

mod injection;
mod names;
mod nephio;
mod placeholders;
mod policy;
mod readiness;
mod references;
mod schema;
mod traceability;

use porchlight_api::validate_config::ValidateSpecializationConfig;

use crate::package::Package;
use crate::report::Report;

/// Runs every rule.
pub(crate) fn check(package: &Package<'_>, config: &ValidateSpecializationConfig, report: &mut Report<'_>) {
    schema::check(package, report);
    placeholders::check(package, report);
    injection::check(package, report);
    readiness::check(package, report);
    names::check(package, report);
    references::check(package, config, report);
    nephio::check(package, report);
    policy::check(package, report);
    traceability::check(package, report);
}
