//! A disk whose power fails: what was not made durable is there, gone or half there, each by chance.
//!
//! More pessimistic than common file systems: a new file's name is durable only with its directory.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::*;

/// A disk that works until its power fails at one operation.
struct Unsteady<'a> {
    root: &'a Path,
    at: usize,
    /// Whole file systems are made durable, not single files.
    at_rest: bool,
    done: Cell<usize>,
    durable: RefCell<Durable>,
}

/// What outlives the loss of power.
#[derive(Default)]
struct Durable {
    /// Files and directories, relative to the root.
    names: BTreeSet<PathBuf>,
    content: BTreeMap<PathBuf, Vec<u8>>,
}

/// Every file (with content) and directory below `root`, parents first.
fn tree(root: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    snapshot(root)
        .into_iter()
        .map(|(name, (bytes, _))| match name.strip_suffix('/') {
            Some(directory) => (PathBuf::from(directory), None),
            None => (PathBuf::from(name), Some(bytes)),
        })
        .collect()
}

impl<'a> Unsteady<'a> {
    fn new(root: &'a Path, at: usize, at_rest: bool) -> Self {
        let disk = Self { root, at, at_rest, done: Cell::new(0), durable: RefCell::default() };
        disk.settle();
        disk
    }

    /// Everything as it is now is durable.
    fn settle(&self) {
        let mut durable = Durable::default();
        for (path, content) in tree(self.root) {
            durable.content.extend(content.map(|bytes| (path.clone(), bytes)));
            durable.names.insert(path);
        }
        *self.durable.borrow_mut() = durable;
    }

    fn step(&self, work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let number = self.done.get();
        self.done.set(number + 1);
        if number < self.at { work() } else { Err(io::Error::other("no power")) }
    }

    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.root).unwrap().to_owned()
    }

    /// The tree as it is found after the power is back, one of many that it may be.
    fn restart(&self, mut chance: u64) {
        let mut coin = |sides: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (chance >> 33) % sides
        };
        let durable = self.durable.borrow();
        let now = tree(self.root);
        let all: BTreeSet<&PathBuf> = now.keys().chain(&durable.names).collect();
        let mut after: BTreeMap<&Path, Option<Vec<u8>>> = BTreeMap::new();
        for path in all {
            let there = now.contains_key(path);
            let reachable = path.parent().is_none_or(|parent| parent == Path::new("") || after.contains_key(parent));
            if !reachable || (there != durable.names.contains(path) && coin(2) == 0) {
                continue;
            }
            if matches!(now.get(path), Some(None)) {
                after.insert(path, None);
                continue;
            }
            let kept = durable.content.get(path).cloned().unwrap_or_default();
            let current = now.get(path).cloned().flatten().unwrap_or_else(|| kept.clone());
            let content = match coin(3) {
                _ if current == kept => kept,
                0 => kept,
                1 => current,
                _ => [&current[..current.len() / 2], kept.get(current.len() / 2..).unwrap_or_default()].concat(),
            };
            after.insert(path, Some(content));
        }
        for path in now.keys().rev() {
            let path = self.root.join(path);
            if path.is_dir() { fs::remove_dir(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        for (path, content) in after {
            match content {
                None => fs::create_dir(self.root.join(path)).unwrap(),
                Some(bytes) => fs::write(self.root.join(path), bytes).unwrap(),
            }
        }
    }
}

impl Storage for Unsteady<'_> {
    fn create_private(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step(|| Disk.create_private(path, bytes))
    }
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step(|| Disk.create(path, bytes))
    }
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step(|| Disk.overwrite(path, bytes))
    }
    fn set_length(&self, path: &Path, length: u64) -> io::Result<()> {
        self.step(|| Disk.set_length(path, length))
    }
    fn set_permissions(&self, path: &Path, permissions: fs::Permissions) -> io::Result<()> {
        self.step(|| Disk.set_permissions(path, permissions))
    }
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.create_directory(path))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.remove_file(path))
    }
    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        self.step(|| Disk.remove_directory(path))
    }
    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.step(|| {
            self.durable.borrow_mut().content.insert(self.relative(path), fs::read(path)?);
            Ok(())
        })
    }
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.step(|| {
            let directory = self.relative(path);
            let names = &mut self.durable.borrow_mut().names;
            names.retain(|name| name.parent() != Some(&directory));
            names.extend(tree(self.root).into_keys().filter(|name| name.parent() == Some(&directory)));
            Ok(())
        })
    }
    fn sync_file_system(&self, _path: &Path) -> io::Result<bool> {
        self.step(|| {
            self.settle();
            Ok(())
        })?;
        Ok(true)
    }
    fn is_at_rest(&self, _path: &Path) -> bool {
        self.at_rest
    }
}

/// Makes a package, and changes to it.
type Make = fn() -> (tempfile::TempDir, Vec<Change>);

/// The small package, and one with so many changes that the whole file system is flushed.
fn packages() -> [Make; 2] {
    let many = || {
        let (directory, mut changes) = package();
        for number in 0..20 {
            let path = format!("many/{number}.yaml");
            let old = (number % 3 != 0).then(|| bytes("before\n")).flatten();
            if let Some(old) = &old {
                fs::create_dir_all(directory.path().join("many")).unwrap();
                fs::write(directory.path().join(&path), old).unwrap();
            }
            let new = (number % 4 != 1).then(|| bytes("and after\n")).flatten();
            if old != new {
                changes.push(Change { path, old, new });
            }
        }
        (directory, changes)
    };
    [package, many]
}

/// Content alone: a tree that is put together anew has permission bits of its own.
fn content(root: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut files = tree(root);
    // A directory that was made for a file may stay behind empty.
    let wanted: BTreeSet<PathBuf> = files.keys().filter_map(|path| path.parent().map(Path::to_owned)).collect();
    files.retain(|path, content| content.is_some() || wanted.contains(path));
    files
}

#[test]
fn a_loss_of_power_at_any_operation_leaves_the_old_or_the_new_package() {
    let mut seen = (0, 0);
    for (make, at_rest) in packages().into_iter().flat_map(|make| [(make, false), (make, true)]) {
        let (directory, changes) = make();
        let counting = Unsteady::new(directory.path(), usize::MAX, at_rest);
        commit_to(&counting, directory.path(), &changes).unwrap();
        let new = content(directory.path());
        // The last round loses the power after everything is done.
        for at in 0..=counting.done.get() {
            for chance in 0..4 {
                let (directory, changes) = make();
                let old = content(directory.path());
                let disk = Unsteady::new(directory.path(), at, at_rest);
                let done = commit_to(&disk, directory.path(), &changes);
                assert_eq!(done.is_ok(), at == counting.done.get());
                disk.restart(chance);
                recover(directory.path()).unwrap();
                let now = content(directory.path());
                assert!(now == new || (done.is_err() && now == old), "{at}, {chance}: {now:#?}");
                if now == old { seen.0 += 1 } else { seen.1 += 1 }
            }
        }
    }
    assert!(seen.0 > 0 && seen.1 > 0, "both outcomes occur: {seen:?}");
    let (old, new) = seen;
    println!("| the power fails at each of them, four ways: damaged packages | **0** ({old} old, {new} new) | 0 |");
}
