//! One line per finding, as compilers write them, so that editors and terminals can jump to the place.

use std::fmt::Write;

use crate::finding::{Failure, Finding, Findings, Place, Severity};

pub(crate) fn write(findings: &Findings) -> String {
    let mut text = String::new();
    for (_, finding) in findings.iter() {
        finding_lines(&mut text, finding);
    }
    if let Some(Failure { code, message }) = &findings.failure {
        let code = code.map_or_else(String::new, |code| format!("[{code}]"));
        line(&mut text, &format!("error{code}: {message}"));
    }
    let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| findings.count(severity));
    let [errors, warnings, infos] = counts;
    line(&mut text, &format!("{errors} error(s), {warnings} warning(s), {infos} info"));
    text
}

pub(crate) fn finding_lines(text: &mut String, finding: &Finding) {
    let Place { path, line: at, column } = &finding.place;
    let mut place = path.clone();
    for number in [at, column].into_iter().flatten() {
        let _ = write!(place, ":{number}");
    }
    let code = if finding.code.is_empty() { String::new() } else { format!("[{}]", finding.code) };
    let mut about = String::new();
    if let Some(resource) = &finding.resource {
        let _ = write!(about, "{}/{}", resource.kind, resource.name);
    }
    if let Some(field) = &finding.field {
        let gap = if about.is_empty() { "" } else { " " };
        let _ = write!(about, "{gap}{}", field.path);
        match (&field.current_value, &field.proposed_value) {
            (Some(current), Some(proposed)) => {
                let _ = write!(about, ": `{current}` -> `{proposed}`");
            }
            (None, Some(proposed)) => {
                let _ = write!(about, ": -> `{proposed}`");
            }
            (_, None) => {}
        }
    }
    let about = if about.is_empty() { about } else { format!(" ({about})") };
    line(text, &format!("{place}: {}{code}: {}{about}", finding.severity.as_str(), finding.message));
    if let Some(hint) = &finding.hint {
        line(text, &format!("    hint: {hint}"));
    }
}

/// Ends a line. What a function says may hold line ends, and control characters that terminals obey.
fn line(text: &mut String, content: &str) {
    for sign in content.trim_end().chars() {
        if sign.is_control() {
            text.extend(sign.escape_default());
        } else {
            text.push(sign);
        }
    }
    text.push('\n');
}
