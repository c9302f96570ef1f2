//! What tells one resource from another.

use std::fmt;

/// The identity of a resource. Ordered by apiVersion, kind, namespace and name as plain strings, which is the
/// order Nephio's Go SDK sorts items in (nephio-domain §C.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId {
    /// `group/version`, or the version alone for the core group.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace, "" for none.
    pub namespace: String,
    /// The name, "" where the resource has none.
    pub name: String,
}

impl ResourceId {
    /// The API group, "" for the core group.
    #[must_use]
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// `apps/v1 Deployment default/web`, without the namespace where there is none.
impl fmt::Display for ResourceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} ", self.api_version, self.kind)?;
        if !self.namespace.is_empty() {
            write!(out, "{}/", self.namespace)?;
        }
        out.write_str(&self.name)
    }
}

/// Group, version and kind, as a function names what it reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gvk {
    /// `group/version`, or the version alone for the core group.
    pub api_version: &'static str,
    /// The kind.
    pub kind: &'static str,
}

impl Gvk {
    /// A kind of an API group in one version.
    #[must_use]
    pub const fn new(api_version: &'static str, kind: &'static str) -> Self {
        Self { api_version, kind }
    }
}

/// `apps/v1/Deployment`.
impl fmt::Display for Gvk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.api_version, self.kind)
    }
}
