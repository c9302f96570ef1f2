//! `--format minimal`: the lines that functions change, and no other.

use std::fs;
use std::path::Path;

use crate::program::{differing, files, porchlight, set_pipeline, text};

const KPTFILE: &str = "# whose\n\napiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n    name:   package\n";
const RESOURCES: &str = "# licence\r\n---\r\napiVersion: v1\r\nkind: A\r\nmetadata: {name: a}\r\n\r\nspec:\r\n    # how many\r\n    size:   3   # three\r\n    list: [ a,b ]\r\n--- # two\r\napiVersion: v1\r\nkind: B\r\nmetadata:\r\n  name: 'b'\r\n  annotations: {}";

fn package(folder: &Path, pipeline: &[&str]) {
    fs::write(folder.join("Kptfile"), KPTFILE).expect("a Kptfile");
    fs::write(folder.join("resources.yaml"), RESOURCES).expect("a file");
    if !pipeline.is_empty() {
        set_pipeline(folder, pipeline);
    }
}

fn render(folder: &Path, more: &[&str]) {
    let arguments: Vec<&str> = ["render", "--allow-exec"].iter().chain(more).copied().collect();
    let output = porchlight(folder, &arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn nothing_moves_where_no_function_changes_anything() {
    for pipeline in [&[][..], &["exec: cat"], &["exec: cat", "exec: cat"]] {
        let scratch = tempfile::tempdir().expect("scratch folder");
        package(scratch.path(), pipeline);
        let before = files(scratch.path());
        render(scratch.path(), &["--format", "minimal", "--check"]);
        render(scratch.path(), &["--format", "minimal"]);
        assert_eq!(differing(&before, &files(scratch.path())), Vec::<String>::new(), "{pipeline:?}");
        render(scratch.path(), &["--format", "minimal", "-o", "elsewhere"]);
        assert_eq!(differing(&before, &files(&scratch.path().join("elsewhere"))), Vec::<String>::new());
        // kpt writes the same files in its own way.
        fs::remove_dir_all(scratch.path().join("elsewhere")).expect("removed");
        render(scratch.path(), &[]);
        assert!(!differing(&before, &files(scratch.path())).is_empty());
    }
}

#[test]
fn a_function_moves_what_it_changes() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    // The pattern does not match itself, as the Kptfile is a resource, too.
    package(scratch.path(), &["exec: sed s/s[i]ze:./&4/", "exec: cat"]);
    let before = files(scratch.path());
    render(scratch.path(), &["--format", "minimal"]);
    let after = files(scratch.path());
    assert_eq!(differing(&before, &after), ["resources.yaml"]);
    assert_eq!(text(&after["resources.yaml"]), RESOURCES.replace("3   # three", "43   # three"));
}

#[test]
fn a_function_on_its_own_moves_what_it_changes() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    package(scratch.path(), &[]);
    let before = files(scratch.path());
    let eval = |more: &[&str]| {
        let words: Vec<&str> = ["fn", "eval", "--format", "minimal", "--exec"].iter().chain(more).copied().collect();
        let output = porchlight(scratch.path(), &words);
        assert!(output.status.success(), "{}", text(&output.stderr));
        files(scratch.path())
    };
    assert_eq!(eval(&["cat"]), before);
    let after = eval(&["sed s/s[i]ze:./&4/"]);
    assert_eq!(differing(&before, &after), ["resources.yaml"]);
    assert_eq!(text(&after["resources.yaml"]), RESOURCES.replace("3   # three", "43   # three"));
    // What is kept in the Kptfile does not move the rest of it either.
    let saved = eval(&["cat", "--save", "--type", "mutator"]);
    // In the file's own indentation.
    let pipeline = "pipeline:\n    mutators:\n      - exec: cat\n";
    assert_eq!(text(&saved["Kptfile"]), format!("{KPTFILE}{pipeline}"));
    assert_eq!(differing(&after, &saved), ["Kptfile"]);
}

#[test]
fn an_unknown_format_is_refused() {
    let scratch = tempfile::tempdir().expect("scratch folder");
    let output = porchlight(scratch.path(), &["render", "--format", "pretty"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("use `kpt` or `minimal`"), "{}", text(&output.stderr));
}
