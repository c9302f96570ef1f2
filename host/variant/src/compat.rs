//! Whose rules apply where Porch's are surprising.

use std::fmt;
use std::str::FromStr;

/// Whose rules apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compat {
    /// What the variant says, with a note wherever Porch would do something else.
    #[default]
    Natural,
    /// As Porch 1.5 does it, which clones the content of a main branch.
    Porch15,
    /// As Porch does it since April 2026, which refuses that.
    PorchLatest,
}

impl Compat {
    /// True where Porch's peculiarities are reproduced.
    #[must_use]
    pub fn is_porch(self) -> bool {
        self != Self::Natural
    }
}

/// A release nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRelease(pub String);

impl fmt::Display for UnknownRelease {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "unknown release of Porch `{}`: write `1.5` or `latest`", self.0)
    }
}

impl std::error::Error for UnknownRelease {}

impl FromStr for Compat {
    type Err = UnknownRelease;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1.5" => Ok(Self::Porch15),
            "latest" => Ok(Self::PorchLatest),
            _ => Err(UnknownRelease(text.to_owned())),
        }
    }
}
