//! What the cryptography asks of a processor (`graviola`: TLS, signatures); it would stop the program otherwise.

/// Whether this processor has it.
///
/// # Errors
/// What it lacks, for people.
pub fn check() -> Result<(), String> {
    missing_instructions().map_or(Ok(()), |missing| {
        Err(format!("the processor lacks what the cryptography of this program needs: {missing}"))
    })
}

#[cfg(target_arch = "x86_64")]
fn missing_instructions() -> Option<&'static str> {
    [
        ("aes", is_x86_feature_detected!("aes")),
        ("ssse3", is_x86_feature_detected!("ssse3")),
        ("pclmulqdq", is_x86_feature_detected!("pclmulqdq")),
        ("avx", is_x86_feature_detected!("avx")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("bmi1", is_x86_feature_detected!("bmi1")),
        ("bmi2", is_x86_feature_detected!("bmi2")),
        ("adx", is_x86_feature_detected!("adx")),
    ]
    .into_iter()
    .find_map(|(name, found)| (!found).then_some(name))
}

#[cfg(target_arch = "aarch64")]
fn missing_instructions() -> Option<&'static str> {
    use std::arch::is_aarch64_feature_detected as detected;
    [("neon", detected!("neon")), ("aes", detected!("aes")), ("pmull", detected!("pmull")), ("sha2", detected!("sha2"))]
        .into_iter()
        .find_map(|(name, found)| (!found).then_some(name))
}
