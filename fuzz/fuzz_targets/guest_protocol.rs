#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("guest_protocol"),
    |bytes: &[u8]| porchlight_laws::guest_protocol::holds(bytes)
);
