//! The generated schemas and definitions are up to date, valid and agree with what is in the repository.
//! `UPDATE=1 cargo test -p porchlight-api --test schemas` writes them anew.

#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is wrong")]

#[path = "schemas/drift.rs"]
mod drift;
#[path = "schemas/examples.rs"]
mod examples;
#[path = "schemas/structural.rs"]
mod structural;

use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}
