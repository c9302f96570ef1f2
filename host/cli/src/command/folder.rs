//! Folders that hold the files of a package revision.

use porchlight_krm::Code;
use porchlight_repository::ContentsError;

use crate::exit;
use crate::failure::Failure;

/// An error with a folder of the user.
pub(super) fn failure(error: &ContentsError) -> Failure {
    let failure = Failure::plain(error).exit(exit::USAGE);
    match error {
        ContentsError::FolderExists(_) => failure.hint("name another folder, or remove this one"),
        ContentsError::Unsafe { .. } | ContentsError::TooLarge(_) | ContentsError::NoKptfile => {
            failure.code(Code::RevisionInvalid).exit(exit::FAILED)
        }
        _ => failure,
    }
}
