//! A layout as one file, a tar archive: images to carry to machines without a network.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path};

use super::{Layout, MARK};
use crate::digest::Hasher;
use crate::document;
use crate::error::ImageError;
use crate::module;

/// Most files of a bundle.
const MOST_FILES: usize = 100_000;

impl Layout {
    /// Writes everything to an archive, the same bytes for the same images.
    ///
    /// # Errors
    /// [`ImageError::Layout`]; then there is no archive.
    pub fn save(&self, file: &Path) -> Result<(), ImageError> {
        let failed = |source: io::Error| ImageError::layout(file, source.to_string());
        let new = file.with_extension(format!("new-{}", std::process::id()));
        let written = self.write_archive(&new).and_then(|()| fs::rename(&new, file));
        if written.is_err() {
            drop(fs::remove_file(&new));
        }
        written.map_err(failed)
    }

    fn write_archive(&self, file: &Path) -> io::Result<()> {
        let mut archive = tar::Builder::new(BufWriter::new(File::create(file)?));
        let mut blobs: Vec<String> = fs::read_dir(self.root.join("blobs/sha256"))?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<_>>()?;
        blobs.sort_unstable();
        let names = [MARK.to_owned(), "index.json".to_owned()];
        for name in names.into_iter().chain(blobs.into_iter().map(|blob| format!("blobs/sha256/{blob}"))) {
            let content = File::open(self.root.join(&name))?;
            let mut header = tar::Header::new_ustar();
            header.set_size(content.metadata()?.len());
            header.set_mode(0o644);
            header.set_mtime(0);
            archive.append_data(&mut header, &name, content)?;
        }
        archive.into_inner()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }

    /// Unpacks an archive of a layout into `root`, an empty folder.
    ///
    /// Only what belongs to a layout is taken: its two files, and blobs by their digests. Anything else (links, other
    /// folders, names that lead elsewhere) is refused, and so is the whole archive.
    ///
    /// # Errors
    /// [`ImageError::Layout`].
    pub fn load(file: &Path, root: &Path) -> Result<Self, ImageError> {
        let failed = |problem: String| ImageError::layout(file, problem);
        let content = File::open(file).map_err(|source| failed(source.to_string()))?;
        fs::create_dir_all(root.join("blobs/sha256")).map_err(|source| ImageError::layout(root, source.to_string()))?;
        unpack(BufReader::new(content), root).map_err(failed)?;
        Self::open(root)
    }
}

pub(crate) fn unpack(source: impl Read, root: &Path) -> Result<(), String> {
    let broken = |error: io::Error| format!("it is no archive that can be read: {error}");
    let mut archive = tar::Archive::new(source);
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        let mut entry = entry.map_err(broken)?;
        if count == MOST_FILES {
            return Err(format!("it holds more than {MOST_FILES} files"));
        }
        let path = entry.path().map_err(broken)?.into_owned();
        let kind = entry.header().entry_type();
        let name = plain(&path).ok_or_else(|| format!("`{}` leads out of it", path.display()))?;
        if kind.is_dir() && matches!(name.as_str(), "" | "blobs" | "blobs/sha256") {
            continue;
        }
        // docker writes one more file beside those of the layout.
        if kind.is_file() && matches!(name.as_str(), "manifest.json" | "repositories") {
            continue;
        }
        let limit = match name.strip_prefix("blobs/sha256/") {
            Some(hex) if is_digest(hex) => module::LARGEST,
            None if matches!(name.as_str(), "index.json" | MARK) => document::LARGEST,
            _ => return Err(format!("`{name}` does not belong to an OCI image layout")),
        };
        if !kind.is_file() {
            return Err(format!("`{name}` is no regular file"));
        }
        let size = entry.size();
        if size > limit {
            return Err(format!("`{name}` is larger than {} MiB, the most this program takes", limit >> 20));
        }
        let mut target = Checked {
            file: File::create_new(root.join(&name)).map_err(|source| format!("cannot unpack `{name}`: {source}"))?,
            hasher: Hasher::default(),
        };
        let written =
            io::copy(&mut entry, &mut target).map_err(|source| format!("cannot unpack `{name}`: {source}"))?;
        if written != size {
            return Err(format!("it ends within `{name}`"));
        }
        let digest = target.hasher.finish().hex();
        if name.strip_prefix("blobs/sha256/").is_some_and(|expected| expected != digest) {
            return Err(format!("`{name}` is not what it should be: its digest is sha256:{digest}"));
        }
    }
    Ok(())
}

