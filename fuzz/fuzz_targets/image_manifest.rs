#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("image_manifest"),
    |bytes: &[u8]| porchlight_laws::image_manifest::holds(bytes)
);
