//! What a caller is told of a function that failed.
//!
//! Porch shows its users nothing but the status message: no results, no stderr, no exit code (porch §1.4). So the first
//! line says what happened, and below it are all results that fit, and the end of stderr.

use porchlight_krm::Code as ErrorCode;
use porchlight_pipeline::{ResultItem, RunOutput, RuntimeError, results_of};
use tonic::{Code, Status};

/// Longest message, in bytes as it travels. Go takes more; other stacks and proxies stop at 8 KiB for all headers.
const LONGEST: usize = 6 << 10;

/// What is kept for stderr where the results would fill the message.
const FOR_STDERR: usize = 1 << 10;

/// A function that ended with an exit code other than 0.
pub(crate) fn exit(image: &str, output: RunOutput) -> Status {
    let RunOutput { stdout, stderr, exit_code } = output;
    let first = format!("function `{image}` failed with exit code {exit_code}");
    match results_of(stdout) {
        Ok(results) => told(Code::Internal, with_counts(first, &results), &results, &stderr),
        Err(problem) => {
            told(Code::Internal, format!("{first}, and its output cannot be read: {problem}"), &[], &stderr)
        }
    }
}

/// A function that ended with exit code 0 and an output that is none.
pub(crate) fn unreadable(image: &str, problem: &str, stderr: &[u8]) -> Status {
    told(Code::Internal, format!("the output of function `{image}` cannot be read: {problem}"), &[], stderr)
}

/// A function that ended with exit code 0 and results that are errors, where that was asked to count.
pub(crate) fn errors(image: &str, results: &[ResultItem], stderr: &[u8]) -> Status {
    let first = format!("function `{image}` found errors, which `--strict` takes for a failure");
    told(Code::Internal, with_counts(first, results), results, stderr)
}

/// A function that could not be started, or was stopped. Never `Unavailable`: callers try that again (porch §1.2).
pub(crate) fn stopped(error: &RuntimeError) -> Status {
    let code = match error.code {
        ErrorCode::FnTimeout => Code::DeadlineExceeded,
        ErrorCode::FnMemoryExceeded | ErrorCode::FnOutputInvalid => Code::ResourceExhausted,
        ErrorCode::Cancelled => Code::Cancelled,
        ErrorCode::FnImageUnresolved => Code::NotFound,
        ErrorCode::KptfileInvalid => Code::InvalidArgument,
        _ => Code::Internal,
    };
    told(code, format!("[{}] {}", error.code, error.message), &[], &error.stderr)
}

/// True where a result is an error.
pub(crate) fn is_error(result: &ResultItem) -> bool {
    result.severity == "error"
}

fn with_counts(first: String, results: &[ResultItem]) -> String {
    let count = |severity: &str| results.iter().filter(|result| result.severity == severity).count();
    let counts: Vec<String> = ["error", "warning"]
        .into_iter()
        .filter_map(|severity| match count(severity) {
            0 => None,
            1 => Some(format!("1 {severity}")),
            many => Some(format!("{many} {severity}s")),
        })
        .collect();
    if counts.is_empty() { first } else { format!("{first}: {}", counts.join(", ")) }
}

fn told(code: Code, mut message: String, results: &[ResultItem], stderr: &[u8]) -> Status {
    let stderr = String::from_utf8_lossy(stderr);
    let stderr = stderr.trim_end();
    message = head(&message, LONGEST / 2).to_owned();
    let kept = if stderr.is_empty() { 0 } else { FOR_STDERR.min(travels(stderr)) + travels("\nstderr:\n...") };
    let mut room = LONGEST.saturating_sub(travels(&message) + kept);
    let more = |left: usize| format!("\n... and {left} more");
    for (shown, result) in results.iter().enumerate() {
        let line = line(result);
        let needed = travels(&line) + travels(&more(results.len()));
        if needed > room {
            message += &more(results.len() - shown);
            break;
        }
        room -= travels(&line);
        message += &line;
    }
    if !stderr.is_empty() {
        let room = LONGEST.saturating_sub(travels(&message) + travels("\nstderr:\n..."));
        let end = tail(stderr, room);
        message += "\nstderr:\n";
        message += if end.len() < stderr.len() { "..." } else { "" };
        message += end;
    }
    Status::new(code, message)
}

