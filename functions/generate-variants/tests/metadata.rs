//! `metadata.yaml` is what the function says of itself. `UPDATE=1` rewrites it.

use std::fs;

use generate_variants::GenerateVariants;
use porchlight_krm::Function;

#[test]
fn metadata_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/metadata.yaml");
    let text = GenerateVariants::metadata().to_yaml();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), text, "run again with UPDATE=1");
}
