//! `porchlight provenance verify STATEMENT [PKG]`

use std::fs;
use std::path::PathBuf;

use clap::Args;
use porchlight_provenance::{DirectoryHash, verify};
use porchlight_runtime::OUR_PREFIX;

use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// File with the statement
    #[arg(value_name = "STATEMENT")]
    statement: PathBuf,
    /// Directory of the package
    #[arg(default_value = ".", value_name = "PKG")]
    package: PathBuf,
}

pub(crate) fn run(arguments: &Verify) -> Result<u8, Failure> {
    let file = arguments.statement.display();
    let json = fs::read_to_string(&arguments.statement).map_err(|error| {
        Failure::plain(format_args!("cannot read the statement `{file}`: {error}")).exit(exit::USAGE)
    })?;
    let package = DirectoryHash::of(&arguments.package).map_err(|error| {
        Failure::plain(format_args!("the digest of the package cannot be computed: {error}")).exit(exit::USAGE)
    })?;
    let differences = verify(&json, &package, at_hand).map_err(|error| {
        Failure::plain(format_args!("`{file}` cannot be used: {error}"))
            .hint("name a file that `porchlight render --provenance FILE` wrote")
            .exit(exit::USAGE)
    })?;
    for function in &differences.functions {
        output::error(&format!("[WARN] {function}; a render with this program may give other bytes"));
    }
    match differences.package {
        Some(difference) => Err(Failure::plain(format_args!("{difference}")).hint(
            "the package was changed after the render, or it is another one; `git status` or `porchlight render --check` \
             tell what differs",
        )),
        None => {
            output::data(format!("{} is as rendered: dirHash {package}\n", arguments.package.display()).as_bytes())?;
            Ok(exit::SUCCESS)
        }
    }
}

/// The digest of the function inside this program that a name stands for.
fn at_hand(name: &str) -> Option<String> {
    let short = name.strip_prefix(OUR_PREFIX)?.trim_start_matches('/').split([':', '@']).next()?;
    Some(porchlight_embedded::find(short)?.digest().trim_start_matches("sha256:").to_owned())
}
