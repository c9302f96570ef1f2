//! The images that are on this machine.
//!
//! ```text
//! blobs/sha256/<digest>   manifests and layers, as they came
//! tags/<digest of the name>.json   which manifest a tag meant when it was pulled last
//! incoming/   what is being written
//! ```
//!
//! A file enters `blobs` and `tags` by a rename, whole. Two processes that store the same at once write the same bytes.
//! Every blob is checked against its name when it is read, so one that a power cut or somebody else has damaged is as
//! good as none.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::document::{self, Descriptor};
use crate::error::ImageError;
use crate::module;
use crate::reference::Reference;
use crate::registry::Sink;
use crate::repository::{Manifest, Repository, Version};

/// What a killed process left in `incoming` is removed after a day.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug)]
pub(crate) struct Store {
    root: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Tag {
    /// For people, and to be sure.
    reference: String,
    digest: String,
}

impl Store {
    /// A store in `root`, which is made when something is put there.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The content with this digest, if it is here and undamaged, and no larger than `limit` bytes.
    pub(crate) fn blob(&self, digest: Digest, limit: u64) -> Result<Option<Vec<u8>>, ImageError> {
        let path = self.path(digest);
        let content = read(&path, limit).map_err(|source| ImageError::Store { path, source })?;
        Ok(content.filter(|content| Digest::of(content) == digest))
    }

    /// The manifest a tag meant when it was pulled last.
    pub(crate) fn tag(&self, reference: &Reference) -> Result<Option<Digest>, ImageError> {
        let path = self.tag_path(reference);
        let content = read(&path, 1 << 16).map_err(|source| ImageError::Store { path, source })?;
        let tag: Option<Tag> = content.and_then(|content| serde_json::from_slice(&content).ok());
        Ok(tag.filter(|tag| tag.reference == reference.to_string()).and_then(|tag| tag.digest.parse().ok()))
    }

    /// Begins a file.
    pub(crate) fn begin(&self) -> Result<Incoming<'_>, ImageError> {
        static FILES: AtomicU64 = AtomicU64::new(0);
        let folder = self.folder("incoming")?;
        clear(&folder);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let name = format!("{}-{now:x}-{}", process::id(), FILES.fetch_add(1, Ordering::Relaxed));
        let path = folder.join(name);
        match File::options().read(true).write(true).create_new(true).open(&path) {
            Ok(file) => Ok(Incoming { store: self, file, path, kept: false }),
            Err(source) => Err(ImageError::Store { path, source }),
        }
    }

    /// A folder for what is being put together. It is gone when it is dropped.
    pub(crate) fn scratch(&self) -> Result<tempfile::TempDir, ImageError> {
        let folder = self.folder("incoming")?;
        tempfile::tempdir_in(&folder).map_err(|source| ImageError::Store { path: folder, source })
    }

    /// Stores content that was checked.
    pub(crate) fn put(&self, digest: Digest, content: &[u8]) -> Result<(), ImageError> {
        let mut incoming = self.begin()?;
        incoming.write_all(content).map_err(|source| incoming.error(source))?;
        incoming.keep(digest)
    }

    /// Remembers what a tag means.
    pub(crate) fn put_tag(&self, reference: &Reference, digest: Digest) -> Result<(), ImageError> {
        let tag = Tag { reference: reference.to_string(), digest: digest.to_string() };
        let content = serde_json::to_vec_pretty(&tag)
            .map_err(|error| ImageError::Store { path: self.tag_path(reference), source: error.into() })?;
        let mut incoming = self.begin()?;
        incoming.write_all(&content).map_err(|source| incoming.error(source))?;
        self.folder("tags")?;
        incoming.rename(&self.tag_path(reference))
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.root.join("blobs/sha256").join(digest.hex())
    }

    fn tag_path(&self, reference: &Reference) -> PathBuf {
        self.root.join("tags").join(Digest::of(reference.to_string().as_bytes()).hex()).with_extension("json")
    }

    fn folder(&self, name: &str) -> Result<PathBuf, ImageError> {
        let path = self.root.join(name);
        match DirBuilder::new().recursive(true).mode(0o700).create(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(ImageError::Store { path, source }),
        }
    }
}

/// Images of one name in the store.
pub(crate) struct InStore<'a> {
    pub(crate) store: &'a Store,
    pub(crate) name: Reference,
}

