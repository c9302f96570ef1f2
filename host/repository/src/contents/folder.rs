//! Packages in folders.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Budget, Contents, ContentsError, DEEPEST, METADATA_FILE, MOST_BYTES};
use crate::layout::unsafe_component;

impl Contents {
    /// Reads a folder. Git's own folder at its top, and the note that [`super::FetchedRevision`] leaves, are no part of
    /// the package.
    ///
    /// # Errors
    /// A link or another thing that is no file, a name that cannot be kept, too much of anything, the disk.
    pub fn read_from(folder: &Path) -> Result<Self, ContentsError> {
        let mut contents = Self::default();
        let mut budget = Budget::default();
        let mut waiting = vec![(folder.to_owned(), String::new(), 0)];
        while let Some((directory, prefix, depth)) = waiting.pop() {
            if depth > DEEPEST {
                return Err(ContentsError::refused(prefix, format!("it is more than {DEEPEST} directories deep")));
            }
            for entry in fs::read_dir(&directory).map_err(ContentsError::io("read", &directory))? {
                let entry = entry.map_err(ContentsError::io("read", &directory))?;
                let (path, name) = (entry.path(), entry.file_name());
                let Some(name) = name.to_str() else {
                    return Err(ContentsError::refused(path.display().to_string(), "its name is no UTF-8"));
                };
                if prefix.is_empty() && matches!(name, ".git" | METADATA_FILE) {
                    continue;
                }
                let inside = format!("{prefix}{name}");
                if let Some(reason) = unsafe_component(name) {
                    return Err(ContentsError::refused(inside, reason));
                }
                let kind = entry.file_type().map_err(ContentsError::io("look at", &path))?;
                if kind.is_dir() {
                    waiting.push((path, format!("{inside}/"), depth + 1));
                } else if kind.is_file() {
                    let bytes = read_file(&path, budget.left()).map_err(ContentsError::io("read", &path))?;
                    budget.file(bytes.len() as u64)?;
                    contents.insert(inside, bytes);
                } else {
                    let reason = "Porch keeps only regular files; put the file itself there";
                    return Err(ContentsError::refused(inside, reason));
                }
            }
        }
        Ok(contents)
    }

    /// Writes a new folder: all of it, or none.
    ///
    /// # Errors
    /// The folder is there already and not empty; the disk.
    pub fn write_to(&self, folder: &Path) -> Result<(), ContentsError> {
        let taken = match fs::read_dir(folder) {
            Ok(mut entries) => entries.next().is_some(),
            Err(_) => folder.symlink_metadata().is_ok(),
        };
        if taken {
            return Err(ContentsError::FolderExists(folder.to_owned()));
        }
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(ContentsError::io("create", parent))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let scratch = parent.join(format!(".{name}.{}", std::process::id()));
        let written = self.fill(&scratch).and_then(|()| {
            // An empty folder may stand where the new one goes.
            drop(fs::remove_dir(folder));
            fs::rename(&scratch, folder).map_err(ContentsError::io("create", folder))
        });
        if written.is_err() {
            drop(fs::remove_dir_all(&scratch));
        }
        written
    }

    /// Changes a folder that holds `old` so that it holds this.
    ///
    /// # Errors
    /// A file is no longer what `old` says: nothing happens to that one and those behind it; the disk.
    pub fn bring_into(&self, folder: &Path, old: &Self) -> Result<(), ContentsError> {
        for path in self.differences(old) {
            let target = folder.join(&path);
            let now = match fs::symlink_metadata(&target) {
                Ok(metadata) if metadata.is_file() => {
                    Some(read_file(&target, MOST_BYTES).map_err(ContentsError::io("read", &target))?)
                }
                Ok(_) => return Err(ContentsError::refused(path, "it is no file any more")),
                Err(_) => None,
            };
            if now.as_deref() != old.get(&path) {
                return Err(ContentsError::refused(path, "it was changed meanwhile, and is left as it is"));
            }
            match self.get(&path) {
                Some(bytes) => {
                    if let Some(directory) = target.parent() {
                        fs::create_dir_all(directory).map_err(ContentsError::io("create", directory))?;
                    }
                    fs::write(&target, bytes).map_err(ContentsError::io("write", &target))?;
                }
                None => fs::remove_file(&target).map_err(ContentsError::io("remove", &target))?,
            }
        }
        Ok(())
    }

    /// Writes the files below a folder that has none of them yet.
    fn fill(&self, folder: &Path) -> Result<(), ContentsError> {
        fs::create_dir(folder).map_err(ContentsError::io("create", folder))?;
        for (path, bytes) in self.iter() {
            if let Some(reason) = path.split('/').find_map(unsafe_component) {
                return Err(ContentsError::refused(path, reason));
            }
            let target: PathBuf = folder.join(path);
            if let Some(directory) = target.parent() {
                fs::create_dir_all(directory).map_err(ContentsError::io("create", directory))?;
            }
            let file = OpenOptions::new().write(true).create_new(true).open(&target);
            file.and_then(|mut file| file.write_all(bytes)).map_err(ContentsError::io("write", &target))?;
        }
        Ok(())
    }
}

fn read_file(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(limit.min(MOST_BYTES) + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Contents {
        let mut contents = Contents::default();
        contents.insert("Kptfile", b"kind: Kptfile\n".to_vec());
        contents.insert("a/b/c.bin", vec![0, 255, 10]);
        contents
    }

    #[test]
    fn a_folder_holds_what_was_written() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("x/pkg");
        sample().write_to(&folder).unwrap();
        fs::create_dir(folder.join(".git")).unwrap();
        fs::write(folder.join(".git/config"), "x").unwrap();
        fs::write(folder.join(METADATA_FILE), "x").unwrap();
        assert_eq!(Contents::read_from(&folder).unwrap(), sample());
        assert!(matches!(sample().write_to(&folder), Err(ContentsError::FolderExists(_))));
        fs::create_dir(scratch.path().join("empty")).unwrap();
        sample().write_to(&scratch.path().join("empty")).unwrap();
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_is_brought_up_to_date_but_not_over_other_changes() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("pkg");
        sample().write_to(&folder).unwrap();
        let mut new = sample();
        new.insert("d/e", b"new".to_vec());
        new.remove("a/b/c.bin");
        new.bring_into(&folder, &sample()).unwrap();
        assert_eq!(Contents::read_from(&folder).unwrap(), new);
        fs::write(folder.join("Kptfile"), "mine").unwrap();
        let mut newer = new.clone();
        newer.insert("Kptfile", b"theirs".to_vec());
        assert!(newer.bring_into(&folder, &new).is_err());
        assert_eq!(fs::read(folder.join("Kptfile")).unwrap(), b"mine");
    }

    #[test]
    fn paths_that_lead_elsewhere_are_not_written() {
        for path in ["../evil", "a/../../evil", "/evil", "a/.git/hooks/x", ".GIT/config"] {
            let scratch = tempfile::tempdir().unwrap();
            let mut contents = sample();
            contents.insert(path, b"x".to_vec());
            let error = contents.write_to(&scratch.path().join("pkg")).unwrap_err();
            assert!(matches!(error, ContentsError::Unsafe { .. }), "{path}: {error}");
            assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("pkg");
        sample().write_to(&folder).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.join("a/link.yaml")).unwrap();
        let error = Contents::read_from(&folder).unwrap_err();
        assert!(error.to_string().contains("a/link.yaml"), "{error}");
    }
}
