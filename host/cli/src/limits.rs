//! Flags that bound a function call, and how their values are written.

use std::time::Duration;

use clap::Args;
use porchlight_runtime::FunctionLimits;
use porchlight_wasm::Limits;

// Bounds of one function call.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits of one function call")]
pub(crate) struct LimitFlags {
    /// Time: `500ms`, `30s`, `5m` [default: 30s in the sandbox, 5m for `exec:`]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(crate) fn_timeout: Option<Duration>,
    /// Memory in the sandbox: `64Mi`, `1Gi`, or bytes [default: 256Mi]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) fn_memory: Option<usize>,
    /// Output of a function: `64Mi`, `1Gi`, or bytes [default: 64Mi]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) fn_output: Option<usize>,
}

impl LimitFlags {
    /// The limits of any function.
    pub(crate) fn function(&self) -> FunctionLimits {
        let default = FunctionLimits::default();
        FunctionLimits { sandbox: self.sandbox(), process_time: self.fn_timeout.unwrap_or(default.process_time) }
    }

    /// The limits of the sandbox.
    pub(crate) fn sandbox(&self) -> Limits {
        let default = Limits::default();
        Limits {
            time: self.fn_timeout.unwrap_or(default.time),
            memory: self.fn_memory.unwrap_or(default.memory),
            stdout: self.fn_output.unwrap_or(default.stdout),
            ..default
        }
    }
}

/// Largest linear memory a 32-bit module can have, and so the largest limit that means anything.
const MOST: u64 = 4 << 30;

fn parse_size(text: &str) -> Result<usize, String> {
    const EXAMPLE: &str = "expected a size above zero, like `256Mi` or `1Gi`";
    const UNITS: [(&str, u64); 8] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
    ];
    let (digits, unit) = UNITS
        .iter()
        .find_map(|(unit, bytes)| text.strip_suffix(unit).map(|digits| (digits, *bytes)))
        .unwrap_or((text, 1));
    let number: u64 = digits.trim().parse().map_err(|_| EXAMPLE)?;
    let bytes = number.checked_mul(unit).filter(|bytes| *bytes <= MOST).ok_or("more than 4Gi cannot be used")?;
    usize::try_from(bytes).ok().filter(|bytes| *bytes > 0).ok_or_else(|| EXAMPLE.to_owned())
}

pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
    const EXAMPLE: &str = "expected a time above zero, like `500ms`, `30s` or `5m`";
    const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
    let (digits, unit) = UNITS
        .iter()
        .find_map(|(unit, factor)| text.strip_suffix(unit).map(|digits| (digits, *factor)))
        .ok_or(EXAMPLE)?;
    let number: u64 = digits.trim().parse().map_err(|_| EXAMPLE)?;
    let milliseconds = number.checked_mul(unit).filter(|time| *time > 0).ok_or(EXAMPLE)?;
    Ok(Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [("1", 1), ("64Mi", 64 << 20), ("64MiB", 64 << 20), ("2Gi", 2 << 30), ("5M", 5_000_000)] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in
            ["", "0", "-1", "0Mi", "Mi", "1.5Gi", "1Ti", "99999999999999999999", "9Gi", "18446744073709551615Gi"]
        {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times() {
        for (text, milliseconds) in [("1ms", 1), ("30s", 30_000), ("5m", 300_000), ("1h", 3_600_000)] {
            assert_eq!(parse_time(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "0s", "-1s", "30", "s", "1.5s", "99999999999999999999s", "18446744073709551615h"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
