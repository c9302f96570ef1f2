//! Tree objects.

use super::{GitError, ObjectId};

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Directory,
    /// A regular file, executable or not.
    File {
        executable: bool,
    },
    Link,
    Submodule,
}

impl Mode {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "40000" | "040000" => Self::Directory,
            "120000" => Self::Link,
            "160000" => Self::Submodule,
            "100755" => Self::File { executable: true },
            // Old repositories know other bits than 644.
            _ if text.starts_with("100") => Self::File { executable: false },
            _ => return None,
        })
    }

    /// As `git mktree` wants it, with the type of the object.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Directory => "040000 tree",
            Self::File { executable: false } => "100644 blob",
            Self::File { executable: true } => "100755 blob",
            Self::Link => "120000 blob",
            Self::Submodule => "160000 commit",
        }
    }
}

/// An entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) mode: Mode,
    /// Its name, which need not be text.
    pub(crate) name: Vec<u8>,
    pub(crate) id: ObjectId,
}

/// The entries of a tree object whose ids have `width` bytes.
pub(crate) fn parse_tree(bytes: &[u8], width: usize) -> Result<Vec<Entry>, GitError> {
    let strange = || GitError::answer("cat-file", "a malformed tree");
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let space = rest.iter().position(|byte| *byte == b' ').ok_or_else(strange)?;
        let mode = std::str::from_utf8(&rest[..space]).ok().and_then(Mode::parse).ok_or_else(strange)?;
        rest = &rest[space + 1..];
        let end = rest.iter().position(|byte| *byte == 0).ok_or_else(strange)?;
        let name = rest[..end].to_vec();
        rest = &rest[end + 1..];
        if rest.len() < width {
            return Err(strange());
        }
        let (id, after) = rest.split_at(width);
        entries.push(Entry { mode, name, id: ObjectId::from_bytes(id) });
        rest = after;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_read() {
        let mut bytes = b"40000 a\0".to_vec();
        bytes.extend([7; 20]);
        bytes.extend(b"100664 b c\0");
        bytes.extend([8; 20]);
        let entries = parse_tree(&bytes, 20).unwrap();
        assert_eq!(entries[0].mode, Mode::Directory);
        assert_eq!((entries[1].name.as_slice(), entries[1].mode), (&b"b c"[..], Mode::File { executable: false }));
        assert_eq!(entries[1].id.as_str(), "08".repeat(20));
        for cut in [1, 5, 9, 30] {
            assert!(parse_tree(&bytes[..cut], 20).is_err(), "{cut}");
        }
        assert!(parse_tree(b"70000 x\0", 20).is_err());
    }
}
