use porchlight_yaml::serde::to_node;
use porchlight_yaml::{Document, SequenceIndent, emit, parse};

use super::{Finding, Severity};
use crate::{Code, CodedError, Resource};

fn text(findings: &[Finding]) -> String {
    let mut document = Document::default();
    let root = to_node(&mut document, findings);
    document.set_root(root);
    let mut text = String::new();
    emit(&document, SequenceIndent::Compact, &mut text);
    text
}

fn read(text: &str) -> Vec<Finding> {
    let document = parse(text.into()).unwrap().remove(0);
    Finding::read_all(&document, document.root().unwrap()).unwrap()
}

#[test]
fn a_finding_is_written_as_the_functions_spec_wants_it() {
    let mut pod = Resource::new("v1", "Pod", "web");
    pod.set_annotation(crate::annotations::PATH, "dir/pod.yaml");
    pod.set_annotation(crate::annotations::INDEX, "2");
    let full = Finding::warning(Code::SbomRefInvalid, "no digest")
        .on(&pod)
        .field("spec.containers[0].image", 300)
        .proposing("x")
        .tag("image", "nginx");
    let bare = Finding::info(Code::CapacityInvalid, "two\nlines").in_file("a.yaml", 0).missing_field("spec");
    let written = text(&[full.clone(), bare.clone()]);
    assert_eq!(
        written,
        "\
- message: no digest
  severity: warning
  resourceRef:
    apiVersion: v1
    kind: Pod
    name: web
  field:
    path: spec.containers[0].image
    currentValue: \"300\"
    proposedValue: x
  file:
    path: dir/pod.yaml
    index: 2
  tags:
    code: SBOM_REF_INVALID
    image: nginx
- message: |-
    two
    lines
  severity: info
  field:
    path: spec
  file:
    path: a.yaml
  tags:
    code: CAPACITY_INVALID
"
    );
    assert_eq!(read(&written), [full, bare]);
}

#[test]
fn legacy_spellings_and_foreign_severities_are_read() {
    let findings = read(
        "items:\n- message: 1\n  severity: ERROR\n  resourceRef: {kind: A, metadata: {name: a, namespace: b}}\n  field: \
         {path: x, currentValue: 3, suggestedValue: true}\n  more: ignored\n- {}\n",
    );
    assert_eq!(findings[0].severity, Severity::Info);
    assert_eq!(findings[0].message, "1");
    let object = findings[0].resource_ref.as_ref().unwrap();
    assert_eq!((object.name.as_str(), object.namespace.as_str()), ("a", "b"));
    let field = findings[0].field.as_ref().unwrap();
    assert_eq!((field.current_value.as_deref(), field.proposed_value.as_deref()), (Some("3"), Some("true")));
    assert_eq!(findings[1].code(), None);
    assert_eq!(read("null"), []);
    assert_eq!(read("{}"), []);
}

#[test]
fn an_error_becomes_a_result_with_its_place() {
    let error = CodedError::new(Code::IntentDecomposeFailed, "cannot decompose")
        .intent("NetworkSliceIntent")
        .cause("`sst` is 300")
        .on(&Resource::new("v1", "Intent", "a"))
        .field("spec.snssai.sst", 300);
    assert_eq!(
        text(&[Finding::from(&error)]),
        "\
- message: cannot decompose - `sst` is 300
  severity: error
  resourceRef:
    apiVersion: v1
    kind: Intent
    name: a
  field:
    path: spec.snssai.sst
    currentValue: \"300\"
  tags:
    code: INTENT_DECOMPOSE_FAILED
    component: Orchestrator
    intent: NetworkSliceIntent
"
    );
}
