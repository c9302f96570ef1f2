//! Who supplies an image: the configuration says so by repository prefix. Nothing is ever guessed.

use std::collections::BTreeMap;

use crate::image_reference::ImageReference;

/// Repository prefixes (`docker.io/nephio`, `ghcr.io`) with the name of their supplier.
#[derive(Clone, Debug, Default)]
pub(crate) struct Suppliers {
    by_prefix: BTreeMap<String, String>,
}

impl Suppliers {
    /// A trailing `/` of a prefix does not matter.
    pub(crate) fn new(entries: &BTreeMap<String, String>) -> Self {
        let by_prefix = entries
            .iter()
            .map(|(prefix, supplier)| (prefix.trim_end_matches('/').to_owned(), supplier.trim().to_owned()))
            .collect();
        Self { by_prefix }
    }

    /// The supplier of the longest prefix that ends at a segment of the image's repository.
    pub(crate) fn of(&self, image: &ImageReference) -> Option<&str> {
        let repository = image.repository();
        let mut prefix = repository.as_str();
        loop {
            if let Some(supplier) = self.by_prefix.get(prefix) {
                return Some(supplier).filter(|name| !name.is_empty()).map(String::as_str);
            }
            prefix = prefix.rsplit_once('/')?.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_at_a_segment_wins() {
        let entries = [
            ("docker.io", "Docker Hub"),
            ("docker.io/nephio/", "Nephio"),
            ("nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1", "A1 team"),
            ("quay.io/unknown", ""),
        ];
        let suppliers =
            Suppliers::new(&entries.iter().map(|(prefix, name)| ((*prefix).to_owned(), (*name).to_owned())).collect());
        let of = |image: &str| suppliers.of(&image.parse().unwrap());
        assert_eq!(of("nephio/free5gc-pcf:4.1.0"), Some("Nephio"));
        assert_eq!(of("nephios/x"), Some("Docker Hub"));
        assert_eq!(of("busybox"), Some("Docker Hub"));
        assert_eq!(of("nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1:3.2.2"), Some("A1 team"));
        assert_eq!(of("nexus3.o-ran-sc.org:10002/o-ran-sc/ric-plt-a1x:3.2.2"), None);
        assert_eq!(of("ghcr.io/x"), None);
        assert_eq!(of("quay.io/unknown/x"), None);
    }
}
