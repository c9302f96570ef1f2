//! Packages as git objects.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Budget, Contents, ContentsError, DEEPEST, METADATA_FILE};
use crate::git::{Entry, Git, GitError, Kind, Mode, ObjectId, ObjectReader, TreeWriter, parse_tree};
use crate::layout::unsafe_component;

/// Trees larger than this are no directories of packages, in bytes.
pub(crate) const LARGEST_TREE: u64 = 16 << 20;

impl Contents {
    /// Reads a tree.
    ///
    /// # Errors
    /// A link, a submodule, or a name that would lead out of the package; too much of anything; git.
    pub(crate) fn of_tree(reader: &mut ObjectReader, tree: &ObjectId) -> Result<Self, ContentsError> {
        let mut contents = Self::default();
        let mut budget = Budget::default();
        let mut waiting = vec![(tree.clone(), String::new(), 0)];
        while let Some((tree, prefix, depth)) = waiting.pop() {
            if depth > DEEPEST {
                return Err(ContentsError::refused(prefix, format!("it is more than {DEEPEST} directories deep")));
            }
            for Entry { mode, name, id } in entries(reader, &tree)? {
                let name = String::from_utf8(name).map_err(|error| {
                    let name = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    ContentsError::refused(format!("{prefix}{name}"), "its name is no UTF-8")
                })?;
                let path = format!("{prefix}{name}");
                if let Some(reason) = unsafe_component(&name) {
                    return Err(ContentsError::refused(path, reason));
                }
                if path == METADATA_FILE {
                    return Err(ContentsError::refused(path, "the name is kept for notes in folders"));
                }
                match mode {
                    Mode::Directory => waiting.push((id, format!("{path}/"), depth + 1)),
                    Mode::Link => return Err(ContentsError::refused(path, "it is a symbolic link")),
                    Mode::Submodule => return Err(ContentsError::refused(path, "it is a submodule")),
                    Mode::File { .. } => {
                        let blob =
                            reader.of_kind(id.as_str(), Kind::Blob, budget.left()).map_err(|error| match error {
                                GitError::TooLarge { .. } => ContentsError::TooLarge("64 MiB"),
                                error => error.into(),
                            })?;
                        let blob = blob.ok_or_else(|| missing(&id))?;
                        budget.file(blob.bytes.len() as u64)?;
                        contents.insert(path, blob.bytes);
                    }
                }
            }
        }
        Ok(contents)
    }

    /// Writes the files and their trees, and gives the tree of the package.
    ///
    /// # Errors
    /// There is no Kptfile; a path is none; git.
    pub(crate) fn to_tree(&self, git: &Git, directory: &Path) -> Result<ObjectId, ContentsError> {
        self.kptfile()?;
        let ids = git.write_blobs(directory, self.iter().map(|(_, bytes)| bytes))?;
        let mut root = Folder::default();
        for ((path, _), id) in self.iter().zip(ids) {
            if path.matches('/').count() > DEEPEST {
                return Err(ContentsError::refused(path, format!("it is more than {DEEPEST} directories deep")));
            }
            let mut folder = &mut root;
            let mut parts = path.split('/').peekable();
            while let Some(part) = parts.next() {
                if let Some(reason) = unsafe_component(part) {
                    return Err(ContentsError::refused(path, reason));
                }
                let clash = || ContentsError::refused(path, "a file and a directory have the same name");
                if parts.peek().is_none() {
                    if folder.entries.insert(part, Node::File(id.clone())).is_some() {
                        return Err(clash());
                    }
                } else {
                    let next = folder.entries.entry(part).or_insert_with(|| Node::Folder(Folder::default()));
                    let Node::Folder(next) = next else { return Err(clash()) };
                    folder = next;
                }
            }
        }
        Ok(root.write(&mut TreeWriter::start(git, directory)?)?)
    }
}

/// The entries of a tree.
pub(crate) fn entries(reader: &mut ObjectReader, tree: &ObjectId) -> Result<Vec<Entry>, GitError> {
    let object = reader.of_kind(tree.as_str(), Kind::Tree, LARGEST_TREE)?.ok_or_else(|| missing(tree))?;
    parse_tree(&object.bytes, tree.width())
}

fn missing(id: &ObjectId) -> GitError {
    GitError::answer("cat-file", format!("object {id} is missing: the repository is damaged or was cloned in part"))
}

/// A directory on its way to a tree.
#[derive(Default)]
struct Folder<'a> {
    entries: BTreeMap<&'a str, Node<'a>>,
}

enum Node<'a> {
    File(ObjectId),
    Folder(Folder<'a>),
}

impl Folder<'_> {
    /// Depth is that of paths, which is bounded where they are read.
    fn write(self, writer: &mut TreeWriter) -> Result<ObjectId, GitError> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (name, node) in self.entries {
            let (mode, id) = match node {
                Node::File(id) => (Mode::File { executable: false }, id),
                Node::Folder(folder) => (Mode::Directory, folder.write(writer)?),
            };
            entries.push(Entry { mode, name: name.as_bytes().to_vec(), id });
        }
        writer.write(&entries)
    }
}
