//! `.krmignore`: which files of a package are not read.
//!
//! The format is the part of gitignore that kpt understands (kpt-render §2.3), with its limits:
//!
//! - a pattern without a leading `/` is compared with as many *last* components of the path as it has itself;
//! - a pattern with a leading `/` is compared with the whole path below the ignore file's directory;
//! - a trailing `/` restricts it to directories; a pattern with `*`, `?` or `[` is a [`Glob`] that knows no `**`;
//! - `!pattern` wins over every other pattern, wherever it stands.
//!
//! An ignored directory is not entered. Whether a directory is a package is decided before and regardless.

mod glob;

use glob::Glob;

/// Name of the ignore file.
pub const IGNORE_FILE: &str = ".krmignore";

/// Go's line scanner stops at a line longer than this many bytes; what follows is not read.
const LONGEST_LINE: usize = 64 * 1024 - 1;

/// A `.krmignore` line without a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}` has no pattern: write a name after it or remove the line")]
pub struct IgnoreError {
    /// Line in the ignore file, from 1.
    pub line: usize,
    /// The line.
    pub text: String,
}

/// The patterns of one `.krmignore`.
///
/// ```
/// use porchlight_package::Ignore;
///
/// let ignore = Ignore::parse("*.tmp.yaml\n/drafts/\n!keep.tmp.yaml\n").unwrap();
/// assert!(ignore.matches("a/b.tmp.yaml", false));
/// assert!(ignore.matches("drafts", true));
/// assert!(!ignore.matches("a/keep.tmp.yaml", false));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    ignored: Vec<Pattern>,
    accepted: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    anchored: bool,
    directories_only: bool,
    /// Number of components a path is compared on.
    depth: usize,
    text: Text,
}

#[derive(Clone, Debug)]
enum Text {
    Literal(String),
    Glob(Glob),
    /// A malformed glob matches nothing.
    Never,
}

impl Ignore {
    /// Reads an ignore file.
    ///
    /// # Errors
    /// A line of only `!`, `/` or `!/` (kpt crashes on it).
    pub fn parse(text: &str) -> Result<Self, IgnoreError> {
        let mut ignore = Self::default();
        for (number, line) in text.split('\n').enumerate() {
            if line.len() > LONGEST_LINE {
                break;
            }
            let line = line.strip_suffix('\r').unwrap_or(line).trim_matches(' ');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let pattern = if line.starts_with("\\#") { &line[1..] } else { line };
            let (patterns, pattern) = match pattern.strip_prefix('!') {
                Some(rest) => (&mut ignore.accepted, rest),
                None => (&mut ignore.ignored, pattern),
            };
            if pattern.is_empty() || pattern == "/" {
                return Err(IgnoreError { line: number + 1, text: line.to_owned() });
            }
            patterns.push(Pattern::new(pattern));
        }
        Ok(ignore)
    }

    /// True where `path` (relative to the ignore file's directory, `/`-separated) is to be left out.
    #[must_use]
    pub fn matches(&self, path: &str, is_directory: bool) -> bool {
        !any(&self.accepted, path, is_directory) && any(&self.ignored, path, is_directory)
    }

    /// True where there is no pattern at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ignored.is_empty() && self.accepted.is_empty()
    }
}

fn any(patterns: &[Pattern], path: &str, is_directory: bool) -> bool {
    patterns.iter().any(|pattern| pattern.matches(path, is_directory))
}

impl Pattern {
    fn new(pattern: &str) -> Self {
        let trimmed = pattern.trim_matches('/');
        let text = if pattern.contains(['*', '?', '[']) {
            Glob::parse(trimmed).map_or(Text::Never, Text::Glob)
        } else {
            Text::Literal(trimmed.to_owned())
        };
        Self {
            anchored: pattern.starts_with('/'),
            directories_only: pattern.ends_with('/'),
            depth: trimmed.matches('/').count() + 1,
            text,
        }
    }

    fn matches(&self, path: &str, is_directory: bool) -> bool {
        let Some((part, whole)) = (if self.anchored { self.first(path) } else { self.last(path) }) else {
            return false;
        };
        // An anchored pattern takes what lies above the last component for a file.
        if self.directories_only && !(is_directory && (whole || !self.anchored)) {
            return false;
        }
        match &self.text {
            Text::Literal(text) => text == part,
            Text::Glob(glob) => glob.matches(part),
            Text::Never => false,
        }
    }

    /// The first `depth` components and whether they are all. Where more follow, the separator is part of the
    /// text compared, so that only a glob ending in a character class can match there.
    fn first<'a>(&self, path: &'a str) -> Option<(&'a str, bool)> {
        match path.match_indices('/').nth(self.depth - 1) {
            Some((end, _)) => Some((&path[..=end], false)),
            None => (path.matches('/').count() + 1 >= self.depth).then_some((path, true)),
        }
    }

    /// The last `depth` components.
    fn last<'a>(&self, path: &'a str) -> Option<(&'a str, bool)> {
        match path.rmatch_indices('/').nth(self.depth - 1) {
            Some((start, _)) => Some((&path[start + 1..], false)),
            None => (path.matches('/').count() + 1 >= self.depth).then_some((path, true)),
        }
    }
}

#[cfg(test)]
mod tests;
