//! Package URLs (purl-spec, ECMA-427): made from what a package uses, read, and written in canonical form. Rules for
//! images are in nephio-domain §G.4.

mod parse;

use std::collections::BTreeMap;
use std::fmt;

use crate::image_reference::ImageReference;

pub use parse::PurlError;

/// A package URL. Display gives the canonical text: qualifiers sorted by key, everything but letters, digits, `.`,
/// `-`, `_`, `~` and `:` percent-encoded.
///
/// ```
/// use annotate_sbom::Purl;
///
/// let purl: Purl = "pkg:GitHub/Nephio-Project/catalog@v4#/workloads/".parse()?;
/// assert_eq!(purl.to_string(), "pkg:github/nephio-project/catalog@v4#workloads");
/// # Ok::<(), annotate_sbom::PurlError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Purl {
    kind: String,
    namespace: Vec<String>,
    name: String,
    version: Option<String>,
    qualifiers: BTreeMap<String, String>,
    subpath: Vec<String>,
}

impl Purl {
    fn new(kind: &str, name: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            namespace: Vec::new(),
            name: name.into(),
            version: None,
            qualifiers: BTreeMap::new(),
            subpath: Vec::new(),
        }
    }

    fn qualify(&mut self, key: &str, value: impl Into<String>) {
        self.qualifiers.insert(key.to_owned(), value.into());
    }

    /// `pkg:oci/…` of an image: the name is the last path segment, the version a digest or nothing, the repository
    /// and the tag are qualifiers. A reference with neither tag nor digest gets `tag=latest`.
    #[must_use]
    pub fn oci(image: &ImageReference) -> Self {
        let mut purl = Self::new("oci", image.name());
        purl.version = image.digest().map(ToString::to_string);
        purl.qualify("repository_url", image.repository());
        if let Some(tag) = image.effective_tag() {
            purl.qualify("tag", tag);
        }
        purl
    }

    /// `pkg:github/owner/repository@revision#directory` where `repository` is a GitHub URL, else `None`.
    #[must_use]
    pub fn github(repository: &str, directory: &str, revision: Option<&str>) -> Option<Self> {
        let location = repository
            .strip_prefix("https://github.com/")
            .or_else(|| repository.strip_prefix("http://github.com/"))
            .or_else(|| repository.strip_prefix("ssh://git@github.com/"))
            .or_else(|| repository.strip_prefix("git@github.com:"))?;
        let (owner, name) = location.trim_end_matches('/').split_once('/')?;
        let name = name.strip_suffix(".git").unwrap_or(name);
        if owner.is_empty() || name.is_empty() || name.contains('/') {
            return None;
        }
        let mut purl = Self::new("github", name.to_lowercase());
        purl.namespace.push(owner.to_lowercase());
        purl.version = revision.map(str::to_owned);
        purl.subpath =
            directory.split('/').filter(|part| !matches!(*part, "" | "." | "..")).map(str::to_owned).collect();
        Some(purl)
    }

    /// `pkg:generic/name@version`, with where it came from as `vcs_url` when known (`git+https://…@commit#directory`).
    #[must_use]
    pub fn generic(name: &str, version: Option<&str>, vcs_url: Option<String>) -> Self {
        let mut purl = Self::new("generic", name);
        purl.version = version.map(str::to_owned);
        if let Some(url) = vcs_url {
            purl.qualify("vcs_url", url);
        }
        purl
    }

    /// `pkg:helm/name@version?repository_url=…`.
    #[must_use]
    pub fn helm(name: &str, version: Option<&str>, repository: Option<&str>) -> Self {
        let mut purl = Self::new("helm", name);
        purl.version = version.map(str::to_owned);
        if let Some(repository) = repository {
            purl.qualify("repository_url", repository);
        }
        purl
    }

    /// The type, in lower case: `oci`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Segments of the namespace joined by `/`, `None` where there are none.
    #[must_use]
    pub fn namespace(&self) -> Option<String> {
        (!self.namespace.is_empty()).then(|| self.namespace.join("/"))
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version; the digest of an image.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Qualifiers by key.
    #[must_use]
    pub fn qualifiers(&self) -> &BTreeMap<String, String> {
        &self.qualifiers
    }

    /// Segments of the subpath joined by `/`, `None` where there are none.
    #[must_use]
    pub fn subpath(&self) -> Option<String> {
        (!self.subpath.is_empty()).then(|| self.subpath.join("/"))
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for segment in &self.namespace {
            write!(f, "{}/", Encoded(segment))?;
        }
        write!(f, "{}", Encoded(&self.name))?;
        if let Some(version) = &self.version {
            write!(f, "@{}", Encoded(version))?;
        }
        for (position, (key, value)) in self.qualifiers.iter().enumerate() {
            let separator = if position == 0 { '?' } else { '&' };
            write!(f, "{separator}{key}={}", Encoded(value))?;
        }
        for (position, segment) in self.subpath.iter().enumerate() {
            let separator = if position == 0 { '#' } else { '/' };
            write!(f, "{separator}{}", Encoded(segment))?;
        }
        Ok(())
    }
}

