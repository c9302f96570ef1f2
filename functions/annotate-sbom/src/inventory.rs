//! What a package is made of: the model both document formats are written from.
//!
//! Everything is kept in ordered collections keyed by content, so that the order of the items never shows.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::image_reference::{Digest, ImageReference};
use crate::purl::Purl;

/// The package, its subpackages and all they use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inventory {
    /// The package (directory "") and its subpackages, by directory.
    pub(crate) packages: BTreeMap<PackageDirectory, Package>,
    images: BTreeMap<ImageKey, Image>,
    /// Programs that pipelines run as `exec:`, with the places that name them.
    pub(crate) programs: BTreeMap<String, BTreeSet<Place>>,
    /// Helm charts that objects of the package ask for.
    pub(crate) charts: BTreeMap<Chart, BTreeSet<Place>>,
    /// Functions of each package's pipeline, in the order they run.
    pub(crate) pipelines: BTreeMap<PackageDirectory, Vec<Step>>,
    /// Files by path relative to the package being rendered, where the configuration asks for them.
    pub(crate) files: BTreeMap<String, File>,
}

/// One file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Package that holds it.
    pub(crate) package: PackageDirectory,
    /// `sha256:` of what its resources say, see [`crate::files`].
    pub(crate) digest: String,
}

/// Directory of a package relative to the package being rendered, `/`-separated; "" is that package itself.
pub(crate) type PackageDirectory = String;

/// One package or subpackage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Package {
    /// The Kptfile's name; for a directory without one the directory's.
    pub(crate) name: String,
    /// Where the Kptfile says the package comes from.
    pub(crate) upstream: Option<Upstream>,
    /// Version of a package without upstream: the configuration's, for a subpackage that of the package it is part of.
    pub(crate) stated_version: Option<String>,
    /// SPDX expression in `info.license` of the Kptfile.
    pub(crate) license: Option<String>,
}

/// `upstream` and `upstreamLock` of a Kptfile, the lock's values first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Upstream {
    /// Git repository.
    pub(crate) repository: String,
    /// Directory in the repository.
    pub(crate) directory: String,
    /// Branch or tag.
    pub(crate) reference: Option<String>,
    /// Commit of the lock.
    pub(crate) commit: Option<String>,
}

impl Package {
    /// Commit of the upstream, else its branch or tag, else what the configuration says.
    pub(crate) fn version(&self) -> Option<&str> {
        let upstream = self.upstream.as_ref();
        upstream
            .and_then(|upstream| upstream.commit.as_deref().or(upstream.reference.as_deref()))
            .or(self.stated_version.as_deref())
    }

    /// `pkg:github` for an upstream there, else `pkg:generic` with the upstream as `vcs_url` (nephio-domain §G.1).
    pub(crate) fn purl(&self) -> Purl {
        self.upstream
            .as_ref()
            .and_then(|upstream| Purl::github(&upstream.repository, &upstream.directory, self.version()))
            .unwrap_or_else(|| {
                let location = self.upstream.as_ref().and_then(Upstream::location);
                Purl::generic(&self.name, self.version(), location)
            })
    }
}

impl Upstream {
    /// The URL when it is one and not the short form of ssh (`git@host:path`).
    pub(crate) fn url(&self) -> Option<&str> {
        let safe = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
        (self.repository.contains("://") && self.repository.bytes().all(safe)).then_some(self.repository.as_str())
    }

    /// `git+URL@commit#directory`, the form SPDX and purl know.
    pub(crate) fn location(&self) -> Option<String> {
        let mut location = format!("git+{}", self.url()?);
        if let Some(revision) = self.commit.as_deref().or(self.reference.as_deref()) {
            location.push('@');
            location.push_str(revision);
        }
        let directory = self.directory.trim_matches('/');
        if !matches!(directory, "" | ".") {
            location.push('#');
            location.push_str(directory);
        }
        location.bytes().all(|byte| byte.is_ascii_graphic()).then_some(location)
    }
}

/// Where something was found. Namespaces and line numbers are left out on purpose: other functions of the pipeline set
/// or move them, and the documents must not change with them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Package that holds the object.
    pub(crate) package: PackageDirectory,
    /// File, relative to the package being rendered.
    pub(crate) file: String,
    /// `Kind/name`.
    pub(crate) object: String,
    /// Field path in the object.
    pub(crate) field: String,
}

/// What an image is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It runs in the cluster.
    Workload,
    /// It is a KRM function of a pipeline: a build tool.
    Function,
}

/// One image with every place that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image {
    /// Full form of the reference.
    pub(crate) reference: ImageReference,
    /// Places that run it in the cluster.
    pub(crate) workloads: BTreeSet<Place>,
    /// Places that run it as a function.
    pub(crate) functions: BTreeSet<Place>,
    purl: OnceCell<String>,
    spdx_id: OnceCell<String>,
}

impl Image {
    fn of(reference: ImageReference) -> Self {
        let (workloads, functions) = (BTreeSet::new(), BTreeSet::new());
        Self { reference, workloads, functions, purl: OnceCell::new(), spdx_id: OnceCell::new() }
    }

    /// Its package URL.
    pub(crate) fn purl(&self) -> &str {
        self.purl.get_or_init(|| Purl::oci(&self.reference).to_string())
    }

    /// Its identifier in SPDX, made by `make` once.
    pub(crate) fn spdx_id(&self, make: impl FnOnce(&Self) -> String) -> &str {
        self.spdx_id.get_or_init(|| make(self))
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        self.workloads.iter().chain(&self.functions)
    }

