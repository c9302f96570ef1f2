//! Where mirrors of repositories behind URLs are kept.

use std::path::PathBuf;

use crate::error::RepositoryError;

/// Longest name of a directory that every file system takes, with some room.
const LONGEST_NAME: usize = 200;

/// A folder for mirrors, so that a repository is brought here once and only what is new later. Processes can share it.
#[derive(Debug, Clone, Default)]
pub struct Mirrors {
    folder: Option<PathBuf>,
}

impl Mirrors {
    /// Mirrors in this folder, which is made when it is needed.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    /// No place for mirrors: only repositories of this machine can be opened.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The mirror of a URL: another one for each, and readable.
    pub(super) fn of(&self, url: &str) -> Result<PathBuf, RepositoryError> {
        let clean = crate::git::without_credentials(url);
        let Some(folder) = &self.folder else { return Err(RepositoryError::NoMirrors(clean)) };
        let mut name = String::with_capacity(clean.len());
        for byte in clean.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
                name.push(char::from(byte));
            } else {
                name.push_str(&format!("%{byte:02x}"));
            }
        }
        // Only ASCII is left. What ends in `.git` is a mirror, everything else a step to longer names.
        let mut path = folder.clone();
        let mut rest = name.as_str();
        while rest.len() > LONGEST_NAME {
            let (part, after) = rest.split_at(LONGEST_NAME);
            path.push(part);
            rest = after;
        }
        path.push(format!("{rest}.git"));
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_url_has_its_own_mirror_below_the_folder() {
        let mirrors = Mirrors::at("/m".into());
        let of = |url: &str| mirrors.of(url).unwrap().display().to_string();
        assert_eq!(of("https://me:secret@h.example/a.git"), "/m/https%3a%2f%2fh%2eexample%2fa%2egit.git");
        assert_ne!(of("https://h/a/b"), of("https://h/a-b"));
        assert_eq!(of("file:///../../x"), "/m/file%3a%2f%2f%2f%2e%2e%2f%2e%2e%2fx.git");
        let long = format!("https://h/{}", "a".repeat(1000));
        assert!(of(&long).split('/').all(|part| part.len() <= LONGEST_NAME + 4));
        assert!(Mirrors::none().of("https://h/a").is_err());
    }
}
