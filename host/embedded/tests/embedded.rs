//! The embedded functions load, ask for nothing but standard streams, and hold nothing of the machine they were built on.

use std::fs;
use std::path::Path;

use porchlight_embedded::{EmbeddedFunction, all, find};
use porchlight_wasm::{Limits, Sandbox};

/// What the standard library of Rust imports for a program that reads stdin, writes stdout and stderr, and ends.
const ALLOWED: [&str; 8] = [
    "args_get",
    "args_sizes_get",
    "environ_get",
    "environ_sizes_get",
    "fd_read",
    "fd_write",
    "proc_exit",
    "random_get",
];

#[test]
fn every_function_of_the_list_is_embedded() {
    let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("functions.txt")).unwrap();
    let listed: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    let embedded: Vec<&str> = all().iter().map(EmbeddedFunction::name).collect();
    assert_eq!(embedded, listed);
    assert!(embedded.iter().all(|name| find(name).is_some_and(|function| function.name() == *name)));
    assert!(find("no-such").is_none());
}

#[test]
fn functions_import_standard_streams_only() {
    let sandbox = Sandbox::new().unwrap();
    for function in all() {
        for import in function.load(&sandbox).unwrap().imports() {
            let name = import.strip_prefix("wasi_snapshot_preview1.").unwrap_or_default();
            assert!(ALLOWED.contains(&name), "{} imports {import}", function.name());
        }
    }
}

#[test]
fn an_instance_leaves_nothing_to_the_next() {
    let sandbox = Sandbox::new().unwrap();
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n";
    for function in all() {
        let module = function.load(&sandbox).unwrap();
        let run = |text: &str| module.run(text.into(), &Limits::default()).unwrap();
        let first = run(list);
        assert_eq!(first.exit_code, 0, "{}", String::from_utf8_lossy(&first.stderr));
        run("not a list: [");
        assert_eq!(run(list), first);
    }
}

#[test]
fn modules_name_no_folder_of_the_machine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_str().unwrap().to_owned();
    let home = std::env::var("HOME").ok().filter(|home| home.len() > 1).map(|home| format!("{home}/"));
    let own: Vec<String> = [Some(root), home].into_iter().flatten().collect();
    let built = Path::new(env!("OUT_DIR_OF_EMBEDDED"));
    for function in all() {
        let code = fs::read(built.join(format!("{}.code", function.name()))).unwrap();
        for folder in &own {
            let found = code.windows(folder.len()).any(|window| window == folder.as_bytes());
            assert!(!found, "{} names {folder}", function.name());
        }
    }
}
