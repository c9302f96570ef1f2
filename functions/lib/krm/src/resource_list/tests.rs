use proptest::prelude::*;

use super::ResourceList;

fn error(text: &str) -> String {
    let error = ResourceList::parse(text).unwrap_err();
    format!("{} {error}", error.code)
}

const HEAD: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";

#[test]
fn every_bad_input_has_its_message() {
    let with_items = |items: &str| format!("{HEAD}items:{items}");
    for (text, expected) in [
        ("", "RESOURCELIST_INVALID the input is empty; expected a ResourceList on stdin"),
        ("# nothing\n---\n", "RESOURCELIST_INVALID the input is empty; expected a ResourceList on stdin"),
        ("a: 1\n---\nb: 1\n", "RESOURCELIST_INVALID the input holds 2 documents; expected one ResourceList"),
        ("hello\n", "RESOURCELIST_INVALID line 1, column 1: expected a ResourceList (a mapping), found text"),
        ("- a\n", "RESOURCELIST_INVALID line 1, column 1: expected a ResourceList (a mapping), found a list"),
        ("a: 1\n", "RESOURCELIST_INVALID line 1, column 1: kind: expected a ResourceList, but `kind` is missing"),
        (
            "apiVersion: v1\nkind: Pod\n",
            "RESOURCELIST_INVALID line 2, column 7: kind: expected kind `ResourceList`, found `Pod`",
        ),
        (
            "apiVersion: config.kubernetes.io/v2\nkind: ResourceList\n",
            "RESOURCELIST_INVALID line 1, column 13: apiVersion: expected `config.kubernetes.io/v1` or \
             `config.kubernetes.io/v1beta1`, found `config.kubernetes.io/v2`",
        ),
        (
            "kind: ResourceList\nitems: []\n",
            "RESOURCELIST_INVALID line 1, column 1: apiVersion: expected `config.kubernetes.io/v1` or \
             `config.kubernetes.io/v1beta1`, found nothing",
        ),
        (&with_items(" 3\n"), "RESOURCELIST_INVALID line 3, column 8: items: expected a list of objects, found text"),
        (
            &with_items("\n  a: 1\n"),
            "RESOURCELIST_INVALID line 4, column 3: items: expected a list of objects, found a mapping",
        ),
        (
            &with_items("\n- {kind: A}\n- word\n"),
            "RESOURCELIST_INVALID line 5, column 3: items[1]: expected an object (a mapping), found text",
        ),
        (
            &with_items("\n-\n"),
            "RESOURCELIST_INVALID line 4, column 2: items[0]: expected an object (a mapping), found nothing",
        ),
        (
            &format!("{HEAD}functionConfig: [a]\n"),
            "RESOURCELIST_INVALID line 3, column 17: functionConfig: expected an object (a mapping), found a list",
        ),
        (
            &format!("{HEAD}results:\n- message: [a]\n"),
            "RESOURCELIST_INVALID line 4, column 12: results[0].message: expected text, found a list",
        ),
        (
            &with_items("\n- kind: A\n  metadata: {name: a}\n- kind: A\n  metadata: {name: a}\n"),
            "RESOURCELIST_INVALID line 6, column 3: items[1]: items[0] already is  A a, in the same place; remove one of them",
        ),
        (
            &with_items(
                "\n- kind: A\n  metadata:\n    annotations: {config.kubernetes.io/path: dir/a.yaml}\n  spec:\n    b: 1\n    b: 2\n",
            ),
            "YAML_PARSE_FAILED line 9, column 5 (file `dir/a.yaml`): items[0]: key `b` was already given on line 8; keep one of \
             them",
        ),
        (
            &with_items("\n- kind: A\n  spec: &a {b: 1}\n- kind: B\n  spec: *a\n"),
            "RESOURCELIST_INVALID line 7, column 9: items[1]: alias `*a` has no anchor above it in the same item; write the \
             value out",
        ),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
}

#[test]
fn texts_that_are_no_yaml_fail_with_their_place() {
    for (text, place) in [
        ("a: \"open\n", "line 1, column 4: "),
        ("a:\n\tb: 1\n", "line 2, column 1: "),
        ("a: b: c\n", "line 1, column 5: "),
        ("a: [1\n", "line 1, column 4: "),
    ] {
        let error = error(text);
        assert!(error.starts_with(&format!("YAML_PARSE_FAILED {place}")), "{error}");
    }
}

#[test]
fn the_same_object_may_be_in_two_files_or_packages() {
    let item = |package: &str, path: &str, index: &str| {
        format!(
            "- kind: A\n  metadata:\n    name: a\n    annotations:\n      internal.config.kubernetes.io/package-path: {package}\n      \
             config.kubernetes.io/path: {path}\n      config.kubernetes.io/index: '{index}'\n"
        )
    };
    let list = |items: &[String]| ResourceList::parse(&format!("{HEAD}items:\n{}", items.concat()));
    let first = item("/p", "a.yaml", "0");
    assert!(
        list(&[first.clone(), item("/p/q", "a.yaml", "0"), item("/p", "a.yaml", "1"), item("/p", "b.yaml", "0")])
            .is_ok()
    );
    let error = list(&[first.clone(), first]).unwrap_err();
    assert_eq!(error.file.as_deref(), Some("a.yaml"));
}

#[test]
fn a_list_is_laid_out_as_kpt_does_and_keeps_what_it_does_not_know() {
    let text = "\
# header

kind: ResourceList
results:
- message: old # text
  severity: odd
functionConfig: # why
  kind: Config
extra:
- x # kept
items:
# the first
- {kind: A, metadata: {name: a}} # flow
- kind: B # block
  spec:
    - wide: 'quoted'
apiVersion: \"config.kubernetes.io/v1beta1\"
";
    assert_eq!(
        ResourceList::parse(text).unwrap().to_text(),
        "\
apiVersion: config.kubernetes.io/v1beta1
kind: ResourceList
items:
# the first
- {kind: A, metadata: {name: a}} # flow
- kind: B # block
  spec:
  - wide: 'quoted'
functionConfig:
  kind: Config
results:
- message: old
  severity: info
extra:
- x # kept
"
    );
}

#[test]
fn hard_yaml_comes_back_as_it_was() {
    let text = format!(
        "{HEAD}items:
# above the item
- apiVersion: v1 # behind
  kind: ConfigMap
  metadata: {{name: a, labels: {{}}}}
  # a block
  # of two lines
  data:
    octal: 0644
    hex: 0x1F
    float: 1e3
    version: 1.10
    tilde: ~
    empty:
    quoted: \"yes\"
    single: 'y'
    underscore: \"1_000\"
    time: \"12:30\"
    mnc: \"01\"
    hash: 12345678L
    sd: ffffff
    big: 123456789012345678901234567890
    text: |
      a
        b
    folded: >-
      one line
    keep: |+
      end

    base: &base
      x: 1
    merged:
      !!merge <<: *base
      y: [a, 'b', \"c\"]
    großer: Schlüssel ☃
    tagged: !!str 1
  # at the end
"
    );
    assert_eq!(ResourceList::parse(&text).unwrap().to_text(), text);
}

#[test]
fn json_comes_back_as_json() {
    let text = r#"{"kind":"ResourceList","apiVersion":"config.kubernetes.io/v1","items":[
        {"kind":"A","metadata":{"name":"a\u00e9\n\ud83d\ude00"},"n":1.10,"big":123456789012345678901234567890,"e":[],"o":{},"t":true,"z":null}
    ],"functionConfig":{"kind":"C"}}"#;
    let once = ResourceList::parse(text).unwrap().to_text();
    assert_eq!(
        once,
        r#"{
  "apiVersion": "config.kubernetes.io/v1",
  "kind": "ResourceList",
  "items": [
    {
      "kind": "A",
      "metadata": {
        "name": "aé\n😀"
      },
      "n": 1.10,
      "big": 123456789012345678901234567890,
      "e": [],
      "o": {},
      "t": true,
      "z": null
    }
  ],
  "functionConfig": {
    "kind": "C"
  }
}
"#
    );
    assert_eq!(ResourceList::parse(&once).unwrap().to_text(), once);
    // YAML in braces is still YAML.
    let yaml = "{kind: ResourceList, apiVersion: config.kubernetes.io/v1, items: [{kind: A}]}";
    let text = ResourceList::parse(yaml).unwrap().to_text();
    assert!(
        text.starts_with("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {kind: A}\n"),
        "{text}"
    );
}

