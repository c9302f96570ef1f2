//! The grammar of image references, as each profile checks it (kpt-render §1.3).

use crate::compat::Compat;
use crate::go::quote;

/// Longest repository name the reference library allows, in bytes.
const LONGEST_NAME: usize = 255;

/// Why `image` is no image reference, in kpt's words; `None` where it is one.
pub(super) fn problem(image: &str, compat: Compat) -> Option<String> {
    match compat {
        Compat::Beta56 => (!is_old_reference(image)).then(|| format!("function name {} is invalid", quote(image))),
        Compat::Latest => {
            reference_problem(image).map(|why| format!("function image reference {} is invalid: {why}", quote(image)))
        }
    }
}

/// beta.56: a name, then at most one of tag and digest, after either `:` or `@`.
fn is_old_reference(image: &str) -> bool {
    let start = image.rfind('/').map_or(0, |slash| slash + 1);
    let (name, version) = match image[start..].find([':', '@']) {
        Some(end) => (&image[..start + end], Some(&image[start + end + 1..])),
        None => (image, None),
    };
    let is_digest = |text: &str| {
        text.strip_prefix("sha256:")
            .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    is_name(name) && version.is_none_or(|version| is_tag(version) || is_digest(version))
}

/// Now: a name, then a tag, then a digest, each of the last two optional.
fn reference_problem(image: &str) -> Option<&'static str> {
    let Some((name, digest)) = split(image) else {
        return Some(if image.is_empty() {
            "repository name must have at least one component"
        } else if split(&image.to_lowercase()).is_some() {
            "repository name must be lowercase"
        } else {
            "invalid reference format"
        });
    };
    if path_of(name).len() > LONGEST_NAME {
        return Some("repository name must not be more than 255 characters");
    }
    digest.and_then(digest_problem)
}

/// Name and digest of a well-formed reference.
fn split(image: &str) -> Option<(&str, Option<&str>)> {
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image, None),
    };
    let start = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[start..].find(':') {
        Some(end) => (&rest[..start + end], Some(&rest[start + end + 1..])),
        None => (rest, None),
    };
    (is_name(name) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest_form)).then_some((name, digest))
}

fn is_digest_form(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let part = |text: &str| {
        text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    algorithm.split(['-', '_', '+', '.']).all(part) && hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

fn digest_problem(digest: &str) -> Option<&'static str> {
    let (algorithm, hex) = digest.split_once(':')?;
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return Some("unsupported digest algorithm"),
    };
    if hex.len() != length {
        return Some("invalid checksum digest length");
    }
    hex.bytes().any(|b| b.is_ascii_uppercase()).then_some("invalid checksum digest format")
}

fn is_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128 && tag.bytes().next().is_some_and(word) && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

/// A possible registry with port, then path components.
fn is_name(name: &str) -> bool {
    let registry = name.split_once('/').is_some_and(|(first, rest)| is_registry(first) && is_path(rest));
    registry || is_path(name)
}

/// The name without its registry.
fn path_of(name: &str) -> &str {
    match name.split_once('/') {
        Some((first, rest)) if is_registry(first) && is_path(rest) => rest,
        _ => name,
    }
}

fn is_path(path: &str) -> bool {
    path.split('/').all(is_path_component)
}

/// Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_path_component(text: &str) -> bool {
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = bytes.first().is_some_and(|b| alphanumeric(*b)) && bytes.last().is_some_and(|b| alphanumeric(*b));
    ends && bytes
        .split(|b| alphanumeric(*b))
        .all(|separator| matches!(separator, b"" | b"." | b"_" | b"__") || separator.iter().all(|b| *b == b'-'))
}

/// Host name components joined by dots, or an IPv6 address in brackets, and a port.
fn is_registry(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        return !address.is_empty()
            && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let component = |text: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.split('.').all(component) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Images, and whether beta.56 took them when asked.
    #[test]
    fn the_old_grammar() {
        let (hex, upper, long) = ("a".repeat(64), "A".repeat(64), "x".repeat(129));
        for (image, valid) in [
            ("a", true),
            ("A", false),
            ("a/b", true),
            ("A/b", true),
            ("a/B", false),
            ("localhost:5000/x", true),
            ("a:", false),
            (&format!("a:b@sha256:{hex}"), false),
            (&format!("a@sha256:{upper}"), true),
            ("a@sha256:12", false),
            ("a__b", true),
            ("a___b", false),
            ("a..b", false),
            ("a--b/c", true),
            ("-a", false),
            ("a:-x", false),
            ("a/b/", false),
            ("gcr.io/a/b:v1", true),
            ("a b", false),
            ("a@b", true),
            (&format!("a:{long}"), false),
        ] {
            assert_eq!(problem(image, Compat::Beta56).is_none(), valid, "{image}");
        }
    }

    #[test]
    fn the_current_grammar() {
        let (hex, upper) = ("a".repeat(64), "A".repeat(64));
        for (image, expected) in [
            ("a", None),
            ("ghcr.io/a/b:v1", None),
            ("[::1]:5000/a", None),
            (&format!("a:b@sha256:{hex}"), None),
            ("", Some("repository name must have at least one component")),
            ("A", Some("repository name must be lowercase")),
            ("A/b", None),
            ("a/B", Some("repository name must be lowercase")),
            ("a:", Some("invalid reference format")),
            ("a@b", Some("invalid reference format")),
            (&format!("a@sha256:{}", &hex[..40]), Some("invalid checksum digest length")),
            (&format!("a@sha256:{upper}"), Some("invalid checksum digest format")),
            (&format!("a@md4:{hex}"), Some("unsupported digest algorithm")),
            (&format!("x/{}", "a".repeat(256)), Some("repository name must not be more than 255 characters")),
        ] {
            assert_eq!(reference_problem(image), expected, "{image}");
        }
    }
}