    /// Tag, or the digest where there is no tag.
    pub(crate) fn version(&self) -> String {
        match (self.reference.effective_tag(), self.reference.digest()) {
            (Some(tag), _) => tag.to_owned(),
            (None, digest) => digest.map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// What makes two references one image: the digest decides where there is one, whatever tag stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ImageKey {
    Digest(String, Digest),
    Tag(ImageReference),
}

/// A Helm chart that an object asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Chart {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) repository: Option<String>,
}

impl Chart {
    pub(crate) fn purl(&self) -> Purl {
        Purl::helm(&self.name, self.version.as_deref(), self.repository.as_deref())
    }
}

/// One function of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) phase: Phase,
    /// Position in the phase, from 0.
    pub(crate) position: usize,
    /// `name` of the function in the Kptfile.
    pub(crate) name: Option<String>,
    pub(crate) tool: Tool,
}

/// Part of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Mutator,
    Validator,
}

/// What a step runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Image(ImageReference),
    Program(String),
}

impl Inventory {
    /// Packages that use nothing yet.
    pub(crate) fn of(packages: BTreeMap<PackageDirectory, Package>) -> Self {
        Self { packages, ..Self::default() }
    }

    /// The package being rendered.
    pub(crate) fn root(&self) -> &Package {
        self.packages.get("").expect("invariant: `package_tree` always enters the root")
    }

    /// Records one place that names `reference`.
    pub(crate) fn add_image(&mut self, reference: &ImageReference, role: Role, place: Place) {
        let image = self.images.entry(key(reference)).or_insert_with(|| Image::of(reference.clone()));
        // Of several tags beside one digest the smallest stands, so that order does not matter.
        if let Some(tag) = reference.tag()
            && image.reference.tag().is_none_or(|known| tag < known)
        {
            let Image { workloads, functions, .. } = std::mem::replace(image, Image::of(reference.clone()));
            (image.workloads, image.functions) = (workloads, functions);
        }
        match role {
            Role::Workload => image.workloads.insert(place),
            Role::Function => image.functions.insert(place),
        };
    }

    /// Every image once.
    pub(crate) fn images(&self) -> impl Iterator<Item = &Image> {
        self.images.values()
    }

    /// The entry that `reference` was merged into.
    pub(crate) fn image(&self, reference: &ImageReference) -> Option<&Image> {
        self.images.get(&key(reference))
    }

    /// The package that holds the subpackage at `directory`; `None` for the root.
    pub(crate) fn parent(&self, directory: &str) -> Option<&str> {
        if directory.is_empty() {
            return None;
        }
        let mut above = directory;
        while let Some((parent, _)) = above.rsplit_once('/') {
            if let Some((known, _)) = self.packages.get_key_value(parent) {
                return Some(known);
            }
            above = parent;
        }
        Some("")
    }
}

fn key(reference: &ImageReference) -> ImageKey {
    match reference.digest() {
        Some(digest) => ImageKey::Digest(reference.repository(), digest.clone()),
        None => ImageKey::Tag(reference.with_tag(reference.effective_tag().map(str::to_owned))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(object: &str) -> Place {
        Place { package: String::new(), file: "a.yaml".into(), object: object.into(), field: "spec.image".into() }
    }

    #[test]
    fn an_image_under_several_spellings_is_one() {
        let digest = "a".repeat(64);
        let mut inventory = Inventory::default();
        for (position, text) in [
            "busybox".to_owned(),
            "docker.io/library/busybox:latest".to_owned(),
            format!("x/y:2@sha256:{digest}"),
            format!("x/y@sha256:{digest}"),
            format!("x/y:1@sha256:{digest}"),
        ]
        .iter()
        .enumerate()
        {
            inventory.add_image(&text.parse().unwrap(), Role::Workload, place(&format!("Pod/p{position}")));
        }
        let found: Vec<_> =
            inventory.images().map(|image| (image.reference.to_string(), image.workloads.len())).collect();
        assert_eq!(
            found,
            [(format!("docker.io/x/y:1@sha256:{digest}"), 3), ("docker.io/library/busybox:latest".to_owned(), 2)]
        );
    }

    #[test]
    fn the_nearest_package_above_is_the_parent() {
        let mut inventory = Inventory::default();
        for directory in ["", "a", "a/b/c", "d/e"] {
            inventory.packages.insert(directory.to_owned(), Package::default());
        }
        assert_eq!(inventory.parent(""), None);
        assert_eq!(inventory.parent("a"), Some(""));
        assert_eq!(inventory.parent("a/b/c"), Some("a"));
        assert_eq!(inventory.parent("d/e"), Some(""));
    }

    #[test]
    fn locations_of_an_upstream() {
        let upstream = |repository: &str, commit: Option<&str>| Upstream {
            repository: repository.into(),
            directory: "/a/b".into(),
            reference: Some("main".into()),
            commit: commit.map(str::to_owned),
        };
        assert_eq!(
            upstream("https://git.example/r", Some("c0ffee")).location().as_deref(),
            Some("git+https://git.example/r@c0ffee#a/b")
        );
        assert_eq!(
            upstream("https://git.example/r", None).location().as_deref(),
            Some("git+https://git.example/r@main#a/b")
        );
        assert_eq!(upstream("git@github.com:o/r", None).location(), None);
        let package = |repository: &str| Package {
            name: "p".into(),
            upstream: Some(upstream(repository, Some("c0"))),
            ..Package::default()
        };
        assert_eq!(package("git@github.com:O/r.git").purl().to_string(), "pkg:github/o/r@c0#a/b");
        assert_eq!(
            package("https://git.example/r").purl().to_string(),
            "pkg:generic/p@c0?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fr%40c0%23a%2Fb"
        );
    }
}
