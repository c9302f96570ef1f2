//! What the modules are: their imports and exports, their memory, their size.

use serde::Deserialize;

use crate::{functions, module, script};

/// The imports both hosts serve, by name.
const IMPORTS: [&str; 9] = [
    "runtime.resetMemoryDataView",
    "runtime.wasmWrite",
    "syscall/js.stringVal",
    "syscall/js.valueCall",
    "syscall/js.valueGet",
    "syscall/js.valueIndex",
    "syscall/js.valueLoadString",
    "syscall/js.valuePrepareString",
    "syscall/js.valueSet",
];

/// What a host with a fixed view of the memory can be given, in bytes (`porchlight_kpt_wasm::TRANSFER_BYTES`).
const TRANSFER: u64 = 64 << 20;

/// What no module may exceed, in bytes: registries hold them, and kpt compiles them at every call.
const LARGEST: u64 = 700_000;

#[derive(Debug, Deserialize)]
struct Inspected {
    imports: Vec<Import>,
    exports: Vec<Export>,
    /// Bytes of memory at the start.
    memory: u64,
}

#[derive(Debug, Deserialize)]
struct Import {
    module: String,
    name: String,
    kind: String,
}

#[derive(Debug, Deserialize)]
struct Export {
    name: String,
    kind: String,
}

#[test]
fn a_module_asks_for_no_more_than_every_kpt_offers_and_gives_what_kpt_calls() {
    for name in functions() {
        let Some(module) = module(&name) else { return };
        let found: Inspected =
            serde_json::from_str(&script(&["inspect", &module.display().to_string()], String::new())).unwrap();
        for import in &found.imports {
            assert_eq!((import.module.as_str(), import.kind.as_str()), ("go", "function"), "{name}");
            assert!(IMPORTS.contains(&import.name.as_str()), "{name}: {}", import.name);
        }
        for (export, kind) in [("mem", "memory"), ("run", "function"), ("resume", "function"), ("getsp", "function")] {
            assert!(found.exports.iter().any(|found| found.name == export && found.kind == kind), "{name}: {export}");
        }
        assert!(found.memory > TRANSFER, "{name}: {}", found.memory);
    }
}

#[test]
fn a_module_is_small() {
    if std::env::var_os("PORCHLIGHT_WITHOUT_WASM_OPT").is_some() {
        eprintln!("skipped: modules as compiled, without wasm-opt");
        return;
    }
    for name in functions() {
        let Some(module) = module(&name) else { return };
        let size = std::fs::metadata(module).unwrap().len();
        assert!(size <= LARGEST, "{name}: {size} bytes");
    }
}

#[test]
fn a_module_names_no_folder_of_the_machine_that_built_it() {
    let here = crate::repository().display().to_string();
    let home = std::env::var("HOME").unwrap();
    for name in functions() {
        let Some(module) = module(&name) else { return };
        let bytes = std::fs::read(module).unwrap();
        for folder in [&here, &format!("{home}/")] {
            assert!(!bytes.windows(folder.len()).any(|window| window == folder.as_bytes()), "{name}: {folder}");
        }
    }
}
