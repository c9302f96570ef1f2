//! The operations a commit makes on a disk, one by one, so that tests can let each of them fail.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;

use rayon::prelude::*;

#[cfg(target_os = "linux")]
use super::backlog;
use super::error::CommitError;
use crate::change::Change;

/// From this number of files on, one call that flushes the whole file system is cheaper than one per file.
const MANY_FILES: usize = 16;
/// From this number of files on, all processors are worth their threads.
const ALL_PROCESSORS: usize = 64;

/// Threads that make files durable, where that is done file by file.
const AT_ONCE: usize = 4;
/// In bytes, of such a thread.
const SMALL_STACK: usize = 64 * 1024;

/// Which of several operations failed, and why.
pub(super) type Failed = (usize, io::Error);

/// Everything a commit does that changes a disk.
pub(super) trait Storage {
    /// Makes a file that only its owner can read; fails where there is one.
    fn create_private(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes a file with the usual permissions; fails where there is one.
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Writes from the start of an existing file; a longer file keeps its rest.
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// [`Storage::overwrite`] for each file, in any order.
    fn overwrite_all(&self, files: &[(PathBuf, &[u8])]) -> Result<(), Failed> {
        files
            .iter()
            .enumerate()
            .try_for_each(|(place, (path, bytes))| self.overwrite(path, bytes).map_err(|error| (place, error)))
    }
    /// [`Storage::set_length`] for each file, in any order.
    fn set_length_of_all(&self, files: &[(PathBuf, u64)]) -> Result<(), Failed> {
        files
            .iter()
            .enumerate()
            .try_for_each(|(place, (path, length))| self.set_length(path, *length).map_err(|error| (place, error)))
    }
    /// Cuts a file.
    fn set_length(&self, path: &Path, length: u64) -> io::Result<()>;
    /// Gives a file its permission bits.
    fn set_permissions(&self, path: &Path, permissions: fs::Permissions) -> io::Result<()>;
    /// Makes one directory.
    fn create_directory(&self, path: &Path) -> io::Result<()>;
    /// Removes a file or link.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
    /// Makes a file's content durable.
    fn sync_file(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory's entries durable.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
    /// [`Storage::sync_file`] and [`Storage::sync_directory`] for each, in any order.
    fn sync_all(&self, files: &[PathBuf], directories: &[PathBuf]) -> io::Result<()> {
        files.iter().try_for_each(|file| self.sync_file(file))?;
        directories.iter().try_for_each(|directory| self.sync_directory(directory))
    }
    /// Makes everything on the file system of `path` durable; `false` where the system has no such call.
    fn sync_file_system(&self, path: &Path) -> io::Result<bool>;
    /// True where that takes no longer than to make one file durable.
    fn is_at_rest(&self, path: &Path) -> bool;
}

/// The real thing.
pub(super) struct Disk;

impl Storage for Disk {
    fn create_private(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)?.write_all(bytes)
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        open_to_write(path)?.write_all(bytes)
    }

    fn overwrite_all(&self, files: &[(PathBuf, &[u8])]) -> Result<(), Failed> {
        each(files, |(path, bytes)| self.overwrite(path, bytes))
    }

    fn set_length_of_all(&self, files: &[(PathBuf, u64)]) -> Result<(), Failed> {
        each(files, |(path, length)| self.set_length(path, *length))
    }

    fn set_length(&self, path: &Path, length: u64) -> io::Result<()> {
        open_to_write(path)?.set_len(length)
    }

    fn set_permissions(&self, path: &Path, permissions: fs::Permissions) -> io::Result<()> {
        fs::set_permissions(path, permissions)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    /// A few at once: those that wait at the same time are made durable in one go, where one after the other each waits its
    /// turn. More threads cost more than they bring.
    fn sync_all(&self, files: &[PathBuf], directories: &[PathBuf]) -> io::Result<()> {
        let sync = |part: &[&PathBuf]| part.iter().try_for_each(|path| File::open(path)?.sync_all());
        let paths: Vec<&PathBuf> = files.iter().chain(directories).collect();
        let mut parts = paths.chunks(paths.len().div_ceil(AT_ONCE).max(1));
        let Some(first) = parts.next() else { return Ok(()) };
        thread::scope(|scope| {
            let start = |part| thread::Builder::new().stack_size(SMALL_STACK).spawn_scoped(scope, move || sync(part));
            let started: Vec<_> = parts.map(|part| (start(part), part)).collect();
            sync(first)?;
            started.into_iter().try_for_each(|(started, part)| match started {
                Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // No thread to be had: it takes longer then.
                Err(_) => sync(part),
            })
        })
    }

    #[cfg(target_os = "linux")]
    fn sync_file_system(&self, path: &Path) -> io::Result<bool> {
        rustix::fs::syncfs(File::open(path)?)?;
        Ok(true)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_file_system(&self, _path: &Path) -> io::Result<bool> {
        Ok(false)
    }

    #[cfg(target_os = "linux")]
    fn is_at_rest(&self, path: &Path) -> bool {
        backlog::is_short(path)
    }

    #[cfg(not(target_os = "linux"))]
    fn is_at_rest(&self, _path: &Path) -> bool {
        false
    }
}

/// Does something with every file, on all processors where there are many files. Of several failures the first counts.
fn each<T: Sync>(files: &[T], work: impl Fn(&T) -> io::Result<()> + Sync) -> Result<(), Failed> {
    let done = |(place, file): (usize, &T)| work(file).map_err(|error| (place, error));
    if files.len() < ALL_PROCESSORS {
        return files.iter().enumerate().try_for_each(done);
    }
    let all: Vec<_> = files.par_iter().enumerate().map(done).collect();
    all.into_iter().collect()
}

/// Opens an existing file without following a link in its last component.
fn open_to_write(path: &Path) -> io::Result<File> {
    open_existing(path, OpenOptions::new().write(true))
}

fn open_existing(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
    }
    options.open(path)
}

/// True where there is anything of that name, a dangling link included.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Makes `files` and then `directories` durable.
pub(super) fn sync(storage: &dyn Storage, root: &Path, files: &[PathBuf], directories: &[PathBuf]) -> io::Result<()> {
    if (files.len() >= MANY_FILES || storage.is_at_rest(root)) && storage.sync_file_system(root)? {
        return Ok(());
    }
    storage.sync_all(files, directories)
}

/// Checks that all changes can be made: files are as they were read, no link leads to them, they can be written.
pub(super) fn check(root: &Path, changes: &[Change]) -> Result<(), CommitError> {
    if changes.len() < ALL_PROCESSORS {
        return changes.iter().try_for_each(|change| check_one(root, change));
    }
    let all: Vec<_> = changes.par_iter().map(|change| check_one(root, change)).collect();
    all.into_iter().collect()
}

fn check_one(root: &Path, change: &Change) -> Result<(), CommitError> {
    for (end, _) in change.path.match_indices('/') {
        let directory = root.join(&change.path[..end]);
        match fs::symlink_metadata(&directory) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(metadata) if metadata.is_symlink() => return Err(CommitError::ThroughLink { path: directory }),
            Ok(_) => return Err(CommitError::NotADirectory { path: directory }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(source) => return Err(CommitError::storage("look at", &directory, source)),
        }
    }
    let path = root.join(&change.path);
    let Some(old) = &change.old else {
        return if exists(&path) { Err(CommitError::Stale { path }) } else { Ok(()) };
    };
    let metadata = fs::symlink_metadata(&path).map_err(|_| CommitError::Stale { path: path.clone() })?;
    if metadata.is_symlink() && change.new.is_some() {
        return Err(CommitError::ThroughLink { path });
    }
    let opened = if change.new.is_some() {
        // Nothing is written yet; only whether that is allowed is of interest.
        let file = open_existing(&path, OpenOptions::new().read(true).write(true));
        file.map_err(|source| CommitError::storage("open for writing", &path, source))?
    } else {
        File::open(&path).map_err(|source| CommitError::storage("read", &path, source))?
    };
    let length = opened.metadata().map(|metadata| metadata.len());
    match length.and_then(|length| Ok(length == old.len() as u64 && starts_with(opened, old)?)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(CommitError::Stale { path }),
        Err(source) => Err(CommitError::storage("read", &path, source)),
    }
}

/// True for a file that starts with these bytes.
fn starts_with(mut file: File, bytes: &[u8]) -> io::Result<bool> {
    let mut found = vec![0; bytes.len()];
    match file.read_exact(&mut found) {
        Ok(()) => Ok(found == bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
