//! The `tag` of a pipeline entry: a literal tag, or a constraint on versions (kpt-render §0).

use semver::{Comparator, Op, Version, VersionReq};

/// Whether `version` is what `tag` asks for. `tag` may be that version, with or without `v`, or a constraint in the
/// form kpt takes: `~0.1`, `>=0.1 <0.3`, `0.1.x`, alternatives separated by `||`.
pub(crate) fn accepts(tag: &str, version: &Version) -> bool {
    let tag = tag.trim();
    if tag == "latest" || tag.strip_prefix('v').unwrap_or(tag) == version.to_string() {
        return true;
    }
    tag.split("||").any(|alternative| constraint(alternative).is_some_and(|constraint| constraint.matches(version)))
}

fn constraint(text: &str) -> Option<VersionReq> {
    let mut comparators = Vec::new();
    let mut operator = String::new();
    for part in text.split([' ', ',']).filter(|part| !part.is_empty()) {
        operator.push_str(part);
        // An operator may stand apart from its version.
        if part.ends_with(['<', '>', '=', '~', '^']) {
            continue;
        }
        let bare = operator.starts_with(|first: char| first.is_ascii_digit() || first == 'v');
        let version = operator.trim_start_matches(['<', '>', '=', '~', '^']);
        let sign = &operator[..operator.len() - version.len()];
        let mut comparator = format!("{sign}{}", version.trim_start_matches('v')).parse::<Comparator>().ok()?;
        // A bare version means exactly that one to kpt, a compatible one to the parser.
        if bare && comparator.op == Op::Caret {
            comparator.op = Op::Exact;
        }
        comparators.push(comparator);
        operator.clear();
    }
    (!comparators.is_empty() && operator.is_empty()).then_some(VersionReq { comparators })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        let version = Version::new(0, 1, 3);
        for tag in [
            "v0.1.3",
            "0.1.3",
            "latest",
            "~0.1",
            "^0.1.0",
            "0.1",
            "0.1.x",
            ">=0.1 <0.3",
            ">= v0.1.0, < 1",
            "0.4 || 0.1.*",
        ] {
            assert!(accepts(tag, &version), "{tag}");
        }
        for tag in ["", "v0.1.4", "0.1.2", "~0.2", ">0.1.3", ">=0.1 <0.1.3", "main", ">=", "0.4 || 0.5"] {
            assert!(!accepts(tag, &version), "{tag}");
        }
    }
}
