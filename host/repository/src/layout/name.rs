//! Names of packages, workspaces and branches (porch §3.1).

use std::fmt;

use serde::Serialize;

/// Longest DNS label.
const LABEL: usize = 63;
/// Longest DNS subdomain.
const SUBDOMAIN: usize = 253;

/// A name that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {name:?} cannot be used: {reason}")]
pub struct NameError {
    what: &'static str,
    name: String,
    reason: String,
}

impl NameError {
    pub(crate) fn new(what: &'static str, name: &str, reason: impl Into<String>) -> Self {
        Self { what, name: name.to_owned(), reason: reason.into() }
    }
}

/// Path and name of a package below the directory of its repository, like `edge/upf`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PackagePath(String);

impl PackagePath {
    /// The path of a package that may be made: every part is a DNS label, 63 characters without the slashes.
    ///
    /// # Errors
    /// The part that is none.
    pub fn new(path: &str) -> Result<Self, NameError> {
        let path = path.trim_matches('/');
        for part in path.split('/') {
            if let Some(reason) = no_label(part) {
                return Err(NameError::new("package", path, reason));
            }
        }
        if path.len() - path.matches('/').count() > LABEL {
            return Err(NameError::new("package", path, format!("it has more than {LABEL} characters")));
        }
        Ok(Self(path.to_owned()))
    }

    /// The path of a package that is there, whatever its name; none where it would lead out of its repository.
    #[must_use]
    pub fn existing(path: &str) -> Option<Self> {
        check_components("package", path).is_ok().then(|| Self(path.to_owned()))
    }

    /// The whole path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Name of a package revision as an object of Porch (porch §3.1).
    #[must_use]
    pub fn object_name(&self, repository: &str, workspace: &str) -> String {
        format!("{repository}.{}.{workspace}", self.0.replace('/', "."))
    }
}

impl fmt::Display for PackagePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Refuses a workspace that is no DNS label.
pub(crate) fn check_workspace(workspace: &str) -> Result<(), NameError> {
    no_label(workspace).map_or(Ok(()), |reason| Err(NameError::new("workspace", workspace, reason)))
}

/// Refuses a package revision that could not be an object of a cluster.
pub(crate) fn check_object_name(name: &str) -> Result<(), NameError> {
    if name.len() > SUBDOMAIN {
        return Err(NameError::new("package revision", name, format!("it has more than {SUBDOMAIN} characters")));
    }
    Ok(())
}

/// Why a text is no DNS label.
fn no_label(text: &str) -> Option<String> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty() || text.len() > LABEL {
        return Some(format!("each part has 1 to {LABEL} characters"));
    }
    if !text.bytes().all(inner) || text.starts_with('-') || text.ends_with('-') {
        return Some("use lower-case letters, digits and `-`, with a letter or digit first and last".to_owned());
    }
    None
}

/// Refuses a branch that git refuses, or would take for an option.
pub(crate) fn check_branch(branch: &str) -> Result<(), NameError> {
    let bad = |byte: u8| byte <= b' ' || byte == 0x7f || b"~^:?*[\\".contains(&byte);
    let part_is_bad = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    let wrong = branch.starts_with('-')
        || branch.bytes().any(bad)
        || branch.contains("..")
        || branch.contains("@{")
        || branch.ends_with('.')
        || branch == "@"
        || branch.split('/').any(part_is_bad);
    if wrong { Err(NameError::new("branch", branch, "git allows no such branch")) } else { Ok(()) }
}

/// Refuses a path with a part that leads elsewhere, or into git's own files.
pub(crate) fn check_components(what: &'static str, path: &str) -> Result<(), NameError> {
    if path.starts_with('-') {
        return Err(NameError::new(what, path, "it looks like an option"));
    }
    if let Some(reason) = path.split('/').find_map(unsafe_component) {
        return Err(NameError::new(what, path, reason));
    }
    Ok(())
}

/// Why a part of a path must not be written to a disk.
pub(crate) fn unsafe_component(part: &str) -> Option<&'static str> {
    // Git treats these as its own, some of them as file systems of other systems read them.
    let folded: String =
        part.chars().filter(|c| !c.is_control() && !matches!(c, '\u{200c}'..='\u{200f}' | '\u{feff}')).collect();
    let folded = folded.to_ascii_lowercase();
    let folded = folded.trim_end_matches([' ', '.']);
    match part {
        "" => Some("a part is empty"),
        "." | ".." => Some("a part leads elsewhere"),
        _ if folded == ".git" || folded == "git~1" => Some("a part is a name of git's own"),
        _ if part.chars().any(char::is_control) => Some("a part has control characters"),
        _ if part.contains(['/', '\\']) => Some("a part has a slash or backslash"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages() {
        let package = PackagePath::new("/edge/upf/").unwrap();
        assert_eq!((package.as_str(), package.name()), ("edge/upf", "upf"));
        assert_eq!(package.object_name("blueprints", "v1"), "blueprints.edge.upf.v1");
        for bad in ["", "/", "Edge", "a//b", "a/../b", "-a", "a-", "a.b", &"x".repeat(64), &"abcdef/".repeat(11)] {
            assert!(PackagePath::new(bad).is_err(), "{bad}");
        }
        assert!(PackagePath::existing("Old_Name/x.y").is_some());
        for bad in ["", "a//b", "../a", "a/.git", "a/.GIT ", "a\nb", "a\\b", "a/.g\u{200c}it", "GIT~1", "-rf"] {
            assert!(PackagePath::existing(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn workspaces() {
        assert!(check_workspace("v1").is_ok());
        for bad in ["", "V1", "v1.0", "a/b", "a_b"] {
            assert!(check_workspace(bad).is_err(), "{bad}");
        }
    }
}
