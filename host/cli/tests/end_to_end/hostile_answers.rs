//! What functions may answer: each answer that would lose, hide or misplace something is refused before the first
//! write, and nothing beside the package is touched.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::program::{differing, files, porchlight, text};

/// A package of three resources; its function is the shell script `answer`, which gets the ResourceList.
fn package(scratch: &Path, answer: &str) {
    let folder = scratch.join("tree/pkg");
    fs::create_dir_all(folder.join("folder.yaml")).expect("a folder");
    let script = scratch.join("answer.sh");
    fs::write(&script, answer).expect("a file");
    let resource = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
    for (path, content) in [
        ("r.yaml", format!("{}---\n{}", resource("a"), resource("b"))),
        ("folder.yaml/c.yaml", resource("c")),
        ("README.md", "# about\n".to_owned()),
        ("../canary.yaml", resource("outside")),
        (
            "Kptfile",
            format!(
                "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: pkg\npipeline:\n  mutators:\n  - exec: sh {}\n",
                script.display()
            ),
        ),
    ] {
        fs::write(folder.join(path), content).expect("a file");
    }
}

/// Renders with a function that answers so. Nothing may change where the render fails.
fn answered(answer: &str, flags: &[&str]) -> Output {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), answer);
    let before = files(scratch.path());
    let output = porchlight(scratch.path(), &[&["render", "tree/pkg", "--allow-exec"], flags].concat());
    let changed = differing(&before, &files(scratch.path()));
    if !output.status.success() {
        assert_eq!(changed, Vec::<String>::new(), "{answer}");
    }
    assert!(changed.iter().all(|path| path.starts_with("tree/pkg/")), "{answer}: {changed:?}");
    output
}

fn refused(answer: &str, said: &[&str]) {
    let output = answered(answer, &[]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{answer}\n{stderr}");
    for part in said {
        assert!(stderr.contains(part), "{answer}\nno `{part}` in:\n{stderr}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
}

const LIST: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";

#[test]
fn answers_that_are_no_list_of_resources() {
    for (what, answer, said) in [
        ("nothing", "cat >/dev/null".to_owned(), "the function printed nothing"),
        ("nothing, its input not read", "true".to_owned(), "the function printed nothing"),
        ("blanks", "cat >/dev/null; printf '\\n\\n'".to_owned(), "the function printed nothing"),
        ("no items", format!("printf '{LIST}items: []\\n'"), "--allow-empty"),
        ("no list of items", format!("printf '{LIST}'"), "a ResourceList without `items`"),
        ("items of nothing", format!("printf '{LIST}items:\\n'"), "--allow-empty"),
        ("items that are a text", format!("printf '{LIST}items: all\\n'"), "items"),
        (
            "one object",
            "printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata:\\n  name: a\\n'".to_owned(),
            "ResourceList",
        ),
        ("text", "echo hello".to_owned(), "is text"),
        ("HTML", "echo '<html><body>502: Bad Gateway</body></html>'".to_owned(), "an object without kind"),
        ("cut off within a key", "head -c 260".to_owned(), ""),
        ("cut off within a quoted text", format!("printf '{LIST}items:\\n- apiVersion: \"v1'"), "line"),
        ("more than a list", "cat; printf -- '---\\na: b\\n'".to_owned(), ""),
        ("bytes that are no text", "cat; printf '\\377\\376'".to_owned(), "UTF-8"),
        ("NUL", "cat; printf '\\000'".to_owned(), ""),
        ("exit 1", "cat; exit 1".to_owned(), "Exit code: 1"),
        ("a crash", "kill -SEGV $$".to_owned(), "Exit code: -1"),
        ("an item that is a text", format!("printf '{LIST}items:\\n- hello\\n'"), ""),
        ("an item without a name", format!("printf '{LIST}items:\\n- apiVersion: v1\\n  kind: A\\n'"), "metadata"),
    ] {
        refused(&answer, &["[FAIL]", said]);
        // Nor is it taken where emptying is allowed, but for lists that are empty.
        if said != "--allow-empty" {
            let output = answered(&answer, &["--allow-empty"]);
            assert_eq!(output.status.code(), Some(1), "{what}: {}", text(&output.stderr));
        }
    }
}

#[test]
fn an_item_goes_where_a_resource_may_be() {
    let long = format!("{}x.yaml", "directory/".repeat(500));
    for (path, said) in [
        ("../x.yaml", "outside of package"),
        ("a/../../x.yaml", "outside of package"),
        ("./../x.yaml", "outside of package"),
        ("/x.yaml", "absolute"),
        (".git/hooks/post-commit", "hidden directory"),
        (".git/x.yaml", "hidden directory"),
        ("script.sh", "must be Kptfile or end in"),
        ("README.md", "must be Kptfile or end in"),
        (".porchlight-journal", "must be Kptfile or end in"),
        ("a\\nb.yaml", "control characters"),
        ("Kptfile", "only a resource of kind Kptfile"),
        (&long, "4095"),
        ("folder.yaml", "directory"),
        ("r.yaml/x.yaml", "`r.yaml` is a file"),
    ] {
        let item = |annotations: &str| {
            format!(
                "cat; printf -- '- apiVersion: v1\\n  kind: ConfigMap\\n  metadata:\\n    name: new\\n    annotations:\\n{annotations}'"
            )
        };
        let new = format!("      config.kubernetes.io/path: \"{}\"\\n", path.replace('\\', "\\\\"));
        let internal = format!("      internal.{}", new.trim_start());
        // Either annotation, or both.
        for annotations in [new.clone(), internal.clone(), format!("{new}{internal}")] {
            refused(&item(&annotations), &[said]);
        }
    }
}

#[test]
fn an_item_keeps_a_place_of_its_own() {
    // Two items that say they are the same document of a file.
    refused("sed \"s/index: '1'/index: '0'/\"", &["already exists"]);
    for index in ["-5", "x", "99999999999999999999", "1.5"] {
        refused(&format!("sed \"s/index: '1'/index: '{index}'/\""), &["config.kubernetes.io/index", index]);
    }
}

#[test]
fn the_kptfile_stays() {
    // Every item but the Kptfile gone, or the Kptfile gone with everything else.
    let without = format!(
        "cat >/dev/null; printf '{LIST}items:\\n- apiVersion: v1\\n  kind: ConfigMap\\n  metadata:\\n    name: only\\n'"
    );
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), &without);
    let kptfile = fs::read(scratch.path().join("tree/pkg/Kptfile")).expect("a file");
    let output = porchlight(scratch.path(), &["render", "tree/pkg", "--allow-exec"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(fs::read(scratch.path().join("tree/pkg/Kptfile")).expect("it is still there"), kptfile);
    let left: Vec<String> = files(&scratch.path().join("tree/pkg")).into_keys().collect();
    assert_eq!(left, ["Kptfile", "README.md", "configmap_only.yaml"]);
}
