//! Who supplies a component, and under which licence: the configuration says so by the place it comes from, and Kptfiles
//! for their packages. Nothing is ever guessed.
//!
//! | component | place |
//! |---|---|
//! | image | repository: `docker.io/nephio/free5gc-pcf` |
//! | package with an upstream | `github.com/nephio-project/catalog/workloads/free5gc` |
//! | chart | its repository without scheme, and its name: `charts.example/stable/loki` |
//! | program of a pipeline | `exec/` and its command |

use porchlight_krm::order::Gather;
use std::collections::BTreeMap;

use crate::image_reference::ImageReference;
use crate::inventory::{Chart, Inventory, Upstream};

/// What the configuration says about suppliers and licences.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributions {
    pub(crate) suppliers: ByPlace,
    pub(crate) licenses: ByPlace,
    /// Supplier of the package being rendered and of what in it has no upstream of its own.
    pub(crate) package_supplier: Option<String>,
}

/// Supplier and licence of one component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attribution<'a> {
    pub(crate) supplier: Option<&'a str>,
    pub(crate) license: Option<&'a str>,
}

impl Attributions {
    fn at(&self, place: &str) -> Attribution<'_> {
        Attribution { supplier: self.suppliers.get(place), license: self.licenses.get(place) }
    }

    pub(crate) fn of_image(&self, image: &ImageReference) -> Attribution<'_> {
        // Mostly nothing is said, and images are many.
        if self.suppliers.values.is_empty() && self.licenses.values.is_empty() {
            return Attribution::default();
        }
        self.at(&image.repository())
    }

    pub(crate) fn of_chart(&self, chart: &Chart) -> Attribution<'_> {
        self.at(&chart_place(chart))
    }

    pub(crate) fn of_program(&self, command: &str) -> Attribution<'_> {
        self.at(&format!("exec/{command}"))
    }

    /// Of the package itself, else of its upstream. A subpackage without an upstream is a part of the package that holds
    /// it.
    pub(crate) fn of_package<'a>(&'a self, inventory: &'a Inventory, directory: &str) -> Attribution<'a> {
        let mut found = Attribution::default();
        let mut at = Some(directory);
        while let Some((here, package)) = at.and_then(|directory| inventory.packages.get_key_value(directory)) {
            let upstream = package.upstream.as_ref().map(|upstream| self.at(&upstream_place(upstream)));
            let own_supplier = self.package_supplier.as_deref().filter(|_| here.is_empty());
            let upstream = upstream.unwrap_or_default();
            found.supplier = found.supplier.or(own_supplier).or(upstream.supplier);
            found.license = found.license.or(package.license.as_deref()).or(upstream.license);
            at = if package.upstream.is_some() { None } else { inventory.parent(here) };
        }
        found
    }
}

/// Values by the beginning of a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByPlace {
    values: BTreeMap<String, String>,
}

impl ByPlace {
    /// A trailing `/` of a prefix does not matter.
    pub(crate) fn new(entries: impl IntoIterator<Item = (String, String)>) -> Self {
        let entries = entries.into_iter();
        Self { values: entries.map(|(prefix, value)| (prefix.trim_end_matches('/').to_owned(), value)).gather() }
    }

    /// The value of the longest prefix that ends at a segment of the place.
    fn get(&self, place: &str) -> Option<&str> {
        let mut prefix = place;
        loop {
            if let Some(value) = self.values.get(prefix) {
                return Some(value.trim()).filter(|value| !value.is_empty());
            }
            prefix = prefix.rsplit_once('/')?.0;
        }
    }
}

/// Where a package comes from: host, repository and directory.
fn upstream_place(upstream: &Upstream) -> String {
    let location = without_scheme(&upstream.repository);
    let location = location.strip_suffix(".git").unwrap_or(&location);
    [location, upstream.directory.trim_matches('/')].join("/").trim_end_matches(['/', '.']).to_owned()
}

fn chart_place(chart: &Chart) -> String {
    let repository = chart.repository.as_deref().map(without_scheme).unwrap_or_default();
    [repository.trim_end_matches('/'), chart.name.as_str()].join("/").trim_start_matches('/').to_owned()
}

