use porchlight_yaml::serde::FromNode;
use porchlight_yaml::{SequenceIndent, emit, parse};
use serde::{Deserialize, Serialize};

use super::Resource;
use crate::FieldPath;

fn object(text: &str) -> Resource {
    Resource::from_document(parse(text.into()).unwrap().remove(0)).unwrap()
}

fn text(resource: &Resource) -> String {
    let mut text = String::new();
    emit(resource.document(), SequenceIndent::Compact, &mut text);
    text
}

fn path(text: &str) -> FieldPath {
    text.parse().unwrap()
}

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: 007 # an agent
  namespace: core
  annotations:
    a.b/c: 'x' # quoted
spec:
  base: &base
    image: i:1
  containers:
  - name: first
    image: a:1
  - <<: *base
    name: second
  again: *base
";

#[test]
fn fields_are_found_through_positions_names_aliases_and_merge_keys() {
    let pod = object(POD);
    assert_eq!(pod.id().to_string(), "v1 Pod core/007");
    assert!(pod.is("v1", "Pod") && !pod.is("v2", "Pod"));
    for (path, expected) in [
        ("metadata.name", Some("007")),
        ("metadata.annotations[\"a.b/c\"]", Some("x")),
        ("spec.containers[0].image", Some("a:1")),
        ("spec.containers.0.image", Some("a:1")),
        ("spec.containers[name=second].image", Some("i:1")),
        ("spec.again.image", Some("i:1")),
        ("spec.containers[2].image", None),
        ("spec.containers[name=third]", None),
        ("spec.containers.name", None),
        ("spec.base", None),
        ("metadata.name.x", None),
        ("not[a path", None),
    ] {
        assert_eq!(pod.str_at(path), expected, "{path}");
    }
    assert_eq!(pod.get::<Vec<u8>>(&path("spec.none")).unwrap(), None);
    assert_eq!(
        pod.get::<u8>(&path("spec.containers[0].image")).unwrap_err().to_string(),
        "line 13, column 12: expected a whole number from 0 to 255, found the text `a:1`"
    );
}

#[test]
fn setting_a_field_changes_that_field_only() {
    for (at, value, from, to) in [
        ("metadata.name", "bond", "007 #", "bond #"),
        ("metadata.annotations['a.b/c']", "y", "'x' #", "'y' #"),
        ("spec.containers[0].image", "true", "image: a:1", "image: \"true\""),
        ("spec.containers[name=first].image", "b", "image: a:1", "image: b"),
        ("spec.containers[name=third].image", "c", "  again", "  - name: third\n    image: c\n  again"),
        ("spec.containers[2].name", "c", "  again", "  - name: c\n  again"),
        ("spec.again.image", "j", "*base\n\u{0}", "\n    image: j\n"),
        ("spec.new.deep", "v", "*base\n\u{0}", "*base\n  new:\n    deep: v\n"),
        ("metadata.labels.app", "a", "quoted\n", "quoted\n  labels:\n    app: a\n"),
    ] {
        let mut pod = object(POD);
        assert!(pod.set(&path(at), value), "{at}");
        let source = format!("{}\u{0}", POD.replace("<<:", "!!merge <<:"));
        let expected = source.replace(from, to).replace('\u{0}', "").replace(": \n", ":\n");
        assert_eq!(text(&pod), expected, "{at}");
        assert!(!pod.set(&path(at), value), "{at} again");
    }
    for blocked in ["metadata.name.x", "spec.containers[5].x", "spec.containers.name", "spec[0]"] {
        let mut pod = object(POD);
        assert!(!pod.set(&path(blocked), "v"), "{blocked}");
        assert_eq!(text(&pod), POD.replace("<<:", "!!merge <<:"), "{blocked}");
    }
}

