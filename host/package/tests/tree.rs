//! Which directories are packages, and in which order they come.

use std::fs;
use std::path::Path;

use porchlight_package::{Compat, JOURNAL_FILE, PackageError, PackageId, PackageTree};

fn packages(paths: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for path in paths {
        let path = directory.path().join("root").join(path);
        fs::create_dir_all(&path).expect("creates");
        fs::write(path.join("Kptfile"), "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: x\n")
            .expect("writes");
    }
    directory
}

fn open(directory: &tempfile::TempDir) -> PackageTree {
    PackageTree::open(&directory.path().join("root"), Compat::Latest).expect("opens")
}

fn paths(tree: &PackageTree, ids: &[PackageId]) -> Vec<String> {
    ids.iter().map(|id| tree.package(*id).display_path().to_owned()).collect()
}

#[test]
fn siblings_are_sorted_by_their_whole_path() {
    let directory = packages(&["", "d/e", "d-e", "a", "a-b", "a.b", "a/z", "a/z/q", ".hidden/p", "Z"]);
    // Neither of these is a package.
    fs::create_dir_all(directory.path().join("root/.git/p")).expect("creates");
    fs::write(directory.path().join("root/.git/p/Kptfile"), "").expect("writes");
    fs::write(directory.path().join("root/.krmignore"), "a-b\n").expect("writes");
    let tree = open(&directory);
    let direct = tree.subpackages(PackageId::ROOT).expect("all Kptfiles are good");
    assert_eq!(
        paths(&tree, direct),
        ["root/.hidden/p", "root/Z", "root/a", "root/a-b", "root/a.b", "root/d-e", "root/d/e"]
    );
    assert_eq!(
        paths(&tree, &tree.depth_first()),
        [
            "root/.hidden/p",
            "root/Z",
            "root/a/z/q",
            "root/a/z",
            "root/a",
            "root/a-b",
            "root/a.b",
            "root/d-e",
            "root/d/e",
            "root"
        ]
    );
    assert_eq!(
        paths(&tree, &tree.breadth_first()),
        [
            "root",
            "root/.hidden/p",
            "root/Z",
            "root/a",
            "root/a-b",
            "root/a.b",
            "root/d-e",
            "root/d/e",
            "root/a/z",
            "root/a/z/q"
        ]
    );
    let deep = tree.at_directory(&tree.root().join("a/z")).expect("a package");
    assert_eq!(tree.package(deep).path(), "a/z");
    assert_eq!(tree.package(deep).parent().map(|id| tree.package(id).path().to_owned()), Some("a".to_owned()));
}

#[test]
fn a_package_is_read_without_those_below_it() {
    let directory = packages(&["", "sub"]);
    let object = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n";
    for path in ["sub/x.yaml", "sub-not/x.yaml"] {
        let path = directory.path().join("root").join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("creates");
        fs::write(path, object).expect("writes");
    }
    let tree = open(&directory);
    let read =
        |id| -> Vec<String> { tree.read(id).expect("reads").sources.iter().map(|(path, _)| path.to_owned()).collect() };
    assert_eq!(read(PackageId::ROOT), ["Kptfile", "sub-not/x.yaml"]);
    assert_eq!(read(tree.depth_first()[0]), ["sub/Kptfile", "sub/x.yaml"]);
}

#[test]
fn a_broken_kptfile_is_told_when_its_package_is_listed() {
    let directory = packages(&["", "a", "b", "b/deep"]);
    fs::write(directory.path().join("root/b/deep/Kptfile"), "oops: 1\n").expect("writes");
    let tree = open(&directory);
    let direct = tree.subpackages(PackageId::ROOT).expect("these are good").to_vec();
    assert!(tree.subpackages(direct[0]).expect("it has none").is_empty());
    let error = tree.subpackages(direct[1]).expect_err("the one below is broken").to_string();
    assert!(error.contains("b/deep\" can't be read.\n\nDetails:\nmissing Resource metadata"), "{error}");
}

#[test]
fn interrupted_commits_of_packages_below_are_recovered() {
    let directory = packages(&["", "a", "a/deep", "b"]);
    assert_eq!(open(&directory).recovery(), None);
    let journal = directory.path().join("root/a/deep").join(JOURNAL_FILE);
    fs::write(&journal, "porchlight journal 1\nwrite").expect("writes");
    let tree = open(&directory);
    let recovery = tree.recovery().expect("something was done");
    assert_eq!((recovery.root.as_path(), recovery.completed), (tree.root().join("a/deep").as_path(), false));
    assert!(!journal.exists());
    assert_eq!(open(&directory).recovery(), None);
}

#[test]
fn a_root_that_is_none() {
    let directory = packages(&[""]);
    for (path, expected) in [("none", "No such file or directory"), ("root/Kptfile", "not a directory")] {
        let error = PackageTree::open(&directory.path().join(path), Compat::Latest).expect_err("refused");
        assert!(matches!(error, PackageError::Root { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_root_behind_a_link_is_resolved() {
    let directory = packages(&[""]);
    let link = directory.path().join("link");
    std::os::unix::fs::symlink(Path::new("root"), &link).expect("links");
    let tree = PackageTree::open(&link, Compat::Latest).expect("opens");
    assert_eq!(tree.resolved_link(), Some(link.as_path()));
    assert_eq!(tree.package(PackageId::ROOT).display_path(), "root");
    assert_eq!(open(&directory).resolved_link(), None);
}
