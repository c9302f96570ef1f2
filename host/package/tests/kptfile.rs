//! What is said of a Kptfile is what kpt says of it, recorded in `testdata/kpt/kptfile`.

use std::fs;
use std::path::{Path, PathBuf};

use porchlight_package::{Compat, PackageError, PackageTree};

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/kpt/kptfile");
    let mut cases: Vec<PathBuf> = fs::read_dir(directory)
        .expect("cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "Kptfile"))
        .collect();
    cases.sort();
    cases
}

/// A package of the case's Kptfile and the files all cases share.
fn package(case: &Path) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for entry in fs::read_dir(case.with_file_name("files")).expect("files") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), directory.path().join(entry.file_name())).expect("copies");
    }
    fs::copy(case, directory.path().join("Kptfile")).expect("copies");
    directory
}

/// kpt's words for an error, and ours.
fn messages(package: &Path, compat: Compat) -> Option<(String, String)> {
    let (theirs, ours) = match PackageTree::open(package, compat).err()? {
        PackageError::Kptfile(error) => (error.kpt_message(), error.to_string()),
        PackageError::Invalid(error) => (error.kpt_message(), error.to_string()),
        other => panic!("{other}"),
    };
    let root = fs::canonicalize(package).expect("a directory");
    let shown = |text: String| text.replace(root.to_str().expect("text"), "/package").trim_end().to_owned();
    Some((shown(theirs), shown(ours)))
}

/// The words of a YAML parser differ; what stands before them does not.
fn without_parser_words(text: &str) -> &str {
    match text.find("yaml: ") {
        Some(start) if !text[start..].starts_with("yaml: unmarshal errors") => &text[..start],
        _ => text,
    }
}

