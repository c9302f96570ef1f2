use porchlight_yaml::packed::Gap;
use porchlight_yaml::serde::FromNode;
use porchlight_yaml::{Document, NodeId, parse_first};
use serde::Deserialize;

use super::{Answer, Entry, PackedItem, Request};
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
    assert!(by_text.ends_with(&answer.results), "{by_text}\n{}", answer.results);
    assert!(answer.results.contains("line 17"), "{}", answer.results);
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
