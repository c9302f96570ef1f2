//! Types from nodes and back.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use porchlight_yaml::serde::{Conversion, FromNode, Options, ValueError, from_node, to_node};
use porchlight_yaml::{Document, SequenceIndent, emit, parse};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

fn document(text: &str) -> Document {
    parse(text.into()).unwrap().into_iter().next().unwrap_or_default()
}

/// By serde and by tables, which make no difference.
fn read_with<T: DeserializeOwned + FromNode + Debug>(text: &str, conversion: Conversion) -> Result<T, ValueError> {
    let document = document(text);
    let (options, root) = (Options { conversion, ..Options::default() }, document.root().unwrap());
    let read: Result<T, ValueError> = options.from_node(&document, root);
    assert_eq!(format!("{read:?}"), format!("{:?}", options.read::<T>(&document, root)));
    read
}

fn read<T: DeserializeOwned + FromNode + Debug>(text: &str) -> Result<T, ValueError> {
    read_with(text, Conversion::Strict)
}

fn message<T: DeserializeOwned + FromNode + Debug>(text: &str) -> String {
    read::<T>(text).unwrap_err().to_string()
}

fn serde_message<T: DeserializeOwned + Debug>(text: &str) -> String {
    let document = document(text);
    from_node::<T>(&document, document.root().unwrap()).unwrap_err().to_string()
}

#[derive(Debug, PartialEq, Deserialize, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Slice {
    snssai: Snssai,
    #[serde(default)]
    sites: Vec<Site>,
    latency_ms: Option<f64>,
    #[serde(default)]
    shared: bool,
}

#[derive(Debug, PartialEq, Deserialize, FromNode)]
#[serde(deny_unknown_fields)]
struct Snssai {
    sst: u8,
    sd: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize, FromNode)]
