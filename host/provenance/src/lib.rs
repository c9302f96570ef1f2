//! How a package was rendered: an in-toto statement (Statement v1) with SLSA provenance v1.
//!
//! The subject is the package after the render; what it was made of are the package before it, the revisions it was
//! taken from, and each function by the digest of its code. The statement holds no times and no names of machines:
//! the same render gives the same bytes, so that somebody else can repeat it and compare. It is not signed; sign it as
//! any in-toto statement (`cosign attest-blob`).
//!
//! Sources: in-toto attestation framework v1 (`spec/v1/statement.md`, `spec/v1/digest_set.md`), SLSA v1.0 provenance.

mod directory;
mod statement;
mod upstream;
mod verify;
mod witness;

pub use directory::{DirectoryError, DirectoryHash};
pub use statement::{Options, Render, Statement};
pub use verify::{Difference, Differences, StatementError, verify};
pub use witness::{Ran, Witness};
