//! What is refused: one clear message, and no file changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use porchlight_krm::Resource;
use porchlight_package::{
    ChangeKind, Compat, PackageId, PackageTree, PlanError, PlanOptions, Sources, WritePlan, annotation, read_directory,
};
use porchlight_yaml::parse_first;

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: x\n";
const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n";

fn package(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, content) in [("Kptfile", KPTFILE.as_bytes())].iter().chain(files) {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("creates");
        fs::write(path, content).expect("writes");
    }
    directory
}

fn read_error(directory: &Path) -> String {
    let tree = PackageTree::open(directory, Compat::Latest).expect("opens");
    let error = tree.read(PackageId::ROOT).expect_err("refused").to_string();
    error.replace(tree.root().to_str().expect("text"), "/p")
}

#[test]
fn files_that_cannot_be_resources() {
    for (content, expected) in [
        (&b"a: \xe9\n"[..], "/p/f.yaml: byte 3 is not UTF-8: save the file as UTF-8"),
        (
            b"a: b\n--- foo\nc: d\n",
            "/p/f.yaml: invalid document separator: --- foo (line 2: put what follows `---` on a line of its own)",
        ),
        (
            b"a: b\n---\n# c\nk: 1\nk: 2\n",
            "/p/f.yaml: line 5: mapping key `k` already defined at line 4: remove one of the two",
        ),
        (
            b"metadata: abc\n",
            "/p/f.yaml: line 1: `metadata` must be a mapping, not a text: write it as one `key: value` per line",
        ),
        (
            b"a: b\n---\nmetadata:\n  annotations: [a]\n",
            "/p/f.yaml: line 4: `metadata.annotations` must be a mapping, not a list: write it as one `key: value` per line",
        ),
        (
            b"x: &x {}\nmetadata:\n  annotations: *x\n",
            "/p/f.yaml: line 3: `metadata.annotations` must be a mapping, not an alias: write it as one `key: value` per line",
        ),
        (
            b"a: b\n---\nabc\n",
            "/p/f.yaml: wrong node kind: expected MappingNode but got ScalarNode: node contents:\nabc\n(line 3: a document must be an object with apiVersion, kind and metadata, not a text; leave other files out with .krmignore)",
        ),
    ] {
        let directory = package(&[("f.yaml", content)]);
        assert_eq!(read_error(directory.path()), expected);
    }
}

#[test]
fn text_that_is_not_yaml_is_told_with_its_line() {
    for (content, line) in [
        ("a: b\n---\na: 'b\n", 3),
        ("a: b\n---\n# c\n\tx: 1\n", 4),
        ("a: b: c\n", 1),
        ("a: {{ .Values.x }}\n b\n", 2),
        ("a: \0\n", 1),
        ("x: *a\n", 1),
    ] {
        let directory = package(&[("f.yaml", content.as_bytes())]);
        let message = read_error(directory.path());
        assert!(message.starts_with("/p/f.yaml: MalformedYAMLError: yaml: line "), "{content:?}: {message}");
        // Where a quote stays open, the end of the file is a fair place to name.
        let named: u32 = message
            .split("yaml: line ")
            .nth(1)
            .and_then(|rest| rest.split(':').next())
            .expect("a line")
            .parse()
            .expect("a number");
        assert!((line..=line + 1).contains(&named), "{content:?}: {message}");
    }
}

#[test]
fn an_ignore_file_without_pattern() {
    let directory = package(&[(".krmignore", b"a\n!\n")]);
    assert_eq!(
        read_error(directory.path()),
        "/p/.krmignore: line 2: `!` has no pattern: write a name after it or remove the line"
    );
}

#[cfg(unix)]
mod special_files {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_only_within_the_package() {
        let outside = package(&[("o.yaml", OBJECT.as_bytes())]);
        let target = outside.path().join("o.yaml");
        for (target, why) in [
            (target.as_path(), "which leads out of the package"),
            (Path::new("none.yaml"), "which leads nowhere"),
            (Path::new("l.yaml"), "which leads nowhere"),
            (Path::new("d"), "a directory"),
            (Path::new("../../../../../../../../etc/hostname"), "which leads out of the package"),
        ] {
            let directory = package(&[("d/x.yaml", OBJECT.as_bytes())]);
            symlink(target, directory.path().join("l.yaml")).expect("links");
            let message = read_error(directory.path());
            assert_eq!(
                message,
                format!(
                    "`/p/l.yaml` is a symbolic link to `{}`, {why}; it is not followed: replace it by the file or add it to .krmignore",
                    target.display()
                )
            );
            fs::write(directory.path().join(".krmignore"), "l.yaml\n").expect("writes");
            let tree = PackageTree::open(directory.path(), Compat::Latest).expect("opens");
            assert_eq!(tree.read(PackageId::ROOT).expect("reads").resources.len(), 2);
        }
    }

