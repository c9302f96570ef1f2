//! One case in one text file.
//!
//! A case is a tree of files, among them `Kptfile`s, and often broken ones. Kept as plain folders they would be found by every
//! tool that looks for packages below the repository's root, which is a package itself. So our own cases are text archives
//! (`*.txtar`), laid out as Go's `txtar` does:
//!
//! ```text
//! Free text: what the case shows.
//! -- Kptfile --
//! apiVersion: kpt.dev/v1
//! -- sub/run.sh [executable] --
//! -- dos.yaml [escaped] --
//! a: b\r
//! -- link.yaml [link sub/real.yaml] --
//! -- unfinished.yaml [no final newline] --
//! a: b
//! ```
//!
//! The text of a section runs up to the next line of the form `-- PATH --` or `-- PATH [MARK] --`. Marks:
//!
//! | mark | meaning |
//! |---|---|
//! | `executable` | mode 0755 in place of 0644 |
//! | `escaped` | `\r`, `\t`, `\\` and `\xHH` in the text stand for bytes, `\` before the line end removes that line end |
//! | `no final newline` | the newline that ends the section is not part of the file |
//! | `link TARGET` | a symbolic link; the section is empty |
//! | `folder` | an empty folder; the section is empty |

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Component, Path};

/// A case as text: a description and its entries, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Archive {
    /// What stands before the first section.
    pub comment: String,
    /// The files, links and empty folders.
    pub entries: Vec<Entry>,
}

/// One path of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative, `/`-separated, never above the case.
    pub path: String,
    /// What is there.
    pub content: Content,
}

/// What an archive holds at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file and whether it may be executed.
    File {
        /// The bytes on disk.
        bytes: Vec<u8>,
        /// Mode 0755.
        executable: bool,
    },
    /// A symbolic link to this target.
    Link(String),
    /// A folder that has to exist although it is empty.
    Folder,
}

