//! How much of a file is written anew.

use std::fmt;
use std::str::FromStr;

/// How files are written that hold resources already. New ones are always written as kpt writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Anew, byte for byte as kpt writes them (kpt-render §2.9, §2.11).
    #[default]
    Kpt,
    /// What functions changed is brought into the text; every other byte stays as it is.
    Minimal,
}

/// A name that is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a format; use `kpt` or `minimal`")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "kpt" => Ok(Self::Kpt),
            "minimal" => Ok(Self::Minimal),
            _ => Err(UnknownFormat(name.to_owned())),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kpt => "kpt",
            Self::Minimal => "minimal",
        })
    }
}
