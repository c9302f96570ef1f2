use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{Disk, Storage};
use super::*;

mod obstacles;
mod power_loss;

/// Every file (with content, which of a link is where it leads, and, on Unix, permission bits) and directory below a root.
type Snapshot = BTreeMap<String, (Vec<u8>, u32)>;

fn snapshot(root: &Path) -> Snapshot {
    let mut found = Snapshot::new();
    let mut work = vec![root.to_owned()];
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            #[cfg(unix)]
            let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
            #[cfg(not(unix))]
            let mode = 0;
            if metadata.is_dir() {
                found.insert(format!("{name}/"), (Vec::new(), mode));
                work.push(path);
            } else if metadata.is_symlink() {
                found.insert(name, (fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(), mode));
            } else {
                // A pipe would be waited for.
                let content = if metadata.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
                found.insert(name, (content, mode));
            }
        }
    }
    found
}

fn bytes(text: &str) -> Option<std::sync::Arc<[u8]>> {
    Some(text.as_bytes().into())
}

/// A package and one change of every sort: grow, shrink within a block and by a block, equal length, new in new
/// directories, delete.
fn package() -> (tempfile::TempDir, Vec<Change>) {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir(root.join("a")).unwrap();
    let long = "1\n".repeat(BLOCK);
    for (path, content) in [
        ("Kptfile", "k"),
        ("a/grow.yaml", "1\n"),
        ("a/shrink.yaml", "1\n2\n3\n"),
        ("a/shrink-far.yaml", long.as_str()),
        ("same.yaml", "abc"),
        ("old.yaml", "gone"),
    ] {
        fs::write(root.join(path), content).unwrap();
    }
    #[cfg(unix)]
    for (path, mode) in [("a/grow.yaml", 0o600), ("old.yaml", 0o640)] {
        fs::set_permissions(root.join(path), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
    let change = |path: &str, old, new| Change { path: path.to_owned(), old, new };
    let changes = vec![
        change("a/grow.yaml", bytes("1\n"), bytes("1\n2\n3\n4\n")),
        change("a/shrink.yaml", bytes("1\n2\n3\n"), bytes("1\n")),
        change("a/shrink-far.yaml", bytes(&long), bytes("1\n")),
        change("new/er/file.yaml", None, bytes("hello\n")),
        change("old.yaml", bytes("gone"), None),
        change("same.yaml", bytes("abc"), bytes("xyz")),
    ];
    (directory, changes)
}

/// What the tree is like after a commit without trouble.
fn after() -> Snapshot {
    let (directory, changes) = package();
    commit(directory.path(), &changes).unwrap();
    snapshot(directory.path())
}

/// What happens at the chosen operation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// It fails without effect; later operations work.
    Error,
    /// Half of its bytes are written, then it fails; later operations work.
    Partial,
    /// Half of its bytes are written and the process is gone: nothing works any more.
    Crash,
    /// The disk stays broken: this and all later operations fail without effect.
    Broken,
}

/// A disk that fails at one operation.
struct Faulty {
    at: usize,
    fault: Fault,
    /// Whole file systems are made durable, not single files.
    at_rest: bool,
    done: Cell<usize>,
    /// What was asked for, in order.
    asked: RefCell<Vec<String>>,
}

impl Faulty {
    fn step(&self, what: &str, path: &Path, bytes: &[u8], work: impl Fn(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let number = self.done.get();
        self.done.set(number + 1);
        self.asked.borrow_mut().push(format!("{what} {}", path.file_name().unwrap_or_default().display()));
        let broken = || Err(io::Error::other("injected"));
        match self.fault {
            _ if number < self.at => work(bytes),
            Fault::Crash | Fault::Partial if number == self.at => {
                if !bytes.is_empty() {
                    work(&bytes[..bytes.len() / 2])?;
                }
                broken()
            }
            Fault::Error if number == self.at => broken(),
            Fault::Error | Fault::Partial => work(bytes),
            Fault::Crash | Fault::Broken => broken(),
        }
    }
}

impl Storage for Faulty {
    fn create_private(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step("create_private", path, bytes, |bytes| Disk.create_private(path, bytes))
    }
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step("create", path, bytes, |bytes| Disk.create(path, bytes))
    }
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.step("overwrite", path, bytes, |bytes| Disk.overwrite(path, bytes))
    }
    fn set_length(&self, path: &Path, length: u64) -> io::Result<()> {
        self.step("set_length", path, &[], |_| Disk.set_length(path, length))
    }
    fn set_permissions(&self, path: &Path, permissions: fs::Permissions) -> io::Result<()> {
        self.step("set_permissions", path, &[], |_| Disk.set_permissions(path, permissions.clone()))
    }
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.step("create_directory", path, &[], |_| Disk.create_directory(path))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step("remove_file", path, &[], |_| Disk.remove_file(path))
    }
    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        self.step("remove_directory", path, &[], |_| Disk.remove_directory(path))
    }
    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.step("sync_file", path, &[], |_| Disk.sync_file(path))
    }
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.step("sync_directory", path, &[], |_| Disk.sync_directory(path))
    }
    fn sync_file_system(&self, path: &Path) -> io::Result<bool> {
        self.step("sync_file_system", path, &[], |_| Disk.sync_file_system(path).map(|_| ()))?;
        Ok(true)
    }
    fn is_at_rest(&self, _path: &Path) -> bool {
        self.at_rest
    }
}

