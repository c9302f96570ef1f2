//! Holding what a run did against what its case expects (kpt-render §7.1).

use std::sync::LazyLock;

use regex::Regex;

use crate::case::CaseConfig;
use crate::outcome::{Aspect, Mismatch};
use crate::status;

/// What one run did, times and temporary paths taken out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `git diff`, trimmed.
    pub(crate) diff: String,
    /// The written results, trimmed; `None` when no results were asked for.
    pub(crate) results: Option<String>,
    /// The root Kptfile before and after, empty where it is not there.
    pub(crate) kptfile: (String, String),
}

/// What the case's files say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) config: Option<&'a CaseConfig>,
    pub(crate) diff: String,
    pub(crate) results: Option<String>,
    /// The program does not write the status that the expected diff holds.
    pub(crate) without_status: bool,
    /// The program may say more than kpt and have finer exit codes (docs/kpt-compatibility.md).
    pub(crate) says_more: bool,
}

/// Every difference.
pub(crate) fn compare(wanted: &Wanted<'_>, seen: &Seen) -> Vec<Mismatch> {
    let default = CaseConfig::default();
    let config = wanted.config.unwrap_or(&default);
    let mut mismatches = Vec::new();
    let code_fits = seen.code == config.exit_code || (wanted.says_more && config.exit_code != 0 && seen.code != 0);
    if !code_fits {
        let message = format!("exit code {} in place of {}", seen.code, config.exit_code);
        mismatches.push(Mismatch::between(Aspect::ExitCode, message, "", &seen.stderr));
    }
    let stderr = strip(&seen.stderr, &config.std_err_strip_lines);
    if !(wanted.says_more && lines_in_order(&config.std_err, &stderr)) {
        contains(Aspect::Stderr, "stderr", &config.std_err, &stderr, &mut mismatches);
    }
    matches(&config.std_err_reg_ex, &stderr, &mut mismatches);
    contains(Aspect::Stdout, "stdout", &config.std_out, &seen.stdout, &mut mismatches);
    results(wanted, config, seen, &mut mismatches);
    package(wanted, config, seen, &mut mismatches);
    mismatches
}

fn contains(aspect: Aspect, name: &str, needle: &str, text: &str, mismatches: &mut Vec<Mismatch>) {
    if !text.contains(needle) {
        mismatches.push(Mismatch::between(aspect, format!("{name} does not contain what is expected"), needle, text));
    }
}

/// Whether every line of `expected` is in `text`, in this order. Blanks at line ends, `Error: ` before a line, further words after
/// it in brackets and further lines between do not count: places, hints and error codes are what kpt does not have.
fn lines_in_order(expected: &str, text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let fits = |wanted: &str| {
        lines.any(|line| {
            let rest = line.strip_prefix(wanted).or_else(|| line.strip_prefix("Error: ")?.strip_prefix(wanted));
            rest.is_some_and(|rest| rest.is_empty() || (!wanted.is_empty() && rest.starts_with(" (")))
        })
    };
    expected.lines().map(str::trim_end).filter(|line| !line.is_empty()).all(fits)
}

fn matches(pattern: &str, text: &str, mismatches: &mut Vec<Mismatch>) {
    if pattern.is_empty() {
        return;
    }
    match Regex::new(pattern) {
        Ok(pattern) if pattern.is_match(text) => {}
        Ok(_) => {
            mismatches.push(Mismatch::between(Aspect::Stderr, format!("stderr does not match `{pattern}`"), "", text));
        }
        Err(error) => mismatches.push(Mismatch::new(Aspect::Case, format!("stdErrRegEx: {error}"))),
    }
}

fn results(wanted: &Wanted<'_>, config: &CaseConfig, seen: &Seen, mismatches: &mut Vec<Mismatch>) {
    let Some(expected) = &wanted.results else { return };
    let expected = expected.trim();
    let found = strip(seen.results.as_deref().unwrap_or_default(), &config.actual_strip_lines);
    if found != expected {
        let message = if found.is_empty() { "no results.yaml was written" } else { "results.yaml differs" };
        mismatches.push(Mismatch::between(Aspect::Results, message, &line(expected), &line(&found)));
    }
}

