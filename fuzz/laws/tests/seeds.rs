//! Every law holds for its seeds and for what a fuzzer found.

use std::panic::catch_unwind;

use porchlight_laws::{LAWS, seeds};

#[test]
fn laws_hold_for_seeds_and_findings() {
    let mut broken = Vec::new();
    for law in LAWS {
        let inputs: Vec<Vec<u8>> = (law.seeds)().into_iter().chain(seeds::findings(law.name)).collect();
        assert!(inputs.len() > 3, "{} has no seeds", law.name);
        for input in inputs {
            if catch_unwind(|| (law.holds)(&input)).is_err() {
                broken.push(format!("{}: {:?}", law.name, String::from_utf8_lossy(&input)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
