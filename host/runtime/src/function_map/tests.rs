use porchlight_package::Compat;

use super::*;

fn read(text: &str) -> Result<FunctionMap, String> {
    let entries = read::entries(text, |name| Image::named(name, Compat::Latest, None))?;
    Ok(FunctionMap { file: PathBuf::from("/maps/functions.yaml"), entries })
}

fn line(map: &FunctionMap, image: &str, constraint: Option<&str>) -> Option<u32> {
    map.find(&Image::named(image, Compat::Latest, None), constraint).map(|entry| entry.line)
}

#[test]
fn the_most_specific_entry_counts_wherever_it_stands() {
    let map = read(
        "functions:\n\
         - {image: a.io/x, wasm: 2}\n\
         - {image: 'a.io/x:v1@sha256:11', wasm: 3}\n\
         - {image: 'a.io/x@sha256:11', wasm: 4}\n\
         - {image: 'a.io/x:v1', wasm: 5}\n\
         - {image: 'b.io:5000/y:v1', wasm: 6}\n",
    )
    .unwrap();
    for (image, expected) in [
        ("a.io/x", Some(2)),
        ("a.io/x:v2", Some(2)),
        ("a.io/x@sha256:22", Some(2)),
        ("a.io/x:v1@sha256:11", Some(3)),
        ("a.io/x:v2@sha256:11", Some(4)),
        ("a.io/x@sha256:11", Some(4)),
        ("a.io/x:v1", Some(5)),
        ("a.io/x:v1@sha256:22", Some(5)),
        ("b.io:5000/y:v1", Some(6)),
        ("b.io:5000/y:v2", None),
        ("b.io:5000/y", None),
        ("a.io/x/z:v1", None),
        ("a.io/xx:v1", None),
    ] {
        assert_eq!(line(&map, image, None), expected, "{image}");
    }
}

#[test]
fn a_range_takes_the_highest_version_it_allows() {
    let map = read(
        "functions:\n- {image: 'a.io/x:v0.2.9', wasm: m}\n- {image: 'a.io/x:v0.2.10', wasm: m}\n\
         - {image: 'a.io/x:v0.3.0', wasm: m}\n- {image: 'a.io/x:main', wasm: m}\n",
    )
    .unwrap();
    assert_eq!(line(&map, "a.io/x", Some("~0.2")), Some(3));
    assert_eq!(line(&map, "a.io/x", Some(">=0.2 <0.2.10")), Some(2));
    assert_eq!(line(&map, "a.io/x", Some("~0.4")), None);
}

#[test]
fn short_names_get_the_prefix_of_the_release() {
    let map = read("functions:\n- image: set-labels:v1\n  as: mirror.io/set-labels\n").unwrap();
    assert_eq!(line(&map, "ghcr.io/kptdev/krm-functions-catalog/set-labels:v1", None), Some(2));
    assert_eq!(map.entries[0].target, Target::Image(Image::named("mirror.io/set-labels", Compat::Latest, None)));
}

#[test]
fn paths_are_relative_to_the_file() {
    let map = read("functions: []\n").unwrap();
    assert_eq!(map.path("./x.wasm"), Path::new("/maps/./x.wasm"));
    assert_eq!(map.path("/x.wasm"), Path::new("/x.wasm"));
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (text, parts) in [
        ("", &["`functions:`"] as &[&str]),
        ("functions: 3\n", &["line 1"]),
        ("functions: []\nfunction: []\n", &["line 2", "function"]),
        ("functions: []\n---\nfunctions: []\n", &["2 documents"]),
        ("functions:\n- image: a/b\n  exce: cat\n", &["line 3", "exce", "exec"]),
        ("functions:\n- exec: cat\n", &["line 2", "image"]),
        ("functions:\n- image: a/b\n", &["line 2", "nothing stands in for image `a/b`"]),
        ("functions:\n- image: a/b\n  exec: cat\n  wasm: x\n", &["line 2", "several things"]),
        ("functions:\n- image: a/b\n  exec: ''\n", &["line 2", "`exec` is empty"]),
        ("functions:\n- image: a/b\n  exec: cat\n- image: a/b\n  exec: tac\n", &["line 4", "line 2", "second time"]),
        ("functions:\n- image: [a]\n", &["line 2"]),
        ("functions:\n  - {\n", &["line"]),
    ] {
        let message = read(text).unwrap_err();
        for part in parts {
            assert!(message.contains(part), "{text:?}: no `{part}` in `{message}`");
        }
    }
}
