//! Names of objects.

/// What a DNS label must be, for messages.
pub(crate) const DNS_LABEL: &str =
    "expected a DNS label: lower-case letters, digits and dashes, at most 63, a letter or digit at both ends";

/// RFC 1123 label.
pub(crate) fn is_dns_label(text: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 63
        && text.bytes().all(|byte| alphanumeric(byte) || byte == b'-')
        && text.bytes().next().is_some_and(alphanumeric)
        && text.bytes().last().is_some_and(alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::is_dns_label;

    #[test]
    fn labels() {
        assert!(["a", "edge01", "a-b"].into_iter().all(is_dns_label));
        assert!(!["", "-a", "a-", "A", "a.b", "ä"].into_iter().any(is_dns_label));
        assert!(!is_dns_label(&"a".repeat(64)));
    }
}
