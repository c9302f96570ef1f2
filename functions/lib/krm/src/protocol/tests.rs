use porchlight_yaml::packed::Gap;
use porchlight_yaml::serde::FromNode;
use porchlight_yaml::{Document, NodeId, parse_first};
use serde::Deserialize;

use super::{Answer, Entry, PackedItem, Relay, Request};
use crate::{CodedError, FieldPath, Finding, Function, ResourceList, run_packed, run_text};

const MARKS: [&str; 2] = ["example.com/id", "example.com/twin"];

/// Sets a label on Deployments, tells what it saw of every object and where.
struct Label;

#[derive(Default, Deserialize, FromNode)]
#[serde(default)]
struct Config {
    label: String,
}

impl Function for Label {
    const NAME: &'static str = "label";
    const DESCRIPTION: &'static str = "Sets a label";
    const CONFIG_KIND: &'static str = "LabelConfig";
    type Config = Config;

    fn run(list: &mut ResourceList, config: Config) -> Result<(), CodedError> {
        for item in &mut list.items {
            let seen = format!(
                "{} of {:?}, {:?}, line {}, {:?}",
                item.id(),
                item.annotation("config.kubernetes.io/path"),
                item.label("a"),
                item.document().line(item.root()),
                item.annotations().collect::<Vec<_>>()
            );
            list.results.push(Finding::info(crate::Code::CapacityInvalid, seen));
            if item.kind() == "Deployment" {
                item.set_label("a", &config.label);
                item.set(&FieldPath::of(["spec", "replicas"]), &2);
            }
        }
        list.items.reverse();
        Ok(())
    }
}

fn list(id: usize) -> String {
    format!(
        "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
# above
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: a # beside
    annotations:
      config.kubernetes.io/path: 'a.yaml'
      example.com/id: '{id}'
      example.com/twin: '{id}'
    labels:
      a: b
  spec:
    replicas: 2
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: b
    annotations:
      example.com/id: '{}'
      example.com/twin: '{}'
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: c
    namespace: d
    annotations:
      example.com/id: '{}'
      example.com/twin: '{}'
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  data:
    label: b
",
        id + 1,
        id + 1,
        id + 2,
        id + 2
    )
}

fn gap(document: &Document, item: NodeId) -> Gap {
    let annotations = document.get(document.get(item, "metadata").unwrap(), "annotations").unwrap();
    let (first, _) = document.entry(annotations, MARKS[0]).unwrap();
    Gap::new(document, first, document.last_child(annotations).unwrap())
}

/// The request of a list, made of items that were packed under other numbers.
fn request(id: usize) -> Vec<u8> {
    let document = parse_first(list(7).into()).unwrap().unwrap();
    let root = document.root().unwrap();
    let items: Vec<PackedItem> = document
        .children(document.get(root, "items").unwrap())
        .map(|item| PackedItem::new(&document, item, 0, Some(gap(&document, item))))
        .collect();
    let config = PackedItem::new(&document, document.get(root, "functionConfig").unwrap(), 0, None);
    let mut request = Request::new(MARKS.to_vec());
    for (number, item) in items.iter().enumerate() {
        request.item(item, 0, vec![id + number; 2]);
    }
    request.config(&config, 0);
    request.finish()
}

#[test]
fn a_function_sees_the_same_and_answers_what_it_changed() {
    let outcome = run_packed::<Label>(request(1));
    assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""));
    let answer = Answer::read(&outcome.stdout).unwrap();
    let by_text = run_text::<Label>(&list(1)).stdout;
    let (results, list) = answer.results.list().unwrap();
    let found = Finding::read_all(&results, list).unwrap();
    assert_eq!(found, ResourceList::parse(&by_text).unwrap().results);
    assert!(found.iter().any(|finding| finding.message.contains("line 17")), "{found:?}");
    // The first had the label and the replicas, the third is no Deployment.
    let [Entry::Kept(2), Entry::Whole(changed), Entry::Kept(0)] = &answer.entries[..] else {
        panic!("{:?}", answer.entries);
    };
    let mut emitted = String::new();
    porchlight_yaml::emit(changed, porchlight_yaml::SequenceIndent::Compact, &mut emitted);
    let element = format!("\n- {}\n", emitted.trim_end().replace('\n', "\n  "));
    assert!(by_text.contains(&element), "{by_text}\n{element}");
}

#[test]
fn damaged_requests_fail_and_do_not_panic() {
    let request = request(1);
    for end in super::MARK.len()..request.len() {
        assert_eq!(run_packed::<Label>(request[..end].to_vec()).exit_code, 1);
    }
    for place in super::MARK.len()..request.len() {
        for byte in [0, 1, 0x20, 0x7f, 0x80, 0xff] {
            let mut request = request.clone();
            request[place] = byte;
            let outcome = run_packed::<Label>(request);
            assert!(Answer::read(&outcome.stdout).is_ok());
        }
    }
}

#[test]
fn damaged_answers_are_refused_or_read_as_something_else() {
    let answer = run_packed::<Label>(request(1)).stdout;
    for end in 0..answer.len() {
        assert!(Answer::read(&answer[..end]).is_err());
    }
    for place in 0..answer.len() {
        for byte in [0, 1, 0x20, 0x7f, 0x80, 0xff] {
            let mut answer = answer.clone();
            answer[place] = byte;
            // Whatever it is then, it does not panic.
            drop(Answer::read(&answer));
        }
    }
}