/// A URL without scheme and user, `host:path` of the short form of ssh as `host/path`.
fn without_scheme(url: &str) -> String {
    let (has_scheme, rest) = url.split_once("://").map_or((false, url), |(_, rest)| (true, rest));
    let host_end = rest.find('/').unwrap_or(rest.len());
    let rest = rest[..host_end].rfind('@').map_or(rest, |at| &rest[at + 1..]);
    let rest = rest.trim_end_matches('/');
    if has_scheme { rest.to_owned() } else { rest.replacen(':', "/", 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Package;

    fn by_place(entries: &[(&str, &str)]) -> ByPlace {
        ByPlace::new(entries.iter().map(|(prefix, name)| ((*prefix).to_owned(), (*name).to_owned())))
    }

    #[test]
    fn the_longest_prefix_at_a_segment_wins() {
        let suppliers = by_place(&[
            ("docker.io", "Docker Hub"),
            ("docker.io/nephio/", "Nephio"),
            ("nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1", "A1 team"),
            ("quay.io/unknown", ""),
        ]);
        let attributions = Attributions { suppliers, ..Attributions::default() };
        let of = |image: &str| attributions.of_image(&image.parse().unwrap()).supplier;
        assert_eq!(of("nephio/free5gc-pcf:4.1.0"), Some("Nephio"));
        assert_eq!(of("nephios/x"), Some("Docker Hub"));
        assert_eq!(of("busybox"), Some("Docker Hub"));
        assert_eq!(of("nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1:3.2.2"), Some("A1 team"));
        assert_eq!(of("nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1x:3.2.2"), None);
        assert_eq!(of("ghcr.io/x"), None);
        assert_eq!(of("quay.io/unknown/x"), None);
    }

    #[test]
    fn places_of_packages_and_charts() {
        let upstream = |repository: &str, directory: &str| {
            let (repository, directory) = (repository.to_owned(), directory.to_owned());
            upstream_place(&Upstream { repository, directory, ..Upstream::default() })
        };
        assert_eq!(
            upstream("https://github.com/nephio-project/catalog.git", "/a/b"),
            "github.com/nephio-project/catalog/a/b"
        );
        assert_eq!(upstream("https://user:secret@git.example:8443/r/", "."), "git.example:8443/r");
        assert_eq!(upstream("git@github.com:o/r.git", "/"), "github.com/o/r");
        let chart = |repository: Option<&str>| {
            chart_place(&Chart { name: "loki".into(), version: None, repository: repository.map(str::to_owned) })
        };
        assert_eq!(chart(Some("https://charts.example/stable/")), "charts.example/stable/loki");
        assert_eq!(chart(Some("ghcr.io/org/charts")), "ghcr.io/org/charts/loki");
        assert_eq!(chart(None), "loki");
    }

    #[test]
    fn a_subpackage_without_upstream_is_a_part_of_the_package_above() {
        let upstream =
            Upstream { repository: "https://github.com/o/r".into(), directory: "/".into(), ..Upstream::default() };
        let mut inventory = Inventory::default();
        let mut add = |directory: &str, upstream: Option<&Upstream>, license: Option<&str>| {
            let package =
                Package { upstream: upstream.cloned(), license: license.map(str::to_owned), ..Package::default() };
            inventory.packages.insert(directory.to_owned(), package);
        };
        add("", None, Some("MIT"));
        add("part", None, None);
        add("other", Some(&upstream), None);
        add("other/part", None, Some("BSD-3-Clause"));
        let attributions = Attributions {
            suppliers: by_place(&[("github.com/o", "O")]),
            licenses: by_place(&[("github.com/o", "Apache-2.0")]),
            package_supplier: Some("Us".into()),
        };
        let of = |directory| {
            let found = attributions.of_package(&inventory, directory);
            (found.supplier.unwrap_or_default(), found.license.unwrap_or_default())
        };
        assert_eq!(of(""), ("Us", "MIT"));
        assert_eq!(of("part"), ("Us", "MIT"));
        assert_eq!(of("other"), ("O", "Apache-2.0"));
        assert_eq!(of("other/part"), ("O", "BSD-3-Clause"));
    }
}
