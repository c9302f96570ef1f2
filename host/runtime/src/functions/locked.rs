//! What a lock has to do with what is run.

use porchlight_krm::Code;
use porchlight_package::FunctionRef;
use porchlight_pipeline::{Prepared, RuntimeError};

use super::{Functions, package_context};
use crate::lock::{Lock, LockedImage};

impl Functions {
    /// What stands behind the image of a pipeline entry now; none for what is part of every kpt.
    ///
    /// # Errors
    /// It cannot be found, or is a program of this machine, which a lock cannot hold.
    pub fn lock(&self, function: &FunctionRef) -> Result<Option<LockedImage>, RuntimeError> {
        if function.image == package_context::IMAGE {
            return Ok(None);
        }
        let unlockable = |what: String| {
            let message = format!("{what} runs a program of this machine, which a lock cannot hold; use an image");
            RuntimeError::new(Code::FnImageUnresolved, message)
        };
        if !function.exec.is_empty() {
            return Err(unlockable(format!("`exec: {}`", function.exec)));
        }
        let wanted = self.wanted(function)?;
        let (image, range) = (wanted.image.to_string(), wanted.range.clone());
        let found = self.find(function, wanted, None)?;
        let (origin, digest) = found.identity.ok_or_else(|| unlockable(format!("image `{image}`")))?;
        let tag = found.tag.filter(|_| range.is_some());
        Ok(Some(LockedImage { image, range, tag, origin, digest }))
    }

    /// What runs for an image, which must be what is locked.
    pub(super) fn locked(&self, function: &FunctionRef, lock: &Lock) -> Result<Box<dyn Prepared>, RuntimeError> {
        let wanted = self.wanted(function)?;
        let (image, file) = (wanted.image.to_string(), lock.file().display());
        let refused = |message| Err(RuntimeError::new(Code::VerifyFailed, message));
        let Some(entry) = lock.find(&image, wanted.range.as_deref()) else {
            return refused(format!("image `{image}` is not in `{file}`; if it is to be run, run `porchlight lock`"));
        };
        let found = self.find(function, wanted, Some(entry))?;
        let LockedImage { origin, digest, .. } = entry;
        match found.identity {
            Some(identity) if identity == (*origin, *digest) => Ok(found.prepared),
            Some((found_origin, found_digest)) => refused(format!(
                "image `{image}` is not what `{file}` says: {digest} {origin} was locked, {found_digest} {found_origin} is \
                 found; if that is right, run `porchlight lock`"
            )),
            None => refused(format!(
                "image `{image}` is locked in `{file}`, but a program of this machine stands in for it"
            )),
        }
    }
}

/// A command where only locked images may run.
pub(super) fn exec(lock: &Lock, command: &str) -> RuntimeError {
    let message = format!(
        "`exec: {command}` runs a program of this machine, which `{}` cannot hold; use an image, or render without `--locked`",
        lock.file().display()
    );
    RuntimeError::new(Code::VerifyFailed, message)
}
