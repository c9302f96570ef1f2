//! Running a function on text: the one entry behind every form of execution.

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use std::io::{self, Write};
use std::process::ExitCode;

use crate::function_config;
use crate::protocol;
use crate::protocol::Incoming;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use crate::protocol::Input;
use crate::resource_list::failure_text;
use crate::{Code, CodedError, Finding, Function, ResourceList};

/// What a function leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// A ResourceList, also when the function failed: then it holds the items as they came and the results.
    pub stdout: String,
    /// One line `[CODE] Component: message (intent: X) - cause` for each error; empty on success.
    pub stderr: String,
    /// 0, or 1 when the function failed.
    pub exit_code: u8,
}

/// Runs `F` on the text of a ResourceList.
///
/// Results already in the input belong to an earlier run and are dropped.
#[must_use]
pub fn run_text<F: Function>(stdin: &str) -> Outcome {
    let mut list = match ResourceList::parse(stdin) {
        Ok(list) => list,
        Err(error) => return failed(stdin, &CodedError::from(&error)),
    };
    match run::<F>(&mut list) {
        Ok(()) => Outcome { stdout: list.to_text(), stderr: String::new(), exit_code: 0 },
        Err(stderr) => Outcome { stdout: failure_text(stdin, &list.results), stderr, exit_code: 1 },
    }
}

/// Runs `F` on a list; an error is what belongs on stderr.
fn run<F: Function>(list: &mut ResourceList) -> Result<(), String> {
    list.results.clear();
    let config = function_config::read(list.function_config.as_ref(), F::CONFIG_KIND);
    if let Err(error) = config.and_then(|config| F::run(list, config)) {
        list.fail(error);
    }
    if list.has_errors() { Err(list.error_lines().into_iter().map(|line| line + "\n").collect()) } else { Ok(()) }
}

/// What a function leaves behind that was asked in the way of [`protocol`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedOutcome {
    /// An answer, see [`protocol::Answer`].
    pub stdout: Vec<u8>,
    /// As in [`Outcome`].
    pub stderr: String,
    /// As in [`Outcome`].
    pub exit_code: u8,
}

impl From<Outcome> for PackedOutcome {
    fn from(Outcome { stdout, stderr, exit_code }: Outcome) -> Self {
        Self { stdout: stdout.into_bytes(), stderr, exit_code }
    }
}

/// Runs `F` on a request, see [`protocol`].
#[must_use]
pub fn run_packed<F: Function>(request: Vec<u8>) -> PackedOutcome {
    answer::<F>(Incoming::of(request)).0
}

/// The outcome of a request, and what is left of the list.
fn answer<F: Function>(request: Incoming) -> (PackedOutcome, ResourceList) {
    let damaged = || {
        let error = CodedError::new(Code::ResourcelistInvalid, protocol::Damaged.to_string());
        let stdout = protocol::failure(&[Finding::from(&error)]);
        PackedOutcome { stdout, stderr: format!("{error}\n"), exit_code: 1 }
    };
    let Ok((mut list, frame)) = protocol::read_request(request) else { return (damaged(), ResourceList::default()) };
    let ended = run::<F>(&mut list);
    let outcome = match ended {
        Ok(()) => PackedOutcome { stdout: protocol::answer(&list), stderr: String::new(), exit_code: 0 },
        Err(stderr) => PackedOutcome { stdout: protocol::failure(&list.results), stderr, exit_code: 1 },
    };
    (if frame.is_damaged() { damaged() } else { outcome }, list)
}

/// Runs `F` on stdin and stdout of this process. This is the body of `main`, see
/// [`function_main!`](crate::function_main).
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
#[must_use]
pub fn run_process<F: Function>() -> ExitCode {
    let outcome = match Input::read(io::stdin().lock()) {
        Ok(Input::Request(request)) => {
            let (outcome, list) = answer::<F>(request);
            // The process ends; its memory goes as a whole.
            std::mem::forget(list);
            outcome
        }
        Ok(Input::Text(text)) => run_bytes::<F>(text).into(),
        Err(error) => {
            let error = CodedError::new(Code::ResourcelistInvalid, "cannot read the ResourceList").cause(error);
            failed("", &error).into()
        }
    };
    // A reader that went away is no failure of ours, and there is nobody left to tell.
    let _ = io::stderr().lock().write_all(outcome.stderr.as_bytes());
    let mut stdout = io::stdout().lock();
    match stdout.write_all(&outcome.stdout).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::from(outcome.exit_code),
        Err(_) => ExitCode::FAILURE,
    }
}

/// Offers `F` to kpt's WebAssembly runtimes. This is the body of `main` for `wasm32-unknown-unknown`, which has no
/// standard input and output.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
#[must_use]
pub fn run_process<F: Function>() -> ExitCode {
    porchlight_kpt_wasm::serve(|input| {
        let outcome = match str::from_utf8(input) {
            Ok(text) => run_text::<F>(text),
            Err(_) => run_bytes::<F>(input.to_vec()),
        };
        porchlight_kpt_wasm::Answer {
            list: outcome.stdout,
            failure: (outcome.exit_code != 0).then_some(outcome.stderr),
        }
    });
    ExitCode::SUCCESS
}

/// As [`run_text`], for bytes that may not be text.
#[must_use]
pub fn run_bytes<F: Function>(stdin: Vec<u8>) -> Outcome {
    match String::from_utf8(stdin) {
        Ok(text) => run_text::<F>(&text),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
            let message = format!("line {line}: the input is not UTF-8; save the file in UTF-8");
            failed("", &CodedError::new(Code::YamlParseFailed, message))
        }
    }
}

fn failed(stdin: &str, error: &CodedError) -> Outcome {
    Outcome { stdout: failure_text(stdin, &[Finding::from(error)]), stderr: format!("{error}\n"), exit_code: 1 }
}

/// The `main` of a function crate: `porchlight_krm::function_main!(MyFunction);`
#[macro_export]
macro_rules! function_main {
    ($function:ty) => {
        fn main() -> ::std::process::ExitCode {
            $crate::run_process::<$function>()
        }
    };
}

#[cfg(test)]
mod tests;
