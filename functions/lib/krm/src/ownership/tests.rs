use proptest::prelude::*;

use super::{Changes, Desired, Owner, apply};
use crate::{Code, Resource, ResourceList};

const OWNER: Owner<'static> = Owner { function: "plan", conflict: Code::IntentConflict };

fn object(text: &str) -> Resource {
    let document = porchlight_yaml::parse(text.into()).unwrap().remove(0);
    Resource::from_document(document).unwrap()
}

fn list(items: &str) -> ResourceList {
    let text = format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:{items}");
    ResourceList::parse(&text).unwrap()
}

fn items(list: &ResourceList) -> String {
    let text = list.to_text();
    text.split_once("items:").unwrap().1.to_owned()
}

fn wish(text: &str) -> Desired {
    Desired::new("slice-a", object(text))
}

const UPF: &str = "\
apiVersion: workload.nephio.org/v1alpha1
kind: NFDeployment
metadata:
  name: upf
spec:
  provider: upf.free5gc.io
  capacity:
    maxSessions: 100
  interfaces:
  - name: n3
    vlanID: 1
  - name: n4
";

/// What [`UPF`] looks like once created.
const UPF_CREATED: &str = "
- apiVersion: workload.nephio.org/v1alpha1
  kind: NFDeployment
  metadata:
    name: upf
    labels:
      orchestration.nephio-oran.io/generated-by: plan
    annotations:
      orchestration.nephio-oran.io/origin: slice-a
      orchestration.nephio-oran.io/generated-as: upf
      orchestration.nephio-oran.io/owned-fields: spec{capacity{maxSessions},interfaces{[n3]{vlanID},[n4]},provider}
      config.kubernetes.io/path: nfdeployment_upf.yaml
      config.kubernetes.io/index: \"0\"
  spec:
    provider: upf.free5gc.io
    capacity:
      maxSessions: 100
    interfaces:
    - name: n3
      vlanID: 1
    - name: n4
";

#[test]
fn what_is_not_there_is_created_in_its_file() {
    let mut list = list(" []\n");
    let changes = apply(&mut list, OWNER, vec![wish(UPF)]).unwrap();
    assert_eq!(changes.created.len(), 1);
    assert_eq!(items(&list), UPF_CREATED);
    // In a file of the function's choice, behind what is there, and in a directory for the namespace.
    let mut list =
        self::list("\n- {kind: A, metadata: {name: a, annotations: {config.kubernetes.io/path: nf.yaml}}}\n");
    let namespaced = UPF.replace("  name: upf\n", "  name: upf\n  namespace: core\n");
    apply(&mut list, OWNER, vec![wish(UPF).in_file("nf.yaml"), wish(&namespaced)]).unwrap();
    let files: Vec<_> = list.items.iter().map(|item| (item.name(), item.file())).collect();
    assert_eq!(
        files,
        [
            ("upf", (Some("core/nfdeployment_upf.yaml"), Some(0))),
            ("a", (Some("nf.yaml"), None)),
            ("upf", (Some("nf.yaml"), Some(1)))
        ]
    );
}

#[test]
fn edits_of_users_survive_and_owned_fields_come_back() {
    let edited = UPF_CREATED
        .replace("    provider: upf.free5gc.io", "    # ours\n    provider: mine # changed\n    extra: kept")
        .replace("maxSessions: 100", "maxSessions: 0x64 # the same number\n      note: kept")
        .replace("    - name: n4\n", "    - name: mine\n    - name: n4\n      kept: true\n");
    let mut list = list(&edited);
    let changes = apply(&mut list, OWNER, vec![wish(UPF)]).unwrap();
    assert_eq!(changes.updated.len(), 1);
    assert_eq!(items(&list), edited.replace("provider: mine", "provider: upf.free5gc.io"));
}

#[test]
fn what_is_no_longer_wanted_goes_and_what_a_user_added_below_stays() {
    let less = "\
apiVersion: workload.nephio.org/v1alpha1
kind: NFDeployment
metadata:
  name: upf
spec:
  provider: upf.free5gc.io
";
    let mut clean = list(UPF_CREATED);
    apply(&mut clean, OWNER, vec![wish(less)]).unwrap();
    assert!(items(&clean).ends_with("  spec:\n    provider: upf.free5gc.io\n"), "{}", items(&clean));
    let edited = UPF_CREATED
        .replace("      maxSessions: 100\n", "      maxSessions: 100\n      kept: 1\n")
        .replace("    - name: n4\n", "    - name: n4\n      kept: true\n");
    let mut list = list(&edited);
    apply(&mut list, OWNER, vec![wish(less)]).unwrap();
    let expected = "  spec:\n    provider: upf.free5gc.io\n    capacity:\n      kept: 1\n    interfaces:\n    \
                    - name: n4\n      kept: true\n";
    assert!(items(&list).ends_with(expected), "{}", items(&list));
    assert!(items(&list).contains("owned-fields: spec{provider}\n"));
}

