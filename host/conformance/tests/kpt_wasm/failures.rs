//! How a module fails: with a message, and never so that kpt takes it for a success with no resources.

use std::path::PathBuf;

use crate::{Ended, Host, module, run};

/// A list that asks the misbehaving function for something.
pub(crate) fn input(action: &str) -> String {
    format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    \
         name: kept\nfunctionConfig:\n  do: {action}\n"
    )
}

/// Runs the misbehaving function; `None` where it is not built.
fn misbehave(host: Host, action: &str) -> Option<Ended> {
    let module = module("tests/misbehave")?;
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("input.yaml");
    std::fs::write(&file, input(action)).unwrap();
    run(host, &module, &[file]).pop()
}

#[test]
fn a_failure_with_node_is_an_exit_code_a_message_and_the_list() {
    let Some(ended) = misbehave(Host::Node, "fail") else { return };
    assert_eq!((ended.exit, ended.stderr.as_str()), (1, "first line\nkind: ResourceList\n"));
    assert_eq!(ended.stdout, format!("{}\n", input("fail")));
}

#[test]
fn a_failure_with_wasmtime_is_an_answer_that_is_no_list() {
    let Some(ended) = misbehave(Host::Wasmtime, "fail") else { return };
    // What the message quotes must not read as the kind of a list.
    assert_eq!((ended.exit, ended.stdout.as_str()), (1, ""));
    assert_eq!(ended.stderr, "error: first line\nfirst line\nkind: ResourceList\n");
}

#[test]
fn there_is_always_a_list_on_standard_output_and_always_a_message() {
    let told = [
        ("fail without a word", "[FN_OUTPUT_INVALID] Host: the function failed and did not say why\n"),
        (
            "answer with nothing",
            "[FN_OUTPUT_INVALID] Host: the function answered with something else than a ResourceList\n",
        ),
    ];
    for (action, message) in told {
        let Some(ended) = misbehave(Host::Node, action) else { return };
        assert_eq!((ended.exit, ended.stderr.as_str()), (1, message));
        assert!(
            ended.stdout.starts_with("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"),
            "{}",
            ended.stdout
        );
        let Some(ended) = misbehave(Host::Wasmtime, action) else { return };
        assert_eq!((ended.exit, ended.stderr), (1, format!("error: {message}{message}")));
    }
}

#[test]
fn a_list_in_json_passes_as_it_is() {
    let Some(ended) = misbehave(Host::Node, "answer in JSON") else { return };
    assert_eq!((ended.exit, ended.stdout.as_str()), (0, "{\"kind\":\"ResourceList\",\"items\":[]}\n"));
    let Some(ended) = misbehave(Host::Wasmtime, "answer in JSON") else { return };
    assert_eq!((ended.exit, ended.stdout.as_str()), (0, "{\"kind\":\"ResourceList\",\"items\":[]}"));
}

#[test]
fn a_panic_and_exhausted_memory_say_what_happened_and_end_the_run() {
    let told = [
        (
            "panic",
            "[FN_TRAPPED] Host: the function stopped in an illegal state, the package is unchanged: asked to\nby its input",
        ),
        (
            "use all memory",
            "[FN_MEMORY_EXCEEDED] Host: the function needs more memory than a WebAssembly module can have",
        ),
    ];
    for (action, message) in told {
        let Some(ended) = misbehave(Host::Node, action) else { return };
        // `process.exit(2)`, before kpt's script can print anything.
        assert_eq!((ended.exit, ended.stdout.as_str(), ended.trap), (2, "", None));
        assert!(ended.stderr.starts_with(message), "{}", ended.stderr);
        let Some(ended) = misbehave(Host::Wasmtime, action) else { return };
        // The module is asked once more after the trap, and still knows.
        assert_eq!((ended.exit, ended.stdout.as_str(), ended.trap), (1, "", None));
        assert_eq!(ended.log, ["RuntimeError: unreachable"]);
        let (told, again) = ended.stderr.split_once("null\n").unwrap();
        assert!(told.starts_with(message) && told == again, "{}", ended.stderr);
    }
}

#[test]
fn endless_recursion_ends_in_a_trap() {
    for host in crate::HOSTS {
        let Some(ended) = misbehave(host, "recurse") else { return };
        let trap = ended.trap.iter().chain(&ended.log).next().unwrap();
        assert!(trap.starts_with("RuntimeError: ") && ended.stdout.is_empty() && ended.exit == 1, "{ended:?}");
    }
}