fn faulty(at: usize, fault: Fault) -> Faulty {
    Faulty { at, fault, at_rest: false, done: Cell::new(0), asked: RefCell::default() }
}

/// Number of operations of a commit without trouble.
fn operations(at_rest: bool) -> usize {
    let (directory, changes) = package();
    let storage = Faulty { at_rest, ..faulty(usize::MAX, Fault::Error) };
    commit_to(&storage, directory.path(), &changes).unwrap();
    storage.done.get()
}

/// A disk that fails at each operation of a commit, busy and at rest.
fn failing_at_each(fault: Fault) -> impl Iterator<Item = Faulty> {
    [false, true]
        .into_iter()
        .flat_map(move |at_rest| (0..operations(at_rest)).map(move |at| Faulty { at_rest, ..faulty(at, fault) }))
}

#[test]
fn makes_every_change_and_leaves_no_journal() {
    let (directory, changes) = package();
    commit(directory.path(), &changes).unwrap();
    let root = directory.path();
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    assert_eq!(read("a/grow.yaml"), "1\n2\n3\n4\n");
    assert_eq!(read("a/shrink.yaml"), "1\n");
    assert_eq!(read("a/shrink-far.yaml"), "1\n");
    assert_eq!(read("new/er/file.yaml"), "hello\n");
    assert_eq!(read("same.yaml"), "xyz");
    assert!(!root.join("old.yaml").exists());
    assert!(!root.join(JOURNAL_FILE).exists());
    #[cfg(unix)]
    assert_eq!(snapshot(root)["a/grow.yaml"].1, 0o600, "permission bits stay");
}

/// A file is cut when it is written, unless that gives room back that undoing the commit may need.
#[test]
fn room_is_given_back_once_everything_is_written() {
    let (directory, changes) = package();
    let storage = faulty(usize::MAX, Fault::Error);
    commit_to(&storage, directory.path(), &changes).unwrap();
    let asked = storage.asked.into_inner();
    let [written, flushed] = ["overwrite grow.yaml", "sync_file grow.yaml"]
        .map(|what| asked.iter().position(|asked| asked == what).expect(what));
    assert_eq!(
        asked[written..flushed],
        [
            "overwrite grow.yaml",
            "overwrite shrink.yaml",
            "set_length shrink.yaml",
            "overwrite shrink-far.yaml",
            "overwrite same.yaml",
            "create_directory new",
            "create_directory er",
            "create file.yaml",
            "set_length shrink-far.yaml",
            "remove_file old.yaml",
        ]
    );
    for (old, new, frees) in [(0, 0, false), (1, 0, true), (512, 1, false), (513, 512, true), (513, 513, false)] {
        assert_eq!(frees_room(&vec![0; old], &vec![0; new]), frees, "{old} to {new}");
    }
}

/// Where many files change, the whole file system is made durable, and no file is asked for.
#[test]
fn many_files_are_not_made_durable_one_by_one() {
    let directory = tempfile::tempdir().unwrap();
    let changes: Vec<Change> =
        (0..16).map(|n| Change { path: format!("{n}.yaml"), old: None, new: bytes("a: b\n") }).collect();
    let storage = faulty(usize::MAX, Fault::Error);
    commit_to(&storage, directory.path(), &changes).unwrap();
    let asked = storage.asked.into_inner();
    // One is the journal.
    assert_eq!(asked.iter().filter(|asked| asked.starts_with("sync_file ")).count(), 1, "{asked:?}");
    assert_eq!(asked.iter().filter(|asked| asked.starts_with("sync_file_system ")).count(), 1, "{asked:?}");
}

#[test]
fn an_error_at_any_operation_leaves_the_old_package() {
    let new = after();
    for fault in [Fault::Error, Fault::Partial] {
        for storage in failing_at_each(fault) {
            let at = storage.at;
            let (directory, changes) = package();
            let old = snapshot(directory.path());
            match commit_to(&storage, directory.path(), &changes) {
                Err(CommitError::JournalLeft { .. }) => {
                    recover(directory.path()).unwrap();
                    assert_eq!(snapshot(directory.path()), new, "{fault:?} at {at}");
                }
                Err(_) => assert_eq!(snapshot(directory.path()), old, "{fault:?} at {at}"),
                Ok(()) => panic!("{fault:?} at {at} went unnoticed"),
            }
        }
    }
    let count = failing_at_each(Fault::Error).count();
    println!("| each of the {count} operations of a commit fails, wholly or half done: damaged packages | **0** | 0 |");
}

