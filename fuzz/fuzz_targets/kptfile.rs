#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("kptfile"),
    |bytes: &[u8]| porchlight_laws::kptfile::holds(bytes)
);
