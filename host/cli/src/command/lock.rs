//! `porchlight lock [PKG]`

use std::path::PathBuf;

use clap::Args;
use porchlight_package::{Compat, PackageError, PackageTree};
use porchlight_runtime::{Containers, FunctionLimits, LOCK_FILE, LockedImage};

use crate::command::render::errors;
use crate::failure::Failure;
use crate::runtime::RuntimeFlags;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// Directory of the package; the lock is written there, as `porchlight.lock`
    #[arg(default_value = ".")]
    package: PathBuf,
    /// Write nothing; exit with 1 if the lock is not as it would be written
    #[arg(long)]
    check: bool,
    /// Release of kpt to follow in names of images: `beta.56` or `latest`
    #[arg(long, value_name = "RELEASE", default_value_t = Compat::Latest)]
    kpt_compat: Compat,
    #[command(flatten)]
    runtime: RuntimeFlags,
}

pub(crate) fn run(arguments: &Lock) -> Result<u8, Failure> {
    let images = images(arguments)?;
    let lock = porchlight_runtime::Lock::new(&arguments.package, images);
    if arguments.check {
        let old = porchlight_runtime::Lock::read(&arguments.package).map_err(Failure::plain)?;
        if old.images() == lock.images() {
            return Ok(exit::SUCCESS);
        }
        output::error(&format!("`{}` is not what its images are now; run `porchlight lock`", old.file().display()));
        return Ok(exit::FAILED);
    }
    lock.write().map_err(Failure::plain)?;
    let count = lock.images().len();
    output::error(&format!("locked {count} image(s) in `{}`", arguments.package.join(LOCK_FILE).display()));
    Ok(exit::SUCCESS)
}

/// What stands behind the images of all packages of the tree.
fn images(arguments: &Lock) -> Result<Vec<LockedImage>, Failure> {
    let mut flags = arguments.runtime.clone();
    // A lock says what tags mean now, unless nobody may be asked.
    if !flags.image_pull_policy.eq_ignore_ascii_case("never") {
        "Always".clone_into(&mut flags.image_pull_policy);
    }
    let limits = FunctionLimits::default();
    let mut runtime = flags.functions(arguments.kpt_compat, limits, Containers::default(), None)?;
    if flags.allow_container {
        runtime = runtime.with_identified_containers(flags.puller()?);
    }
    let tree = PackageTree::open(&arguments.package, arguments.kpt_compat).map_err(errors::package)?;
    let mut images = Vec::new();
    for id in tree.depth_first() {
        let kptfile = tree.kptfile(id).map_err(|error| errors::package(PackageError::Kptfile(error)))?;
        for function in kptfile.pipeline.mutators.iter().chain(&kptfile.pipeline.validators) {
            images.extend(runtime.lock(function).map_err(errors::runtime)?);
        }
    }
    Ok(images)
}