/// A file whose digest is computed while it is written.
struct Checked {
    file: File,
    hasher: Hasher,
}

impl Write for Checked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The path with `/`, without `.`; none where it is absolute or goes up.
fn plain(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

fn is_digest(hex: &str) -> bool {
    format!("sha256:{hex}").parse::<crate::digest::Digest>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    fn archive(files: &[(&str, tar::EntryType, &[u8])]) -> tempfile::NamedTempFile {
        let mut builder = tar::Builder::new(tempfile::NamedTempFile::new().unwrap());
        for (name, kind, content) in files {
            let mut header = tar::Header::new_ustar();
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            // As an attacker would write it, without the library's own checks.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            if *kind == tar::EntryType::Symlink {
                header.set_link_name("/etc").unwrap();
            }
            header.set_cksum();
            builder.append(&header, *content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn an_archive_holds_what_the_folder_held() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::create(&folder.path().join("one")).unwrap();
        layout.put(Digest::of(b"content"), b"content").unwrap();
        let (one, two) = (folder.path().join("one.tar"), folder.path().join("two.tar"));
        layout.save(&one).unwrap();
        layout.save(&two).unwrap();
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
        let other = Layout::load(&one, &folder.path().join("other")).unwrap();
        assert_eq!(other.read(Digest::of(b"content"), 100).unwrap().unwrap(), b"content");
    }

    #[test]
    fn what_does_not_belong_there_is_refused_and_leaves_nothing_outside() {
        use tar::EntryType::{Directory, Regular, Symlink};
        let hex = Digest::of(b"x").hex();
        let blob = format!("blobs/sha256/{hex}");
        let up = format!("blobs/sha256/../../../{hex}");
        for (files, said) in [
            (&[("../outside", Regular, &b"x"[..])][..], "leads out of it"),
            (&[("/outside", Regular, b"x")], "leads out of it"),
            (&[(&up, Regular, b"x")], "leads out of it"),
            (&[("blobs/sha256", Symlink, b"")], "does not belong"),
            (&[(&blob, Symlink, b"")], "no regular file"),
            (&[(&blob, Regular, b"x"), (&blob, Regular, b"x")], "cannot unpack"),
            (&[(&blob, Regular, b"y")], "is not what it should be"),
            (&[("blobs/sha256/short", Regular, b"x")], "does not belong"),
            (&[("elsewhere", Directory, b"")], "does not belong"),
            (&[], "there is no `oci-layout`"),
        ] {
            let file = archive(files);
            let folder = tempfile::tempdir().unwrap();
            let error = Layout::load(file.path(), &folder.path().join("in")).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{said}");
        }
        let folder = tempfile::tempdir().unwrap();
        let cut = folder.path().join("cut.tar");
        let file = archive(&[(&blob, Regular, &[b'x'; 2000])]);
        fs::write(&cut, &fs::read(file.path()).unwrap()[..1000]).unwrap();
        assert!(Layout::load(&cut, &folder.path().join("in")).is_err());
    }

    #[test]
    fn ten_gigabytes_are_not_unpacked() {
        let mut header = tar::Header::new_ustar();
        header.set_path(format!("blobs/sha256/{}", Digest::of(b"").hex())).unwrap();
        header.set_size(10 << 30);
        header.set_cksum();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("big.tar");
        fs::write(&file, header.as_bytes()).unwrap();
        let error = Layout::load(&file, &folder.path().join("in")).unwrap_err();
        assert!(error.to_string().contains("larger than 256 MiB"), "{error}");
    }
}
