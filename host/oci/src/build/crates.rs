//! The crates a function is made of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// SHA-256 of the crates of a registry, in hexadecimal, by name and version.
pub(super) type Checksums = BTreeMap<(String, String), String>;

/// One crate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX expression.
    pub(super) license: Option<String>,
    pub(super) repository: Option<String>,
    /// SHA-256 of its archive, in hexadecimal; those of this repository have none.
    pub(super) checksum: Option<String>,
    /// Its dependencies, as places in the list.
    pub(super) needs: BTreeSet<usize>,
}

/// The crates of a function; the first is the function's own, the others are sorted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Crates(Vec<Crate>);

impl Crate {
    /// Its package URL (purl-spec, type `cargo`).
    pub(super) fn url(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version.replace('+', "%2B"))
    }
}

impl Crates {
    /// Reads what `cargo tree --prefix depth --no-dedupe --format ' {p}|{l}|{r}'` printed.
    ///
    /// # Errors
    /// The line that cannot be read.
    pub(super) fn read(tree: &str, checksums: &Checksums) -> Result<Self, String> {
        let mut found: BTreeMap<(String, String), Crate> = BTreeMap::new();
        let mut edges: BTreeSet<((String, String), (String, String))> = BTreeSet::new();
        // The crates above the line, by depth.
        let mut above: Vec<(String, String)> = Vec::new();
        for (number, text) in tree.lines().enumerate().filter(|(_, text)| !text.is_empty()) {
            let (depth, one) = line(text).ok_or_else(|| format!("line {} cannot be read: `{text}`", number + 1))?;
            if depth > above.len() || (depth == 0) != above.is_empty() {
                return Err(format!("line {} stands at depth {depth}, below nothing", number + 1));
            }
            let key = (one.name.clone(), one.version.clone());
            above.truncate(depth);
            if let Some(user) = above.last() {
                edges.insert((user.clone(), key.clone()));
            }
            above.push(key.clone());
            let checksum = checksums.get(&key).cloned();
            found.entry(key).or_insert(Crate { checksum, ..one });
        }
        let root = above.first().cloned().ok_or("there is nothing in it")?;
        let mut keys: Vec<_> = found.keys().cloned().collect();
        keys.sort_by_key(|key| (*key != root, key.clone()));
        let place = |key: &(String, String)| keys.iter().position(|other| other == key);
        let mut crates: Vec<Crate> = keys.iter().filter_map(|key| found.get(key).cloned()).collect();
        for (user, needed) in &edges {
            if let (Some(user), Some(needed)) = (place(user), place(needed)) {
                crates[user].needs.insert(needed);
            }
        }
        Ok(Self(crates))
    }

    /// The crate of the function itself.
    pub(super) fn root(&self) -> &Crate {
        &self.0[0]
    }

    /// All of them, the function's own first.
    pub(super) fn all(&self) -> &[Crate] {
        &self.0
    }
}

/// `2 name v1.2.3 (proc-macro)|license|repository`
fn line(text: &str) -> Option<(usize, Crate)> {
    let (depth, rest) = text.split_once(' ')?;
    let mut parts = rest.split('|');
    let mut words = parts.next()?.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    let mut known = || parts.next().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    // Some crates still write `/` for `OR`, as cargo once allowed.
    let license = known().map(|license| license.replace('/', " OR "));
    let repository = known();
    let one = Crate { name: name.to_owned(), version: version.to_owned(), license, repository, ..Crate::default() };
    Some((depth.parse().ok()?, one))
}

/// The checksums in a `Cargo.lock`.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn checksums(lock: &str) -> Result<Checksums, String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
        checksum: Option<String>,
    }
    let lock: Lock = toml::from_str(lock).map_err(|error| error.to_string())?;
    Ok(lock.package.into_iter().filter_map(|one| Some(((one.name, one.version), one.checksum?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "0 f v0.1.0|Apache-2.0|https://example.org\n1 b v2.0.0|MIT/Apache-2.0|\n2 d v1.0.0+x (proc-macro)||\n\
        1 c v0.1.0|Apache-2.0|\n2 b v2.0.0|MIT/Apache-2.0|\n3 d v1.0.0+x (proc-macro)||\n";

    #[test]
    fn a_tree_becomes_a_graph() {
        let lock = "version = 4\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"s\"\nchecksum = \"00ff\"\n\
            [[package]]\nname = \"f\"\nversion = \"0.1.0\"\ndependencies = [\"b\"]\n";
        let crates = Crates::read(TREE, &checksums(lock).unwrap()).unwrap();
        let told: Vec<_> =
            crates.all().iter().map(|one| (one.url(), one.needs.iter().copied().collect::<Vec<_>>())).collect();
        assert_eq!(
            told,
            [
                ("pkg:cargo/f@0.1.0".to_owned(), vec![1, 2]),
                ("pkg:cargo/b@2.0.0".to_owned(), vec![3]),
                ("pkg:cargo/c@0.1.0".to_owned(), vec![1]),
                ("pkg:cargo/d@1.0.0%2Bx".to_owned(), vec![]),
            ]
        );
        assert_eq!(crates.root().repository.as_deref(), Some("https://example.org"));
        let b = &crates.all()[1];
        assert_eq!((b.license.as_deref(), b.checksum.as_deref()), (Some("MIT OR Apache-2.0"), Some("00ff")));
    }

    #[test]
    fn what_is_no_tree_is_told() {
        for (tree, said) in [
            ("", "nothing"),
            ("f v1", "cannot be read"),
            ("0 f 1", "cannot be read"),
            ("1 f v1", "below nothing"),
            ("0 f v1\n2 g v1", "line 2"),
            ("0 f v1\n0 g v1", "line 2"),
        ] {
            assert!(Crates::read(tree, &Checksums::new()).unwrap_err().contains(said), "{tree}");
        }
        assert!(checksums("[[").is_err());
    }
}