/// What a host gets that relays `text` to the function `F`, with the number of what it wrote.
fn relayed<F: Function>(text: &str) -> Option<(i32, String)> {
    let relay = Relay::read(text)?;
    let outcome = run_packed::<F>(relay.request());
    let exit_code = i32::from(outcome.exit_code);
    relay.output(exit_code, &outcome.stdout).map(|text| (exit_code, text))
}

#[test]
fn a_relayed_list_comes_back_as_the_function_writes_it() {
    let texts = [
        list(1),
        list(1).replace("  spec:\n", "  # in the middle\n\n  spec: # of the line\n"),
        list(1).replace("label: b", "label: |+\n      b\n\n"),
        list(1).replace("\n    namespace: d", "\n    namespace: >\n      d\n    finalizers: [a, {b: c}, 'd']"),
        list(1).replace("config.kubernetes.io/v1\n", "config.kubernetes.io/v1beta1\n"),
        list(1) + "results:\n- message: of another run\n",
        list(1) + "# at the end\n",
        "\u{feff}".to_owned() + &list(1),
        list(1).replace('\n', "\r\n"),
        "kind: ResourceList\napiVersion: config.kubernetes.io/v1\n".to_owned(),
        "kind: ResourceList\napiVersion: config.kubernetes.io/v1\nitems: []\nfunctionConfig: null\n".to_owned(),
    ];
    for text in texts {
        let by_text = run_text::<Label>(&text);
        assert_eq!(relayed::<Label>(&text), Some((0, by_text.stdout)), "{text}");
    }
}

/// Sets and removes annotations and labels that are there or not.
struct Settle;

impl Function for Settle {
    const NAME: &'static str = "settle";
    const DESCRIPTION: &'static str = "Sets and removes annotations";
    const CONFIG_KIND: &'static str = "SettleConfig";
    type Config = Config;

    fn run(list: &mut ResourceList, _: Config) -> Result<(), CodedError> {
        for item in &mut list.items {
            let changed = [
                item.set_annotation("k", "v"),
                item.set_annotation("n", "1"),
                item.remove_annotation("gone"),
                item.remove_label("gone"),
            ];
            let mentions = item.may_mention("gone") || !item.annotations().any(|(key, _)| key == "gone");
            list.results.push(Finding::info(crate::Code::CapacityInvalid, format!("{changed:?} {mentions}")));
        }
        Ok(())
    }
}

#[test]
fn annotations_are_set_and_removed_alike_both_ways() {
    for metadata in [
        "labels: {a: b}",
        "annotations: {k: v}",
        "annotations: {k: v, n: '1'}",
        "annotations: {n: 1, k: \"v\"}",
        "annotations: {k: !x v, n: !!str 1}",
        "annotations: {gone: }",
        "annotations: {gone: x}",
        "annotations: {gone: [x]}",
        "labels: {gone: null}",
        "labels: {gone: 1}",
        "annotations: []",
        "annotations: text",
        "<<: {annotations: {gone: x}}",
        "annotations: {<<: {gone: x}}",
        "labels: {[gone]: x}",
    ] {
        let text = list(1).replace("    name: c\n    namespace: d\n", &format!("    name: c\n    {metadata}\n"));
        let text = text
            .rsplit_once("    annotations:\n")
            .map(|(before, after)| format!("{before}{}", &after[after.find("functionConfig").unwrap()..]));
        let text = text.unwrap();
        assert_eq!(relayed::<Settle>(&text), Some((0, run_text::<Settle>(&text).stdout)), "{text}");
    }
}

/// Finds fault with every object, in words that YAML has to quote.
struct Refuse;

impl Function for Refuse {
    const NAME: &'static str = "refuse";
    const DESCRIPTION: &'static str = "Refuses everything";
    const CONFIG_KIND: &'static str = "RefuseConfig";
    type Config = Config;

    fn run(list: &mut ResourceList, _: Config) -> Result<(), CodedError> {
        let words = ["- no: 'never' # \"x\"\n\ttwo lines\n", "1.0", " : ", "~"];
        for (item, word) in list.items.iter_mut().zip(words.iter().cycle()) {
            item.set_label("a", "changed and given up");
            list.results.push(Finding::error(crate::Code::CapacityInvalid, *word).on(item));
        }
        Err(CodedError::new(crate::Code::CapacityInvalid, "over"))
    }
}

#[test]
fn a_relayed_failure_comes_back_as_the_function_writes_it() {
    for text in [list(1), list(1).replace("items:\n", "items: # some\n"), list(1) + "# at the end\n"] {
        let by_text = run_text::<Refuse>(&text);
        assert_eq!(by_text.exit_code, 1);
        assert_eq!(relayed::<Refuse>(&text), Some((1, by_text.stdout)), "{text}");
    }
}

#[test]
fn what_is_unusual_is_not_relayed() {
    let lists = [
        String::new(),
        "items: [".to_owned(),
        list(1).replace("name: a #", "name: &a a #"),
        list(1).replace("name: c", "name: *a"),
        list(1).replace("    name: c", "    name: c\n    name: c"),
        list(1) + "extra: 1\n",
        r#"{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": []}"#.to_owned(),
    ];
    for text in lists {
        assert!(Relay::read(&text).is_none(), "{text}");
    }
    let text = list(1);
    let relay = Relay::read(&text).unwrap();
    assert_eq!(relay.output(0, b"kind: ResourceList\n"), None);
    assert_eq!(relay.output(1, b""), None);
    let other = list(1).split_once("- apiVersion: v1").unwrap().0.to_owned();
    let answer = run_packed::<Label>(relay.request()).stdout;
    assert_eq!(Relay::read(&other).unwrap().output(0, &answer), None, "an answer to a longer list");
}
