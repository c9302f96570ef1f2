#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("resource_list"),
    |bytes: &[u8]| porchlight_laws::resource_list::holds(bytes)
);