#[test]
fn numbers_and_lists_are_compared_by_meaning() {
    let mut object = object("a: 0x10 # sixteen\nb: [1, 'x']\nc: {x: 1, y: 2}\nd: '1'\n");
    assert!(!object.set(&path("a"), &16));
    assert!(!object.set(&path("b"), &(1, "x")));
    assert!(!object.set(&path("c"), &std::collections::BTreeMap::from([("y", 2), ("x", 1)])));
    assert!(object.set(&path("d"), &1));
    assert!(object.set(&path("a"), &17));
    assert!(object.set(&path("b"), &["z"]));
    assert_eq!(text(&object), "a: 17 # sixteen\nb:\n- z\nc: {x: 1, y: 2}\nd: 1\n");
}

#[test]
fn removing_takes_the_field_and_its_comment() {
    for (at, from, to) in [
        ("metadata.name", "  name: 007 # an agent\n", ""),
        ("spec.containers[0]", "  - name: first\n    image: a:1\n", ""),
        ("spec.containers[name=first].image", "    image: a:1\n", ""),
        ("spec.again", "  again: *base\n", ""),
    ] {
        let mut pod = object(POD);
        assert!(pod.remove(&path(at)), "{at}");
        assert_eq!(text(&pod), POD.replace(from, to).replace("<<:", "!!merge <<:"), "{at}");
        assert!(!pod.remove(&path("metadata.none.deeper")));
    }
}

#[test]
fn annotations_and_labels_come_and_go_with_their_mapping() {
    for start in ["", "metadata: {}\n", "metadata:\n  annotations:\n", "metadata:\n  annotations: []\n", "metadata:\n"]
    {
        let mut object = object(&format!("kind: A\n{start}"));
        assert_eq!(object.annotation("k"), None);
        assert!(object.set_annotation("k", "1"), "{start}");
        assert!(!object.set_annotation("k", "1"));
        assert_eq!(object.annotation("k"), Some("1"));
        assert_eq!(object.annotations().collect::<Vec<_>>(), [("k", "1")]);
        assert!(object.set_label("l", "x") && object.label("l") == Some("x"));
        assert!(object.remove_label("l") && object.labels().next().is_none());
        assert!(object.remove_annotation("k") && !object.remove_annotation("k"));
        assert!(["kind: A\nmetadata: {}\n", "kind: A\n"].contains(&&*text(&object)), "{}", text(&object));
    }
}

#[test]
fn the_file_is_known_by_either_annotation() {
    let at = |annotations: &str| {
        let object = object(&format!("metadata: {{annotations: {{{annotations}}}}}"));
        let (path, index) = object.file();
        (path.map(str::to_owned), index)
    };
    assert_eq!(at(""), (None, None));
    assert_eq!(at("config.kubernetes.io/path: a, config.kubernetes.io/index: '3'"), (Some("a".into()), Some(3)));
    assert_eq!(
        at("internal.config.kubernetes.io/path: a, internal.config.kubernetes.io/index: 3"),
        (Some("a".into()), Some(3))
    );
    assert_eq!(at("config.kubernetes.io/path: a, config.kubernetes.io/index: x"), (Some("a".into()), None));
}

#[derive(Debug, PartialEq, Serialize, Deserialize, FromNode)]
#[serde(rename_all = "camelCase")]
struct Thing {
    api_version: String,
    kind: String,
    size: Option<u8>,
}

#[test]
fn types_become_objects_and_objects_types() {
    let thing = Thing { api_version: "v1".into(), kind: "Thing".into(), size: Some(3) };
    let object = Resource::from_typed(&thing);
    assert_eq!(text(&object), "apiVersion: v1\nkind: Thing\nsize: 3\n");
    assert_eq!(object.typed::<Thing>().unwrap(), thing);
    assert_eq!(text(&Resource::new("v1", "Thing", "yes")), "apiVersion: v1\nkind: Thing\nmetadata:\n  name: \"yes\"\n");
    let error = object_error("- a\n");
    assert_eq!(error, "line 1, column 1: expected an object (a mapping), found a list");
}

fn object_error(text: &str) -> String {
    Resource::from_document(parse(text.into()).unwrap().remove(0)).unwrap_err().to_string()
}
