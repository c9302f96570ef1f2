//! Container image references: `[registry[:port]/]path[:tag][@digest]`.
//!
//! The grammar is that of the distribution project's `reference` package; defaults are Docker's: registry `docker.io`,
//! namespace `library` for a single path segment there (nephio-domain §G.4). Refuses anything a kubelet would refuse.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Registry that a reference without one means.
pub const DEFAULT_REGISTRY: &str = "docker.io";
/// Tag that a reference with neither tag nor digest means.
pub const DEFAULT_TAG: &str = "latest";

const MAX_NAME: usize = 255;
const MAX_TAG: usize = 128;

/// A reference in its full form: two spellings of one image compare equal.
///
/// ```
/// use annotate_sbom::ImageReference;
///
/// let image: ImageReference = "busybox:1.32.0".parse()?;
/// assert_eq!(image.to_string(), "docker.io/library/busybox:1.32.0");
/// # Ok::<(), annotate_sbom::ReferenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageReference {
    registry: String,
    path: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl ImageReference {
    /// Registry host with its port: `nexus3.o-ran-sc.org:10002`.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Path in the registry, `library/` included: `o-ran-sc/ric-plt-a1`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Registry and path: what tags and digests are unique in.
    #[must_use]
    pub fn repository(&self) -> String {
        format!("{}/{}", self.registry, self.path)
    }

    /// Last segment of the path: `ric-plt-a1`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The tag as written, `None` where the reference has none.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The tag a registry would be asked for; `None` where a digest alone decides.
    #[must_use]
    pub fn effective_tag(&self) -> Option<&str> {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => Some(tag),
            (None, Some(_)) => None,
            (None, None) => Some(DEFAULT_TAG),
        }
    }

    /// The digest that pins the image's bytes.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// The same image under another tag, or none.
    #[must_use]
    pub(crate) fn with_tag(&self, tag: Option<String>) -> Self {
        Self { tag, ..self.clone() }
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.path)?;
        if let Some(tag) = self.effective_tag() {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// A content digest, `sha256:<64 hex>` or `sha512:<128 hex>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest {
    algorithm: Algorithm,
    hex: String,
}

/// Hash function of a [`Digest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Hash function.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Lower-case hexadecimal value.
    #[must_use]
    pub fn hex(&self) -> &str {
        &self.hex
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm = match self.algorithm {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
        };
        write!(f, "{algorithm}:{}", self.hex)
    }
}

impl FromStr for Digest {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let (algorithm, hex) = text.split_once(':').ok_or(ReferenceError::DigestWithoutAlgorithm)?;
        let (algorithm, length) = match algorithm {
            "sha256" => (Algorithm::Sha256, 64),
            "sha512" => (Algorithm::Sha512, 128),
            other => return Err(ReferenceError::UnknownAlgorithm(other.to_owned())),
        };
        if hex.len() != length || !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ReferenceError::BadDigest { expected: length, found: hex.len() });
        }
        Ok(Self { algorithm, hex: hex.to_owned() })
    }
}

