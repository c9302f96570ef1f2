//! Which package an item belongs to, and which package "the package" is.
//!
//! kpt hands a function the resources of a package and of everything below it:
//!
//! - `kpt fn render` annotates each item with `internal.config.kubernetes.io/package-path`, the absolute directory of
//!   its package, and a path relative to that. The package being rendered is the directory above all others.
//!   Absolute directories differ between machines, so only their difference is used.
//! - `kpt fn eval`, `kpt fn source` and hand-written lists have only the path. The package being worked on is the
//!   directory that was read (""), every directory with a Kptfile below it is a subpackage.
//!
//! Without a Kptfile of its own (one that was ignored, not selected, or is just not there) the package is named by the
//! configuration, else by the package context (`ConfigMap/kptfile.kpt.dev`), else it is called `package`.

use std::collections::BTreeMap;

use porchlight_api::sbom_config::SbomConfig;
use porchlight_krm::Resource;

use crate::fields::Fields;
use crate::inventory::{Package, PackageDirectory, Upstream};
use crate::license;

const PACKAGE_CONTEXT: &str = "kptfile.kpt.dev";
const NAMELESS: &str = "package";

/// Packages of a list of items, and where each item stands.
pub(crate) struct PackageTree {
    pub(crate) packages: BTreeMap<PackageDirectory, Package>,
    locations: Vec<Location>,
}

/// Where an item stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    /// Directory of its package, relative to the package being rendered.
    pub(crate) package: PackageDirectory,
    /// Its file, relative to the package being rendered.
    pub(crate) file: String,
    /// Whether it is the Kptfile of its package.
    pub(crate) is_kptfile: bool,
}

impl PackageTree {
    pub(crate) fn of(items: &[Resource], config: &SbomConfig) -> Self {
        let places: Vec<(Option<&str>, Option<&str>)> = items
            .iter()
            .map(|item| {
                let (package, path, _) = item.place();
                (package, path)
            })
            .collect();
        let mut locations = locate(items, &places);
        let mut packages: BTreeMap<PackageDirectory, Package> = BTreeMap::new();
        for (item, location) in items.iter().zip(&mut locations) {
            let directory = location.file.strip_suffix("Kptfile").map(|directory| directory.trim_end_matches('/'));
            location.is_kptfile = is_kptfile(item) && directory.is_some();
            if let Some(directory) = directory.filter(|_| location.is_kptfile) {
                location.package = directory.to_owned();
                let package = read_kptfile(item);
                // Two Kptfiles in one directory are refused elsewhere; here the order must not decide.
                if packages.get(directory).is_none_or(|known| package.name < known.name) {
                    packages.insert(directory.to_owned(), package);
                }
            }
        }
        for location in &locations {
            if !packages.contains_key(&location.package) {
                let name = location.package.rsplit('/').next().unwrap_or(&location.package).to_owned();
                packages.insert(location.package.clone(), Package { name, ..Package::default() });
            }
        }
        let root = packages.entry(String::new()).or_default();
        root.stated_version.clone_from(&config.package_version);
        if root.name.is_empty() {
            root.name = config
                .package_name
                .clone()
                .or_else(|| context_name(items, &locations))
                .unwrap_or_else(|| NAMELESS.to_owned());
        }
        inherit_versions(&mut packages);
        for (location, (package_path, _)) in locations.iter_mut().zip(places) {
            if package_path.is_none() && !location.is_kptfile {
                location.package = nearest_package(&packages, &location.file);
            }
        }
        Self { packages, locations }
    }

    /// Where the item at this position of the list stands.
    pub(crate) fn location(&self, item: usize) -> &Location {
        &self.locations[item]
    }
}

/// Package (by package-path only) and file of each item.
fn locate(items: &[Resource], places: &[(Option<&str>, Option<&str>)]) -> Vec<Location> {
    let root = common_directory(places.iter().filter_map(|(package_path, _)| *package_path));
    items
        .iter()
        .zip(places)
        .map(|(item, (package_path, path))| {
            let package = package_path.zip(root.as_deref()).map_or("", |(path, root)| {
                path.trim_end_matches('/').strip_prefix(root).unwrap_or(path).trim_matches('/')
            });
            let path = path.map_or_else(|| clean(&default_path(item)), clean);
            let file = if package.is_empty() { path } else { format!("{package}/{path}") };
            Location { package: package.to_owned(), file, is_kptfile: false }
        })
        .collect()
}

/// The longest directory above (or equal to) all of `paths`.
fn common_directory<'a>(mut paths: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut last = paths.next()?;
    let mut common: Vec<&str> = last.trim_end_matches('/').split('/').collect();
    for path in paths {
        if path == last {
            continue;
        }
        last = path;
        let same = common.iter().zip(path.trim_end_matches('/').split('/')).take_while(|(a, b)| **a == *b).count();
        common.truncate(same);
    }
    Some(common.join("/"))
}

/// kpt's path for a resource that names none (kpt-render §2.8), so that the documents name the file it will be in.
fn default_path(item: &Resource) -> String {
    let file = format!("{}_{}.yaml", item.kind().to_lowercase(), item.name());
    match item.namespace() {
        "" => file,
        namespace => format!("{namespace}/{file}"),
    }
}

