//! The operations a commit makes on a disk, one by one, so that tests can let each of them fail.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::thread;

use rayon::prelude::*;

#[cfg(target_os = "linux")]
use super::backlog;

/// From this number of files on, one call that flushes the whole file system is cheaper than one per file.
const MANY_FILES: usize = 16;
/// From this number of files on, all processors are worth their threads.
pub(super) const ALL_PROCESSORS: usize = 64;

/// Threads that make files durable, where that is done file by file.
const AT_ONCE: usize = 4;
/// In bytes, of such a thread.
const SMALL_STACK: usize = 64 * 1024;

/// What failed, and why.
pub(super) type Failure = (&'static str, io::Error);

/// New content of a file that is there.
pub(super) struct Rewrite<'a> {
    pub(super) path: PathBuf,
    pub(super) bytes: &'a [u8],
    /// The file ends with the new content. Else what a longer file has behind it stays for now.
    pub(super) cut: bool,
}

/// Everything a commit does that changes a disk.
pub(super) trait Storage {
    /// Makes a file that only its owner can read; fails where there is one.
    fn create_private(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes a file with the usual permissions; fails where there is one.
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Writes from the start of an existing file; a longer file keeps its rest.
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Cuts a file.
    fn set_length(&self, path: &Path, length: u64) -> io::Result<()>;
    /// [`Storage::overwrite`] and, where that is wished for, [`Storage::set_length`].
    fn rewrite(&self, file: &Rewrite<'_>) -> Result<(), Failure> {
        self.overwrite(&file.path, file.bytes).map_err(|error| ("write", error))?;
        if file.cut {
            self.set_length(&file.path, file.bytes.len() as u64).map_err(|error| ("shorten", error))?;
        }
        Ok(())
    }
    /// [`Storage::rewrite`] for each file, in any order. Of what fails, its place.
    fn rewrite_all(&self, files: &[Rewrite<'_>]) -> Result<(), (usize, Failure)> {
        in_turn(files, |file| self.rewrite(file))
    }
    /// [`Storage::set_length`] for each file, in any order. Of what fails, its place.
    fn set_length_of_all(&self, files: &[(PathBuf, u64)]) -> Result<(), (usize, io::Error)> {
        in_turn(files, |(path, length)| self.set_length(path, *length))
    }
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

    fn set_length(&self, path: &Path, length: u64) -> io::Result<()> {
        open_to_write(path)?.set_len(length)
    }

    /// The file is opened once.
    fn rewrite(&self, file: &Rewrite<'_>) -> Result<(), Failure> {
        let mut opened = open_to_write(&file.path).map_err(|error| ("write", error))?;
        opened.write_all(file.bytes).map_err(|error| ("write", error))?;
        if file.cut {
            opened.set_len(file.bytes.len() as u64).map_err(|error| ("shorten", error))?;
        }
        Ok(())
    }

    fn rewrite_all(&self, files: &[Rewrite<'_>]) -> Result<(), (usize, Failure)> {
        on_all_processors(files, |file| self.rewrite(file))
    }

    fn set_length_of_all(&self, files: &[(PathBuf, u64)]) -> Result<(), (usize, io::Error)> {
        on_all_processors(files, |(path, length)| self.set_length(path, *length))
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

/// Does something with every file until it fails.
fn in_turn<T, E>(files: &[T], work: impl Fn(&T) -> Result<(), E>) -> Result<(), (usize, E)> {
    files.iter().enumerate().try_for_each(|(place, file)| work(file).map_err(|error| (place, error)))
}

/// Does something with every file, on all processors where there are many files. Of several failures the first counts.
fn on_all_processors<T: Sync, E: Send>(
    files: &[T],
    work: impl Fn(&T) -> Result<(), E> + Sync,
) -> Result<(), (usize, E)> {
    if files.len() < ALL_PROCESSORS {
        return in_turn(files, work);
    }
    let all: Vec<_> = files.par_iter().enumerate().map(|(place, file)| work(file).map_err(|e| (place, e))).collect();
    all.into_iter().collect()
}

/// Opens an existing file, but no link, to read and write it.
pub(super) fn open_to_change(path: &Path) -> io::Result<File> {
    open_existing(path, OpenOptions::new().read(true).write(true), false)
}

/// Opens an existing file, or the one a link leads to, to read it.
pub(super) fn open_to_read(path: &Path) -> io::Result<File> {
    open_existing(path, OpenOptions::new().read(true), true)
}

/// Opens an existing file, but no link, to write it.
fn open_to_write(path: &Path) -> io::Result<File> {
    open_existing(path, OpenOptions::new().write(true), false)
}

/// Does not wait for the other end of a pipe.
fn open_existing(path: &Path, options: &mut OpenOptions, follow: bool) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = OFlags::NONBLOCK | if follow { OFlags::empty() } else { OFlags::NOFOLLOW };
        let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
    }
    #[cfg(not(unix))]
    if !follow && fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::other("a symbolic link"));
    }
    options.open(path)
}

/// True where there is anything of that name, a dangling link included.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The directories, `root` and below, that lead to `paths` and are there; each once.
pub(super) fn directories_above<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> Vec<PathBuf> {
    let above = |path: &'a str| path.match_indices('/').map(|(end, _)| &path[..end]);
    let mut directories: Vec<&str> = paths.flat_map(|path| iter::once("").chain(above(path))).collect();
    directories.sort_unstable();
    directories.dedup();
    let absolute = |directory: &str| if directory.is_empty() { root.to_owned() } else { root.join(directory) };
    directories.into_iter().map(absolute).filter(|directory| exists(directory)).collect()
}

/// Makes files and then directories below `root` durable, which are asked for only where it is done one by one.
/// `files` is the number of files.
pub(super) fn sync(
    storage: &dyn Storage,
    root: &Path,
    files: usize,
    paths: impl FnOnce() -> (Vec<PathBuf>, Vec<PathBuf>),
) -> io::Result<()> {
    if (files >= MANY_FILES || storage.is_at_rest(root)) && storage.sync_file_system(root)? {
        return Ok(());
    }
    let (files, directories) = paths();
    storage.sync_all(&files, &directories)
}
