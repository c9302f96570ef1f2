#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("yaml_text"),
    |bytes: &[u8]| porchlight_laws::yaml_text::holds(bytes)
);
