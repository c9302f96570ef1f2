//! Blocks of lines below a function, and durations, as kpt prints them.

use std::fmt::Write as _;
use std::time::Duration;

use porchlight_package::quote;

/// Lines shown before the rest is cut.
const MAX_LINES: usize = 4;

/// A titled block in beta.56's form, with a line break after each line.
pub(super) fn block_beta56<'a>(
    title: &str,
    lines: impl Iterator<Item = &'a str>,
    quoted: bool,
    truncate: bool,
) -> String {
    let mut out = format!("  {title}:\n");
    let mut hidden = 0;
    for (number, line) in lines.enumerate() {
        if truncate && number >= MAX_LINES {
            hidden += 1;
            continue;
        }
        let line = line.replace('\n', " ");
        // Writing to a String cannot fail.
        let _ = if quoted { writeln!(out, "    {}", quote(&line)) } else { writeln!(out, "    {line}") };
    }
    if hidden > 0 {
        let _ = writeln!(out, "    ...({hidden} line(s) truncated, use '--truncate-output=false' to disable)");
    }
    out
}

/// A titled block in the current kpt's form: trimmed lines, never cut.
pub(super) fn block_latest<'a>(title: &str, lines: impl Iterator<Item = &'a str>) -> String {
    let mut out = format!("  {title}:\n");
    for line in lines {
        let _ = writeln!(out, "    {}", line.replace('\n', " ").trim());
    }
    out
}

/// A duration cut to whole multiples of `unit`, as Go prints it: `0s`, `13ms`, `1.2s`, `1m0.5s`.
/// `unit` is a millisecond or more.
pub(super) fn duration(elapsed: Duration, unit: Duration) -> String {
    let unit = unit.as_millis().max(1);
    let millis = elapsed.as_millis() / unit * unit;
    if millis == 0 {
        return "0s".to_owned();
    }
    if millis < 1000 {
        return format!("{millis}ms");
    }
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    let (seconds, fraction) = (rest / 1000, rest % 1000);
    let mut text = match (minutes / 60, minutes % 60) {
        (0, 0) => String::new(),
        (0, minutes) => format!("{minutes}m"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    };
    let _ = write!(text, "{seconds}");
    if fraction > 0 {
        let _ = write!(text, ".{}", format!("{fraction:03}").trim_end_matches('0'));
    }
    text + "s"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_look_like_go() {
        let tenth = Duration::from_millis(100);
        let milli = Duration::from_millis(1);
        for (millis, unit, expected) in [
            (0, milli, "0s"),
            (99, tenth, "0s"),
            (13, milli, "13ms"),
            (199, tenth, "100ms"),
            (1234, tenth, "1.2s"),
            (1234, milli, "1.234s"),
            (1000, milli, "1s"),
            (1050, milli, "1.05s"),
            (60_500, tenth, "1m0.5s"),
            (3_600_000, milli, "1h0m0s"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis), unit), expected);
        }
    }
}
