//! What the operator said runs for which image.

use std::fs;
use std::path::{Path, PathBuf};

use super::{FunctionConfigs, ImageMap};

/// What runs for which image, by configuration in Porch's forms.
#[derive(Debug, Default)]
pub struct Targets {
    /// The directory that file names in configuration are relative to.
    pub functions: PathBuf,
    /// Porch's old configuration file.
    pub images: ImageMap,
    /// FunctionConfig objects.
    pub configs: FunctionConfigs,
}

/// A file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use `{}`: {problem}", file.display())]
pub struct ConfigError {
    /// The file or directory.
    pub file: PathBuf,
    /// What is wrong, with the line.
    pub problem: String,
}

/// Largest file of configuration, in bytes.
const LARGEST: u64 = 16 << 20;

/// The text of a file.
pub(super) fn read(file: &Path) -> Result<String, ConfigError> {
    let failed = |problem: String| ConfigError { file: file.to_owned(), problem };
    let found = fs::metadata(file).map_err(|error| failed(error.to_string()))?;
    if !found.is_file() {
        return Err(failed("it is no regular file".to_owned()));
    }
    if found.len() > LARGEST {
        return Err(failed(format!("it is larger than {} MiB", LARGEST >> 20)));
    }
    fs::read_to_string(file).map_err(|error| failed(error.to_string()))
}
