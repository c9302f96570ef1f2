//! Packages of the corpus, and packages as a pipeline without functions reads and writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use porchlight_krm::Resource;
use porchlight_package::{Compat, PackageError, PackageTree, PlanError, PlanOptions, Sources, WritePlan};

/// A package with all its resources.
pub(crate) struct Package {
    pub(crate) tree: PackageTree,
    pub(crate) items: Vec<Resource>,
    pub(crate) sources: Sources,
}

impl Package {
    pub(crate) fn read(root: &Path, compat: Compat) -> Result<Self, PackageError> {
        let tree = PackageTree::open(root, compat)?;
        let (mut items, mut sources) = (Vec::new(), Sources::default());
        for id in tree.depth_first() {
            tree.validate(id)?;
            let contents = tree.read(id)?;
            items.extend(contents.resources);
            sources.extend(contents.sources);
        }
        Ok(Self { tree, items, sources })
    }

    pub(crate) fn plan(&self, mut items: Vec<Resource>, options: PlanOptions) -> Result<WritePlan, PlanError> {
        self.tree.settle(&mut items, true)?;
        self.tree.plan(items, &self.sources, options)
    }
}

/// Where packages of others are; says so where there are none.
pub(crate) fn corpus() -> Option<PathBuf> {
    let path = match std::env::var_os("PORCHLIGHT_CORPUS") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    let found = path.is_dir();
    if !found {
        println!("skipped: no corpus");
    }
    found.then_some(path)
}

/// Whether there is a kpt to compare with; says so where there is none.
pub(crate) fn has_kpt() -> bool {
    let found = Command::new("kpt").arg("version").output().is_ok();
    if !found {
        println!("skipped: no kpt");
    }
    found
}

/// Directories with a Kptfile that are in no other such directory.
pub(crate) fn packages(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut work = vec![below.to_owned()];
    while let Some(directory) = work.pop() {
        if directory.join("Kptfile").exists() {
            found.push(directory);
            continue;
        }
        for entry in fs::read_dir(&directory).expect("lists") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                work.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// Every file below `root`, by its path from there.
pub(crate) fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut work = vec![root.to_owned()];
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(&directory).expect("lists") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                work.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below").to_owned();
                found.insert(name, fs::read(&path).expect("reads"));
            }
        }
    }
    found
}
