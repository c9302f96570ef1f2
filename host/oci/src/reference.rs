//! Names of images, read as docker reads them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::digest::Digest;
use crate::repository::Version;

/// Where images without a registry in their name live.
const DOCKER_HUB: &str = "docker.io";

/// Longest name with its registry, in bytes; docker's bound.
const LONGEST: usize = 255;

/// The full name of an image: registry, repository, and a tag, a digest or both.
///
/// A name without a registry is one of Docker Hub, a name of one word there belongs to `library`, and a name without tag
/// and digest has the tag `latest`. Where there are both, the digest decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// A text that names no image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no image: {problem}")]
pub struct ReferenceError {
    text: String,
    problem: String,
}

impl Reference {
    /// Host and, where it is given, port of the registry.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The name within the registry.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, if one is given; `latest` where nothing is.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of the manifest, if it is given.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The same name with this digest, which decides from now on.
    #[must_use]
    pub fn pinned(&self, digest: Digest) -> Self {
        Self { digest: Some(digest), ..self.clone() }
    }

    /// The same name with this tag and no digest.
    pub(crate) fn with_tag(&self, tag: &str) -> Self {
        Self { tag: Some(tag.to_owned()), digest: None, ..self.clone() }
    }

    /// Registry and repository.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// Whether the tag is that of something about an image: `sha256-<hex>`, perhaps with an ending as cosign has them.
    pub(crate) fn is_companion(&self) -> bool {
        let rest = self.tag.as_deref().and_then(|tag| tag.strip_prefix("sha256-"));
        rest.and_then(|rest| rest.split('.').next())
            .is_some_and(|hex| format!("sha256:{hex}").parse::<Digest>().is_ok())
    }

    /// What the registry is asked for: the digest, else the tag.
    pub(crate) fn version(&self) -> Version {
        match (self.digest, &self.tag) {
            (Some(digest), _) => Version::Digest(digest),
            (None, Some(tag)) => Version::Tag(tag.clone()),
            (None, None) => Version::Tag("latest".to_owned()),
        }
    }

    /// Whether the registry is on this machine (loopback).
    pub fn is_local(&self) -> bool {
        is_loopback(self.host())
    }

    /// The host without the port.
    pub(crate) fn host(&self) -> &str {
        host(&self.registry)
    }
}

/// The host of `host[:port]`; IPv6 addresses stand in brackets.
pub(crate) fn host(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    }
}

/// Whether a host is this machine whatever the network says.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        parse(text).map_err(|problem| ReferenceError { text: text.to_owned(), problem })
    }
}

fn parse(text: &str) -> Result<Reference, String> {
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest.parse().map_err(|error| format!("{error}"))?)),
        None => (text, None),
    };
    // A colon before the last slash belongs to the port of the registry.
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (name, None),
    };
    if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
        return Err(format!("`{tag}` is no tag: up to 128 letters, digits and `_.-`, the first none of `.-`"));
    }
    let (registry, repository) = match name.split_once('/') {
        Some((first, rest)) if is_registry(first) => (first, rest.to_owned()),
        Some(_) => (DOCKER_HUB, name.to_owned()),
        None => (DOCKER_HUB, format!("library/{name}")),
    };
    let registry = if registry == "index.docker.io" { DOCKER_HUB } else { registry };
    if !is_authority(registry) {
        return Err(format!("`{registry}` is no registry: a host name or address, and perhaps a port"));
    }
    if !repository.split('/').all(is_component) {
        return Err(format!(
            "`{repository}` is no repository: words of lower case letters and digits, joined by `/`, `.`, `_`, `__` or `-`"
        ));
    }
    if registry.len() + 1 + repository.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let tag = tag.map(str::to_owned).or_else(|| digest.is_none().then(|| "latest".to_owned()));
    Ok(Reference { registry: registry.to_owned(), repository, tag, digest })
}

/// Whether the first word of a name is a registry, not part of a name on Docker Hub.
fn is_registry(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost" || first.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) if address.parse::<std::net::Ipv6Addr>().is_ok() => match rest.strip_prefix(':') {
            None if !rest.is_empty() => return false,
            port => (None, port),
        },
        Some(_) => return false,
        None => match text.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(text), None),
        },
    };
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    host.is_none_or(|host| host.split('.').all(label)) && port.is_none_or(is_port)
}

/// One word of a repository: letters and digits, with single separators between them.
fn is_component(text: &str) -> bool {
    let mut rest = text;
    loop {
        let word = rest.trim_start_matches(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit());
        if word.len() == rest.len() {
            return false;
        }
        if word.is_empty() {
            return true;
        }
        let dashes = word.trim_start_matches('-');
        rest = if dashes.len() < word.len() {
            dashes
        } else if let Some(after) = word.strip_prefix("__").or_else(|| word.strip_prefix(['_', '.'])) {
            after
        } else {
            return false;
        };
    }
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed_as_docker_does() {
        let digest = Digest::of(b"");
        for (text, full) in [
            ("alpine", "docker.io/library/alpine:latest".to_owned()),
            ("index.docker.io/a/b", "docker.io/a/b:latest".to_owned()),
            ("a/b:v1", "docker.io/a/b:v1".to_owned()),
            ("localhost/a", "localhost/a:latest".to_owned()),
            ("localhost:5000/a/b_c/d__e:V_1.x-y", "localhost:5000/a/b_c/d__e:V_1.x-y".to_owned()),
            ("[::1]:5000/a", "[::1]:5000/a:latest".to_owned()),
            ("r.example/a---b.c", "r.example/a---b.c:latest".to_owned()),
            (&format!("r.example/a@{digest}"), format!("r.example/a@{digest}")),
            (&format!("r.example/a:v1@{digest}"), format!("r.example/a:v1@{digest}")),
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), full);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = format!("r.example/{}", "a".repeat(250));
        for text in [
            "",
            "a b",
            "A",
            "r.example/",
            "r.example/A",
            "r.example/a/../b",
            "r.example/a//b",
            "r.example/-a",
            "r.example/a..b",
            "r.example/a___b",
            "r.example/a:",
            "r.example/a:-x",
            "r.example:port/a",
            "r.example:70000/a",
            "r..example/a",
            "user@r.example/a",
            "https://r.example/a",
            "r.example/a@sha256:00",
            "r.example/a?x=y",
            "[::z]:1/a",
            // Else the one would be asked in the belief that it is the other, on this machine.
            "[::1].example/a",
            "[::1]x:1/a",
            "r.example:+80/a",
            &long,
        ] {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
    }

    #[test]
    fn loopback_is_told_by_the_name_alone() {
        for (authority, loopback) in [
            ("localhost:5000", true),
            ("127.8.9.1", true),
            ("[::1]:80", true),
            ("localhost.example", false),
            ("127.0.0.1.example:1", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(host(authority)), loopback, "{authority}");
        }
    }
}