    #[test]
    fn linked_directories_are_left_alone() {
        let outside = package(&[("o.yaml", b"not: [yaml")]);
        let directory = package(&[]);
        symlink(outside.path(), directory.path().join("linked")).expect("links");
        let tree = PackageTree::open(directory.path(), Compat::Latest).expect("opens");
        assert_eq!(tree.depth_first().len(), 1, "its Kptfile makes no subpackage");
        assert_eq!(tree.read(PackageId::ROOT).expect("reads").resources.len(), 1);
    }

    #[test]
    fn only_regular_files_are_opened() {
        let directory = package(&[]);
        let path = directory.path().join("socket.yaml");
        let _socket = std::os::unix::net::UnixListener::bind(&path).expect("binds");
        assert_eq!(
            read_error(directory.path()),
            "`/p/socket.yaml` is a pipe, socket or device; only regular files are read: remove it or add it to .krmignore"
        );
    }

    #[test]
    fn names_are_text() {
        let directory = package(&[]);
        let path = directory.path().join(std::ffi::OsStr::from_bytes(b"\xff.yaml"));
        // Some file systems take no such name.
        if fs::write(path, OBJECT).is_ok() {
            assert!(read_error(directory.path()).ends_with("has a name that is not UTF-8: rename it"));
        }
    }

    #[test]
    fn a_link_within_the_package_stands_for_its_file() {
        let directory = package(&[("a.yaml", b"apiVersion:   v1\nkind: A\nmetadata: {name: a}\n")]);
        symlink("a.yaml", directory.path().join("b.yaml")).expect("links");
        let before = snapshot(directory.path());
        let plan = plan(directory.path(), |_| {}).expect("a plan");
        assert_eq!(plan.changes().iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["a.yaml"]);
        plan.commit().expect("commits");
        assert!(fs::symlink_metadata(directory.path().join("b.yaml")).expect("is there").is_symlink());
        assert_ne!(snapshot(directory.path()), before);
        // Both names would have to hold different things.
        let error = self::plan(directory.path(), |items| set(&mut items[2], "x", "y")).expect_err("refused");
        assert!(error.to_string().contains("is a symbolic link to `a.yaml`"), "{error}");
    }

    #[test]
    fn nothing_is_written_through_a_linked_directory() {
        let outside = tempfile::tempdir().expect("a directory");
        let directory = package(&[]);
        symlink(outside.path(), directory.path().join("out")).expect("links");
        refused(&directory, "out/x.yaml", "`out` is a symbolic link, which is not followed");
        symlink(outside.path().join("f"), directory.path().join("f.yaml")).expect("links");
        fs::write(directory.path().join(".krmignore"), "f.yaml\n").expect("writes");
        refused(&directory, "f.yaml", "`f.yaml` is a symbolic link, which is not followed");
        assert_eq!(fs::read_dir(outside.path()).expect("lists").count(), 0);
    }
}

fn set(item: &mut Resource, key: &'static str, value: &str) {
    annotation::set(item.document_mut(), key, value).expect("an object");
}

fn object(root: &Path, path: &str, index: &str) -> Resource {
    let document = parse_first(OBJECT.into()).expect("YAML").expect("a document");
    let mut resource = Resource::from_document(document).expect("an object");
    set(&mut resource, annotation::PATH, path);
    set(&mut resource, annotation::PACKAGE_PATH, root.to_str().expect("text"));
    if !index.is_empty() {
        set(&mut resource, annotation::INDEX, index);
    }
    resource
}

/// Reads a package, lets `edit` change the items, and plans.
fn plan(directory: &Path, edit: impl FnOnce(&mut Vec<Resource>)) -> Result<WritePlan, PlanError> {
    plan_with(directory, PlanOptions::default(), edit)
}

fn plan_with(
    directory: &Path,
    options: PlanOptions,
    edit: impl FnOnce(&mut Vec<Resource>),
) -> Result<WritePlan, PlanError> {
    let tree = PackageTree::open(directory, Compat::Latest).expect("opens");
    let (mut items, mut sources) = (Vec::new(), Sources::default());
    for id in tree.depth_first() {
        let contents = tree.read(id).expect("reads");
        items.extend(contents.resources);
        sources.extend(contents.sources);
    }
    edit(&mut items);
    tree.settle(&mut items, true)?;
    tree.plan(items, &sources, options)
}

