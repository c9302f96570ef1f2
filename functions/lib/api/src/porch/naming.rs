//! Names of the variants of a set (porch §4.11); variants we write ourselves are called in the same way.

use sha1::{Digest, Sha1};

/// Longest name of a variant, in bytes.
pub const MAX_NAME: usize = 63;

/// Digits of the hash in a name that had to be cut.
const HASH_DIGITS: usize = 8;

/// What a variant of a set is recognised by.
#[must_use]
pub fn variant_identifier(set: &str, repository: &str, package: &str) -> String {
    format!("{set}-{repository}-{package}")
}

/// The name of the variant: its identifier; where that is too long its first 54 bytes and 8 digits of its SHA-1.
///
/// ```
/// use porchlight_api::porch::{variant_identifier, variant_name};
///
/// let short = variant_identifier("fleet", "edge01", "upf");
/// assert_eq!(variant_name(&short), "fleet-edge01-upf");
/// let long = variant_identifier("edge-fleet-baseline", "nephio-site-4417-deployments", "free5gc-upf-dataplane");
/// assert_eq!(variant_name(&long), "edge-fleet-baseline-nephio-site-4417-deployments-free5-78209022");
/// ```
#[must_use]
pub fn variant_name(identifier: &str) -> String {
    if identifier.len() <= MAX_NAME {
        return identifier.to_owned();
    }
    let mut end = MAX_NAME - HASH_DIGITS - 1;
    // Names are ASCII; others are refused afterwards.
    while !identifier.is_char_boundary(end) {
        end -= 1;
    }
    let digest = Sha1::digest(identifier.as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}", &identifier[..end], &hash[..HASH_DIGITS])
}

/// Why no object can have this name (RFC 1123 subdomain); nothing where one can.
#[must_use]
pub fn name_problem(name: &str) -> Option<String> {
    let allowed = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    if let Some(character) = name.chars().find(|character| !allowed(*character) && !['-', '.'].contains(character)) {
        return Some(format!("`{character}` is not allowed in names"));
    }
    let parts_are_whole = name.split('.').all(|part| part.starts_with(allowed) && part.ends_with(allowed));
    (!parts_are_whole).then(|| "a name starts and ends with a letter or digit, also around dots".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_end_in_a_hash() {
        let longest = "a".repeat(63);
        assert_eq!(variant_name(&longest), longest);
        assert_eq!(variant_name(&"a".repeat(64)).len(), 63);
        assert_eq!(variant_name(&"é".repeat(40)).len(), 63);
    }

    #[test]
    fn names_are_those_of_kubernetes() {
        assert_eq!(name_problem("a-1.b"), None);
        for name in ["a/b", "A", "-a", "a-", "a..b", ""] {
            assert!(name_problem(name).is_some(), "{name}");
        }
    }
}
