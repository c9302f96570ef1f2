//! Resources that are not a package: from directories, from stdin, to stdout and to new directories.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use porchlight_krm::Resource;
use porchlight_package::{Directory, PackageError, plan_new, to_text};
use porchlight_pipeline::{Input, StreamError};

use crate::command::render::errors;
use crate::failure::Failure;
use crate::output;

/// Opens a directory or file, and tells what its user should know of it.
pub(super) fn open(path: &Path) -> Result<Directory, Failure> {
    let directory = Directory::open(path).map_err(package)?;
    if directory.is_link() {
        let target = if path.is_absolute() { directory.path() } else { below_here(directory.path()) };
        output::error(&format!(
            "[WARN] resolved symlink \"{}\" to \"{}\", please note that the symlinks within the package are ignored",
            path.display(),
            target.display()
        ));
    }
    if let Some(recovery) = directory.recovery() {
        let (root, files) = (recovery.root.display(), recovery.paths.len());
        output::error(&if recovery.completed {
            format!("[WARN] completed an interrupted write of \"{root}\": {files} file(s)")
        } else {
            format!("[WARN] dropped an interrupted write of \"{root}\" that had not begun")
        });
    }
    Ok(directory)
}

/// A path relative to the working directory, where it is below it.
fn below_here(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    match here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)) {
        Some(below) if !below.as_os_str().is_empty() => below,
        _ => path,
    }
}

/// All of stdin.
pub(super) fn stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::plain(format_args!("cannot read stdin: {error}")))?;
    Ok(bytes)
}

/// Reads a ResourceList or documents.
pub(super) fn parse(bytes: &[u8], name: &str) -> Result<Input, Failure> {
    Input::from_stream(bytes, name).map_err(|error| match error {
        StreamError::Documents(error) => package(error),
        error @ StreamError::List { .. } => Failure::plain(error).code(porchlight_krm::Code::ResourcelistInvalid),
    })
}

/// Refuses a directory that is there already.
pub(super) fn is_new(directory: &Path) -> Result<(), Failure> {
    if directory.as_os_str().is_empty() {
        return Err(Failure::plain("an empty name is no directory").exit(crate::exit::USAGE));
    }
    if directory.symlink_metadata().is_ok() {
        let name = porchlight_package::quote(&directory.to_string_lossy());
        return Err(Failure::plain(format_args!(
            "directory {name} already exists, please delete the directory and retry"
        )));
    }
    Ok(())
}

/// Writes resources to a new directory, by their paths or default paths.
pub(super) fn write_to(directory: &Path, resources: Vec<Resource>) -> Result<(), Failure> {
    let plan = plan_new(directory, resources).map_err(|error| errors::plan(&error))?;
    plan.write_to(directory).map_err(|error| errors::directory(&error))
}

/// Prints resources as documents.
pub(super) fn print_documents(resources: Vec<Resource>) -> Result<(), Failure> {
    let text = to_text(resources).map_err(|error| errors::plan(&error))?;
    output::data(text.as_bytes())
}

/// Errors of reading; kpt calls nothing here an error of the package.
pub(super) fn package(error: PackageError) -> Failure {
    let code = error.code();
    Failure::plain(error).code(code)
}
