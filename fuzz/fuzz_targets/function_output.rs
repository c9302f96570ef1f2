#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("function_output"),
    |bytes: &[u8]| porchlight_laws::function_output::holds(bytes)
);
