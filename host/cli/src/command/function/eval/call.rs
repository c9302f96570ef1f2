//! The function of a command line and what it is told.

use std::path::absolute;

use porchlight_krm::Code;
use porchlight_package::{FunctionRef, read_function_config};
use porchlight_pipeline::{Arguments, FunctionConfig};

use super::Eval;
use crate::command::function::stream;
use crate::exit;
use crate::failure::Failure;

/// A function call, checked as far as it can be without reading the resources.
pub(super) struct Call {
    pub(super) function: FunctionRef,
    pub(super) arguments: Arguments,
}

impl Call {
    /// In kpt's order and words.
    pub(super) fn of(flags: &Eval) -> Result<Self, Failure> {
        if flags.include_meta_resources {
            return Err(Failure::plain(
                "--include-meta-resources is no longer necessary because meta resources are now included by default",
            ));
        }
        if flags.save {
            match flags.kind.as_deref() {
                Some("mutator" | "validator") => {}
                None | Some("") => {
                    return Err(Failure::plain(
                        "--type must be specified if saving functions to Kptfile (--save=true)",
                    ));
                }
                Some(_) => return Err(Failure::plain("--type must be either `mutator` or `validator`")),
            }
        }
        let function = function(flags)?;
        if flags.fn_config.is_some() && !flags.arguments.is_empty() {
            return Err(Failure::plain("function arguments can only be specified without function config file"));
        }
        let arguments = Arguments::parse(&flags.arguments).map_err(|error| {
            Failure::plain(&error).hint(format!("write `{}` as `key=value`", error.word)).code(Code::FnConfigInvalid)
        })?;
        if let Some(file) = flags.fn_config.as_ref().filter(|file| !file.exists()) {
            let message = format!("missing function config file: {}", file.display());
            return Err(Failure::plain(message).code(Code::FnConfigInvalid));
        }
        Ok(Self { function, arguments })
    }

    /// What the function is told: the file, or the arguments.
    pub(super) fn config(&self, flags: &Eval) -> Result<FunctionConfig, Failure> {
        let Some(file) = &flags.fn_config else { return Ok(self.arguments.config()) };
        let file = absolute(file).unwrap_or_else(|_| file.clone());
        Ok(FunctionConfig::from_resource(&read_function_config(&file).map_err(stream::package)?))
    }
}

fn function(flags: &Eval) -> Result<FunctionRef, Failure> {
    let (image, exec) = (flags.image.clone().unwrap_or_default(), flags.exec.clone().unwrap_or_default());
    if image.is_empty() && exec.is_empty() {
        return Err(Failure::plain("must specify --image or --exec"));
    }
    if flags.container.any() {
        if image.is_empty() {
            return Err(Failure::plain(
                "--mount, --as-current-user, --network and --env can only be used with container functions",
            ));
        }
        if !flags.runtime.allow_container {
            return Err(Failure::plain(
                "--mount, --as-current-user, --network and --env are for functions in containers",
            )
            .hint("allow containers with `--allow-container`")
            .exit(exit::USAGE));
        }
    }
    let once = |selector: porchlight_package::Selector| if selector.is_empty() { Vec::new() } else { vec![selector] };
    let function = FunctionRef {
        image,
        exec,
        tag: flags.tag.clone().unwrap_or_default(),
        selectors: once(flags.selection.selector()),
        exclude: once(flags.selection.exclusion()),
        ..FunctionRef::default()
    };
    match function.image_problem(flags.kpt_compat) {
        Some(problem) => Err(Failure::plain(problem).code(Code::FnImageUnresolved)),
        None => Ok(function),
    }
}