#[test]
fn new_fields_and_items_stand_where_they_are_wanted() {
    let more = UPF
        .replace("  capacity:", "  replicas: 2\n  capacity:")
        .replace("  - name: n4\n", "  - name: n4\n  - name: n6\n")
        .replace("  - name: n3\n    vlanID: 1\n", "");
    let reordered = more.replace("  - name: n4\n  - name: n6\n", "  - name: n6\n  - name: n4\n");
    let mut list = list(&UPF_CREATED.replace("    - name: n3\n", "    - name: mine\n    - name: n3\n"));
    apply(&mut list, OWNER, vec![wish(&more)]).unwrap();
    let spec = |list: &ResourceList| items(list).split_once("  spec:\n").unwrap().1.to_owned();
    assert_eq!(
        spec(&list),
        "    provider: upf.free5gc.io\n    replicas: 2\n    capacity:\n      maxSessions: 100\n    interfaces:\n    \
         - name: mine\n    - name: n4\n    - name: n6\n"
    );
    apply(&mut list, OWNER, vec![wish(&reordered)]).unwrap();
    assert!(spec(&list).ends_with("    - name: mine\n    - name: n6\n    - name: n4\n"), "{}", spec(&list));
}

#[test]
fn lists_without_names_are_ours_as_a_whole() {
    for (first, second) in [("[a, b]", "[]"), ("[a, b]", "[b]"), ("[a, b]", "[{name: x}]"), ("[{name: x}]", "[a]")] {
        let wish = |args: &str| wish(&format!("{{kind: T, metadata: {{name: t}}, args: {args}}}"));
        let mut list = list(" []\n");
        apply(&mut list, OWNER, vec![wish(first)]).unwrap();
        apply(&mut list, OWNER, vec![wish(second)]).unwrap();
        assert!(items(&list).ends_with(&format!("args: {second}}}\n")), "{first} {second}: {}", items(&list));
    }
}

#[test]
fn objects_nobody_wants_are_pruned_and_those_of_others_stay() {
    let other = UPF_CREATED.replace("generated-by: plan", "generated-by: other").replace("upf\n", "smf\n");
    let mut list =
        list(&format!("{}{}\n- kind: Mine\n  metadata: {{name: m}}\n", UPF_CREATED.trim_end(), other.trim_end()));
    let changes = apply(&mut list, OWNER, vec![]).unwrap();
    assert_eq!(
        changes.pruned.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["workload.nephio.org/v1alpha1 NFDeployment upf"]
    );
    assert_eq!(list.items.iter().map(Resource::name).collect::<Vec<_>>(), ["m", "smf"]);
}

#[test]
fn an_object_of_the_user_is_reported_and_left_alone() {
    let theirs = "\n- apiVersion: workload.nephio.org/v1alpha1\n  kind: NFDeployment\n  metadata:\n    name: upf\n    \
                  annotations:\n      config.kubernetes.io/path: mine.yaml\n";
    let mut list = list(theirs);
    let changes = apply(&mut list, OWNER, vec![wish(UPF)]).unwrap();
    assert_eq!(changes, Changes { conflicts: vec![object(UPF).id()], ..Changes::default() });
    assert_eq!(
        list.results[0].message,
        "workload.nephio.org/v1alpha1 NFDeployment upf exists and was not generated by plan; it is left as it is. Rename \
         or remove it, or add the label `orchestration.nephio-oran.io/generated-by: plan` to have it managed"
    );
    assert_eq!(list.results[0].tags["code"], "INTENT_CONFLICT");
    assert_eq!(list.results[0].file.as_ref().unwrap().path, "mine.yaml");
    list.results.clear();
    assert_eq!(items(&list), theirs);
}