/// A path without `.` segments and leading slashes.
fn clean(path: &str) -> String {
    // Nearly all.
    if !path.is_empty() && !path.starts_with(['/', '.']) && !path.contains('/') {
        return path.to_owned();
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    segments.join("/")
}

fn is_kptfile(item: &Resource) -> bool {
    item.kind() == "Kptfile" && item.api_version().starts_with("kpt.dev/")
}

fn read_kptfile(item: &Resource) -> Package {
    let fields = Fields::new(item.document());
    let lock = |key| fields.text_at(item.root(), &["upstreamLock", "git", key]);
    let stated = |key| fields.text_at(item.root(), &["upstream", "git", key]);
    let upstream = lock("repo").or(stated("repo")).map(|repository| Upstream {
        repository: repository.to_owned(),
        directory: lock("directory").or(stated("directory")).unwrap_or("/").to_owned(),
        reference: lock("ref").or(stated("ref")).map(str::to_owned),
        commit: lock("commit").map(str::to_owned),
    });
    let license = fields.text_at(item.root(), &["info", "license"]).and_then(|text| license::parse(text).ok());
    Package { name: item.name().to_owned(), upstream, stated_version: None, license }
}

/// A subpackage without an upstream is a part of the package above it and has its version.
fn inherit_versions(packages: &mut BTreeMap<PackageDirectory, Package>) {
    // Directories above stand before those below them.
    let directories: Vec<PackageDirectory> =
        packages.keys().filter(|directory| !directory.is_empty()).cloned().collect();
    for directory in directories {
        let above = nearest_package(packages, &directory);
        let version = packages.get(&above).and_then(Package::version).map(str::to_owned);
        if let Some(package) = packages.get_mut(&directory).filter(|package| package.upstream.is_none()) {
            package.stated_version = version;
        }
    }
}

/// `data.name` of the root's package context.
fn context_name(items: &[Resource], locations: &[Location]) -> Option<String> {
    let contexts = items.iter().zip(locations).filter(|(item, location)| {
        item.kind() == "ConfigMap" && item.name() == PACKAGE_CONTEXT && location.file == "package-context.yaml"
    });
    contexts
        .filter_map(|(item, _)| {
            let fields = Fields::new(item.document());
            fields.text_at(item.root(), &["data", "name"]).map(str::to_owned)
        })
        .filter(|name| !name.is_empty())
        .min()
}

/// The package whose directory holds `file` most closely.
fn nearest_package(packages: &BTreeMap<PackageDirectory, Package>, file: &str) -> PackageDirectory {
    let mut path = file;
    while let Some((directory, _)) = path.rsplit_once('/') {
        if packages.contains_key(directory) {
            return directory.to_owned();
        }
        path = directory;
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use porchlight_krm::annotations::PACKAGE_PATH;

    use super::*;

    fn item(kind: &str, name: &str, package: Option<&str>, path: Option<&str>) -> Resource {
        let api_version = if kind == "Kptfile" { "kpt.dev/v1" } else { "v1" };
        let mut item = Resource::new(api_version, kind, name);
        for (key, value) in [(PACKAGE_PATH, package), ("config.kubernetes.io/path", path)] {
            if let Some(value) = value {
                item.set_annotation(key, value);
            }
        }
        item
    }

    fn tree(items: &[Resource]) -> PackageTree {
        PackageTree::of(items, &SbomConfig::default())
    }

    fn names(tree: &PackageTree) -> Vec<(&str, &str)> {
        tree.packages.iter().map(|(directory, package)| (directory.as_str(), package.name.as_str())).collect()
    }

    #[test]
    fn a_render_is_told_by_package_paths() {
        let items = [
            item("Kptfile", "db", Some("/a/site/core/db/"), Some("Kptfile")),
            item("Pod", "p", Some("/a/site/core/db"), Some("./x//pod.yaml")),
            item("Kptfile", "site", Some("/a/site"), Some("Kptfile")),
        ];
        let tree = tree(&items);
        assert_eq!(names(&tree), [("", "site"), ("core/db", "db")]);
        assert_eq!(tree.location(1).package, "core/db");
        assert_eq!(tree.location(1).file, "core/db/x/pod.yaml");
        assert!(tree.location(2).is_kptfile && !tree.location(1).is_kptfile);
    }

    #[test]
    fn siblings_share_the_directory_above_them_and_no_prefix_of_a_name() {
        let items = [
            item("Kptfile", "one", Some("/a/site-1"), Some("Kptfile")),
            item("Kptfile", "two", Some("/a/site-2"), Some("Kptfile")),
        ];
        assert_eq!(names(&tree(&items)), [("", NAMELESS), ("site-1", "one"), ("site-2", "two")]);
    }

    #[test]
    fn without_package_paths_kptfiles_tell() {
        let items = [
            item("Pod", "p", None, Some("core/plain/pod.yaml")),
            item("Kptfile", "core", None, Some("core/Kptfile")),
            item("Kptfile", "sample", None, Some("docs/sample.yaml")),
            item("Pod", "q", None, None),
        ];
        let tree = tree(&items);
        assert_eq!(names(&tree), [("", NAMELESS), ("core", "core")]);
        assert_eq!(tree.location(0).package, "core");
        assert_eq!((tree.location(3).package.as_str(), tree.location(3).file.as_str()), ("", "pod_q.yaml"));
    }

    #[test]
    fn the_configuration_names_and_numbers_a_package_without_kptfile() {
        let config = SbomConfig {
            package_name: Some("named".into()),
            package_version: Some("v3".into()),
            ..SbomConfig::default()
        };
        let tree = PackageTree::of(&[], &config);
        assert_eq!(names(&tree), [("", "named")]);
        assert_eq!(tree.packages[""].version(), Some("v3"));
    }
}