/// `[severity] apiVersion/kind/namespace/name field: message (file)`.
fn line(result: &ResultItem) -> String {
    let file = result.file.as_ref().filter(|file| !file.path.is_empty());
    let place = file.map(|file| format!(" ({})", file.path)).unwrap_or_default();
    format!("\n{result}{place}")
}

/// Bytes a text has in a header, where most of what is no letter or digit becomes `%20`.
fn travels(text: &str) -> usize {
    text.chars().map(cost).sum()
}

fn cost(character: char) -> usize {
    let plain = character.is_ascii_alphanumeric() || "!$&'()*+,-./:;=@[]^_|~\\".contains(character);
    if plain { 1 } else { 3 * character.len_utf8() }
}

/// The beginning of a text, within so many bytes as it travels.
fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += cost(character);
        if used > room {
            return &text[..at];
        }
    }
    text
}

/// The end of a text, within so many bytes as it travels.
fn tail(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices().rev() {
        used += cost(character);
        if used > room {
            return &text[at + character.len_utf8()..];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(results: &str, stderr: &str) -> RunOutput {
        let stdout = format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n{results}");
        RunOutput { stdout: stdout.into_bytes(), stderr: stderr.as_bytes().to_vec(), exit_code: 1 }
    }

    #[test]
    fn results_and_stderr_are_in_the_message() {
        let results = "\
results:
- message: too small
  severity: error
  resourceRef: {apiVersion: v1, kind: ConfigMap, namespace: a, name: b}
  field: {path: data.x}
  file: {path: c.yaml}
- message: odd
  severity: warning
";
        let status = exit("a.io/x:v1", output(results, "said\n"));
        assert_eq!(status.code(), Code::Internal);
        assert_eq!(
            status.message(),
            "function `a.io/x:v1` failed with exit code 1: 1 error, 1 warning\n\
             [error] v1/ConfigMap/a/b data.x: too small (c.yaml)\n[warning]: odd\nstderr:\nsaid"
        );
    }

    #[test]
    fn output_that_is_no_list_does_not_hide_stderr() {
        let failed = RunOutput { stdout: b"oops".to_vec(), stderr: b"said".to_vec(), exit_code: 3 };
        let message = exit("a.io/x:v1", failed).message().to_owned();
        assert!(message.starts_with("function `a.io/x:v1` failed with exit code 3, and its output"), "{message}");
        assert!(message.ends_with("\nstderr:\nsaid"), "{message}");
    }

    #[test]
    fn messages_stay_small_and_say_what_is_left_out() {
        let many: String = (0..1000).map(|n| format!("- {{message: \"nº {n}\", severity: error}}\n")).collect();
        let long = "ä line of stderr\n".repeat(1000);
        let status = exit("a.io/x:v1", output(&format!("results:\n{many}"), &long));
        let message = status.message();
        assert!(travels(message) <= LONGEST, "{}", travels(message));
        assert!(travels(message) > LONGEST * 9 / 10, "{}", travels(message));
        assert!(message.contains("exit code 1: 1000 errors\n[error]: nº 0\n"), "{message}");
        let shown = message.matches("[error]").count();
        assert!(message.contains(&format!("\n... and {} more\nstderr:\n...", 1000 - shown)), "{message}");
        assert!(message.ends_with("ä line of stderr"), "{message}");
    }

    #[test]
    fn no_failure_is_one_to_try_again() {
        for (code, expected) in [
            (ErrorCode::FnTimeout, Code::DeadlineExceeded),
            (ErrorCode::FnMemoryExceeded, Code::ResourceExhausted),
            (ErrorCode::FnOutputInvalid, Code::ResourceExhausted),
            (ErrorCode::FnTrapped, Code::Internal),
            (ErrorCode::FnUnknown, Code::Internal),
            (ErrorCode::FnImageUnresolved, Code::NotFound),
            (ErrorCode::Cancelled, Code::Cancelled),
        ] {
            let status = stopped(&RuntimeError::new(code, "why").stderr(b"said".to_vec()));
            assert_eq!((status.code(), status.message()), (expected, format!("[{code}] why\nstderr:\nsaid").as_str()));
        }
    }
}
