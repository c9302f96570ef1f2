//! `--write-status`: the root Kptfile says how the render went.

use std::fs;

use porchlight_package::{Compat, Format, KPTFILE, KptfileError, PackageTree, WritePlan};
use porchlight_pipeline::RenderStatus;

use super::{Render, errors};
use crate::failure::Failure;
use crate::{exit, output};

/// Refuses the flag where it makes no sense.
pub(super) fn check(arguments: &Render) -> Result<(), Failure> {
    if arguments.write_status && arguments.kpt_compat == Compat::Beta56 {
        return Err(Failure::plain("kpt beta.56 cannot read a Kptfile with a render status")
            .hint("leave `--write-status` away, or follow the current kpt with `--kpt-compat latest`")
            .exit(exit::USAGE));
    }
    Ok(())
}

/// The plan with the status in the root Kptfile. A Kptfile that a function has made unreadable stays as it is.
pub(in crate::command) fn added(
    plan: WritePlan,
    tree: &PackageTree,
    status: Option<&RenderStatus>,
    format: Format,
) -> Result<WritePlan, Failure> {
    let Some(status) = status else { return Ok(plan) };
    let text = match plan.file(KPTFILE) {
        Some(bytes) => String::from_utf8(bytes.to_vec()).ok(),
        None => fs::read_to_string(tree.root().join(KPTFILE)).ok(),
    };
    match text.map(|text| status.write_into(&text, format)) {
        Some(Ok(text)) => plan.with_file(KPTFILE, text.into_bytes()).map_err(|error| errors::plan(&error)),
        Some(Err(problem)) => {
            let error = KptfileError { package: tree.root().to_owned(), compat: tree.compat(), problem };
            output::error(&format!("[WARN] the render status is not written: {error}"));
            Ok(plan)
        }
        None => Ok(plan),
    }
}