#[test]
fn a_namespace_set_later_does_not_lose_the_object() {
    let renamed = UPF_CREATED.replace("    name: upf\n", "    name: upf # edited\n    namespace: core\n");
    let mut list = list(&renamed);
    let changes = apply(&mut list, OWNER, vec![wish(UPF)]).unwrap();
    assert_eq!(changes.unchanged.len(), 1);
    assert_eq!(items(&list), renamed);
}

#[test]
fn equal_wishes_are_one_and_different_ones_an_error() {
    let mut list = list(" []\n");
    let second = Desired::new("slice-b", object(UPF));
    let changes = apply(&mut list, OWNER, vec![second, wish(UPF)]).unwrap();
    assert_eq!(changes.created.len(), 1);
    assert_eq!(items(&list), UPF_CREATED);
    let different = Desired::new("slice-b", object(&UPF.replace("100", "200")));
    let error = apply(&mut list, OWNER, vec![different, wish(UPF)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "[INTENT_CONFLICT] Orchestrator: `slice-a` and `slice-b` both ask for workload.nephio.org/v1alpha1 NFDeployment upf, \
         with different content"
    );
    assert_eq!(items(&list), UPF_CREATED);
}

#[test]
fn a_record_somebody_broke_is_written_anew() {
    let mut list = list(&UPF_CREATED.replace("spec{capacity", "spec{{capacity"));
    apply(&mut list, OWNER, vec![wish(UPF)]).unwrap();
    assert_eq!(items(&list), UPF_CREATED);
}

/// Small values of every shape, so that runs meet each other's fields in every combination.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![Just("1"), Just("'1'"), Just("x"), Just("~"), Just("[]"), Just("{}"), Just("[a, b]")]
        .prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::btree_map("[abc]", inner.clone(), 1..3).prop_map(|map| {
                let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", entries.join(", "))
            }),
            prop::collection::vec(("[abc]", inner), 1..3).prop_map(|items| {
                let entries: Vec<String> =
                    items.iter().map(|(name, value)| format!("{{name: {name}, v: {value}}}")).collect();
                format!("[{}]", entries.join(", "))
            }),
        ]
    })
}

fn wishes() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_map("[a-c]", value(), 0..3).prop_map(|objects| {
        let object = |(name, spec): (&String, &String)| {
            format!("{{apiVersion: v1, kind: T, metadata: {{name: {name}}}, spec: {spec}}}")
        };
        objects.iter().map(object).collect()
    })
}

fn wish_all(list: &mut ResourceList, wishes: &[String]) -> Changes {
    apply(list, OWNER, wishes.iter().map(|text| wish(text)).collect()).unwrap()
}

proptest! {
    #[test]
    fn applying_again_changes_nothing(first in wishes(), second in wishes()) {
        let mut list = list("\n- {kind: T, apiVersion: v1, metadata: {name: z}} # mine\n");
        for wishes in [first, second] {
            wish_all(&mut list, &wishes);
            let text = list.to_text();
            let mut again = ResourceList::parse(&text).unwrap();
            let changes = wish_all(&mut again, &wishes);
            prop_assert_eq!(again.to_text(), text);
            prop_assert!(changes.created.is_empty() && changes.updated.is_empty() && changes.pruned.is_empty());
        }
    }

    #[test]
    fn an_object_holds_what_was_wanted_last(first in wishes(), second in wishes()) {
        let mut one = list(" []\n");
        wish_all(&mut one, &first);
        wish_all(&mut one, &second);
        let mut other = list(" []\n");
        wish_all(&mut other, &second);
        prop_assert_eq!(one.items.len(), other.items.len());
        for (left, right) in one.items.iter().zip(&other.items) {
            let same = crate::value::same(left.document(), left.root(), right.document(), right.root());
            prop_assert!(same, "{}\n{}", one.to_text(), other.to_text());
        }
    }

    #[test]
    fn order_of_items_and_wishes_does_not_matter(first in wishes(), second in wishes(), turn in 0usize..6) {
        let mut list = list("\n- {kind: U, metadata: {name: y}}\n- {kind: T, apiVersion: v1, metadata: {name: a}}\n");
        wish_all(&mut list, &first);
        let mut shuffled = list.clone();
        let count = shuffled.items.len();
        shuffled.items.rotate_left(turn % count);
        let mut reversed = second.clone();
        reversed.reverse();
        wish_all(&mut list, &second);
        wish_all(&mut shuffled, &reversed);
        prop_assert_eq!(shuffled.to_text(), list.to_text());
    }
}
