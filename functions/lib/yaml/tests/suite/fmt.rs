//! The formatting pairs in `testdata/yaml/fmt`: a file before and after a render whose pipeline is empty.

use std::path::Path;

use super::render;

#[test]
fn every_pair_is_equal_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../testdata/yaml/fmt");
    let mut pairs = 0;
    let mut differences = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for input in entries {
        let name = input.file_name().unwrap().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".in.yaml") else { continue };
        // The one pair in which the versions of kpt differ has an output for each.
        let expected = std::fs::read_to_string(folder.join(format!("{name}.out.yaml")))
            .or_else(|_| std::fs::read_to_string(folder.join(format!("{name}.out-beta56.yaml"))))
            .unwrap();
        let text = std::fs::read_to_string(&input).unwrap();
        pairs += 1;
        match render::render(&text) {
            Ok(actual) if actual == expected => {}
            Ok(actual) => differences.push(format!("== {name}\n-- expected\n{expected}\n-- actual\n{actual}")),
            Err(error) => differences.push(format!("== {name}\n{error}")),
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(pairs, 48);
}