/// Why a text is not an image reference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// No text.
    #[error("it is empty")]
    Empty,
    /// A blank, tab or line break.
    #[error("it holds white space")]
    WhiteSpace,
    /// A placeholder that nothing has filled in.
    #[error("it still holds the placeholder `{0}`; fill it in before this function runs")]
    Placeholder(String),
    /// A URL scheme in front.
    #[error("it starts with the scheme `{0}`; an image reference has none")]
    Scheme(String),
    /// A registry that is no host name or IP address.
    #[error("the registry `{0}` is not a host name with an optional port")]
    BadRegistry(String),
    /// A port that is no number from 1 to 65535.
    #[error("the registry port `{0}` is not a number from 1 to 65535")]
    BadPort(String),
    /// `//`, or a `/` at an end.
    #[error("the repository path has an empty segment")]
    EmptySegment,
    /// Upper-case letters in the path.
    #[error("the repository path `{0}` has upper-case letters; write `{lower}`", lower = .0.to_lowercase())]
    UpperCase(String),
    /// Other characters a path segment may not hold, or not there.
    #[error("the path segment `{0}` may hold only lower-case letters and digits, joined by `.`, `_`, `__` or dashes")]
    BadSegment(String),
    /// More than 255 characters of registry and path.
    #[error("registry and path have {0} characters, more than 255")]
    TooLong(usize),
    /// A tag outside `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`.
    #[error("the tag `{0}` is not 1 to 128 letters, digits, `_`, `.` or `-`, starting with a letter, a digit or `_`")]
    BadTag(String),
    /// More than one `:` behind the last `/`.
    #[error("it has more than one tag")]
    TwoTags,
    /// `@` without `algorithm:`.
    #[error("the digest has no algorithm; write `@sha256:` and 64 hexadecimal digits")]
    DigestWithoutAlgorithm,
    /// An algorithm other than sha256 and sha512.
    #[error("the digest algorithm `{0}` is unknown; use sha256 or sha512")]
    UnknownAlgorithm(String),
    /// Wrong length or not lower-case hexadecimal.
    #[error("the digest must be {expected} lower-case hexadecimal digits, found {found} characters")]
    BadDigest {
        /// Digits the algorithm has.
        expected: usize,
        /// Characters found.
        found: usize,
    },
}

impl FromStr for ImageReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        refuse_foreign_text(text)?;
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.parse()?)),
            None => (text, None),
        };
        // A colon after the last slash starts a tag; one before it starts the registry's port.
        let last_segment = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = match rest[last_segment..].rfind(':') {
            Some(colon) => (&rest[..last_segment + colon], Some(&rest[last_segment + colon + 1..])),
            None => (rest, None),
        };
        if name[last_segment..].contains(':') {
            return Err(ReferenceError::TwoTags);
        }
        let (registry, path) = split_registry(name);
        check_registry(registry)?;
        check_path(path)?;
        if name.len() > MAX_NAME {
            return Err(ReferenceError::TooLong(name.len()));
        }
        if let Some(tag) = tag {
            check_tag(tag)?;
        }
        let registry = if registry == "index.docker.io" { DEFAULT_REGISTRY } else { registry };
        let path = if registry == DEFAULT_REGISTRY && !path.contains('/') {
            format!("library/{path}")
        } else {
            path.to_owned()
        };
        Ok(Self { registry: registry.to_owned(), path, tag: tag.map(str::to_owned), digest })
    }
}

/// Things people write in image fields that are no references at all, each with its own message.
fn refuse_foreign_text(text: &str) -> Result<(), ReferenceError> {
    if text.is_empty() {
        return Err(ReferenceError::Empty);
    }
    for (open, close) in [("${", "}"), ("{{", "}}"), ("$(", ")")] {
        if let Some(start) = text.find(open) {
            let end = text[start..].find(close).map_or(text.len(), |end| start + end + close.len());
            return Err(ReferenceError::Placeholder(text[start..end].to_owned()));
        }
    }
    if text.contains(char::is_whitespace) {
        return Err(ReferenceError::WhiteSpace);
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(ReferenceError::Scheme(format!("{scheme}://")));
    }
    Ok(())
}

/// The first segment is a registry where it holds `.` or `:` or is `localhost` (nephio-domain §G.4). Upper case makes
/// it one too, as no path may have any.
fn split_registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((first, path))
            if first.contains(['.', ':'])
                || first == "localhost"
                || first.bytes().any(|byte| byte.is_ascii_uppercase()) =>
        {
            (first, path)
        }
        _ => (DEFAULT_REGISTRY, name),
    }
}