#[test]
fn items_are_sorted_as_kpt_reads_them() {
    let item =
        |name: &str, place: &str| format!("- {{kind: A, metadata: {{name: {name}, annotations: {{{place}}}}}}}\n");
    let at = |package: &str, path: &str, index: u8| {
        format!(
            "internal.config.kubernetes.io/package-path: {package}, config.kubernetes.io/path: {path}, \
             config.kubernetes.io/index: '{index}'"
        )
    };
    let items = [
        item("in-no-file-a", ""),
        item("in-no-file-b", ""),
        item("sub-of-sub", &at("/p/sub/x", "z.yaml", 0)),
        item("sub", &at("/p/sub", "z.yaml", 0)),
        item("sub-1", &at("/p/sub-1", "a.yaml", 0)),
        item("directory", &at("/p", "a/z.yaml", 0)),
        item("dash", &at("/p", "a-b.yaml", 0)),
        item("second", &at("/p", "a.yaml", 2)),
        item("tenth", &at("/p", "a.yaml", 10)),
    ];
    let sorted = ResourceList::parse(&format!("{HEAD}items:\n{}", items.concat())).unwrap();
    for turn in 0..items.len() {
        let mut turned = sorted.clone();
        turned.items.rotate_left(turn);
        turned.items.swap(0, 4);
        turned.sort_items();
        assert_eq!(turned.to_text(), sorted.to_text());
    }
}

