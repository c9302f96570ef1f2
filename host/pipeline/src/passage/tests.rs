use std::fs;
use std::path::{Path, PathBuf};

use porchlight_package::annotation;

use super::*;
use crate::stream::Input;

/// The YAML files of the test data.
fn files() -> Vec<PathBuf> {
    let mut work = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")];
    let mut files = Vec::new();
    while let Some(directory) = work.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                work.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(path);
            }
        }
    }
    files
}

/// The resources of a file, or of the list in it, with the annotations of a package's.
fn items(file: &Path) -> Vec<Item> {
    let Ok(read) = Input::from_stream(&fs::read(file).unwrap(), "") else { return Vec::new() };
    let mut items = read.items;
    for item in &mut items {
        item.set_annotations(&[
            (annotation::LEGACY_INDEX, "0"),
            (annotation::LEGACY_PATH, "a.yaml"),
            (annotation::INDEX, "0"),
            (annotation::PACKAGE_PATH, "/package"),
            (annotation::PATH, "a.yaml"),
        ]);
    }
    items
}

#[test]
fn a_layout_says_what_a_text_says() {
    let mut short_ways = 0;
    for file in files() {
        for item in items(&file).into_iter().filter(is_settled) {
            let Some(short) = plain_passage(&item) else { continue };
            let long = written_passage(&item).unwrap_or_else(|| panic!("{}: no long way", file.display()));
            assert_eq!(short.packed, long.packed, "{}", file.display());
            assert_eq!((short.lines, short.after.is_none()), (long.lines, long.after.is_none()), "{}", file.display());
            short_ways += 1;
        }
    }
    assert!(short_ways > 40, "only {short_ways} resources take the short way");
}
