//! Log lines on stderr, for people or for programs.

use std::str::FromStr;

use tracing::level_filters::LevelFilter;

/// Form of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    #[default]
    Json,
}

/// How much is told: a name, or Porch's numbers from 0 to 5 (and more, which mean the same as 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(LevelFilter);

/// A text that is no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `error`, `warn`, `info`, `debug`, `trace`, or a number from 0 to 5")]
pub struct UnknownLevel;

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        Ok(Self(match text {
            "error" => LevelFilter::ERROR,
            "0" | "1" | "warn" => LevelFilter::WARN,
            "2" | "info" => LevelFilter::INFO,
            "3" | "4" | "debug" => LevelFilter::DEBUG,
            "trace" => LevelFilter::TRACE,
            number if number.parse::<u8>().is_ok() => LevelFilter::TRACE,
            _ => return Err(UnknownLevel),
        }))
    }
}

/// Begins to write log lines to stderr. A second time in one process nothing changes.
pub fn start(format: LogFormat, Level(level): Level) {
    let lines = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_target(false);
    let started = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(lines.with_ansi(false).finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish()),
    };
    // Fails only where it was started before.
    drop(started);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_names_or_the_numbers_of_porch() {
        for (text, level) in [
            ("0", LevelFilter::WARN),
            ("2", LevelFilter::INFO),
            ("4", LevelFilter::DEBUG),
            ("5", LevelFilter::TRACE),
            ("10", LevelFilter::TRACE),
            ("error", LevelFilter::ERROR),
        ] {
            assert_eq!(text.parse(), Ok(Level(level)), "{text}");
        }
        for text in ["", "-1", "loud", "INFO", "2.5"] {
            assert_eq!(text.parse::<Level>(), Err(UnknownLevel), "{text}");
        }
    }
}
