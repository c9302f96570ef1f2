//! A folder as a value: every path with its bytes, for copying and comparing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The bytes of a file and whether its owner may execute it.
    File(Vec<u8>, bool),
    /// A symbolic link and its target.
    Link(PathBuf),
    /// A folder.
    Folder,
}

/// A tree by relative path, `/`-separated. Folders appear themselves, before what is in them.
pub type Tree = BTreeMap<String, Entry>;

impl Entry {
    /// The bytes as text; empty for what is not a file.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::File(bytes, _) => String::from_utf8_lossy(bytes),
            Self::Link(_) | Self::Folder => Cow::Borrowed(""),
        }
    }
}

/// Reads everything below `folder` except `.git` folders.
///
/// # Errors
/// What the file system refuses.
pub fn read(folder: &Path) -> io::Result<Tree> {
    let mut tree = Tree::new();
    read_into(folder, "", &mut tree)?;
    Ok(tree)
}

fn read_into(folder: &Path, relative: &str, tree: &mut Tree) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if relative.is_empty() { name.clone() } else { format!("{relative}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            tree.insert(path, Entry::Link(fs::read_link(entry.path())?));
        } else if kind.is_dir() {
            if name != ".git" {
                read_into(&entry.path(), &path, tree)?;
                tree.insert(path, Entry::Folder);
            }
        } else {
            let executable = entry.metadata()?.permissions().mode() & 0o100 != 0;
            tree.insert(path, Entry::File(fs::read(entry.path())?, executable));
        }
    }
    Ok(())
}

/// Copies a folder with modes and links as `cp -R` does; `target` must not exist.
///
/// # Errors
/// What the file system refuses.
pub fn copy(source: &Path, target: &Path) -> io::Result<()> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let to = target.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, &to)?;
        } else if kind.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}
