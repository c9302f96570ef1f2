//! Which kpt to be compatible with.

use std::fmt;
use std::str::FromStr;

/// The kpt release whose order, rules and messages are followed (kpt-render §0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compat {
    /// kpt 1.0.0-beta.56, still the release in many distributions.
    Beta56,
    /// The current kpt.
    #[default]
    Latest,
}

impl fmt::Display for Compat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Beta56 => "beta.56",
            Self::Latest => "latest",
        })
    }
}

/// A profile name that is neither `beta.56` nor `latest`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kpt profile `{0}`: use `beta.56` or `latest`")]
pub struct UnknownCompat(String);

impl FromStr for Compat {
    type Err = UnknownCompat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "beta.56" => Ok(Self::Beta56),
            "latest" => Ok(Self::Latest),
            other => Err(UnknownCompat(other.to_owned())),
        }
    }
}
