//! Which rule gave which number: what a function's reports in a package say.

use std::fmt::Write;
use std::path::Path;

use porchlight_krm::Resource;
use porchlight_package::{Compat, PackageTree};
use porchlight_pipeline::{Outcome, RenderOptions, Silent, render};
use porchlight_runtime::Containers;
use serde::{Deserialize, Serialize};

use crate::command::render::errors;
use crate::failure::Failure;
use crate::limits::LimitFlags;
use crate::runtime::RuntimeFlags;

/// Label of what a function generates.
const GENERATED_BY: &str = "orchestration.nephio-oran.io/generated-by";

/// One number and where it comes from, as the reports of all functions have it in `spec.derived`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Derived {
    /// An object, a site, or the slice.
    scope: String,
    name: String,
    /// With its unit.
    value: String,
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calculation: Option<String>,
    source: String,
}

#[derive(Deserialize)]
struct Report {
    spec: Values,
}

#[derive(Deserialize)]
struct Values {
    derived: Vec<Derived>,
}

/// Renders the package in memory and reads the reports of the function called `name`.
pub(super) fn of(
    name: &str,
    package: &Path,
    runtime: &RuntimeFlags,
    limits: &LimitFlags,
) -> Result<Vec<Derived>, Failure> {
    let compat = Compat::Latest;
    let functions = runtime.functions(compat, limits.function(), Containers::default(), None)?;
    let tree = PackageTree::open(package, compat).map_err(errors::package)?;
    let options = RenderOptions { allow_exec: runtime.allow_exec, allow_empty: false };
    let Outcome { results, rendered, .. } = render(&tree, &functions, &mut Silent, &options);
    let rendered = rendered.map_err(|error| {
        // Nobody has seen what the function said.
        let said = results.items.iter().filter(|item| item.failed).map(|item| item.stderr.trim_end().to_owned());
        said.filter(|text| !text.is_empty()).fold(errors::render(error), Failure::hint)
    })?;
    let reports = rendered.resources.iter().filter(|resource| resource.label(GENERATED_BY) == Some(name));
    Ok(reports.filter_map(derived).flatten().collect())
}

fn derived(resource: &Resource) -> Option<Vec<Derived>> {
    // Most of what functions generate is no report.
    resource.deserialize::<Report>().ok().map(|report| report.spec.derived)
}

/// For people: the numbers of each object together.
pub(super) fn text(name: &str, package: &Path, values: &[Derived]) -> String {
    if values.is_empty() {
        let package = package.display();
        return format!("{name} comes to no numbers in {package}: none of its reports is in the rendered package\n");
    }
    let mut text = String::new();
    let mut scope = None;
    for value in values {
        if scope.replace(&value.scope) != Some(&value.scope) {
            let _ = writeln!(text, "{}", value.scope);
        }
        let calculation = value.calculation.as_ref().map_or_else(String::new, |sum| format!(" = {sum}"));
        let _ = writeln!(text, "  {}: {}{calculation}", value.name, value.value);
        let _ = writeln!(text, "      rule {}; source: {}", value.rule, value.source);
    }
    text
}
