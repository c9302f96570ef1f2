#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("names"),
    |bytes: &[u8]| porchlight_laws::names::holds(bytes)
);
