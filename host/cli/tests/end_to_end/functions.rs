//! `porchlight fn …`: running, listing and describing what is inside the program.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::program::{porchlight, repository, text};

fn run(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_porchlight"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A function that ends early leaves the pipe broken; what it says is what counts.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    child.wait_with_output().expect("the program ends")
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("stdout is JSON and nothing else")
}

/// The names of the functions in the repository: folders of `functions/` with a description.
fn in_repository() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(repository().join("functions"))
        .expect("the functions")
        .map(|entry| entry.expect("an entry").path())
        .filter(|folder| folder.join("metadata.yaml").is_file())
        .map(|folder| folder.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_function_of_the_repository_is_listed() {
    let list = json(&porchlight(Path::new("."), &["fn", "list", "--format", "json"]));
    let list = list.as_array().expect("an array");
    let names: Vec<&str> = list.iter().map(|entry| entry["name"].as_str().expect("a name")).collect();
    assert_eq!(names, in_repository());
    for entry in list {
        let (name, version) =
            (entry["name"].as_str().unwrap_or_default(), entry["version"].as_str().unwrap_or_default());
        assert_eq!(entry["image"], format!("ghcr.io/porchlight/{name}:v{version}"));
        let digest = entry["digest"].as_str().expect("a digest");
        assert!(digest.starts_with("sha256:") && digest.len() == 71, "{digest}");
        assert!(entry["description"].as_str().is_some_and(|description| !description.is_empty()));
        let size = entry["size"].as_u64().expect("a size");
        assert!((1..5 << 20).contains(&size), "{name}: {size} bytes; a module must be below 5 MiB");
    }

    let table = porchlight(Path::new("."), &["fn", "list", "--image-prefix", "registry.example/fns/"]);
    for name in names {
        assert!(text(&table.stdout).contains(&format!("registry.example/fns/{name}:v")), "{}", text(&table.stdout));
    }
}

#[test]
fn a_description_tells_what_a_function_reads_writes_and_accepts() {
    for name in in_repository() {
        let description = json(&porchlight(Path::new("."), &["fn", "describe", &name, "--format", "json"]));
        assert_eq!(description["name"], name);
        for key in ["reads", "writes"] {
            let kinds = description[key].as_array().expect("a list of kinds");
            // A validator only judges.
            let is_silent = key == "writes" && description["role"] == "validator";
            assert_eq!(kinds.is_empty(), is_silent, "{name} {key} {kinds:?}");
            assert!(kinds.iter().all(|kind| kind.as_str().is_some_and(|kind| kind.contains('/'))), "{kinds:?}");
        }
        let output = porchlight(Path::new("."), &["fn", "describe", &name]);
        let shown = text(&output.stdout);
        for part in ["image ", "config ", "reads ", description["configKind"].as_str().expect("a kind")] {
            assert!(shown.contains(part), "{name}: no `{part}` in:\n{shown}");
        }
    }
}

#[test]
fn unknown_names_list_the_known() {
    for command in ["run", "describe"] {
        let output = run(&["fn", command, "no-such"], "");
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        assert_eq!(
            text(&output.stderr),
            format!(
                "[FN_UNKNOWN] Host: no function is called `no-such`\nhint: the functions are: {}\n",
                in_repository().join(", ")
            )
        );
    }
}

#[test]
fn a_slip_of_the_hand_is_told_the_nearest_name() {
    for (arguments, near) in [
        (["fn", "describe", "anotate-sbom"], "; did you mean `annotate-sbom`?"),
        (["fn", "run", "decompose_intent"], "; did you mean `decompose-intent`?"),
        (["fn", "schema", "PolicyProfil"], "; did you mean `PolicyProfile`?"),
        (["fn", "schema", "inject-polcy"], "; did you mean `inject-policy`?"),
    ] {
        let output = run(&arguments, "");
        assert_eq!(output.status.code(), Some(2));
        let told = text(&output.stderr);
        assert!(told.lines().next().is_some_and(|line| line.ends_with(near)), "{arguments:?}: {told}");
    }
}

#[test]
fn an_empty_list_is_an_input_like_any() {
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n";
    for name in in_repository() {
        let output = run(&["fn", "run", &name], list);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", text(&output.stderr));
        assert!(text(&output.stdout).starts_with("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:"));
    }
}

#[test]
fn the_surroundings_do_not_reach_a_function() {
    let input = std::fs::read_to_string(repository().join("catalog/slice-embb/intent.yaml")).expect("an intent");
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {}",
        input.trim_start_matches("---\n").trim_end().replace('\n', "\n  ") + "\n"
    );
    let plain = run(&["fn", "run", "decompose-intent"], &list);
    let mut child = Command::new(env!("CARGO_BIN_EXE_porchlight"))
        .args(["fn", "run", "decompose-intent"])
        .env_clear()
        .env("TZ", "Asia/Tokyo")
        .env("LANG", "tr_TR.UTF-8")
        .env("RUST_BACKTRACE", "full")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(list.as_bytes()).expect("input is read");
    let elsewhere = child.wait_with_output().expect("the program ends");
    assert!(plain.status.success(), "{}", text(&plain.stderr));
    assert!(text(&plain.stdout).len() > list.len());
    assert_eq!(plain, elsewhere);
}