#[test]
fn thousands_of_keys_and_items_take_linear_time() {
    let keys: String = (0..8_000).map(|key| format!("    k{key}: v\n")).collect();
    let items: String = (0..4_000).map(|name| format!("- kind: A\n  metadata:\n    name: a{name}\n")).collect();
    let text = format!("{HEAD}items:\n- kind: Big\n  data:\n{keys}{items}");
    assert_eq!(ResourceList::parse(&text).unwrap().to_text(), text);
}

#[test]
fn nesting_of_any_depth_overflows_nothing() {
    let text = format!("{HEAD}items:\n- kind: A\n  deep: {}{}\n", "[".repeat(9_000), "]".repeat(9_000));
    let list = ResourceList::parse(&text).unwrap();
    assert!(crate::value::same(
        list.items[0].document(),
        list.items[0].root(),
        list.clone().items[0].document(),
        list.items[0].root()
    ));
    assert_eq!(list.to_text(), text);
    let error = list.items[0].deserialize::<std::collections::BTreeMap<String, Deep>>().unwrap_err();
    assert_eq!(error.message, "nested deeper than 500 levels");
}

/// A list of lists of lists …, or text.
#[derive(Debug)]
struct Deep;

impl<'de> serde::Deserialize<'de> for Deep {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Deep;

            fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str("anything")
            }

            fn visit_str<E>(self, _: &str) -> Result<Deep, E> {
                Ok(Deep)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Deep, A::Error> {
                while items.next_element::<Deep>()?.is_some() {}
                Ok(Deep)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Scalars and comments in many styles, put together to objects.
fn object() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "1",
        "0o7",
        "'it''s'",
        "\"a\\tb\"",
        "~",
        "plain words",
        "[a, {b: c}]",
        "{}",
        "|\n      text\n",
        "2001-01-01",
    ]);
    let comment = prop::sample::select(vec!["", "", " # why"]);
    let field = ("[a-z]{1,3}", scalar, comment).prop_map(|(key, value, comment)| {
        if value.ends_with('\n') { format!("    {key}: {value}") } else { format!("    {key}: {value}{comment}\n") }
    });
    prop::collection::vec(field, 1..6).prop_map(|mut fields| {
        fields.sort();
        fields.dedup_by(|left, right| left.split(':').next() == right.split(':').next());
        fields.concat()
    })
}

proptest! {
    #[test]
    fn an_untouched_list_is_the_same_text(objects in prop::collection::vec(object(), 1..5)) {
        let items: String = objects
            .iter()
            .enumerate()
            .map(|(index, spec)| format!("- kind: A\n  metadata:\n    name: n{index}\n  spec:\n{spec}"))
            .collect();
        let text = format!("{HEAD}items:\n{items}");
        prop_assert_eq!(ResourceList::parse(&text).unwrap().to_text(), text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[-a-c:{}\\[\\]#&*|>'\"\n \\\\]{0,40}") {
        let _ = ResourceList::parse(&text);
        let _ = ResourceList::parse(&format!("{HEAD}items:\n- {text}"));
    }
}
