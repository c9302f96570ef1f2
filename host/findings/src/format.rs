//! The forms of a report of findings.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use crate::{Findings, json, junit, sarif, text};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: one line per finding.
    Text,
    /// For programs.
    Json,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
    /// JUnit XML, for CI servers.
    Junit,
}

impl Format {
    /// Every form, in the order in which help names them.
    pub const ALL: [Self; 4] = [Self::Text, Self::Json, Self::Sarif, Self::Junit];

    /// The word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
        }
    }

    /// Name of the file in a results directory.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Text => "results.txt",
            Self::Json => "results.json",
            Self::Sarif => "results.sarif",
            Self::Junit => "results.xml",
        }
    }

    /// The findings in this form. The same findings give the same bytes: neither clock nor machine is in them.
    #[must_use]
    pub fn write(self, findings: &Findings) -> String {
        match self {
            Self::Text => text::write(findings),
            Self::Json => json::write(findings),
            Self::Sarif => sarif::write(findings),
            Self::Junit => junit::write(findings),
        }
    }
}

/// A word that is no form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is none of {}", self.0, Format::ALL.map(Format::as_str).join(", "))
    }
}

impl Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == word).ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}