/// Why a text is not an archive.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {message}")]
pub struct ArchiveError {
    /// One-based line of the section's header.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Archive {
    /// Reads the text of an archive.
    ///
    /// # Errors
    /// An unknown mark, a path that leaves the case, a path twice, a wrong escape.
    pub fn parse(text: &str) -> Result<Self, ArchiveError> {
        let mut archive = Self::default();
        let mut open: Option<(usize, &str, Vec<&str>, String)> = None;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if let Some((path, marks)) = header(line) {
                if let Some(section) = open.take() {
                    archive.close(section)?;
                }
                open = Some((number + 1, path, marks, String::new()));
            } else if let Some((.., body)) = &mut open {
                body.push_str(line);
            } else {
                archive.comment.push_str(line);
            }
        }
        if let Some(section) = open {
            archive.close(section)?;
        }
        Ok(archive)
    }

    fn close(&mut self, (line, path, marks, body): (usize, &str, Vec<&str>, String)) -> Result<(), ArchiveError> {
        let refuse = |message: String| Err(ArchiveError { line, message });
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return refuse(format!("`{path}` is not a path below the case"));
        }
        if self.entries.iter().any(|entry| entry.path == path) {
            return refuse(format!("`{path}` is there twice"));
        }
        let (mut executable, mut escaped, mut no_newline) = (false, false, false);
        let mut special = None;
        for mark in marks {
            match mark {
                "executable" => executable = true,
                "escaped" => escaped = true,
                "no final newline" => no_newline = true,
                "folder" => special = Some(Content::Folder),
                other => match other.strip_prefix("link ") {
                    Some(target) => special = Some(Content::Link(target.to_owned())),
                    None => return refuse(format!("unknown mark `{other}`")),
                },
            }
        }
        let content = match special {
            Some(_) if !body.trim().is_empty() => return refuse(format!("`{path}` can have no text")),
            Some(special) => special,
            None => {
                let mut bytes = if escaped {
                    unescape(&body).map_err(|message| ArchiveError { line, message })?
                } else {
                    body.into_bytes()
                };
                if no_newline {
                    bytes.pop_if(|last| *last == b'\n');
                }
                Content::File { bytes, executable }
            }
        };
        self.entries.push(Entry { path: path.to_owned(), content });
        Ok(())
    }

    /// The archive as text; `parse` reads it back to an equal archive.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = self.comment.clone();
        for entry in &self.entries {
            let _ = write!(out, "-- {}", entry.path);
            match &entry.content {
                Content::Folder => out.push_str(" [folder] --\n"),
                Content::Link(target) => {
                    let _ = writeln!(out, " [link {target}] --");
                }
                Content::File { bytes, executable } => {
                    if *executable {
                        out.push_str(" [executable]");
                    }
                    let (text, escaped) = escape(bytes);
                    if escaped {
                        out.push_str(" [escaped]");
                    }
                    let unfinished = !text.is_empty() && !text.ends_with('\n');
                    if unfinished {
                        out.push_str(" [no final newline]");
                    }
                    out.push_str(" --\n");
                    out.push_str(&text);
                    if unfinished {
                        out.push('\n');
                    }
                }
            }
        }
        out
    }

    /// The file at `path`, if the archive has one.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.entries.iter().find(|entry| entry.path == path).and_then(|entry| match &entry.content {
            Content::File { bytes, .. } => Some(bytes.as_slice()),
            Content::Link(_) | Content::Folder => None,
        })
    }

    /// Replaces, adds (at the end) or, with `None`, removes the file at `path`.
    pub fn set_file(&mut self, path: &str, text: Option<&str>) {
        let position = self.entries.iter().position(|entry| entry.path == path);
        let entry = text.map(|text| Entry {
            path: path.to_owned(),
            content: Content::File { bytes: text.as_bytes().to_vec(), executable: false },
        });
        match (position, entry) {
            (Some(at), Some(entry)) => self.entries[at] = entry,
            (Some(at), None) => drop(self.entries.remove(at)),
            (None, Some(entry)) => self.entries.push(entry),
            (None, None) => {}
        }
    }

    /// Writes the tree into `folder`, which is created.
    ///
    /// # Errors
    /// What the file system refuses.
    pub fn unpack(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for entry in &self.entries {
            let path = folder.join(&entry.path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            match &entry.content {
                Content::Folder => fs::create_dir_all(&path)?,
                Content::Link(target) => std::os::unix::fs::symlink(target, &path)?,
                Content::File { bytes, executable } => {
                    fs::write(&path, bytes)?;
                    if *executable {
                        use std::os::unix::fs::PermissionsExt as _;
                        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// `-- PATH --` or `-- PATH [MARK] [MARK] --`.
fn header(line: &str) -> Option<(&str, Vec<&str>)> {
    let inner = line.trim_end_matches(['\n', '\r']).strip_prefix("-- ")?.strip_suffix(" --")?.trim();
    let (path, rest) = match inner.find(" [") {
        Some(at) if inner.ends_with(']') => (&inner[..at], &inner[at + 2..inner.len() - 1]),
        _ => (inner, ""),
    };
    let marks = if rest.is_empty() { Vec::new() } else { rest.split("] [").collect() };
    (!path.is_empty()).then_some((path, marks))
}

fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'\\') => out.push(b'\\'),
            Some(b'\n') => {}
            Some(b'x') => {
                let digits =
                    [bytes.next(), bytes.next()].map(|digit| digit.and_then(|digit| (digit as char).to_digit(16)));
                match digits {
                    [Some(high), Some(low)] => out.push(u8::try_from(high * 16 + low).unwrap_or(b'?')),
                    _ => return Err("`\\x` needs two hexadecimal digits".to_owned()),
                }
            }
            _ => return Err("after `\\` comes `r`, `t`, `\\`, `xHH` or the line end".to_owned()),
        }
    }
    Ok(out)
}

/// The text of a section, and whether bytes had to be escaped.
fn escape(bytes: &[u8]) -> (String, bool) {
    let plain = std::str::from_utf8(bytes).ok().filter(|text| {
        !text.chars().any(|c| c == '\u{feff}' || (c.is_control() && c != '\n' && c != '\t'))
            && !text.split_inclusive('\n').any(|line| header(line).is_some())
    });
    if let Some(text) = plain {
        return (text.to_owned(), false);
    }
    let mut out = String::with_capacity(bytes.len() + 16);
    let mut line_start = true;
    for byte in bytes {
        match byte {
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            b'-' if line_start => out.push_str("\\x2d"),
            b'\n' | b'\t' | 0x20..=0x7e => out.push(char::from(*byte)),
            other => {
                let _ = write!(out, "\\x{other:02x}");
            }
        }
        line_start = *byte == b'\n';
    }
    (out, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, bytes: &[u8], executable: bool) -> Entry {
        Entry { path: path.to_owned(), content: Content::File { bytes: bytes.to_vec(), executable } }
    }

    #[test]
    fn every_kind_of_entry_survives_text() {
        let archive = Archive {
            comment: "What it shows.\n".to_owned(),
            entries: vec![
                file("Kptfile", b"kind: Kptfile\n", false),
                file("run.sh", b"#!/bin/sh\n", true),
                file("dos.yaml", b"a: b\\\r\n", false),
                file("latin.yaml", b"a: \xe9", false),
                file("nested.txtar", b"-- Kptfile --\nx\n", false),
                file("unfinished.yaml", b"a: b", true),
                file("empty", b"", false),
                Entry { path: "l.yaml".to_owned(), content: Content::Link("dos.yaml".to_owned()) },
                Entry { path: "out".to_owned(), content: Content::Folder },
            ],
        };
        let text = archive.to_text();
        assert_eq!(Archive::parse(&text).unwrap(), archive, "{text}");
    }

    #[test]
    fn unpacking_makes_the_tree() {
        let folder = tempfile::tempdir().unwrap();
        let text = "-- a/run.sh [executable] --\nexit\n-- b [link a/run.sh] --\n-- c [folder] --\n-- d [no final newline] --\nx\n";
        Archive::parse(text).unwrap().unpack(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("b")).unwrap(), "exit\n");
        assert_eq!(fs::read_to_string(folder.path().join("d")).unwrap(), "x");
        assert!(folder.path().join("c").is_dir());
    }

    #[test]
    fn what_is_no_archive_names_its_line() {
        for (text, line, needle) in [
            ("-- a [sticky] --\n", 1, "unknown mark `sticky`"),
            ("x\n-- ../a --\n", 2, "not a path below the case"),
            ("-- a --\n-- a --\n", 2, "there twice"),
            ("-- a [escaped] --\n\\q\n", 1, "after `\\`"),
            ("-- a [folder] --\ntext\n", 1, "can have no text"),
        ] {
            let error = Archive::parse(text).unwrap_err();
            assert_eq!(error.line, line, "{text}");
            assert!(error.message.contains(needle), "{}", error.message);
        }
    }
}
