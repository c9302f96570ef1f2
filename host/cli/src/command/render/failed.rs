//! What is written of a render that failed: nothing, unless its root Kptfile or the command line asks for something.

use porchlight_package::{PackageTree, PlanOptions};
use porchlight_pipeline::{RenderStatus, Rendered};

use super::{attribution, errors, status};
use crate::failure::Failure;
use crate::interrupt::Interrupts;

/// Writes what `partial` holds, without removing files, and the status.
pub(super) fn write(
    tree: &PackageTree,
    partial: Option<Rendered>,
    options: PlanOptions,
    status: Option<&RenderStatus>,
    interrupts: &Interrupts,
    reason: &Failure,
) -> Result<(), Failure> {
    if partial.is_none() && status.is_none() {
        return Ok(());
    }
    let write = || {
        let plan = match partial {
            Some(Rendered { mut resources, sources }) => {
                tree.settle(&mut resources, attribution(tree.compat())).map_err(|error| errors::plan(&error))?;
                let options = PlanOptions { keep_files: true, ..options };
                tree.plan(resources, &sources, options).map_err(|error| errors::plan(&error))?
            }
            None => tree.plan_nothing(),
        };
        let plan = status::added(plan, tree, status, options.format)?;
        let _whole = interrupts.hold();
        plan.commit().map_err(|error| errors::commit(&error))
    };
    write().map_err(|failure| {
        let (saving, render) = (&failure.message, &reason.message);
        Failure::plain(format_args!("failed to save resources: {saving} (original render error: {render})"))
    })
}