/// `pkg:generic/<program>` of a pipeline's `exec:` command: the file name of its first word.
pub(crate) fn program_purl(command: &str) -> Purl {
    let program = command.split_whitespace().next().unwrap_or(command);
    let name = program.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or("program");
    Purl::generic(name, None, None)
}

/// Percent-encoding of the purl specification: the colon stays, also in a port or a digest.
struct Encoded<'a>(&'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stays = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte);
        let mut rest = self.0;
        while let Some(at) = rest.bytes().position(|byte| !stays(byte)) {
            f.write_str(&rest[..at])?;
            let end = rest.ceil_char_boundary(at + 1);
            for byte in rest[at..end].bytes() {
                write!(f, "%{byte:02X}")?;
            }
            rest = &rest[end..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Images and their purls by the rules of the `oci` type: no namespace, digest as version, qualifiers sorted, `/`
    /// encoded in values, `:` literal.
    #[test]
    fn images() {
        const HEX: &str = "244fd47e07d1004f0aed9c156aa09083c82bf8944eceb67c946ff7430510a77b";
        let pinned = |name: &str| format!("{name}@sha256:{HEX}");
        let version = format!("@sha256:{HEX}");
        let cases = [
            (
                "busybox:1.32.0".to_owned(),
                "pkg:oci/busybox?repository_url=docker.io%2Flibrary%2Fbusybox&tag=1.32.0".into(),
            ),
            ("busybox".into(), "pkg:oci/busybox?repository_url=docker.io%2Flibrary%2Fbusybox&tag=latest".into()),
            (
                pinned("debian:bullseye"),
                format!("pkg:oci/debian{version}?repository_url=docker.io%2Flibrary%2Fdebian&tag=bullseye"),
            ),
            (pinned("ghcr.io/debian"), format!("pkg:oci/debian{version}?repository_url=ghcr.io%2Fdebian")),
            (
                pinned("gcr.io/distroless/static:latest"),
                format!("pkg:oci/static{version}?repository_url=gcr.io%2Fdistroless%2Fstatic&tag=latest"),
            ),
            (pinned("x/y"), format!("pkg:oci/y{version}?repository_url=docker.io%2Fx%2Fy")),
            (
                "nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1:3.2.2".into(),
                "pkg:oci/ric-plt-a1?repository_url=nexus3.o-ran-sc.org:10002%2Fo-ran-sc%2Fric-plt-a1&tag=3.2.2".into(),
            ),
            (
                "docker.io/bitnamilegacy/mongodb:4.4.4".into(),
                "pkg:oci/mongodb?repository_url=docker.io%2Fbitnamilegacy%2Fmongodb&tag=4.4.4".into(),
            ),
            ("localhost:5000/a_b:x_Y".into(), "pkg:oci/a_b?repository_url=localhost:5000%2Fa_b&tag=x_Y".into()),
        ];
        for (image, purl) in cases {
            assert_eq!(Purl::oci(&image.parse().unwrap()).to_string(), purl, "{image}");
        }
    }

    #[test]
    fn packages() {
        let github =
            |url: &str, directory: &str, version| Purl::github(url, directory, version).map(|purl| purl.to_string());
        assert_eq!(
            github("https://github.com/nephio-project/catalog.git", "/workloads/free5gc/free5gc-cp", Some("0a1b")),
            Some("pkg:github/nephio-project/catalog@0a1b#workloads/free5gc/free5gc-cp".into())
        );
        assert_eq!(github("git@github.com:Org/Repo", "/", None), Some("pkg:github/org/repo".into()));
        assert_eq!(github("https://gitlab.com/a/b", "", None), None);
        assert_eq!(github("https://github.com/only-owner", "", None), None);
        assert_eq!(github("https://github.com/a/b/c", "", None), None);
        assert_eq!(
            Purl::generic("pkg a", Some("1.0+x"), Some("git+https://git.example/r@1#d".into())).to_string(),
            "pkg:generic/pkg%20a@1.0%2Bx?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fr%401%23d"
        );
        assert_eq!(
            Purl::helm("loki", Some("5.0.0"), Some("https://charts.example")).to_string(),
            "pkg:helm/loki@5.0.0?repository_url=https:%2F%2Fcharts.example"
        );
    }
}
