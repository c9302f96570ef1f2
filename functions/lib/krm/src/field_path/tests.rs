use proptest::prelude::*;

use super::{FieldPath, PathStep};

#[test]
fn every_notation_is_read_and_written_in_one() {
    for (text, written) in [
        ("spec", "spec"),
        ("spec.containers[0].image", "spec.containers[0].image"),
        ("spec.containers.[0].image", "spec.containers[0].image"),
        ("spec.containers.0.image", "spec.containers.0.image"),
        ("spec.containers.[name=nginx].image", "spec.containers[name=nginx].image"),
        ("spec.c[name=\"a]b\"]", "spec.c[name=\"a]b\"]"),
        ("metadata.annotations[\"a.b/c\"]", "metadata.annotations[\"a.b/c\"]"),
        ("metadata.annotations['a.b/c'].x", "metadata.annotations[\"a.b/c\"].x"),
        ("metadata.annotations.a\\.b/c", "metadata.annotations[\"a.b/c\"]"),
        ("[\"a.b\"].c", "[\"a.b\"].c"),
        ("[1][2]", "[1][2]"),
        ("data.größe", "data.größe"),
        ("a[k=]", "a[k=]"),
    ] {
        let path: FieldPath = text.parse().unwrap();
        assert_eq!(path.to_string(), written);
        assert_eq!(path.to_string().parse::<FieldPath>().unwrap(), path);
    }
}

#[test]
fn mistakes_are_named_with_their_column() {
    for (text, message) in [
        ("", "field path ``, column 1: a path needs at least one field"),
        ("spec..x", "field path `spec..x`, column 6: a field name is missing before the dot"),
        (".spec", "field path `.spec`, column 1: a field name is missing before the dot"),
        ("spec.", "field path `spec.`, column 6: a field name is missing after the dot"),
        ("a]b", "field path `a]b`, column 2: a bracket is closed that was not opened"),
        ("a[0", "field path `a[0`, column 4: the bracket is not closed"),
        ("a[x]", "field path `a[x]`, column 3: expected a list position, `key=value` or a quoted key"),
        ("a[]", "field path `a[]`, column 3: expected a list position, `key=value` or a quoted key"),
        ("a[-1]", "field path `a[-1]`, column 3: expected a list position, `key=value` or a quoted key"),
        ("a[=v]", "field path `a[=v]`, column 3: a key is missing before `=`"),
        ("a[\"b]", "field path `a[\"b]`, column 6: the quote is not closed"),
        ("a[0]b", "field path `a[0]b`, column 5: expected a dot or a bracket"),
        ("a\\", "field path `a\\`, column 3: nothing follows the backslash"),
    ] {
        assert_eq!(text.parse::<FieldPath>().unwrap_err().to_string(), message);
    }
}

fn step() -> impl Strategy<Value = PathStep> {
    prop_oneof![
        ".{0,6}".prop_map(PathStep::Key),
        (0usize..100).prop_map(PathStep::Index),
        ("[a-z]{1,4}", ".{0,6}").prop_map(|(key, value)| PathStep::Match { key, value }),
    ]
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(steps in prop::collection::vec(step(), 1..6)) {
        let path = FieldPath::from(steps);
        prop_assert_eq!(path.to_string().parse::<FieldPath>().unwrap(), path);
    }
}
