//! The golden cases of every function (`testdata/functions`), in both of kpt's hosts: to the byte what is recorded from the
//! native function.

use std::fs;
use std::path::PathBuf;

use crate::{Ended, HOSTS, Host, functions, module, repository, run};

/// What a run has to give.
struct Expected {
    case: String,
    list: String,
    /// The error lines; `None` for success.
    failure: Option<String>,
}

fn cases(function: &str) -> (Vec<PathBuf>, Vec<Expected>) {
    let mut folders: Vec<PathBuf> = fs::read_dir(repository().join("testdata/functions").join(function))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("input.yaml").is_file())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "{function} has no cases");
    let expected = folders.iter().map(|folder| Expected {
        case: folder.display().to_string(),
        list: fs::read_to_string(folder.join("expected.yaml")).unwrap(),
        failure: fs::read_to_string(folder.join("expected-stderr.txt")).ok(),
    });
    (folders.iter().map(|folder| folder.join("input.yaml")).collect(), expected.collect())
}

#[test]
fn every_case_gives_what_the_native_function_gives() {
    for function in functions() {
        let Some(module) = module(&function) else { return };
        let (inputs, expected) = cases(&function);
        for host in HOSTS {
            let ended = run(host, &module, &inputs);
            assert_eq!(ended.len(), expected.len());
            for (ended, expected) in ended.iter().zip(&expected) {
                compare(host, ended, expected);
            }
        }
    }
}

fn compare(host: Host, ended: &Ended, expected: &Expected) {
    let case = &expected.case;
    assert_eq!((ended.trap.as_deref(), ended.log.as_slice()), (None, [].as_slice()), "{host:?}: {case}");
    assert_eq!(ended.exit, i32::from(expected.failure.is_some()), "{host:?}: {case}");
    let failure = expected.failure.as_deref().unwrap_or_default();
    match host {
        // kpt's script ends what it prints with a line end of its own.
        Host::Node => assert_eq!(
            (ended.stdout.as_str(), ended.stderr.as_str()),
            (format!("{}\n", expected.list).as_str(), failure),
            "{case}"
        ),
        Host::Wasmtime if expected.failure.is_none() => assert_eq!(ended.stdout, expected.list, "{case}"),
        Host::Wasmtime => {
            let first = failure.lines().next().unwrap_or_default();
            assert_eq!(ended.stderr, format!("error: {first}\n{failure}"), "{case}");
        }
    }
}
