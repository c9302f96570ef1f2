//! Paths inside a package: text with `/`, cleaned the way Go cleans them.

/// `path` without `.`, empty and resolvable `..` components, as Go's `filepath.Clean` gives it; "." for an
/// empty path. kpt compares and joins paths only in this form.
#[must_use]
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => match kept.last() {
                Some(&last) if last != ".." => {
                    kept.pop();
                }
                _ if rooted => {}
                _ => kept.push(".."),
            },
            name => kept.push(name),
        }
    }
    match (rooted, kept.is_empty()) {
        (true, _) => format!("/{}", kept.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => kept.join("/"),
    }
}

/// `base` and `path` joined and cleaned; an empty `base` stands for the root.
#[must_use]
pub fn join(base: &str, path: &str) -> String {
    if base.is_empty() { clean(path) } else { clean(&format!("{base}/{path}")) }
}

/// The last component of a cleaned path.
#[must_use]
pub fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// True for the names kpt reads: `Kptfile`, `*.yaml`, `*.yml`, `*.json`; case matters (kpt-render §2.3).
#[must_use]
pub fn is_resource_name(name: &str) -> bool {
    name == "Kptfile" || [".yaml", ".yml", ".json"].iter().any(|suffix| name.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_as_go_does() {
        for (path, expected) in [
            ("", "."),
            (".", "."),
            ("a//b/./c/", "a/b/c"),
            ("a/../b", "b"),
            ("a/../../b", "../b"),
            ("../../b", "../../b"),
            ("/../b", "/b"),
            ("/", "/"),
            ("a/..", "."),
            ("..a", "..a"),
        ] {
            assert_eq!(clean(path), expected, "{path:?}");
        }
    }

    #[test]
    fn resource_names() {
        for name in ["Kptfile", "a.yaml", "a.yml", "a.json", ".yaml", "x.y.yaml"] {
            assert!(is_resource_name(name), "{name}");
        }
        for name in ["kptfile", "a.YAML", "a.yaml.bak", "README.md", "yaml"] {
            assert!(!is_resource_name(name), "{name}");
        }
    }
}