/// The golden cases of the functions, which their own tests run natively, through the wasm inside the program.
#[test]
fn wasm_gives_the_bytes_of_the_native_functions() {
    let (mut cases, mut problems) = (0, Vec::new());
    for name in in_repository() {
        let folder = repository().join("testdata/functions").join(&name);
        for entry in std::fs::read_dir(&folder).expect("the cases of a function") {
            let case = entry.expect("a case").path();
            let file = |part: &str| std::fs::read_to_string(case.join(part));
            let output = run(&["fn", "run", &name], &file("input.yaml").expect("an input"));
            let stderr = file("expected-stderr.txt");
            let exit_code = i32::from(stderr.is_ok());
            let as_expected = output.status.code() == Some(exit_code)
                && text(&output.stdout) == file("expected.yaml").expect("an expectation")
                && stderr.map_or(true, |stderr| text(&output.stderr) == stderr);
            if !as_expected {
                problems.push(format!("{}: {:?}\n{}", case.display(), output.status, text(&output.stderr)));
            }
            cases += 1;
        }
    }
    assert!(cases > 50, "only {cases} cases found");
    assert!(problems.is_empty(), "{} of {cases} differ:\n{}", problems.len(), problems.join("\n"));
}

/// `fn schema` prints what the repository holds, by kind and by function, and names what there is for a slip.
#[test]
fn schemas_are_printed_by_kind_and_by_function() {
    let at = |arguments: &[&str]| {
        let mut all = vec!["fn", "schema"];
        all.extend(arguments);
        porchlight(Path::new("."), &all)
    };
    let reference =
        |path: &str| std::fs::read(repository().join("docs/reference").join(path)).expect("a generated file");
    assert_eq!(at(&["NetworkSliceIntent"]).stdout, reference("schemas/networksliceintent.json"));
    assert_eq!(at(&["annotate-sbom"]).stdout, reference("schemas/sbomconfig.json"));
    let definition = "crds/orchestration.nephio-oran.io_sbomconfigs.yaml";
    assert_eq!(at(&["sbomconfig", "--crd"]).stdout, reference(definition));
    let kinds = at(&[]);
    assert!(text(&kinds.stdout).lines().any(|kind| kind == "NetworkSliceIntent"), "{}", text(&kinds.stdout));
    for name in in_repository() {
        let schema = json(&at(&[name.as_str()]));
        assert_eq!(schema["properties"]["kind"]["const"], schema["title"], "{name}");
    }
    let unknown = at(&["Slice"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("FN_UNKNOWN") && text(&unknown.stderr).contains("NetworkSliceIntent"));
}
