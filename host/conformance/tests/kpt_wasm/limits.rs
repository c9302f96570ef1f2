//! Sizes: memory that grows, and what a host can take that sees only the memory a module starts with.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use crate::failures::input;
use crate::{Ended, HOSTS, Host, module, run};

const MIB: usize = 1 << 20;

/// Runs the misbehaving function on a list of `length` bytes that asks for `action`.
fn sized(host: Host, action: &str, length: usize) -> Option<Ended> {
    let module = module("tests/misbehave")?;
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("input.yaml");
    let mut file = File::create(&path).unwrap();
    let head = format!("{}# ", input(action));
    file.write_all(head.as_bytes()).unwrap();
    file.write_all(&vec![b'x'; length - head.len() - 1]).unwrap();
    file.write_all(b"\n").unwrap();
    run(host, &module, &[path]).pop()
}

#[test]
fn memory_that_grows_is_no_matter() {
    for host in HOSTS {
        let Some(ended) = sized(host, "grow", 4096) else { return };
        assert_eq!((ended.exit, ended.trap, ended.log), (0, None, Vec::new()), "{host:?}");
        assert!(ended.stdout.trim_end().ends_with("# 201326592"));
    }
}

#[test]
fn a_list_of_the_greatest_size_passes_everywhere_and_one_byte_more_with_node_only() {
    for host in HOSTS {
        let Some(ended) = sized(host, "nothing special", 64 * MIB) else { return };
        assert_eq!((ended.exit, ended.trap, ended.log), (0, None, Vec::new()), "{host:?}: {}", ended.stderr);
        assert_eq!(ended.stdout.trim_end().len(), 64 * MIB - 1);
    }
    let Some(ended) = sized(Host::Node, "nothing special", 64 * MIB + 1) else { return };
    assert_eq!((ended.exit, ended.stdout.trim_end().len()), (0, 64 * MIB));
    let Some(ended) = sized(Host::Wasmtime, "nothing special", 64 * MIB + 1) else { return };
    let message = "[FN_MEMORY_EXCEEDED] Host: the ResourceList has 67108865 bytes; with kpt's wasmtime it can have 64 MiB; set \
                   `KPT_FN_WASM_RUNTIME=nodejs`, or run the function as a container\n";
    assert_eq!((ended.exit, ended.trap), (1, None));
    assert_eq!(ended.stderr, format!("error: {message}{message}"));
}

#[test]
fn an_answer_that_is_too_large_for_wasmtime_is_a_failure_that_says_so() {
    let Some(ended) = sized(Host::Node, "answer with a long list", 4096) else { return };
    assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.len() > 64 * MIB);
    let Some(ended) = sized(Host::Wasmtime, "answer with a long list", 4096) else { return };
    assert_eq!(ended.exit, 1);
    assert!(ended.stderr.starts_with("error: [FN_MEMORY_EXCEEDED] Host: the answer has 671"), "{}", ended.stderr);
}
