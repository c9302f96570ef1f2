//! Errors of the libraries, as a user of `render` meets them.

use porchlight_krm::Code;
use porchlight_package::{CommitError, OutputError, PackageError, PlanError};
use porchlight_pipeline::{Problem, RenderError, RuntimeError};

use crate::exit;
use crate::failure::Failure;

pub(crate) fn package(error: PackageError) -> Failure {
    let code = error.code();
    match error {
        PackageError::Kptfile(error) => Failure::kpt(Some(code), error),
        PackageError::Invalid(error) => Failure::kpt(Some(code), error),
        PackageError::Recovery(error) => commit(&error),
        PackageError::Root { .. } => Failure::plain(error).code(code).exit(exit::USAGE),
        // A link is a fault of the package like those of its Kptfile, but not of how the program was called.
        error @ PackageError::Link { .. } => Failure::kpt(Some(code), error).exit(exit::FAILED),
        error => Failure::kpt(Some(code), error),
    }
}

pub(crate) fn render(error: RenderError) -> Failure {
    let RenderError { function, problem, .. } = error;
    let code = problem.code();
    match *problem {
        Problem::Failed { exit_code } => {
            let name = function.unwrap_or_default();
            Failure::told(Code::FnTrapped, format_args!("function `{name}` ended with exit code {exit_code}"))
        }
        // A command that cannot be split or started is told as kpt tells it.
        Problem::Runtime(error) if error.code == Code::KptfileInvalid => Failure::kpt(code, error),
        Problem::Runtime(error) if error.code == Code::FnUnknown => {
            Failure::kpt(code, format_args!("unexpected function error: {error}"))
        }
        Problem::Runtime(error) => runtime(error),
        Problem::ExecNotAllowed => Failure::kpt(code, &problem)
            .hint("`exec:` runs a program of this machine outside the sandbox; allow it with `--allow-exec`"),
        Problem::Package(error) => package(error),
        problem => Failure::kpt(code, problem),
    }
}

/// A function that cannot be had or run.
pub(crate) fn runtime(error: RuntimeError) -> Failure {
    let exit = match error.code {
        Code::FnTimeout => exit::DEADLINE,
        Code::VerifyFailed => exit::VERIFICATION,
        _ => exit::FAILED,
    };
    Failure::coded(error.code, error).exit(exit)
}

pub(crate) fn plan(error: &PlanError) -> Failure {
    Failure::plain(error).code(error.code())
}

pub(crate) fn directory(error: &OutputError) -> Failure {
    Failure::plain(error).code(error.code())
}

pub(crate) fn commit(error: &CommitError) -> Failure {
    Failure::plain(error).code(error.code())
}