#[test]
fn a_crash_at_any_operation_leaves_the_old_or_the_new_package() {
    let new = after();
    let mut seen = (0, 0);
    for fault in [Fault::Crash, Fault::Broken] {
        for storage in failing_at_each(fault) {
            let at = storage.at;
            let (directory, changes) = package();
            let old = snapshot(directory.path());
            commit_to(&storage, directory.path(), &changes).unwrap_err();
            recover(directory.path()).unwrap();
            let now = snapshot(directory.path());
            assert!(now == old || now == new, "{fault:?} at {at}: {now:?}");
            if now == old { seen.0 += 1 } else { seen.1 += 1 }
        }
    }
    assert!(seen.0 > 0 && seen.1 > 0, "both outcomes occur: {seen:?}");
    let (old, new) = seen;
    println!("| each of them is the last thing that happens: damaged packages | **0** ({old} old, {new} new) | 0 |");
}

#[test]
fn a_crash_while_recovering_is_recovered_from() {
    let new = after();
    let crashed = || {
        let (directory, changes) = package();
        // The operation after the journal is durable.
        commit_to(&faulty(3, Fault::Crash), directory.path(), &changes).unwrap_err();
        directory
    };
    let storage = faulty(usize::MAX, Fault::Error);
    recovery::replay(&storage, crashed().path()).unwrap();
    for at in 0..storage.done.get() {
        let directory = crashed();
        recovery::replay(&faulty(at, Fault::Crash), directory.path()).unwrap_err();
        recover(directory.path()).unwrap();
        assert_eq!(snapshot(directory.path()), new, "crash at {at}");
    }
}

#[test]
fn an_error_while_recovering_is_made_good_by_the_next_recovery() {
    let new = after();
    let crashed = || {
        let (directory, changes) = package();
        commit_to(&faulty(4, Fault::Crash), directory.path(), &changes).unwrap_err();
        directory
    };
    let storage = faulty(usize::MAX, Fault::Error);
    recovery::replay(&storage, crashed().path()).unwrap();
    for fault in [Fault::Error, Fault::Partial, Fault::Broken] {
        for at in 0..storage.done.get() {
            let directory = crashed();
            recovery::replay(&faulty(at, fault), directory.path()).unwrap_err();
            recover(directory.path()).unwrap();
            assert_eq!(snapshot(directory.path()), new, "{fault:?} at {at}");
        }
    }
}

#[test]
fn recovery_tells_what_it_did() {
    let (directory, changes) = package();
    assert_eq!(recover(directory.path()).unwrap(), None);
    commit_to(&faulty(0, Fault::Crash), directory.path(), &changes).unwrap_err();
    let dropped = recover(directory.path()).unwrap().unwrap();
    assert!(!dropped.completed && dropped.paths.is_empty());
    commit_to(&faulty(4, Fault::Crash), directory.path(), &changes).unwrap_err();
    let done = recover(directory.path()).unwrap().unwrap();
    assert!(done.completed);
    assert_eq!(done.paths.len(), changes.len());
    assert_eq!(recover(directory.path()).unwrap(), None);
}

#[test]
fn a_subpackage_is_recovered_from_the_journal_of_the_package_around_it() {
    let (directory, changes) = package();
    fs::write(directory.path().join("a/Kptfile"), "k").unwrap();
    commit_to(&faulty(4, Fault::Crash), directory.path(), &changes).unwrap_err();
    recover(&directory.path().join("a")).unwrap().unwrap();
    assert_eq!(fs::read_to_string(directory.path().join("a/shrink.yaml")).unwrap(), "1\n");
}

#[test]
fn a_journal_from_elsewhere_does_nothing() {
    for path in ["../out.yaml", "/tmp/out.yaml", "a/../../out.yaml", ".git/hooks/post-commit", "a", ".", ""] {
        let (directory, _) = package();
        let foreign = Change { path: path.to_owned(), old: None, new: bytes("x") };
        fs::write(directory.path().join(JOURNAL_FILE), journal::encode(&[foreign])).unwrap();
        let before = snapshot(directory.path());
        let error = recover(directory.path()).unwrap_err();
        assert!(matches!(error, CommitError::ForeignJournal { .. }), "{path}: {error}");
        assert_eq!(snapshot(directory.path()), before, "{path}");
    }
}

#[test]
fn two_commits_exclude_each_other() {
    let (directory, changes) = package();
    let held = lock::exclusive(directory.path()).unwrap();
    let root: PathBuf = directory.path().to_owned();
    let second = std::thread::spawn(move || commit(&root, &changes));
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert!(!second.is_finished(), "it waits");
    drop(held);
    second.join().unwrap().unwrap();
}

#[test]
fn many_files_are_written_too() {
    let directory = tempfile::tempdir().unwrap();
    let changes: Vec<Change> =
        (0..40).map(|n| Change { path: format!("d{}/{n}.yaml", n % 3), old: None, new: bytes("a: b\n") }).collect();
    commit(directory.path(), &changes).unwrap();
    assert_eq!(snapshot(directory.path()).len(), 43);
}
