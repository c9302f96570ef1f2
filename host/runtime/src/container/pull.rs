//! When images are pulled.

use std::fmt;
use std::str::FromStr;

/// When the image of a function is pulled from its registry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PullPolicy {
    /// Before every run.
    Always,
    /// Where it is not on this machine.
    #[default]
    IfNotPresent,
    /// Not at all.
    Never,
}

/// A word that is no pull policy; kpt's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: Always, IfNotPresent, Never")]
pub struct UnknownPullPolicy;

impl PullPolicy {
    /// As the engines call it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::IfNotPresent => "missing",
            Self::Never => "never",
        }
    }
}

impl fmt::Display for PullPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Always => "Always",
            Self::IfNotPresent => "IfNotPresent",
            Self::Never => "Never",
        })
    }
}

impl FromStr for PullPolicy {
    type Err = UnknownPullPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownPullPolicy> {
        [Self::Always, Self::IfNotPresent, Self::Never]
            .into_iter()
            .find(|policy| policy.to_string().eq_ignore_ascii_case(text))
            .ok_or(UnknownPullPolicy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_case_will_do() {
        for (text, word) in [("Always", "always"), ("ifnotpresent", "missing"), ("NEVER", "never")] {
            assert_eq!(text.parse::<PullPolicy>().unwrap().word(), word);
        }
        assert_eq!("missing".parse::<PullPolicy>(), Err(UnknownPullPolicy));
    }
}
