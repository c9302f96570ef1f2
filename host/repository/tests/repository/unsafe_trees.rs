//! Trees that would lead out of a package when they are written to a disk.

use std::io::Write;
use std::process::{Command, Stdio};

use porchlight_krm::Code;

use crate::scratch::{Scratch, draft, published, selector};

/// Writes an object with git, without its checks, and gives its id.
fn object(scratch: &Scratch, kind: &str, bytes: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(["hash-object", "-t", kind, "-w", "--literally", "--stdin"])
        .current_dir(scratch.bare())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git");
    child.stdin.take().expect("a pipe").write_all(bytes).expect("written");
    String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("hex").trim().to_owned()
}

fn raw(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

#[test]
fn links_submodules_and_names_that_lead_elsewhere_are_refused() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    draft(&mut repository, "upf", "w");
    let kptfile = scratch.bare_git(&["rev-parse", "drafts/upf/w:upf/Kptfile"]).trim().to_owned();
    let main = scratch.bare_git(&["rev-parse", "main"]).trim().to_owned();
    for (mode, name, reason) in [
        ("120000", "link.yaml", "symbolic link"),
        ("160000", "module", "submodule"),
        ("100644", "..", "leads elsewhere"),
        ("100644", "a/../../b", "a slash"),
        ("100644", ".git", "git's own"),
        ("100644", ".GiT", "git's own"),
        ("100644", "a\\b", "backslash"),
        ("100644", "a\nb", "control characters"),
        ("100644", ".KptRevisionMetadata", "notes"),
    ] {
        let mut tree = b"100644 Kptfile\0".to_vec();
        tree.extend(raw(&kptfile));
        tree.extend(format!("{mode} {name}\0").as_bytes());
        tree.extend(raw(if mode == "160000" { &main } else { &kptfile }));
        let package = object(&scratch, "tree", &tree);
        let mut root = b"40000 evil\0".to_vec();
        root.extend(raw(&package));
        let root = object(&scratch, "tree", &root);
        let commit = object(
            &scratch,
            "commit",
            format!("tree {root}\nparent {main}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nx\n").as_bytes(),
        );
        scratch.bare_git(&["update-ref", "refs/heads/drafts/evil/w", &commit]);
        let revision = repository.find(&selector("evil@w")).expect("it is listed");
        let error = repository.contents(&revision).expect_err("it is not read");
        assert_eq!(error.code(), Code::RevisionInvalid, "{name:?}");
        assert!(error.to_string().starts_with("evil@w: `") && error.to_string().contains(reason), "{name:?}: {error}");
    }
}

#[test]
fn a_file_where_a_package_would_be_is_no_directory() {
    let Some(scratch) = Scratch::new() else { return };
    let mut repository = scratch.open();
    published(&mut repository, "upf", "w");
    let contents = crate::scratch::sample("x");
    let readme = porchlight_repository::PackagePath::new("edge").expect("a path");
    scratch.git(&["clone", "--quiet", "blueprints.git", "work"]);
    std::fs::write(scratch.path("work/edge"), "a file").expect("file");
    let work = scratch.path("work");
    for arguments in [&["add", "."][..], &["commit", "--quiet", "--message", "x"], &["push", "--quiet"]] {
        crate::scratch::git(&work, arguments);
    }
    let task = porchlight_repository::Task::init(porchlight_repository::InitTask::default());
    let error = repository.create(&readme, "w", task, &contents).expect_err("it is refused");
    assert_eq!(error.code(), Code::RevisionInvalid);
    assert!(error.to_string().contains("has a file where"), "{error}");
}
