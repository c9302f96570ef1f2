//! Packages that others wrote: what is found in them, as counts in `tests/corpus.txt`.

use std::path::Path;

use porchlight_cases::corpus;
use porchlight_krm::run_text;
use validate_specialization::ValidateSpecialization;

/// The catalog's packages are healthy blueprints: nothing in them is wrong, and what is unfinished is information.
#[test]
fn blueprints_of_the_catalog_are_healthy() {
    let Some(packages) = corpus::packages() else { return };
    let config = "{apiVersion: v1, kind: ConfigMap, data: {blueprint: 'true', policyCoverage: 'off'}}";
    let mut count = 0;
    for (name, folder) in packages.into_iter().filter(|(name, _)| name.starts_with("nephio-catalog/")) {
        let outcome = run_text::<ValidateSpecialization>(&corpus::source(&folder, config).unwrap());
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""), "{name}");
        count += 1;
    }
    assert!(count >= 14, "{count} packages");
}

#[test]
fn findings_in_the_corpus_are_those_recorded() {
    corpus::findings::<ValidateSpecialization>(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus.txt"));
}