fn check_registry(registry: &str) -> Result<(), ReferenceError> {
    let bad = || ReferenceError::BadRegistry(registry.to_owned());
    let (host, port) = if registry.starts_with('[') {
        let end = registry.find(']').ok_or_else(bad)?;
        let address = &registry[1..end];
        if address.is_empty() || !address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':') {
            return Err(bad());
        }
        match &registry[end + 1..] {
            "" => return Ok(()),
            rest => ("", Some(rest.strip_prefix(':').ok_or_else(bad)?)),
        }
    } else {
        match registry.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (registry, None),
        }
    };
    if let Some(port) = port {
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !port.parse::<u16>().is_ok_and(|port| port > 0) {
            return Err(ReferenceError::BadPort(port.to_owned()));
        }
    }
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if registry.starts_with('[') || host.split('.').all(label) { Ok(()) } else { Err(bad()) }
}

fn check_path(path: &str) -> Result<(), ReferenceError> {
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(ReferenceError::UpperCase(path.to_owned()));
    }
    for segment in path.split('/') {
        if segment.is_empty() {
            return Err(ReferenceError::EmptySegment);
        }
        if !is_path_segment(segment) {
            return Err(ReferenceError::BadSegment(segment.to_owned()));
        }
    }
    Ok(())
}

/// Runs of letters and digits, joined by one `.`, one or two `_`, or any number of dashes.
fn is_path_segment(segment: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = segment.as_bytes();
    let mut at = 0;
    loop {
        let run = bytes[at..].iter().take_while(|byte| alphanumeric(**byte)).count();
        if run == 0 {
            return false;
        }
        at += run;
        if at == bytes.len() {
            return true;
        }
        let separator = bytes[at..].iter().take_while(|byte| !alphanumeric(**byte)).count();
        let joined = &segment.as_bytes()[at..at + separator];
        if !(joined == b"." || joined == b"_" || joined == b"__" || joined.iter().all(|byte| *byte == b'-')) {
            return false;
        }
        at += separator;
    }
}

