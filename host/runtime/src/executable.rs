//! Finding the program of an `exec:` command, with the messages kpt gives.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The file to run for `program`: itself where it has a slash, else the first executable of that name in the folders
/// of `path` (the value of `PATH`).
///
/// # Errors
/// kpt's message.
pub(crate) fn find(program: &str, path: Option<&OsStr>) -> Result<PathBuf, String> {
    if program.contains('/') {
        return Ok(PathBuf::from(program));
    }
    path.into_iter()
        .flat_map(std::env::split_paths)
        // An empty entry means the current directory; running what happens to lie there is refused, as Go does.
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(program))
        .find(|file| is_executable(file))
        .ok_or_else(|| format!("exec: \"{program}\": executable file not found in $PATH"))
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Why a process did not start, as Go words it.
pub(crate) fn start_failure(program: &Path, error: &io::Error) -> String {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        io::ErrorKind::ArgumentListTooLong => "argument list too long".to_owned(),
        _ if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => "exec format error".to_owned(),
        _ => error.to_string(),
    };
    format!("fork/exec {}: {reason}", program.display())
}
