//! The `tag` of a pipeline entry: a literal tag, or a constraint on versions (kpt-render §0).

use semver::{Comparator, Op, Version, VersionReq};

/// Whether `version` is what `tag` asks for. `tag` may be that version, with or without `v`, or a constraint in the
/// form kpt takes: `~0.1`, `>=0.1 <0.3`, `0.1.x`, alternatives separated by `||`.
pub fn accepts(tag: &str, version: &Version) -> bool {
    let tag = tag.trim();
    if tag == "latest" || tag.strip_prefix('v').unwrap_or(tag) == version.to_string() {
        return true;
    }
    tag.split("||").any(|alternative| constraint(alternative).is_some_and(|constraint| constraint.matches(version)))
}

/// The version a tag of an image names: `v0.2`, `1.4.0-rc.1`; parts left out are 0.
pub fn version(tag: &str) -> Option<Version> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let numbers = tag.find(['-', '+']).unwrap_or(tag.len());
    let (numbers, rest) = tag.split_at(numbers);
    let missing = 2_usize.checked_sub(numbers.matches('.').count())?;
    Version::parse(&format!("{numbers}{}{rest}", ".0".repeat(missing))).ok()
}

/// Whether `tag` asks for a range of versions. A version, even a short one, is itself.
pub fn is_range(tag: &str) -> bool {
    version(tag).is_none() && tag.split("||").all(|alternative| constraint(alternative).is_some())
}

/// The highest of `tags` that `range` allows. Tags of signatures and of builds between releases are no versions, as
/// for kpt.
pub fn highest<'a>(range: &str, tags: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    tags.into_iter()
        .filter(|tag| !tag.starts_with("sha256-") && !tag.contains("-git-"))
        .filter_map(|tag| Some((version(tag).filter(|version| accepts(range, version))?, tag)))
        .max_by(|(one, _), (other, _)| one.cmp(other))
        .map(|(_, tag)| tag)
}

/// Whether `tag` may stand behind the `:` of an image.
pub fn is_literal(tag: &str) -> bool {
    let mut characters = tag.chars();
    tag.len() <= 128
        && characters.next().is_some_and(|first| first.is_ascii_alphanumeric() || first == '_')
        && characters.all(|other| other.is_ascii_alphanumeric() || matches!(other, '_' | '.' | '-'))
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

    #[test]
    fn what_a_tag_is() {
        for (tag, range, literal) in [
            ("v0.1.3", false, true),
            ("0.1", false, true),
            ("1.0.0-rc.1", false, true),
            ("main", false, true),
            ("~0.1", true, false),
            (">=0.1 <0.3", true, false),
            ("0.1.x", true, true),
            ("0.4 || 0.1.*", true, false),
            ("not a tag", false, false),
            ("-x", false, false),
        ] {
            assert_eq!((is_range(tag), is_literal(tag)), (range, literal), "{tag}");
        }
        assert!(!is_literal(&"x".repeat(129)));
    }

    #[test]
    fn the_highest_tag_of_a_range() {
        let tags = ["v0.1.9", "v0.1.10", "sha256-ab", "v0.1.11-git-ab", "latest", "v0.2", "0.3.0-rc.1"];
        for (range, tag) in
            [("~0.1", Some("v0.1.10")), (">=0.1", Some("v0.2")), ("0.1.x || 0.2.x", Some("v0.2")), ("~0.3", None)]
        {
            assert_eq!(highest(range, tags), tag, "{range}");
        }
    }
}
