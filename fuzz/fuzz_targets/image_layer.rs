#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("image_layer"),
    |bytes: &[u8]| porchlight_laws::image_layer::holds(bytes)
);