#[test]
fn every_recorded_message_is_ours_too() {
    let cases = cases();
    assert!(cases.len() > 60, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let name = case.file_stem().expect("a name").to_string_lossy().into_owned();
        let recorded = fs::read_to_string(case.with_extension("beta56.txt")).expect("a recording");
        let directory = package(case);
        let Some((said, shown)) = messages(directory.path(), Compat::Beta56) else {
            wrong.push(format!("{name}: accepted, but kpt says:\n{recorded}"));
            continue;
        };
        if without_parser_words(&said) != without_parser_words(recorded.trim_end()) {
            wrong.push(format!("{name}: says\n{said}\n-- but kpt --\n{recorded}"));
        }
        // Wherever kpt gives no line, ours gives at least the file.
        if !shown.contains("Kptfile") {
            wrong.push(format!("{name}: names no file:\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

fn message(kptfile: &str, compat: Compat) -> Option<String> {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("Kptfile"), kptfile).expect("writes");
    messages(directory.path(), compat).map(|(_, ours)| ours)
}

const HEAD: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: x\n";

#[test]
fn the_current_profile_knows_more() {
    for more in [
        "pipeline: {mutators: [{image: a, tag: v1}]}\n",
        "status: {renderStatus: {mutationSteps: [{exitCode: 1, results: [{message: a, field: {path: x}}]}]}}\n",
        "upstreamLock: {generic: {storeID: a}}\n",
        "pipeline: {mutators: [{image: 'a:v1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}]}\n",
    ] {
        let text = format!("{HEAD}{more}");
        assert_eq!(message(&text, Compat::Latest), None, "{more}");
        assert!(message(&text, Compat::Beta56).is_some(), "{more}");
    }
}

#[test]
fn ours_adds_the_line_and_the_next_step() {
    let text = format!("{HEAD}pipeline:\n  mutators:\n  - imgae: a\n");
    let message = message(&text, Compat::Latest).expect("an error");
    assert!(message.contains("line 7: field imgae not found in type v1.Function"), "{message}");
    assert!(message.ends_with("/package/Kptfile:7: unknown field `imgae`: did you mean `image`?"), "{message}");
    let text = format!("{HEAD}pipeline:\n  mutators:\n  - image: a\n    exec: b\n");
    let message = self::message(&text, Compat::Latest).expect("an error");
    assert!(message.ends_with("at the same time\n/package/Kptfile:7"), "{message}");
}

#[test]
fn reads_what_a_render_needs() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("f.yaml"), "apiVersion: v1\nkind: A\nmetadata: {name: a}\n").expect("writes");
    fs::write(
        directory.path().join("Kptfile"),
        format!(
            "{HEAD}  annotations: {{kpt.dev/bfs-rendering: \"true\"}}\npipeline:\n  mutators:\n  - &f\n    image: a\n    configMap: {{n: 1, t: true, e: null, '': x}}\n    selectors:\n    - kind: K\n      labels: {{a: b}}\n  - <<: *f\n    image: b\n  validators:\n  - exec: cat -n\n    configPath: ./f.yaml\n    name: check\n    exclude: [{{}}]\n  -\n"
        ),
    )
    .expect("writes");
    let tree = PackageTree::open(directory.path(), Compat::Latest).expect("opens");
    let kptfile = tree.kptfile(porchlight_package::PackageId::ROOT).expect("a Kptfile");
    assert_eq!(kptfile.name, "x");
    assert_eq!(kptfile.annotations["kpt.dev/bfs-rendering"], "true");
    let [first, second] = &kptfile.pipeline.mutators[..] else { panic!("{kptfile:?}") };
    let map: Vec<_> = first.config_map.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(map, [("", "x"), ("e", ""), ("n", "1"), ("t", "true")]);
    assert_eq!(first.selectors[0].kind, "K");
    assert_eq!((second.image.as_str(), &second.config_map), ("b", &first.config_map));
    // An empty entry is no function, as for kpt.
    let [validator] = &kptfile.pipeline.validators[..] else { panic!("{kptfile:?}") };
    assert_eq!((validator.exec.as_str(), validator.line), ("cat -n", 17));
    assert!(validator.exclude[0].is_empty());
    let config =
        tree.function_config(porchlight_package::PackageId::ROOT, validator).expect("reads").expect("a config");
    assert_eq!(config.name(), "a");
}

#[test]
fn aliases_do_not_explode() {
    let functions: Vec<String> = (0..300).map(|_| "*s".to_owned()).collect();
    let text = format!(
        "{HEAD}pipeline:\n  mutators:\n  - &f\n    image: a\n    selectors: [&s {{kind: A}}, {}]\n{}",
        functions.join(", "),
        "  - *f\n".repeat(3000)
    );
    assert!(message(&text, Compat::Latest).expect("refused").contains("excessive aliasing"));
}

#[cfg(unix)]
#[test]
fn only_a_file_of_the_package_is_a_kptfile() {
    let outside = tempfile::tempdir().expect("a directory");
    fs::write(outside.path().join("K"), HEAD).expect("writes");
    let directory = tempfile::tempdir().expect("a directory");
    std::os::unix::fs::symlink(outside.path().join("K"), directory.path().join("Kptfile")).expect("links");
    let (said, _) = messages(directory.path(), Compat::Latest).expect("an error");
    assert!(said.contains("link out of the package"), "{said}");
    fs::remove_file(directory.path().join("Kptfile")).expect("removes");
    fs::write(directory.path().join("K"), HEAD).expect("writes");
    std::os::unix::fs::symlink("K", directory.path().join("Kptfile")).expect("links");
    assert_eq!(messages(directory.path(), Compat::Latest), None, "a link within the package");
    fs::remove_file(directory.path().join("Kptfile")).expect("removes");
    fs::create_dir(directory.path().join("Kptfile")).expect("creates");
    let (said, _) = messages(directory.path(), Compat::Latest).expect("an error");
    assert!(said.contains("it is a directory"), "{said}");
    fs::remove_dir(directory.path().join("Kptfile")).expect("removes");
    let (said, shown) = messages(directory.path(), Compat::Latest).expect("an error");
    assert_eq!(said, "Error: No Kptfile found at \"/package\".");
    assert!(shown.contains("\nhint: "), "{shown}");
}

#[cfg(unix)]
#[test]
fn only_a_file_of_the_package_is_a_function_config() {
    use std::os::unix::fs::symlink;
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    let outside = tempfile::tempdir().expect("a directory");
    fs::write(outside.path().join("f.yaml"), object).expect("writes");
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path();
    fs::create_dir(root.join("d")).expect("creates");
    fs::write(root.join("d/f.yaml"), object).expect("writes");
    symlink("d/f.yaml", root.join("link.yaml")).expect("links");
    symlink("d", root.join("e")).expect("links");
    symlink(outside.path().join("f.yaml"), root.join("out.yaml")).expect("links");
    symlink(outside.path(), root.join("out")).expect("links");
    for (path, expected) in [
        ("d/f.yaml", None),
        ("./d/../d/f.yaml", None),
        ("link.yaml", None),
        ("e/f.yaml", None),
        ("out.yaml", Some("it is a link out of the package")),
        ("out/f.yaml", Some("it is a link out of the package")),
        ("d", Some("is a directory")),
        (".", Some("is a directory")),
        ("none.yaml", Some("no such file or directory")),
    ] {
        let text = format!("{HEAD}pipeline:\n  mutators:\n  - image: a\n    configPath: {path}\n");
        fs::write(root.join("Kptfile"), text).expect("writes");
        let said = messages(root, Compat::Latest).map(|(said, _)| said);
        match (expected, &said) {
            (None, None) => {}
            (Some(expected), Some(said)) => assert!(said.contains(expected), "{path}: {said}"),
            _ => panic!("{path}: {said:?}"),
        }
    }
}

mod any_text {
    use porchlight_package::Kptfile;
    use proptest::prelude::*;

    use super::{Compat, HEAD};

    /// Pieces that mean something to a Kptfile, in any order and indentation.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("pipeline:"),
            Just("mutators:"),
            Just("- image: a"),
            Just("- "),
            Just("configMap: {a: 1, a: 2}"),
            Just("<<: *a"),
            Just("&a"),
            Just("*a"),
            Just("selectors: [{kind: A}]"),
            Just("x: 1"),
            Just("name: [}"),
            Just("? k"),
            Just("!!int 3"),
            Just("---"),
            Just("'"),
            Just("metadata: null"),
            Just("status: {conditions: [{}]}"),
        ];
        prop::collection::vec((0_usize..6, piece), 0..12).prop_map(|lines| {
            lines.into_iter().map(|(indent, piece)| format!("{}{piece}\n", " ".repeat(indent))).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn is_read_or_refused(text in text(), with_head: bool) {
            let text = if with_head { format!("{HEAD}{text}") } else { text };
            for compat in [Compat::Beta56, Compat::Latest] {
                // A problem with fields names at least one.
                if let Err(porchlight_package::KptfileProblem::Fields(problems)) = Kptfile::parse(&text, compat) {
                    prop_assert!(problems.iter().all(|problem| problem.line > 0) && !problems.is_empty());
                }
            }
        }
    }
}
