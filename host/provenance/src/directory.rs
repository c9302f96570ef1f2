//! The digest of a directory: in-toto's `dirHash`.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the history of a package is kept in; it is not part of the package.
const HISTORY: &str = ".git";

/// SHA-256 over the names and SHA-256 sums of all regular files below a directory, 64 lowercase hex digits.
///
/// in-toto's `dirHash` (`digest_set.md`): what `find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum | sha256sum`
/// prints in the directory, without what lies below `.git`. Symbolic links, empty directories and modes do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DirectoryHash(String);

/// A directory whose files cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`: {source}", path.display())]
pub struct DirectoryError {
    /// Which file or directory.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl DirectoryHash {
    /// The digest of what is below `directory` now.
    ///
    /// # Errors
    /// A file or directory that cannot be read.
    pub fn of(directory: &Path) -> Result<Self, DirectoryError> {
        let mut files = Vec::new();
        collect(directory, &mut files)?;
        let mut named: Vec<(&[u8], &PathBuf)> = files
            .iter()
            .map(|file| (file.strip_prefix(directory).unwrap_or(file).as_os_str().as_bytes(), file))
            .collect();
        named.sort_unstable();
        let mut whole = Sha256::new();
        for (name, file) in named {
            let sum = file_sum(file).map_err(|source| DirectoryError { path: file.clone(), source })?;
            whole.update(line(&sum, name));
        }
        Ok(Self(hex(&whole.finalize())))
    }
}

impl fmt::Display for DirectoryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A line of `sha256sum`, which marks names with a backslash, a line feed or a carriage return and escapes those.
fn line(sum: &str, name: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(sum.len() + name.len() + 4);
    if name.iter().any(|byte| matches!(byte, b'\\' | b'\n' | b'\r')) {
        line.push(b'\\');
    }
    line.extend_from_slice(sum.as_bytes());
    line.extend_from_slice(b"  ");
    for byte in name {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            other => line.push(*other),
        }
    }
    line.push(b'\n');
    line
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), DirectoryError> {
    let failed = |source| DirectoryError { path: directory.to_owned(), source };
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() && entry.file_name() != HISTORY {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// SHA-256 of a file, in hex.
pub(crate) fn file_sum(file: &Path) -> io::Result<String> {
    let mut file = File::open(file)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&sum.finalize())),
            count => sum.update(&buffer[..count]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_digest_is_what_the_commands_of_the_specification_print() {
        let scratch = tempfile::tempdir().expect("scratch folder");
        let root = scratch.path();
        for (name, content) in
            [("b.yaml", "b: 1\n"), ("a/x.yaml", ""), ("a-x.yaml", "x"), ("a/é.yaml", "é\n"), ("Kptfile", "k")]
        {
            let file = root.join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("scratch folder");
            fs::write(file, content).expect("scratch file");
        }
        fs::write(root.join("back\\slash"), "1").expect("scratch file");
        fs::create_dir_all(root.join(".git/objects")).expect("scratch folder");
        fs::write(root.join(".git/objects/o"), "o").expect("scratch file");
        std::os::unix::fs::symlink("b.yaml", root.join("link.yaml")).expect("scratch link");
        let script = "find . -type f -not -path './.git/*' -print0 | cut -z -c3- | LC_ALL=C sort -z | xargs -0 sha256sum | \
                      sha256sum | cut -d' ' -f1";
        let output = Command::new("sh").args(["-c", script]).current_dir(root).output().expect("a shell");
        let expected = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert_eq!(expected.len(), 64, "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(DirectoryHash::of(root).expect("readable").to_string(), expected);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = DirectoryHash::of(Path::new("/nowhere/at/all")).expect_err("no such directory");
        assert!(error.to_string().starts_with("cannot read `/nowhere/at/all`: "), "{error}");
    }
}
