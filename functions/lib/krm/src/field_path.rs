//! Paths to fields, in the notations people use with kyaml and kustomize.

mod parse;

use std::fmt;

/// A path from the root of a resource to one of its fields.
///
/// Written as `spec.containers[0].image`, `spec.containers[name=nginx].image` (also with a dot before the
/// bracket), `metadata.annotations["a.b/c"]` or `metadata.annotations.a\.b/c`.
///
/// ```
/// use porchlight_krm::{FieldPath, PathStep};
///
/// let path: FieldPath = "spec.containers.[name=nginx].image".parse()?;
/// assert_eq!(path.steps().len(), 4);
/// assert_eq!(path.to_string(), "spec.containers[name=nginx].image");
/// let annotation = FieldPath::of(["metadata", "annotations", "a.b/c"]);
/// assert_eq!(annotation.to_string(), r#"metadata.annotations["a.b/c"]"#);
/// # Ok::<(), porchlight_krm::PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath {
    steps: Vec<PathStep>,
}

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathStep {
    /// The value of a key. On a list, a key of digits is a position, as in kustomize.
    Key(String),
    /// The item at a position, from 0.
    Index(usize),
    /// The first item of a list that is a mapping with this key and text.
    Match {
        /// The key inside the item.
        key: String,
        /// The text its value must have.
        value: String,
    },
}

/// A text that is no field path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// The text.
    pub path: String,
    /// Where it stops making sense, in characters from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: &'static str,
}

impl fmt::Display for PathError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "field path `{}`, column {}: {}", self.path, self.column, self.message)
    }
}

impl std::error::Error for PathError {}

impl FieldPath {
    /// The path of keys taken as they are, dots included.
    pub fn of<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        Self { steps: keys.into_iter().map(|key| PathStep::Key(key.into())).collect() }
    }

    /// The steps from the root.
    #[must_use]
    pub fn steps(&self) -> &[PathStep] {
        &self.steps
    }

    /// This path with one more step.
    #[must_use]
    pub fn join(&self, step: PathStep) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { steps }
    }

    /// This path with one more key.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.join(PathStep::Key(key.into()))
    }

    /// This path with a list position.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.join(PathStep::Index(index))
    }
}

impl From<Vec<PathStep>> for FieldPath {
    fn from(steps: Vec<PathStep>) -> Self {
        Self { steps }
    }
}

impl std::str::FromStr for FieldPath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        parse::steps(path).map(|steps| Self { steps })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                PathStep::Key(key) if key.is_empty() || key.contains(['.', '[', ']', '"', '\\']) => {
                    write!(out, "[{}]", Quoted(key))?;
                }
                PathStep::Key(key) if index == 0 => out.write_str(key)?,
                PathStep::Key(key) => write!(out, ".{key}")?,
                PathStep::Index(index) => write!(out, "[{index}]")?,
                PathStep::Match { key, value } if value.contains([']', '"', '\'', '\\']) => {
                    write!(out, "[{key}={}]", Quoted(value))?;
                }
                PathStep::Match { key, value } => write!(out, "[{key}={value}]")?,
            }
        }
        Ok(())
    }
}

/// Text in double quotes, with `\` before quotes and backslashes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests;