struct Site {
    name: String,
    role: Role,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
enum Role {
    Edge,
    Regional,
    Weighted(u8),
    Shared { with: Vec<String> },
    Pair(i8, i8),
}

#[test]
fn text_fields_get_the_characters_of_the_file() {
    for text in ["010203", "01", "1e3", "0x1F", "1.10", "1_000", "2001-01-01", "12:30", "yes", "'true'", "<<", "ffffff"]
    {
        assert_eq!(read::<String>(text).unwrap(), text.trim_matches('\''), "{text}");
    }
    assert_eq!(read::<Option<String>>("~").unwrap(), None);
    assert_eq!(message::<String>("true"), "line 1, column 1: expected text, found `true`; put it in quotes");
    assert_eq!(message::<String>("[a]"), "line 1, column 1: expected text, found a list");
    assert_eq!(message::<String>("null"), "line 1, column 1: expected text, found nothing (null)");
}

#[test]
fn a_go_struct_takes_every_scalar_as_text_and_nothing_as_empty() {
    let go = Conversion::GoYaml;
    for (text, expected) in [("1", "1"), ("true", "true"), ("null", ""), ("~", ""), ("1.5", "1.5")] {
        assert_eq!(read_with::<String>(text, go).unwrap(), expected);
    }
    assert_eq!(read_with::<Vec<String>>("null", go).unwrap(), Vec::<String>::new());
    assert_eq!(read_with::<BTreeMap<String, i32>>("a: null", go).unwrap(), BTreeMap::from([("a".to_owned(), 0)]));
    assert!(!read_with::<bool>("~", go).unwrap());
    assert_eq!(
        read_with::<String>("{a: 1}", go).unwrap_err().to_string(),
        "line 1, column 1: expected text, found a mapping"
    );
}

#[test]
fn numbers_and_bools_convert_by_the_type_that_is_asked_for() {
    assert_eq!(
        read::<Vec<i64>>("[1, 0x10, 0o10, 010, -3, 1_000, 1e3, 5.0]").unwrap(),
        [1, 16, 8, 8, -3, 1000, 1000, 5]
    );
    assert_eq!(read::<Vec<f64>>("[1, 0.5, 1e3, .inf]").unwrap(), [1.0, 0.5, 1000.0, f64::INFINITY]);
    assert_eq!(read::<Vec<bool>>("[true, False, yes, Off, y]").unwrap(), [true, false, true, false, true]);
    assert_eq!(read::<u64>("18446744073709551615").unwrap(), u64::MAX);
    for (result, expected) in [
        (message::<u8>("300"), "expected a whole number from 0 to 255, found the number `300`"),
        (message::<u8>("-1"), "expected a whole number from 0 to 255, found the number `-1`"),
        (message::<i32>("1.5"), "expected a whole number from -2147483648 to 2147483647, found the number `1.5`"),
        (message::<u64>("'5'"), "expected a whole number, not negative, found the text `5`"),
        (
            message::<i64>("12345678901234567890123"),
            "expected a whole number, found the number `12345678901234567890123`",
        ),
        (message::<f64>("abc"), "expected a number, found the text `abc`"),
        (message::<bool>("1"), "expected `true` or `false`, found the number `1`"),
        (serde_message::<char>("ab"), "expected a character, found string \"ab\""),
        (serde_message::<()>("1"), "expected nothing (null), found the number `1`"),
    ] {
        assert_eq!(result, format!("line 1, column 1: {expected}"));
    }
}

#[test]
fn errors_name_path_place_and_what_is_known() {
    for (text, expected) in [
        (
            "snssai: {sst: 300}",
            "line 1, column 15: `snssai.sst`: expected a whole number from 0 to 255, found the number `300`",
        ),
        ("snssai:\n  sstt: 1", "line 2, column 3: `snssai.sstt`: unknown field `sstt`, did you mean `sst`?"),
        (
            "snssai: {sst: 1}\nzones: 1",
            "line 2, column 1: `zones`: unknown field `zones`; known fields are `snssai`, `sites`, `latencyMs`, `shared`",
        ),
        ("snssai:\n  sd: x", "line 2, column 3: `snssai.sst`: required field is missing"),
        ("sites: []", "line 1, column 1: `snssai`: required field is missing"),
        (
            "snssai: {sst: 1}\nsites: [{name: a, role: edge}, {name: b, role: egde}]",
            "line 2, column 48: `sites[1].role`: unknown value `egde`, did you mean `edge`?; known are `edge`, `regional`, `weighted`, `shared`, `pair`",
        ),
        ("snssai: {sst: 1}\nsites: {a: 1}", "line 2, column 8: `sites`: expected a list, found a mapping"),
        ("snssai: [1]", "line 1, column 9: `snssai`: expected a mapping, found a list"),
        ("snssai:", "line 1, column 8: `snssai`: expected a mapping, found nothing (null)"),
        ("snssai: {sst: 1, sst: 2}", "line 1, column 18: `snssai.sst`: this key was already given"),
        (
            "snssai: {sst: 1}\nsites: [{name: a, role: {edge: 1, regional: 2}}]",
            "line 2, column 25: `sites[0].role`: expected a mapping with exactly one key",
        ),
        ("snssai: {? [a] : 1}", "line 1, column 12: `snssai`: expected text as a key, found a list"),
    ] {
        assert_eq!(message::<Slice>(text), expected);
    }
    let error = read::<Slice>("snssai: {sst: 300}").unwrap_err();
    assert_eq!((error.path.as_str(), error.value.as_deref()), ("snssai.sst", Some("300")));
}

#[test]
fn unknown_fields_can_be_refused_for_types_that_do_not() {
    let document = document("{name: a, role: edge, nmae: b}");
    let root = document.root().unwrap();
    assert!(from_node::<Site>(&document, root).is_ok());
    let strict = Options { deny_unknown_fields: true, ..Options::default() };
    assert_eq!(
        strict.read::<Site>(&document, root).unwrap_err().to_string(),
        "line 1, column 23: `nmae`: unknown field `nmae`, did you mean `name`?"
    );
}

#[test]
fn aliases_and_merge_keys_are_resolved() {
    let text = "\
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
one: {<<: *base, b: 9}
two: {<<: [*base, *more], d: *five}
three: {<<: {<<: *base, a: 7}}
";
    let read_as = |key: &str| {
        let text = text.replace("*five", "5");
        let document = document(&text);
        let node = document.get(document.root().unwrap(), key).unwrap();
        let map: BTreeMap<String, i32> = from_node(&document, node).unwrap();
        map.into_iter().map(|(key, value)| format!("{key}{value}")).collect::<String>()
    };
    assert_eq!(read_as("one"), "a1b9");
    assert_eq!(read_as("two"), "a1b2c4d5");
    assert_eq!(read_as("three"), "a7b2");
    assert_eq!(read::<BTreeMap<String, i32>>("'<<': 1").unwrap(), BTreeMap::from([("<<".to_owned(), 1)]));
    assert_eq!(
        message::<BTreeMap<String, i32>>("{<<: 1}"),
        "line 1, column 6: expected a mapping or a list of mappings to merge, found the number `1`"
    );
}

#[test]
fn hostile_nesting_and_aliases_are_refused_at_once() {
    #[derive(Debug, Deserialize, FromNode)]
    struct Nested(Vec<Self>);
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read::<Nested>(&deep(500)).is_ok());
    assert_eq!(
        message::<Nested>(&deep(5_000)),
        format!("line 1, column 502: `{}…`: nested deeper than 500 levels", "[0]".repeat(40))
    );
    let document = document(&deep(5_000));
    assert!(from_node::<serde::de::IgnoredAny>(&document, document.root().unwrap()).is_ok());
    assert_eq!(message::<Nested>("&a [*a]"), "line 1, column 5: `[0]`: the value of anchor `&a` contains itself");
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        bomb += &format!("a{level}: &a{level} [{below}]\n");
    }
    #[derive(Debug, Deserialize, FromNode)]
    #[serde(untagged)]
    enum Tree {
        Leaf(#[expect(dead_code, reason = "only read")] String),
        List(#[expect(dead_code, reason = "only read")] Vec<Self>),
    }
    let result = message::<BTreeMap<String, Tree>>(&bomb);
    assert!(result.ends_with("aliases expand to more than 400000 values"), "{result}");
}

#[test]
fn text_is_understood_by_the_type_of_its_field() {
    let text = |text| read_with::<BTreeMap<String, Vec<u8>>>(text, Conversion::Text).map(|map| map["a"].clone());
    assert_eq!(text("a: '[1, 2]'").unwrap(), [1, 2]);
    assert_eq!(text("a: '1, 2'").unwrap(), [1, 2]);
    assert_eq!(text("a: |\n  - 1\n  - 2\n").unwrap(), [1, 2]);
    assert_eq!(text("a: '5'").unwrap(), [5]);
    assert_eq!(text("a: ''").unwrap(), [0_u8; 0]);
    assert_eq!(
        text("b: ''\na: '1, x'").unwrap_err().to_string(),
        "line 2, column 4: `a[1]`: expected a whole number from 0 to 255, found the text `x`"
    );
    let map = read_with::<BTreeMap<String, Snssai>>("a: |\n  sst: 1\n  sd: 010203\n", Conversion::Text).unwrap();
    assert_eq!(map["a"], Snssai { sst: 1, sd: Some("010203".to_owned()) });
    assert_eq!(read_with::<BTreeMap<String, Snssai>>("a: '[b: {'", Conversion::Text).unwrap_err().path, "a");
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    text: &'static str,
    quoted: Vec<&'static str>,
    number: f64,
    large: u64,
    absent: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u8>,
    roles: Vec<Role>,
    empty: Vec<u8>,
    map: BTreeMap<u8, bool>,
    block: &'static str,
}

#[test]
fn types_are_written_in_the_order_of_their_fields() {
    let value = Written {
        text: "plain",
        quoted: vec!["yes", "010203", "", "a: b", "- x"],
        number: 1e6,
        large: u64::MAX,
        absent: None,
        skipped: None,
        roles: vec![Role::Edge, Role::Weighted(3), Role::Shared { with: vec!["x".to_owned()] }, Role::Pair(-1, 2)],
        empty: vec![],
        map: BTreeMap::from([(7, true)]),
        block: "one\ntwo\n",
    };
    let mut document = Document::default();
    let root = to_node(&mut document, &value);
    document.set_root(root);
    let mut text = String::new();
    emit(&document, SequenceIndent::Compact, &mut text);
    assert_eq!(
        text,
        "\
text: plain
quoted:
- \"yes\"
- \"010203\"
- \"\"
- 'a: b'
- '- x'
number: 1e+06
large: 18446744073709551615
absent: null
roles:
- edge
- weighted: 3
- shared:
    with:
    - x
- pair:
  - -1
  - 2
empty: []
map:
  7: true
block: |
  one
  two
"
    );
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromNode)]
struct Value {
    text: String,
    list: Vec<Option<i64>>,
    map: BTreeMap<String, f64>,
    flag: bool,
    next: Option<Box<Self>>,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = (".{0,12}", prop::collection::vec(any::<Option<i64>>(), 0..3), any::<bool>());
    let leaf = (leaf, prop::collection::btree_map("\\PC{0,6}", -1e300..1e300f64, 0..3))
        .prop_map(|((text, list, flag), map)| Value { text, list, map, flag, next: None });
    (leaf.clone(), prop::option::of(leaf)).prop_map(|(value, next)| Value { next: next.map(Box::new), ..value })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_through_text(value in value()) {
        let mut document = Document::default();
        let root = to_node(&mut document, &value);
        document.set_root(root);
        let mut text = String::new();
        emit(&document, SequenceIndent::Wide, &mut text);
        prop_assert_eq!(read::<Value>(&text).map_err(|error| (error, text)), Ok(value));
    }
}
