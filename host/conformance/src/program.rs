//! The program under test: the real kpt or Porchlight, told apart by what they say about themselves.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::process::Run;

/// Which kpt is imitated (docs/kpt-compatibility.md).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// kpt 1.0.0-beta.56.
    Beta56,
    /// The current kpt.
    #[default]
    Latest,
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Beta56 => "beta.56",
            Self::Latest => "latest",
        })
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "beta.56" => Ok(Self::Beta56),
            "latest" => Ok(Self::Latest),
            other => Err(format!("unknown profile `{other}`; there are `beta.56` and `latest`")),
        }
    }
}

/// How the program wants to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `kpt fn render`; images run through a container command.
    Kpt {
        /// What this kpt's behaviour is called here.
        profile: Profile,
    },
    /// `porchlight render`; profile and containers are flags.
    Porchlight {
        /// It knows `--write-status`.
        writes_status: bool,
        /// It knows `--allow-container`.
        runs_containers: bool,
    },
}

/// A program that renders packages.
#[derive(Debug, Clone)]
pub struct Program {
    /// Where it is; absolute.
    pub path: PathBuf,
    /// How it is called.
    pub dialect: Dialect,
    /// What it said its version is.
    pub version: String,
}

/// Why a program cannot be tested.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is not there.
    #[error("there is no program `{0}`; give its path, or put it on PATH")]
    Missing(String),
    /// It answers neither as kpt nor as porchlight.
    #[error("`{0}` is neither kpt nor porchlight: it answers neither `--version` nor `version` as they do")]
    Unknown(String),
}

impl Program {
    /// Finds `name` (a path, or a name on `PATH`) and asks what it is.
    ///
    /// # Errors
    /// Not found, or something else.
    pub fn find(name: &str) -> Result<Self, ProgramError> {
        let path = locate(name).ok_or_else(|| ProgramError::Missing(name.to_owned()))?;
        let ask = |words: &[&str]| {
            let answer = Run::new(&path, Path::new("/")).arguments(words).finish().ok()?;
            (answer.code == 0).then(|| format!("{}{}", answer.stdout, answer.stderr))
        };
        if let Some(version) = ask(&["--version"]).filter(|text| text.starts_with("porchlight")) {
            let help = ask(&["render", "--help"]).unwrap_or_default();
            let dialect = Dialect::Porchlight {
                writes_status: help.contains("--write-status"),
                runs_containers: help.contains("--allow-container"),
            };
            return Ok(Self { path, dialect, version: version.trim().to_owned() });
        }
        // A development build of kpt calls itself `unknown`.
        let version = ask(&["version"]).map(|text| text.trim().to_owned());
        let version = version.filter(|text| text.contains('.') || text == "unknown");
        let version = version.ok_or_else(|| ProgramError::Unknown(name.to_owned()))?;
        let profile = if version.contains("beta.56") { Profile::Beta56 } else { Profile::Latest };
        Ok(Self { path, dialect: Dialect::Kpt { profile }, version })
    }

    /// Whether it leaves a `Rendered` condition in the root Kptfile when a case expects one.
    #[must_use]
    pub fn writes_status(&self) -> bool {
        match self.dialect {
            Dialect::Kpt { profile } => profile == Profile::Latest,
            Dialect::Porchlight { writes_status, .. } => writes_status,
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dialect {
            Dialect::Kpt { .. } => write!(f, "kpt {}", self.version),
            Dialect::Porchlight { .. } => f.write_str(&self.version),
        }
    }
}

/// A path as it is, a bare name by looking through `PATH`.
pub(crate) fn locate(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return std::fs::canonicalize(name).ok();
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_is_refused() {
        assert!(matches!(Program::find("true"), Err(ProgramError::Unknown(_))));
        assert!(matches!(Program::find("no-such-program-anywhere"), Err(ProgramError::Missing(_))));
    }
}
