//! Errors of the libraries, as a user of `render` meets them.

use porchlight_krm::Code;
use porchlight_package::{CommitError, OutputError, PackageError, PlanError};
use porchlight_pipeline::{Problem, RenderError};

use crate::exit;
use crate::failure::Failure;

pub(crate) fn package(error: PackageError) -> Failure {
    match error {
        PackageError::Kptfile(error) => Failure::kpt(Some(Code::KptfileInvalid), error),
        PackageError::Invalid(error) => Failure::kpt(Some(Code::KptfileInvalid), error),
        PackageError::Recovery(error) => commit(&error),
        PackageError::Root { .. } => Failure::plain(error).code(Code::ResourceFetchFailed).exit(exit::USAGE),
        error => Failure::kpt(Some(Code::YamlParseFailed), error),
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
        Problem::Runtime(error) => {
            let exit = if error.code == Code::FnTimeout { exit::DEADLINE } else { exit::FAILED };
            Failure::coded(error.code, &error).exit(exit)
        }
        Problem::ExecNotAllowed => Failure::kpt(code, &problem)
            .hint("`exec:` runs a program of this machine outside the sandbox; allow it with `--allow-exec`"),
        Problem::Package(error) => package(error),
        problem => Failure::kpt(code, problem),
    }
}

pub(crate) fn plan(error: &PlanError) -> Failure {
    Failure::plain(error).code(Code::FnOutputInvalid)
}

pub(crate) fn directory(error: &OutputError) -> Failure {
    Failure::plain(error).code(Code::ResourceFetchFailed)
}

pub(crate) fn commit(error: &CommitError) -> Failure {
    let code = match error {
        CommitError::Busy(_) => Code::LeaseHeld,
        CommitError::Unrecovered { .. } | CommitError::ForeignJournal { .. } | CommitError::Interrupted { .. } => {
            Code::StateCorrupt
        }
        _ => Code::VerifyFailed,
    };
    Failure::plain(error).code(code)
}