fn package(wanted: &Wanted<'_>, config: &CaseConfig, seen: &Seen, mismatches: &mut Vec<Mismatch>) {
    let (mut expected, mut found) = (wanted.diff.trim().to_owned(), seen.diff.clone());
    if wanted.without_status && status::is_expected(&expected) {
        match status::without(&expected, &found, &seen.kptfile.0, &seen.kptfile.1) {
            Ok(rest) => (expected, found) = rest,
            Err(values) => {
                let message = "the values of the root Kptfile differ (render status aside)";
                mismatches.push(Mismatch::between(Aspect::Package, message, &values.0, &values.1));
                return;
            }
        }
    }
    if !config.diff_strip_reg_ex.is_empty() {
        match Regex::new(&config.diff_strip_reg_ex) {
            Ok(pattern) => (expected, found) = (normalised(&expected, &pattern), normalised(&found, &pattern)),
            Err(error) => mismatches.push(Mismatch::new(Aspect::Case, format!("diffStripRegEx: {error}"))),
        }
    }
    if expected != found {
        mismatches.push(Mismatch::between(
            Aspect::Package,
            "the change of the package differs",
            &line(&expected),
            &line(&found),
        ));
    }
}

fn line(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

fn strip(text: &str, lines: &[String]) -> String {
    lines.iter().fold(text.to_owned(), |text, line| text.replace(&format!("{line}\n"), ""))
}

/// A diff without the lines that `pattern` matches, and without what depends on them.
fn normalised(diff: &str, pattern: &Regex) -> String {
    static INDEX: LazyLock<Regex> = LazyLock::new(|| fixed(r"^index [0-9a-f]+\.\.[0-9a-f]+"));
    static HUNK: LazyLock<Regex> = LazyLock::new(|| fixed(r"^@@ -\d+,\d+ \+\d+,\d+ @@"));
    let lines = diff.split('\n').filter(|line| !pattern.is_match(line)).map(|line| {
        let line = INDEX.replace(line, "index NORMALIZED");
        HUNK.replace(&line, "@@ NORMALIZED @@").into_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What kpt prints with everything taken out that differs from run to run: durations become `0s`, and `temporary` goes.
pub(crate) fn steady(text: &str, temporary: &str) -> String {
    static DURATION: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?m)^(\[(?:PASS|FAIL)\] .* in )[0-9][0-9.a-zµ]*$"));
    static PLATFORM: LazyLock<Regex> = LazyLock::new(|| {
        fixed(r" Stderr: WARNING: The requested image's platform \([^)]*\) does not match [^\n]* was requested")
    });
    let text = DURATION.replace_all(text, "${1}0s");
    let text = PLATFORM.replace_all(&text, "");
    text.replace(&format!("{temporary}/"), "")
}

fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("invariant: a pattern of this file compiles, every one is used in its tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aspects(wanted: &Wanted<'_>, seen: &Seen) -> Vec<Aspect> {
        compare(wanted, seen).into_iter().map(|mismatch| mismatch.aspect).collect()
    }

    #[test]
    fn each_aspect_can_fail() {
        let config = CaseConfig {
            exit_code: 1,
            std_err: "wanted".to_owned(),
            std_err_reg_ex: "^x+$".to_owned(),
            std_out: "list".to_owned(),
            ..CaseConfig::default()
        };
        let wanted = Wanted {
            config: Some(&config),
            diff: "d".to_owned(),
            results: Some("r\n".to_owned()),
            without_status: false,
            says_more: false,
        };
        let right = Seen {
            code: 1,
            stdout: "a list".to_owned(),
            stderr: "wanted".to_owned(),
            diff: "d".to_owned(),
            results: Some("r".to_owned()),
            kptfile: <_>::default(),
        };
        assert_eq!(aspects(&wanted, &right), [Aspect::Stderr], "only the pattern does not match");
        let config = CaseConfig { std_err_reg_ex: "want".to_owned(), ..config.clone() };
        let wanted = Wanted { config: Some(&config), ..wanted };
        assert_eq!(aspects(&wanted, &right), []);
        for (seen, aspect) in [
            (Seen { code: 0, ..right.clone() }, Aspect::ExitCode),
            (Seen { stdout: String::new(), ..right.clone() }, Aspect::Stdout),
            (Seen { diff: "e".to_owned(), ..right.clone() }, Aspect::Package),
            (Seen { diff: String::new(), ..right.clone() }, Aspect::Package),
            (Seen { results: Some("s".to_owned()), ..right.clone() }, Aspect::Results),
            (Seen { results: None, ..right.clone() }, Aspect::Results),
        ] {
            assert_eq!(aspects(&wanted, &seen), [aspect]);
        }
    }

    #[test]
    fn more_may_be_said_but_nothing_less() {
        let config = CaseConfig {
            exit_code: 1,
            std_err: "A is invalid:\n \nReason: x\nlast \n".to_owned(),
            ..CaseConfig::default()
        };
        let wanted = Wanted { config: Some(&config), says_more: true, ..Wanted::default() };
        let seen = |code, stderr: &str| Seen { code, stderr: stderr.to_owned(), ..Seen::default() };
        assert_eq!(aspects(&wanted, &seen(2, "Error: A is invalid:\nReason: x (line 3)\nplace\nlast\ncode: X\n")), []);
        assert_eq!(aspects(&wanted, &seen(0, "A is invalid:\nReason: x\nlast\n")), [Aspect::ExitCode]);
        assert_eq!(
            aspects(&wanted, &seen(1, "Reason: x\nA is invalid:\nlast\n")),
            [Aspect::Stderr],
            "the order counts"
        );
        assert_eq!(aspects(&wanted, &seen(1, "A is invalid:\nlast\n")), [Aspect::Stderr]);
        assert_eq!(aspects(&wanted, &seen(1, "A is invalid:\nReason: xy\nlast\n")), [Aspect::Stderr]);
    }

    #[test]
    fn stripped_lines_do_not_count() {
        let config = CaseConfig {
            std_err: "a\nb\n".to_owned(),
            std_err_strip_lines: vec!["noise".to_owned()],
            actual_strip_lines: vec!["  stderr: x".to_owned()],
            diff_strip_reg_ex: "^.stderr".to_owned(),
            ..CaseConfig::default()
        };
        let wanted = Wanted {
            config: Some(&config),
            diff: "index ab12..cd34 100644\n@@ -1,2 +1,3 @@ x\n+a".to_owned(),
            results: Some("y".to_owned()),
            without_status: false,
            says_more: false,
        };
        let seen = Seen {
            stderr: "a\nnoise\nb\n".to_owned(),
            results: Some("  stderr: x\ny".to_owned()),
            diff: "index 12..34 100644\n@@ -1,2 +1,4 @@ x\n+stderr: z\n+a".to_owned(),
            ..Seen::default()
        };
        assert_eq!(aspects(&wanted, &seen), []);
    }

    #[test]
    fn times_and_folders_do_not_count() {
        let text = "[PASS] \"sed -e x\" in 1.2s\n[FAIL] \"a\" in 30ms\nno [PASS] in 2s\n/tmp/kpt-1/app/x.yaml Stderr: WARNING: The requested image's platform (a) does not match b and no specific platform was requested\n";
        assert_eq!(
            steady(text, "/tmp/kpt-1"),
            "[PASS] \"sed -e x\" in 0s\n[FAIL] \"a\" in 0s\nno [PASS] in 2s\napp/x.yaml\n"
        );
    }
}
