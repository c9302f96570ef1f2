//! Paths to fields: a path that is read and written is read as the same one, and what it sets is found there.

use porchlight_krm::{FieldPath, PathStep, Resource};

/// The law.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<FieldPath>() {
        Ok(path) => {
            let written = path.to_string();
            assert_eq!(written.parse().as_ref(), Ok(&path), "{text} became {written}");
            let mut resource = Resource::new("v1", "ConfigMap", "x");
            let _ = resource.at(&path);
            // An item of a list that is chosen by its fields is not the one any more once it is a text.
            let chooses = path.steps().iter().any(|step| matches!(step, PathStep::Match { .. }));
            if resource.set(&path, &"set") && !chooses {
                assert_eq!(resource.get::<String>(&path), Ok(Some("set".to_owned())), "{text}");
            }
            resource.remove(&path);
        }
        Err(error) => assert!(error.column <= text.chars().count() + 1, "{error}"),
    }
}

/// Paths in all notations.
pub fn seeds() -> Vec<Vec<u8>> {
    let paths = [
        "spec.containers[0].image",
        "spec.containers[name=nginx].image",
        "spec.containers.[name=nginx].image",
        r#"metadata.annotations["a.b/c"]"#,
        r"metadata.annotations.a\.b/c",
        "spec['x']",
        r#"a[b="c]d"]"#,
        "a..b",
        "a[",
        "",
        "a[99999999999999999999]",
        "data.0",
        "metadata.name",
        "[0]",
    ];
    paths.into_iter().map(|path| path.as_bytes().to_vec()).collect()
}
