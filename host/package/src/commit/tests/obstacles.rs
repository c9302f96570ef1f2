//! What stops a commit before anything is written.

use super::*;

#[test]
fn a_file_changed_since_it_was_read_stops_the_commit() {
    for path in ["same.yaml", "new/er/file.yaml", "old.yaml"] {
        let (directory, changes) = package();
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "edited").unwrap();
        let before = snapshot(directory.path());
        let error = commit(directory.path(), &changes).unwrap_err();
        assert!(matches!(&error, CommitError::Stale { path: stale } if *stale == path), "{error}");
        assert_eq!(snapshot(directory.path()), before);
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_written_through() {
    let outside = tempfile::tempdir().unwrap();
    for (link, target) in [("same.yaml", "file"), ("new", "."), ("new/er", ".")] {
        let (directory, changes) = package();
        let link = directory.path().join(link);
        let _ = fs::remove_file(&link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        fs::write(outside.path().join("file"), "abc").unwrap();
        std::os::unix::fs::symlink(outside.path().join(target), &link).unwrap();
        let error = commit(directory.path(), &changes).unwrap_err();
        assert!(matches!(&error, CommitError::ThroughLink { path } if *path == link), "{error}");
        assert_eq!(fs::read(outside.path().join("file")).unwrap(), b"abc");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}

/// Commits after `meddle` was given the root: what was said, with the root's own path left out. Nothing else has changed.
fn refusal(meddle: impl Fn(&Path)) -> String {
    let (directory, changes) = package();
    meddle(directory.path());
    let before = snapshot(directory.path());
    let error = commit(directory.path(), &changes).unwrap_err();
    assert_eq!(snapshot(directory.path()), before, "{error}");
    error.to_string().replace(&format!("{}/", directory.path().display()), "")
}

#[test]
fn other_content_is_noticed_whatever_its_length() {
    // One is to be changed, one to be deleted.
    for (path, content) in [("same.yaml", "abc"), ("old.yaml", "gone")] {
        for other in [format!("{content}\n"), content[1..].to_owned(), content.to_uppercase(), String::new()] {
            let said = refusal(|root| fs::write(root.join(path), &other).unwrap());
            assert!(said.starts_with(&format!("`{path}` was changed by someone else")), "{other:?}: {said}");
        }
        let said = refusal(|root| fs::remove_file(root.join(path)).unwrap());
        assert!(said.starts_with(&format!("`{path}` was changed by someone else")), "{said}");
    }
}

#[test]
fn a_directory_in_place_of_a_file_is_told() {
    let replace = |path: &'static str| {
        move |root: &Path| {
            fs::remove_file(root.join(path)).unwrap();
            fs::create_dir(root.join(path)).unwrap();
        }
    };
    let said = refusal(replace("same.yaml"));
    assert!(said.starts_with("cannot open for writing `same.yaml`: "), "{said}");
    #[cfg(unix)]
    assert!(refusal(replace("old.yaml")).starts_with("`old.yaml` was changed by someone else"));
}

#[test]
fn a_file_in_place_of_a_directory_is_told() {
    let said = refusal(|root| {
        fs::remove_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a"), "").unwrap();
    });
    assert!(said.starts_with("`a` is not a directory; nothing was written"), "{said}");
}

#[test]
fn the_first_change_that_cannot_be_made_is_told() {
    let said = refusal(|root| {
        fs::write(root.join("a/grow.yaml"), "edited").unwrap();
        fs::write(root.join("new"), "").unwrap();
    });
    assert!(said.starts_with("`a/grow.yaml` was changed"), "{said}");
    let said = refusal(|root| {
        fs::write(root.join("new"), "").unwrap();
        fs::write(root.join("old.yaml"), "edited").unwrap();
    });
    assert!(said.starts_with("`new` is not a directory"), "{said}");
}

#[cfg(unix)]
mod unix {
    use std::fs::{File, Permissions};
    use std::io::{Read, Write};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    /// Puts a link in place of a file or directory, whose content is then at `kept`.
    fn link(root: &Path, path: &str, target: &str) {
        fs::rename(root.join(path), root.join("kept")).unwrap();
        symlink(target, root.join(path)).unwrap();
    }

    #[test]
    fn a_directory_that_became_a_link_is_not_entered() {
        let said = refusal(|root| link(root, "a", "kept"));
        assert!(said.starts_with("`a` is a symbolic link, which is not written through"), "{said}");
    }

    #[test]
    fn a_file_that_became_a_link_is_not_written() {
        for target in ["kept", "Kptfile", "a", "nowhere", "same.yaml"] {
            let said = refusal(|root| link(root, "same.yaml", target));
            assert!(said.starts_with("`same.yaml` is a symbolic link, which is not written through"), "{said}");
        }
    }

    #[test]
    fn a_link_is_deleted_where_it_leads_to_what_was_read() {
        let (directory, changes) = package();
        link(directory.path(), "old.yaml", "kept");
        commit(directory.path(), &changes).unwrap();
        assert_eq!(fs::read(directory.path().join("kept")).unwrap(), b"gone");
        assert!(fs::symlink_metadata(directory.path().join("old.yaml")).is_err());
        for (target, expected) in [
            ("Kptfile", "`old.yaml` was changed by someone else"),
            ("a", "`old.yaml` was changed by someone else"),
            ("nowhere", "cannot read `old.yaml`: "),
        ] {
            let said = refusal(|root| link(root, "old.yaml", target));
            assert!(said.starts_with(expected), "{said}");
        }
    }

    /// With something in it or without: neither waited for nor read from.
    #[test]
    fn a_pipe_in_place_of_a_file_is_left_alone() {
        for (path, content) in [("same.yaml", "abc"), ("old.yaml", "gone")] {
            for waiting in ["", content] {
                let (directory, changes) = package();
                let pipe = directory.path().join(path);
                fs::remove_file(&pipe).unwrap();
                assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
                let mut both_ends = File::options().read(true).write(true).open(&pipe).unwrap();
                both_ends.write_all(waiting.as_bytes()).unwrap();
                let before = snapshot(directory.path());
                let error = commit(directory.path(), &changes).unwrap_err();
                assert!(matches!(&error, CommitError::Stale { path } if *path == pipe), "{error}");
                assert_eq!(snapshot(directory.path()), before);
                both_ends.write_all(b".").unwrap();
                let mut left = vec![0; waiting.len() + 1];
                both_ends.read_exact(&mut left).unwrap();
                assert_eq!(left, format!("{waiting}.").as_bytes());
            }
        }
    }

    #[test]
    fn an_empty_file_is_not_a_pipe_or_device() {
        for (replacement, expected) in [("/dev/null", false), ("file", true)] {
            let directory = tempfile::tempdir().unwrap();
            fs::write(directory.path().join("file"), "").unwrap();
            symlink(replacement, directory.path().join("old.yaml")).unwrap();
            let change = Change { path: "old.yaml".to_owned(), old: bytes(""), new: None };
            assert_eq!(commit(directory.path(), &[change]).is_ok(), expected, "{replacement}");
        }
    }

    #[test]
    fn a_file_that_must_not_be_written_is_told() {
        let (directory, changes) = package();
        let path = directory.path().join("same.yaml");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        // The superuser may write everything.
        let may = File::options().write(true).open(&path).is_ok();
        match commit(directory.path(), &changes) {
            Ok(()) => assert!(may),
            Err(error) => assert!(!may && error.to_string().starts_with("cannot open for writing"), "{error}"),
        }
    }
}
