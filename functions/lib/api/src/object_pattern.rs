//! `Kind/name` with `*` for any part of the name: how configurations point at objects.

/// Whether one of several patterns names an object. A pattern without `/` names none.
///
/// ```
/// use porchlight_api::object_pattern::any_matches;
///
/// let patterns = ["Secret/tls-*".to_owned()];
/// assert!(any_matches(&patterns, "Secret", "tls-amf") && !any_matches(&patterns, "ConfigMap", "tls-amf"));
/// ```
#[must_use]
pub fn any_matches(patterns: &[String], kind: &str, name: &str) -> bool {
    patterns.iter().filter_map(|entry| entry.split_once('/')).any(|(of, pattern)| of == kind && matches(pattern, name))
}

/// Whether a name fits a pattern in which `*` stands for any text.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(position) = rest.find(part) else { return false };
        rest = &rest[position + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, name) in [
            ("a", "a"),
            ("a*", "abc"),
            ("*c", "abc"),
            ("a*c", "abc"),
            ("*", ""),
            ("*b*", "abc"),
            ("system:*", "system:node"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a", "ab"), ("a*", "ba"), ("*c", "cb"), ("ab*bc", "abc"), ("", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
