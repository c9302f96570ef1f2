//! Packages that others wrote: what is found in them, as counts in `tests/corpus.txt`.

use std::path::Path;

use audit_exposure::AuditExposure;
use porchlight_cases::corpus;

#[test]
fn findings_in_the_corpus_are_those_recorded() {
    corpus::findings::<AuditExposure>(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus.txt"));
}
