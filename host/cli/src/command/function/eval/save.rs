//! `--save`: the function goes into the Kptfile.

use std::fs;
use std::path::absolute;

use porchlight_krm::Code;
use porchlight_package::{
    Compat, Directory, Format, FunctionKind, FunctionRef, KPTFILE, Kptfile, KptfileProblem, WritePlan, quote,
};
use porchlight_pipeline::{FunctionResultList, SaveError, save_function};

use super::{Call, Eval, Place};
use crate::command::render::errors;
use crate::failure::Failure;

/// What is to be kept, and how.
pub(super) struct Saving {
    /// The function as the Kptfile is to have it; none without `--save`.
    function: Option<(FunctionKind, FunctionRef)>,
    compat: Compat,
    format: Format,
}

/// kpt's words where there is no Kptfile to add to.
const NO_KPTFILE: &str = "function not added: Kptfile not exists";

impl Saving {
    /// What the flags ask for. A Kptfile that cannot be read is told before anything has run.
    pub(super) fn of(flags: &Eval, call: &Call, place: &Place) -> Result<Self, Failure> {
        let (compat, format) = (flags.kpt_compat, flags.format);
        if !flags.save {
            return Ok(Self { function: None, compat, format });
        }
        let kind =
            if flags.kind.as_deref() == Some("validator") { FunctionKind::Validator } else { FunctionKind::Mutator };
        let mut function = call.function.clone();
        if let (Some(file), Place::Directory { directory, .. }) = (&flags.fn_config, place) {
            let absolute_file = file.canonicalize().or_else(|_| absolute(file)).unwrap_or_else(|_| file.clone());
            let inside = absolute_file.strip_prefix(directory.root()).ok().and_then(|path| path.to_str());
            let Some(inside) = inside else {
                let root = directory.path();
                return Err(Failure::plain(format_args!(
                    "--fn-config must be under {} if saving functions to Kptfile (--save=true)",
                    root.display()
                )));
            };
            inside.clone_into(&mut function.config_path);
        } else {
            function.config_map = call.arguments.config_map();
        }
        if let Place::Directory { directory, .. } = place
            && directory.is_whole()
        {
            match Kptfile::read(directory.root(), compat) {
                Err(error) if error.problem != KptfileProblem::Missing => {
                    return Err(Failure::plain(format_args!("function not added: {error}")).code(Code::KptfileInvalid));
                }
                _ => {}
            }
        }
        Ok(Self { function: Some((kind, function)), compat, format })
    }

    /// Adds the Kptfile with the function to a plan. Also gives what to tell; nothing without `--save`.
    pub(super) fn add(
        &self,
        directory: &Directory,
        plan: WritePlan,
        results: &FunctionResultList,
    ) -> Result<(WritePlan, String), Failure> {
        let Some((kind, function)) = &self.function else { return Ok((plan, String::new())) };
        if !directory.is_whole() {
            return Ok((plan, NO_KPTFILE.to_owned()));
        }
        let text = match plan.file(KPTFILE) {
            Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            None => match fs::read_to_string(directory.root().join(KPTFILE)) {
                Ok(text) => text,
                Err(_) => return Ok((plan, NO_KPTFILE.to_owned())),
            },
        };
        let mut function = function.clone();
        if let Some(result) = results.items.first().filter(|result| !result.image.is_empty()) {
            // The image as it was resolved, so that the pipeline runs the very same.
            function.image.clone_from(&result.image);
        }
        let saved = save_function(&text, *kind, &function, self.compat, self.format, directory.root());
        let saved = saved.map_err(|error| match error {
            SaveError::Kptfile(error) => {
                Failure::plain(format_args!("function not added: {error}")).code(Code::KptfileInvalid)
            }
            error => Failure::plain(format_args!("function is not added to Kptfile: {error}")),
        })?;
        let verb = if saved.updated { "Updated" } else { "Added" };
        let name = quote(if function.image.is_empty() { &function.exec } else { &function.image });
        let told = format!("{verb} {name} as {kind} in the Kptfile.");
        let plan = plan.with_file(KPTFILE, saved.text.into_bytes()).map_err(|error| errors::plan(&error))?;
        Ok((plan, told))
    }

    /// What to tell where the resources came from stdin.
    pub(super) fn without_package(&self) -> String {
        if self.function.is_some() { NO_KPTFILE.to_owned() } else { String::new() }
    }
}