impl Repository for InStore<'_> {
    fn manifest(&self, version: &Version) -> Result<Option<Manifest>, ImageError> {
        let digest = match version {
            Version::Digest(digest) => Some(*digest),
            Version::Tag(tag) => self.store.tag(&self.name.with_tag(tag))?,
        };
        let Some(digest) = digest else { return Ok(None) };
        Ok(self.store.blob(digest, document::LARGEST)?.map(|bytes| Manifest { bytes, digest }))
    }

    fn blob(&self, blob: &Descriptor) -> Result<Option<Vec<u8>>, ImageError> {
        self.store.blob(blob.digest().map_err(ImageError::NoModule)?, module::LARGEST)
    }

    fn has_blob(&self, digest: Digest) -> Result<bool, ImageError> {
        // A damaged one is as good as none.
        Ok(self.store.blob(digest, module::LARGEST)?.is_some())
    }

    fn put_blob(&mut self, digest: Digest, content: &[u8]) -> Result<(), ImageError> {
        self.store.put(digest, content)
    }

    fn put_manifest(&mut self, version: &Version, manifest: &Manifest, _: &str) -> Result<bool, ImageError> {
        self.store.put(manifest.digest, &manifest.bytes)?;
        if let Version::Tag(tag) = version {
            self.store.put_tag(&self.name.with_tag(tag), manifest.digest)?;
        }
        Ok(false)
    }
}

/// A file that nobody sees before it is kept. It is gone when it is dropped.
pub(crate) struct Incoming<'a> {
    store: &'a Store,
    file: File,
    path: PathBuf,
    kept: bool,
}

impl Incoming<'_> {
    /// What was written, from the beginning.
    pub(crate) fn reader(&mut self) -> Result<io::BufReader<&File>, ImageError> {
        use std::io::Seek as _;
        self.file.rewind().map_err(|source| self.error(source))?;
        Ok(io::BufReader::new(&self.file))
    }

    /// Makes it the content with this digest, which must have been checked.
    pub(crate) fn keep(self, digest: Digest) -> Result<(), ImageError> {
        self.store.folder("blobs/sha256")?;
        let path = self.store.path(digest);
        self.rename(&path)
    }

    fn error(&self, source: io::Error) -> ImageError {
        ImageError::Store { path: self.path.clone(), source }
    }

    fn rename(mut self, path: &Path) -> Result<(), ImageError> {
        fs::rename(&self.path, path).map_err(|source| ImageError::Store { path: path.to_owned(), source })?;
        self.kept = true;
        Ok(())
    }
}

impl Sink for Incoming<'_> {
    fn restart(&mut self) -> Result<(), ImageError> {
        use std::io::Seek as _;
        self.file.rewind().and_then(|()| self.file.set_len(0)).map_err(|source| self.error(source))
    }

    fn accept(&mut self, piece: &[u8]) -> Result<(), ImageError> {
        self.write_all(piece).map_err(|source| self.error(source))
    }
}

impl Write for Incoming<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Incoming<'_> {
    fn drop(&mut self) {
        if !self.kept {
            // What stays is removed later.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// The content of a file, if there is one; nothing where it is larger than `limit`.
fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let mut content = Vec::new();
    file.take(limit + 1).read_to_end(&mut content)?;
    Ok((content.len() as u64 <= limit).then_some(content))
}

/// Removes what processes that were killed have left.
fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > ABANDONED) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference() -> Reference {
        "r.example/a:v1".parse().unwrap()
    }

    #[test]
    fn what_is_put_is_there_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("a/b"));
        let digest = Digest::of(b"content");
        assert_eq!(store.blob(digest, 100).unwrap(), None);
        store.put(digest, b"content").unwrap();
        store.put(digest, b"content").unwrap();
        assert_eq!(store.blob(digest, 100).unwrap().unwrap(), b"content");
        assert_eq!(store.blob(digest, 3).unwrap(), None);
        assert_eq!(store.tag(&reference()).unwrap(), None);
        store.put_tag(&reference(), digest).unwrap();
        assert_eq!(store.tag(&reference()).unwrap(), Some(digest));
        assert_eq!(store.tag(&"r.example/a:v2".parse().unwrap()).unwrap(), None);
        assert_eq!(fs::read_dir(folder.path().join("a/b/incoming")).unwrap().count(), 0);
    }

    #[test]
    fn what_is_damaged_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned());
        let digest = Digest::of(b"content");
        store.put(digest, b"content").unwrap();
        fs::write(store.path(digest), b"conten!").unwrap();
        assert_eq!(store.blob(digest, 100).unwrap(), None);
        store.put_tag(&reference(), digest).unwrap();
        fs::write(store.tag_path(&reference()), b"{").unwrap();
        assert_eq!(store.tag(&reference()).unwrap(), None);
    }

    #[test]
    fn what_is_not_kept_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned());
        let mut incoming = store.begin().unwrap();
        incoming.write_all(b"half").unwrap();
        incoming.restart().unwrap();
        incoming.write_all(b"other").unwrap();
        let mut text = String::new();
        incoming.reader().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "other");
        drop(incoming);
        assert_eq!(fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
    }

    #[test]
    fn leftovers_of_killed_processes_go_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned());
        drop(store.begin().unwrap());
        for (name, hours) in [("old", 25), ("young", 23)] {
            let file = File::create(folder.path().join("incoming").join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).unwrap();
        }
        drop(store.begin().unwrap());
        assert!(!folder.path().join("incoming/old").exists() && folder.path().join("incoming/young").exists());
    }
}
