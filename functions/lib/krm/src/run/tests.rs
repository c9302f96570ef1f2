use porchlight_yaml::serde::FromNode;
use serde::Deserialize;

use super::{Outcome, run_bytes, run_text};
use crate::{Code, CodedError, Finding, Function, ResourceList};

/// Does what its configuration says.
struct Probe;

#[derive(Default, Deserialize, FromNode)]
#[serde(default)]
struct Config {
    action: String,
}

impl Function for Probe {
    const NAME: &'static str = "probe";
    const DESCRIPTION: &'static str = "Does what its configuration says";
    const CONFIG_KIND: &'static str = "ProbeConfig";
    type Config = Config;

    fn run(list: &mut ResourceList, config: Config) -> Result<(), CodedError> {
        for item in &mut list.items {
            item.set_label("probed", "yes");
        }
        let finding = |make: fn(Code, String) -> Finding, text: &str| make(Code::PolicyInvalid, text.to_owned());
        match config.action.as_str() {
            "warn" => list.results.extend([finding(Finding::info, "i"), finding(Finding::warning, "w")]),
            "error" => list.results.extend([finding(Finding::warning, "w"), finding(Finding::error, "e")]),
            "fail" => {
                list.fail(CodedError::new(Code::IntentInvalid, "first").intent("slice").cause("a\nb"));
                list.fail(CodedError::new(Code::IntentInvalid, "second").on(&list.items[0]));
            }
            "return" => return Err(CodedError::new(Code::CapacityInvalid, "over")),
            _ => {}
        }
        Ok(())
    }
}

const ITEM: &str = "- kind: A # kept\n  metadata:\n    name: a\n";

fn run(action: &str) -> (Outcome, String) {
    let input = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{ITEM}functionConfig:\n  apiVersion: v1\n  kind: \
         ConfigMap\n  data: {{action: {action}}}\n"
    );
    (run_text::<Probe>(&input), input)
}

#[test]
fn success_writes_the_list_and_warnings_do_not_fail() {
    let (outcome, input) = run("none");
    let labelled = input.replace("    name: a\n", "    name: a\n    labels:\n      probed: \"yes\"\n");
    assert_eq!(outcome, Outcome { stdout: labelled.clone(), stderr: String::new(), exit_code: 0 });
    let (outcome, input) = run("warn");
    let results = "results:\n- message: w\n  severity: warning\n  tags:\n    code: POLICY_INVALID\n- message: i\n  severity: \
                   info\n  tags:\n    code: POLICY_INVALID\n";
    let expected = input.replace("    name: a\n", "    name: a\n    labels:\n      probed: \"yes\"\n") + results;
    assert_eq!(outcome, Outcome { stdout: expected.clone(), stderr: String::new(), exit_code: 0 });
    assert_eq!(run_text::<Probe>(&expected).stdout, expected, "results of an earlier run are dropped");
}

#[test]
fn failure_gives_back_the_items_as_they_came() {
    for (action, stderr, results) in [
        (
            "error",
            "[POLICY_INVALID] Function: e\n",
            "- message: e\n  severity: error\n  tags:\n    code: POLICY_INVALID\n- message: w\n  severity: warning\n  tags:\n    \
             code: POLICY_INVALID\n",
        ),
        (
            "fail",
            "[INTENT_INVALID] Orchestrator: first (intent: slice) - a\\nb\n[INTENT_INVALID] Orchestrator: second\n",
            "- message: |-\n    first - a\n    b\n  severity: error\n  tags:\n    code: INTENT_INVALID\n    component: \
             Orchestrator\n    intent: slice\n- message: second\n  severity: error\n  resourceRef:\n    kind: A\n    name: \
             a\n  tags:\n    code: INTENT_INVALID\n    component: Orchestrator\n",
        ),
        (
            "return",
            "[CAPACITY_INVALID] Function: over\n",
            "- message: over\n  severity: error\n  tags:\n    code: CAPACITY_INVALID\n    component: Function\n",
        ),
        (
            "[x]",
            "[FN_CONFIG_INVALID] Function: functionConfig `data.action` (line 10): expected text, found a list; a \
             ConfigMap holds only text, put the YAML in a block (`|`)\n",
            "- message: 'functionConfig `data.action` (line 10): expected text, found a list; a ConfigMap holds only text, \
             put the YAML in a block (`|`)'\n  severity: error\n  resourceRef:\n    apiVersion: v1\n    kind: ConfigMap\n  \
             field:\n    path: data.action\n  tags:\n    code: FN_CONFIG_INVALID\n    component: Function\n",
        ),
    ] {
        let (outcome, input) = run(action);
        assert_eq!(outcome.stderr, stderr);
        assert_eq!(outcome.stdout, format!("{input}results:\n{results}"));
        assert_eq!(outcome.exit_code, 1);
    }
}

#[test]
fn an_input_that_is_no_list_still_gives_one_with_the_result() {
    let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:";
    for (input, items) in [
        (String::new(), " []\n"),
        ("a: [".to_owned(), " []\n"),
        ("kind: Pod\n".to_owned(), " []\n"),
        (format!("{head} text\n"), " []\n"),
        (format!("{head}\n- 1\n"), " []\n"),
        (format!("{head}\n- kind: A\n  kind: B # twice\n"), "\n- kind: A\n  kind: B # twice\n"),
    ] {
        let outcome = run_text::<Probe>(&input);
        assert_eq!(outcome.exit_code, 1);
        assert!(outcome.stdout.starts_with(&format!("{head}{items}results:\n- message: ")), "{}", outcome.stdout);
        assert!(outcome.stderr.starts_with('[') && outcome.stderr.lines().count() == 1, "{}", outcome.stderr);
    }
    let outcome = run_text::<Probe>("{\"kind\": \"Pod\"}");
    assert!(outcome.stdout.starts_with("{\n  \"apiVersion\": \"config.kubernetes.io/v1\",\n"), "{}", outcome.stdout);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let outcome = run_bytes::<Probe>(b"a: 1\nb: \xff\n".to_vec());
    assert_eq!(
        outcome.stderr,
        "[YAML_PARSE_FAILED] Function: line 2: the input is not UTF-8; save the file in UTF-8\n"
    );
    assert!(ResourceList::parse(&outcome.stdout).unwrap().has_errors());
}
