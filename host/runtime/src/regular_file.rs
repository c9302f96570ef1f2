//! Reading files that somebody else named: never more than a bound, never anything but a regular file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// The content of `path`, at most `limit` bytes.
///
/// # Errors
/// Why not, in a few words: missing, no regular file, larger than the limit. A named pipe or a device is refused
/// without waiting for it.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let file = open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    })?;
    let found = file.metadata().map_err(|error| error.to_string())?;
    if found.is_dir() {
        return Err("it is a directory".to_owned());
    }
    if !found.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let too_large = || format!("it is larger than {} MiB", limit >> 20);
    if found.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    // It may grow while it is read.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

fn open(path: &Path) -> io::Result<File> {
    // Opening a pipe for reading would wait for a writer; a terminal must not become ours.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_small_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, [7; 1 << 20]).unwrap();
        assert_eq!(read(&file, 1 << 20).unwrap().len(), 1 << 20);
        std::fs::write(&file, [7; (1 << 20) + 1]).unwrap();
        assert_eq!(read(&file, 1 << 20).unwrap_err(), "it is larger than 1 MiB");
        assert_eq!(read(folder.path(), 1).unwrap_err(), "it is a directory");
        assert_eq!(read(&folder.path().join("none"), 1).unwrap_err(), "no such file");
        assert_eq!(read(Path::new("/dev/zero"), 1).unwrap_err(), "it is no regular file");
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read(&pipe, 1).unwrap_err(), "it is no regular file");
    }
}
