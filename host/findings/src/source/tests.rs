use porchlight_package::FunctionKind;
use porchlight_pipeline::{FieldRef, FileRef};

use super::*;

const TWO: &str = "# first\na: 1\nkind: X\nmetadata:\n  name: one\n---\nkind: Y\nmetadata:\n  name: two\nspec:\n  sites:\n  - name: east\n  - name: west\n";
const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: slice\npipeline:\n  mutators:\n  - image: set-labels:v1\n  validators:\n  - exec: ./check.sh --all\n";

fn result(image: &str, exec: &str) -> FunctionResult {
    FunctionResult {
        image: image.to_owned(),
        exec: exec.to_owned(),
        name: String::new(),
        kind: FunctionKind::Mutator,
        package: "slice/sub".to_owned(),
        stderr: String::new(),
        exit_code: 1,
        failed: true,
        execution_error: None,
        results: Vec::new(),
    }
}

fn item(kind: &str, name: &str, field: &str, file: Option<(&str, i64)>) -> ResultItem {
    ResultItem {
        resource: Some(ResourceRef { kind: kind.to_owned(), name: name.to_owned(), ..ResourceRef::default() }),
        field: Some(FieldRef { path: field.to_owned(), ..FieldRef::default() }),
        file: file.map(|(path, index)| FileRef { path: path.to_owned(), index }),
        ..ResultItem::default()
    }
}

fn placed(results: &FunctionResult, item: &ResultItem) -> (String, Option<u32>, Option<u32>) {
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("slice/sub");
    fs::create_dir_all(&package).expect("a package");
    fs::write(package.join("two.yaml"), TWO).expect("a file");
    fs::write(package.join("Kptfile"), KPTFILE).expect("a file");
    let mut sources = Sources::new(folder.path().join("slice"), folder.path());
    let Place { path, line, column } = sources.place(results, item);
    (path, line, column)
}

#[test]
fn a_field_is_found_in_its_document() {
    let run = result("set-labels:v1", "");
    for (kind, name, field, line, column) in [
        ("X", "one", "a", 2, 4),
        ("Y", "two", "spec.sites[1].name", 13, 11),
        // The nearest field around it.
        ("Y", "two", "spec.sites[1].cluster", 13, 5),
        ("Y", "two", "", 7, 1),
        // The resource of the name, wherever the function thought it was.
        ("X", "one", "", 2, 1),
        // Renamed on the way: the position in the file.
        ("X", "uno", "kind", 3, 7),
    ] {
        let index = if matches!(name, "two") { 1 } else { 0 };
        let place = placed(&run, &item(kind, name, field, Some(("two.yaml", index))));
        assert_eq!(place, ("slice/sub/two.yaml".to_owned(), Some(line), Some(column)), "{name} {field}");
    }
}

#[test]
fn what_has_no_file_is_told_at_the_step() {
    let kptfile = "slice/sub/Kptfile".to_owned();
    let generated = item("Z", "made", "spec", Some(("made.yaml", 0)));
    for (image, exec, line) in [("ghcr.io/x/set-labels:v1", "", 7), ("", "./check.sh --all", 9), ("other:v1", "", 6)] {
        let (path, found, _) = placed(&result(image, exec), &generated);
        assert_eq!((path, found), (kptfile.clone(), Some(line)), "{image}{exec}");
    }
    let outside = item("Z", "made", "spec", Some(("../../etc/passwd", 0)));
    assert_eq!(placed(&result("", "./check.sh --all"), &outside).0, kptfile);
}