fn check_tag(tag: &str) -> Result<(), ReferenceError> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let fits = (1..=MAX_TAG).contains(&tag.len())
        && tag.as_bytes().first().copied().is_some_and(word)
        && tag.bytes().all(|byte| word(byte) || byte == b'.' || byte == b'-');
    if fits { Ok(()) } else { Err(ReferenceError::BadTag(tag.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn full_forms() {
        let pinned = format!("x/y@sha256:{HEX}");
        let both = format!("quay.io/a/b:1.0@sha256:{HEX}");
        let cases: &[(&str, &str, &str, Option<&str>, bool)] = &[
            ("busybox", "docker.io", "library/busybox", None, false),
            ("busybox:1.32.0", "docker.io", "library/busybox", Some("1.32.0"), false),
            ("docker.io/busybox", "docker.io", "library/busybox", None, false),
            ("index.docker.io/busybox", "docker.io", "library/busybox", None, false),
            ("towards5gs/initcurl:1.0.0", "docker.io", "towards5gs/initcurl", Some("1.0.0"), false),
            ("docker.io/nephio/free5gc-pcf:4.1.0", "docker.io", "nephio/free5gc-pcf", Some("4.1.0"), false),
            (
                "nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1:3.2.2",
                "nexus3.o-ran-sc.org:10002",
                "o-ran-sc/ric-plt-a1",
                Some("3.2.2"),
                false,
            ),
            ("nexus3.o-ran-sc.org:10002/a1", "nexus3.o-ran-sc.org:10002", "a1", None, false),
            ("localhost/a", "localhost", "a", None, false),
            ("localhost:5000/a:1", "localhost:5000", "a", Some("1"), false),
            ("foo:5000", "docker.io", "library/foo", Some("5000"), false),
            ("[2001:db8::1]:5000/a/b:1", "[2001:db8::1]:5000", "a/b", Some("1"), false),
            ("10.0.0.1/a", "10.0.0.1", "a", None, false),
            ("Registry/a", "Registry", "a", None, false),
            ("a/b__c/d--e/f.g_h:_x.Y-z", "docker.io", "a/b__c/d--e/f.g_h", Some("_x.Y-z"), false),
            (&pinned, "docker.io", "x/y", None, true),
            (&both, "quay.io", "a/b", Some("1.0"), true),
        ];
        for (text, registry, path, tag, digest) in cases {
            let image: ImageReference = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(image.registry(), *registry, "{text}");
            assert_eq!(image.path(), *path, "{text}");
            assert_eq!(image.tag(), *tag, "{text}");
            assert_eq!(image.digest().is_some(), *digest, "{text}");
            let again: ImageReference = image.to_string().parse().unwrap();
            assert_eq!(again.to_string(), image.to_string(), "{text}: the full form reads as itself");
        }
    }

    #[test]
    fn refused_with_the_reason() {
        use ReferenceError as E;
        let long = format!("quay.io/{}", "a".repeat(250));
        let long_tag = format!("a:{}", "t".repeat(129));
        let upper = format!("a@sha256:{}", HEX.to_uppercase());
        let cases: &[(&str, E)] = &[
            ("", E::Empty),
            ("a b", E::WhiteSpace),
            (" a", E::WhiteSpace),
            ("a:1\n", E::WhiteSpace),
            ("repo/${name}:1", E::Placeholder("${name}".into())),
            ("{{ .Values.image }}", E::Placeholder("{{ .Values.image }}".into())),
            ("$(IMAGE", E::Placeholder("$(IMAGE".into())),
            ("https://docker.io/a", E::Scheme("https://".into())),
            ("docker://a", E::Scheme("docker://".into())),
            ("Nginx", E::UpperCase("Nginx".into())),
            ("docker.io/Foo/bar", E::UpperCase("Foo/bar".into())),
            ("a//b", E::EmptySegment),
            ("/a", E::EmptySegment),
            ("a/", E::EmptySegment),
            (":1", E::EmptySegment),
            ("a/-b", E::BadSegment("-b".into())),
            ("a/b..c", E::BadSegment("b..c".into())),
            ("a/b___c", E::BadSegment("b___c".into())),
            ("a/é", E::BadSegment("é".into())),
            ("a:", E::BadTag(String::new())),
            ("a:.x", E::BadTag(".x".into())),
            ("a:b:c", E::TwoTags),
            ("host.io:5000/a:1:2", E::TwoTags),
            ("a:é", E::BadTag("é".into())),
            (&long_tag, E::BadTag("t".repeat(129))),
            ("host.io:/a", E::BadPort(String::new())),
            ("host.io:http/a", E::BadPort("http".into())),
            ("host.io:70000/a", E::BadPort("70000".into())),
            ("host.io:0/a", E::BadPort("0".into())),
            ("-h.io/a", E::BadRegistry("-h.io".into())),
            ("h..io/a", E::BadRegistry("h..io".into())),
            ("[::1/a", E::BadRegistry("[::1".into())),
            ("[::1]5/a", E::BadRegistry("[::1]5".into())),
            ("a@", E::DigestWithoutAlgorithm),
            ("a@abc", E::DigestWithoutAlgorithm),
            ("a@md5:abc", E::UnknownAlgorithm("md5".into())),
            ("a@sha256:abc", E::BadDigest { expected: 64, found: 3 }),
            (&upper, E::BadDigest { expected: 64, found: 64 }),
            (&long, E::TooLong(258)),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<ImageReference>().unwrap_err(), *expected, "{text:?}");
        }
    }

    #[test]
    fn spellings_of_one_image_are_equal() {
        let parse = |text: &str| text.parse::<ImageReference>().unwrap();
        assert_eq!(parse("busybox:1.32.0"), parse("docker.io/library/busybox:1.32.0"));
        assert_eq!(parse("index.docker.io/nephio/x:1"), parse("nephio/x:1"));
        assert_ne!(parse("a:1"), parse("a:2"));
    }
}
