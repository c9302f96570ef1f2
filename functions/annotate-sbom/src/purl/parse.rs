//! Reading package URLs: purl-spec, "How to parse a purl string", with the normalisation of the types known here.

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

use super::Purl;

/// Why a text is no package URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PurlError {
    /// Something else than `pkg:` in front.
    #[error("it does not start with `pkg:`")]
    Scheme,
    /// No type, or one of other characters than letters, digits, `.`, `+` and `-`, or a digit in front.
    #[error("the type is missing or malformed")]
    Type,
    /// Nothing where the name should be.
    #[error("the name is missing")]
    Name,
    /// A key of other characters than letters, digits, `.`, `-` and `_`, or a digit in front.
    #[error("a qualifier's key is missing or malformed")]
    QualifierKey,
    /// A `%` without two hexadecimal digits behind it, or bytes that are no UTF-8.
    #[error("the percent-encoding is broken")]
    Encoding,
    /// A namespace where the type has none, as with `oci`.
    #[error("the type has no namespace")]
    Namespace,
}

impl FromStr for Purl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Self, PurlError> {
        let (rest, subpath) = split_behind(text, '#');
        let (rest, qualifiers) = split_behind(rest, '?');
        let (scheme, rest) = rest.split_once(':').ok_or(PurlError::Scheme)?;
        if !scheme.eq_ignore_ascii_case("pkg") {
            return Err(PurlError::Scheme);
        }
        let (kind, rest) = rest.trim_matches('/').split_once('/').ok_or(PurlError::Type)?;
        let kind = word(kind, b".+-").ok_or(PurlError::Type)?;
        // A version stands behind the last segment; an `@` before it belongs to a namespace such as npm's `@scope`.
        let last_segment = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (path, version) = match rest[last_segment..].rfind('@') {
            Some(at) => (&rest[..last_segment + at], Some(&rest[last_segment + at + 1..])),
            None => (rest, None),
        };
        let mut namespace = segments(path, &[""])?;
        let mut purl = Self {
            name: namespace.pop().ok_or(PurlError::Name)?,
            kind,
            namespace,
            version: version.filter(|version| !version.is_empty()).map(decode).transpose()?,
            qualifiers: read_qualifiers(qualifiers)?,
            subpath: segments(subpath, &["", ".", ".."])?,
        };
        if path.ends_with('/') {
            return Err(PurlError::Name);
        }
        purl.normalise()?;
        Ok(purl)
    }
}

impl Purl {
    /// What the definitions of the types say about letters (purl-spec, types).
    fn normalise(&mut self) -> Result<(), PurlError> {
        if matches!(self.kind.as_str(), "bitbucket" | "github" | "golang" | "oci" | "pypi") {
            self.name = self.name.to_lowercase();
            self.namespace = self.namespace.iter().map(|segment| segment.to_lowercase()).collect();
        }
        if self.kind == "pypi" {
            self.name = self.name.replace('_', "-");
        }
        if self.kind == "oci" && !self.namespace.is_empty() {
            return Err(PurlError::Namespace);
        }
        Ok(())
    }
}

/// The text before the last `separator` and what stands behind it, "" where there is none.
fn split_behind(text: &str, separator: char) -> (&str, &str) {
    text.rsplit_once(separator).unwrap_or((text, ""))
}

/// `text` in lower case where it is letters, digits and `others`, with no digit in front.
fn word(text: &str, others: &[u8]) -> Option<String> {
    let first = text.bytes().next()?;
    let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte));
    (fits && !first.is_ascii_digit()).then(|| text.to_ascii_lowercase())
}

/// Decoded segments but for those that say nothing.
fn segments(path: &str, empty: &[&str]) -> Result<Vec<String>, PurlError> {
    path.split('/').filter(|segment| !empty.contains(segment)).map(decode).collect()
}

fn read_qualifiers(text: &str) -> Result<BTreeMap<String, String>, PurlError> {
    let mut qualifiers = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(PurlError::QualifierKey)?;
        let key = word(key, b".-_").ok_or(PurlError::QualifierKey)?;
        if !value.is_empty() {
            qualifiers.insert(key, decode(value)?);
        }
    }
    Ok(qualifiers)
}

fn decode(text: &str) -> Result<String, PurlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or(PurlError::Encoding);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).map_err(|_| PurlError::Encoding)?);
    }
    String::from_utf8(bytes).map_err(|_| PurlError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let digest = "a".repeat(64);
        for text in [
            format!("pkg:oci/debian@sha256:{digest}?repository_url=ghcr.io%2Fdebian&tag=bullseye"),
            "pkg:oci/a1?repository_url=nexus3.o-ran-sc.org:10002%2Fo-ran-sc%2Fa1&tag=3.2.2".to_owned(),
            "pkg:generic/pkg%20a@1.0%2Bx?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fr%401%23d".to_owned(),
            "pkg:helm/loki@5.0.0?repository_url=https:%2F%2Fcharts.example".to_owned(),
            "pkg:github/nephio-project/catalog@0a1b#workloads/free5gc/free5gc-cp".to_owned(),
        ] {
            assert_eq!(text.parse::<Purl>().map(|purl| purl.to_string()), Ok(text));
        }
        let tolerated =
            "pkg:oci/debian@sha256%3A244fd47e07d10?repository_url=docker.io/library/debian&arch=amd64&tag=latest";
        assert_eq!(
            tolerated.parse::<Purl>().map(|purl| purl.to_string()).as_deref(),
            Ok("pkg:oci/debian@sha256:244fd47e07d10?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&tag=latest")
        );
    }

    #[test]
    fn other_texts_are_refused_with_the_reason() {
        for (text, error) in [
            ("", PurlError::Scheme),
            ("purl:oci/x", PurlError::Scheme),
            ("pkg:oci", PurlError::Type),
            ("pkg:3nginx/nginx", PurlError::Type),
            ("pkg:n&g/nginx", PurlError::Type),
            ("pkg:oci//", PurlError::Type),
            ("pkg:oci/@1", PurlError::Name),
            ("pkg:oci/library/x", PurlError::Namespace),
            ("pkg:generic/x?in%20production=true", PurlError::QualifierKey),
            ("pkg:generic/x?=1", PurlError::QualifierKey),
            ("pkg:generic/x%2", PurlError::Encoding),
            ("pkg:generic/x%ff", PurlError::Encoding),
            ("pkg:generic/x%é0", PurlError::Encoding),
        ] {
            assert_eq!(text.parse::<Purl>(), Err(error), "{text}");
        }
    }
}
