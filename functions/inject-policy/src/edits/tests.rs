use porchlight_krm::ResourceList;
use serde_json::json;

use super::*;

const POD: &str = "\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: Pod
  metadata:
    name: web # the front
  spec:
    securityContext: # nothing yet
    volumes:
    containers:
    - name: web
      image: web:1
      securityContext: {runAsUser: 0}
";

fn pod() -> Resource {
    ResourceList::parse(POD).unwrap().items.remove(0)
}

fn edit(path: &str, value: Value) -> Edit {
    Edit { item: 0, path: path.parse().unwrap(), value, controls: vec!["C-1@1".to_owned()], rule: "rule".to_owned() }
}

fn edits() -> Vec<Edit> {
    vec![
        edit("spec.securityContext.runAsNonRoot", json!(true)),
        edit("spec.containers[name=web].securityContext.runAsUser", json!(10001)),
        edit("spec.containers[name=web].securityContext.capabilities.drop", json!(["ALL"])),
        edit("spec.volumes[name=tmp]", json!({ "name": "tmp", "emptyDir": {} })),
        edit("metadata.labels.team", json!("core")),
    ]
}

fn apply_all(item: &mut Resource, edits: &[Edit]) -> bool {
    let base = without_ours(item);
    apply(item, &base, &edits.iter().collect::<Vec<_>>()).unwrap()
}

fn text(item: &Resource) -> String {
    let mut list = ResourceList::parse(POD).unwrap();
    list.items = vec![item.clone()];
    list.to_text()
}

#[test]
fn what_was_set_is_taken_back_to_the_letter() {
    let mut item = pod();
    assert!(apply_all(&mut item, &edits()));
    let set = text(&item);
    assert!(set.contains("runAsNonRoot: true") && set.contains("runAsUser: 10001"), "{set}");
    assert_eq!(item.annotation(CONTROLS), Some("C-1@1"));
    assert!(!apply_all(&mut item, &edits()), "a second time changes nothing");
    assert_eq!(text(&item), set);
    assert!(apply_all(&mut item, &[]));
    assert_eq!(item.typed::<Value>().unwrap(), pod().typed::<Value>().unwrap());
    assert!(text(&item).contains("name: web # the front"));
}

#[test]
fn one_field_less_leaves_the_others() {
    let mut item = pod();
    apply_all(&mut item, &edits());
    apply_all(&mut item, &edits()[1..2]);
    let mut alone = pod();
    apply_all(&mut alone, &edits()[1..2]);
    assert_eq!(item.typed::<Value>().unwrap(), alone.typed::<Value>().unwrap());
}

#[test]
fn a_field_that_somebody_changed_is_theirs() {
    let mut item = pod();
    apply_all(&mut item, &edits());
    let user = "spec.containers[name=web].securityContext.runAsUser".parse().unwrap();
    item.set(&user, &4711);
    item.set(&"spec.securityContext.fsGroup".parse().unwrap(), &7);
    apply_all(&mut item, &[]);
    assert_eq!(item.get::<u64>(&user).unwrap(), Some(4711));
    let left = item.get::<Value>(&"spec.securityContext".parse().unwrap()).unwrap();
    assert_eq!(left, Some(json!({ "fsGroup": 7 })));
}

#[test]
fn what_stands_in_the_way_is_an_error() {
    let mut item = pod();
    item.set(&"spec.securityContext".parse().unwrap(), "none of your business");
    let base = without_ours(&item);
    let all = edits();
    let error = apply(&mut item, &base, &all.iter().collect::<Vec<_>>()).unwrap_err();
    assert_eq!(error.code, Code::SecurityPolicyFailed);
    assert!(error.to_string().contains("`spec.securityContext.runAsNonRoot` cannot be set"), "{error}");
}

#[test]
fn a_broken_record_makes_the_fields_the_users() {
    let mut item = pod();
    apply_all(&mut item, &edits());
    item.set_annotation(POLICY_FIELDS, "{");
    assert_eq!(without_ours(&item).str_at("metadata.labels.team"), Some("core"));
}