fn snapshot(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut work = vec![root.to_owned()];
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(&directory).expect("lists") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                work.push(entry.path());
                found.insert(entry.path(), Vec::new());
            } else {
                found.insert(entry.path(), fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    found
}

/// A new resource at `path` is refused with `expected`, and nothing changes.
fn refused(directory: &tempfile::TempDir, path: &str, expected: &str) {
    let root = fs::canonicalize(directory.path()).expect("a directory");
    let before = snapshot(&root);
    let error = plan(&root, |items| items.push(object(&root, path, ""))).expect_err(path).to_string();
    let error = error.replace(root.to_str().expect("text"), "/p");
    assert!(error.contains(expected), "{path:?}: {error}");
    assert!(error.ends_with(" (resource v1 ConfigMap x)"), "{error}");
    assert_eq!(snapshot(&root), before);
}

#[test]
fn paths_that_are_not_written() {
    let long_name = format!("{}.yaml", "x".repeat(260));
    let long_path = format!("{}x.yaml", "directory/".repeat(500));
    for (path, expected) in [
        ("", "resource has no path annotation"),
        ("/x.yaml", "package paths may not be absolute paths"),
        ("../x.yaml", "resource must be written under package /p: ../x.yaml"),
        ("a/../../x.yaml", "resource must be written under package /p"),
        ("./../x.yaml", "resource must be written under package /p"),
        ("a..b.yaml", "resource must be written under package /p: a..b.yaml"),
        (".git/hooks/x.yaml", "`.git` is a hidden directory"),
        ("a/.hidden/x.yaml", "`.hidden` is a hidden directory"),
        ("script.sh", "the file name must be Kptfile or end in .yaml, .yml or .json"),
        ("README.md", "the file name must be Kptfile"),
        (".porchlight-journal", "the file name must be Kptfile"),
        ("a\nb.yaml", "a path holds no control characters"),
        ("a\u{0}b.yaml", "a path holds no control characters"),
        (&long_name, "265 bytes are more than the 255 a file system allows"),
        (&long_path, "are more than the 4095 a file system allows"),
        ("d.yaml", "config.kubernetes.io/path cannot be a directory: d.yaml"),
        ("r.yaml/x.yaml", "`r.yaml` is a file"),
        ("README.md/x.yaml", "`README.md` is a file"),
        ("Kptfile", "only a resource of kind Kptfile belongs there"),
        ("new/Kptfile", "only a resource of kind Kptfile belongs there"),
    ] {
        let directory =
            package(&[("r.yaml", OBJECT.as_bytes()), ("d.yaml/x.yaml", OBJECT.as_bytes()), ("README.md", b"# x\n")]);
        refused(&directory, path, expected);
    }
}

#[test]
fn package_paths_stay_in_the_tree() {
    for (package_path, expected) in [
        ("sub", "subpackage path \"sub\" must be absolute"),
        ("", "subpackage path \"\" must be absolute"),
        ("/elsewhere", "subpackage \"/elsewhere\" is not a descendant of \"/p\""),
        ("/p/../q", "subpackage \"/q\" is not a descendant of \"/p\""),
        ("/p-two", "subpackage \"/p-two\" is not a descendant of \"/p\""),
    ] {
        let directory = package(&[]);
        let root = fs::canonicalize(directory.path()).expect("a directory");
        let shown = root.to_str().expect("text").to_owned();
        let parent = root.parent().and_then(Path::to_str).expect("a parent").to_owned();
        let mut item = object(&root, "x.yaml", "");
        set(&mut item, annotation::PACKAGE_PATH, &package_path.replace("/p", &shown));
        let error = plan(&root, |items| items.push(item)).expect_err("refused").to_string();
        let error = error.replace(&shown, "/p").replace(&parent, "");
        assert!(error.contains(expected), "{package_path}: {error}");
    }
}

#[test]
fn an_index_is_a_number() {
    for (index, reason) in [
        ("x", "invalid syntax"),
        ("1.5", "invalid syntax"),
        ("99999999999999999999", "value out of range"),
        ("-5", "an index is 0 or more"),
    ] {
        let directory = package(&[]);
        let root = fs::canonicalize(directory.path()).expect("a directory");
        let error = plan(&root, |items| items.push(object(&root, "x.yaml", index))).expect_err("refused").to_string();
        let expected =
            format!("unable to parse config.kubernetes.io/index {index} :strconv.Atoi: parsing \"{index}\": {reason}");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn emptying_a_package_needs_consent_and_keeps_its_kptfile() {
    let directory = package(&[("a.yaml", OBJECT.as_bytes()), ("sub/Kptfile", KPTFILE.as_bytes())]);
    let error = plan(directory.path(), Vec::clear).expect_err("refused").to_string();
    assert!(error.contains("all 3 files that were read would be deleted"), "{error}");
    let plan = plan_with(directory.path(), PlanOptions { allow_empty: true, ..PlanOptions::default() }, Vec::clear)
        .expect("a plan");
    let deleted: Vec<_> = plan.changes().iter().map(|change| (change.path.as_str(), change.kind())).collect();
    assert_eq!(deleted, [("a.yaml", ChangeKind::Delete), ("sub/Kptfile", ChangeKind::Delete)]);
    // A function that only drops the Kptfile does not delete it either.
    let plan = self::plan(directory.path(), |items| items.retain(|item| item.kind() != "Kptfile")).expect("a plan");
    assert!(plan.changes().iter().all(|change| change.path != "Kptfile"), "{}", plan.diff());
}

#[test]
fn hidden_files_that_were_read_are_written_back_and_git_is_not_read() {
    let loose = b"apiVersion:   v1\nkind: A\nmetadata: {name: a}\n";
    let directory = package(&[(".hidden/a.yaml", loose), (".git/refs/b.yaml", b"0123abcd\n")]);
    let plan = plan(directory.path(), |_| {}).expect("a plan");
    assert_eq!(plan.changes().len(), 1);
    plan.commit().expect("commits");
    assert!(fs::read(directory.path().join(".hidden/a.yaml")).expect("reads").starts_with(b"apiVersion: v1\n"));
}

#[test]
fn a_file_that_changes_during_the_render_stops_it() {
    let directory = package(&[("a.yaml", OBJECT.as_bytes())]);
    let plan = plan(directory.path(), |items| set(&mut items[1], "x", "y")).expect("a plan");
    fs::write(directory.path().join("a.yaml"), "edited: true\n").expect("writes");
    let error = plan.commit().expect_err("refused").to_string();
    assert!(error.contains("was changed by someone else during the render; nothing was written"), "{error}");
    assert_eq!(fs::read(directory.path().join("a.yaml")).expect("reads"), b"edited: true\n");
}

#[test]
fn new_resources_stand_behind_the_last_of_their_file() {
    let directory = package(&[("a.yaml", format!("{OBJECT}---\n{}", OBJECT.replace("name: x", "name: y")).as_bytes())]);
    let root = fs::canonicalize(directory.path()).expect("a directory");
    let named = |name: &str, index: &str| {
        let mut item = object(&root, "a.yaml", index);
        let node = item.at(&"metadata.name".parse().expect("a path")).expect("a name");
        item.document_mut().set_text(node, name, porchlight_yaml::Style::Plain);
        item
    };
    let plan = plan(&root, |items| {
        items.insert(0, named("new-1", ""));
        items.push(named("new-2", ""));
    })
    .expect("a plan");
    let text =
        plan.files().find(|(path, _)| *path == "a.yaml").map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let names: Vec<_> = text
        .iter()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.strip_prefix("  name: "))
        .map(str::to_owned)
        .collect();
    // The first new one ties with the last that was there, and came before it.
    assert_eq!(names, ["x", "new-1", "y", "new-2"]);
}

#[test]
fn a_result_elsewhere_is_whole_or_absent() {
    let directory = package(&[("a/b.yaml", OBJECT.as_bytes()), ("README.md", b"# x\n")]);
    let plan = plan(directory.path(), |_| {}).expect("a plan");
    let place = tempfile::tempdir().expect("a directory");
    let target = place.path().join("deep/er");
    plan.write_to(&target).expect("writes");
    let written: Vec<_> =
        snapshot(&target).into_keys().map(|path| path.strip_prefix(&target).expect("below").to_owned()).collect();
    assert_eq!(written, [Path::new("Kptfile"), Path::new("a"), Path::new("a/b.yaml")]);
    let error = plan.write_to(&target).expect_err("refused").to_string();
    assert_eq!(
        error,
        format!("directory \"{}\" already exists, please delete the directory and retry", target.display())
    );
    assert_eq!(fs::read_dir(target.parent().expect("a parent")).expect("lists").count(), 1, "no draft is left");
}

#[test]
fn a_directory_without_kptfile_can_be_read() {
    let directory = package(&[
        ("db/Kptfile", KPTFILE.as_bytes()),
        ("db/x.yaml", OBJECT.as_bytes()),
        ("db-two/x.yaml", OBJECT.as_bytes()),
        ("db/.krmignore", b"../db-two\n"),
    ]);
    fs::remove_file(directory.path().join("Kptfile")).expect("removes");
    let contents = read_directory(directory.path()).expect("reads");
    let paths: Vec<_> = contents.resources.iter().map(|item| annotation::file(item.document()).0.to_owned()).collect();
    // As with kpt, the ignore file of `db` is still asked for `db-two`, which it sees as `../db-two`.
    assert_eq!(paths, ["db/Kptfile", "db/x.yaml"]);
}
