#![no_main]

libfuzzer_sys::fuzz_target!(
    init: porchlight_laws::seeds::write("grpc_message"),
    |bytes: &[u8]| porchlight_laws::grpc_message::holds(bytes)
);
