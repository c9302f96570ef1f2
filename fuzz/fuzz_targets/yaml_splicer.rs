#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("yaml_splicer"),
    |bytes: &[u8]| porchlight_laws::yaml_splicer::holds(bytes)
);
