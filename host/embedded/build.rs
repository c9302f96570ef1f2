//! Builds the functions of `functions.txt` to wasm with a cargo of its own, compiles them to machine code for the
//! target of this build, and writes a table of them.
//!
//! The functions cannot be ordinary dependencies: they are programs for another target. Their build has its own target
//! folder below `OUT_DIR`, so the two cargos never wait for each other.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use porchlight_wasm::LoadError;
use sha2::{Digest, Sha256};

const WASM_TARGET: &str = "wasm32-wasip1";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                print_directive("error", line);
            }
            ExitCode::FAILURE
        }
    }
}

/// Tells cargo something.
fn print_directive(key: &str, value: impl std::fmt::Display) {
    println!("cargo::{key}={value}");
}

fn build() -> Result<(), String> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let root = here.parent().and_then(Path::parent).ok_or("this crate has left host/embedded")?.to_owned();
    let names = registered(&here.join("functions.txt"))?;

    let mut table = String::from("[\n");
    if !names.is_empty() {
        require_target()?;
        compile(&root, &out, &names)?;
        for name in &names {
            table.push_str(&entry(&root, &out, name)?);
        }
        watch(&root, &out, &names)?;
    }
    table.push_str("]\n");
    // Tests look at the embedded bytes themselves.
    print_directive("rustc-env", format_args!("OUT_DIR_OF_EMBEDDED={}", out.display()));
    write(&out.join("functions.rs"), table.as_bytes())
}

/// The registration list: one name a line, `#` starts a comment, sorted and without repetition.
fn registered(list: &Path) -> Result<Vec<String>, String> {
    print_directive("rerun-if-changed", list.display());
    print_directive("rerun-if-changed", "build.rs");
    let text = read_text(list)?;
    let names: Vec<String> = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    match names.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(format!("{}: `{}` must come after `{}`, once", list.display(), pair[0], pair[1])),
        None => Ok(names),
    }
}

fn require_target() -> Result<(), String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .output()
        .map_err(|error| format!("cannot run rustc: {error}"))?;
    let folder = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    if answer.status.success() && Path::new(&folder).is_dir() {
        return Ok(());
    }
    Err(format!(
        "the Rust target {WASM_TARGET} is missing, and the functions inside the binary are built for it: \
         run `rustup target add {WASM_TARGET}`"
    ))
}

/// Runs cargo for all functions at once.
fn compile(root: &Path, out: &Path, names: &[String]) -> Result<(), String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root)
        .args(["build", "--quiet", "--locked", "--profile", "wasm", "--target", WASM_TARGET, "--target-dir"])
        .arg(out.join("target"));
    for name in names {
        cargo.args(["-p", name]);
    }
    // What shapes the outer build (its target, its flags, clippy in place of rustc) is none of the functions' business.
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        let outer = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "TARGET"]
            .contains(&name.as_ref())
            || ["CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_"]
                .iter()
                .any(|prefix| name.starts_with(prefix));
        if outer {
            cargo.env_remove(&key);
        }
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", without_machine_paths(root));
    let output = cargo.output().map_err(|error| format!("cannot run cargo for the functions: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("the functions do not build for {WASM_TARGET}:\n{}", said.trim_end()))
}

/// Panic messages name source files; they must not name the folders of the machine that built them.
fn without_machine_paths(root: &Path) -> OsString {
    let mut flags = OsString::new();
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    for (from, to) in [(home, "/cargo"), (Some(root.to_owned()), "/porchlight")] {
        let Some(from) = from else { continue };
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

/// One line of the table, with the files it refers to put beside it.
fn entry(root: &Path, out: &Path, name: &str) -> Result<String, String> {
    let wasm = read(&artifact(out, name, "wasm"))?;
    let digest = Sha256::digest(&wasm).iter().fold(String::from("sha256:"), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    let (code, precompiled) = match porchlight_wasm::precompile(&wasm, &variable("TARGET")?) {
        Ok(code) => (code, true),
        // An engine without a code generator for the target; there the program compiles at run time.
        Err(LoadError::Engine(_)) => (wasm.clone(), false),
        Err(error) => return Err(format!("{name}: {error}")),
    };
    write(&out.join(format!("{name}.code")), &code)?;
    let metadata = root.join("functions").join(name).join("metadata.yaml");
    print_directive("rerun-if-changed", metadata.display());
    write(&out.join(format!("{name}.yaml")), read_text(&metadata)?.as_bytes())?;
    // Its absence is for the repository's own checks to complain about.
    let documentation = root.join("functions").join(name).join("README.md");
    let text = fs::read(&documentation);
    // Watching what does not exist would run this script every time.
    if text.is_ok() {
        print_directive("rerun-if-changed", documentation.display());
    }
    write(&out.join(format!("{name}.md")), &text.unwrap_or_default())?;
    let version = version(root, name)?;
    Ok(format!(
        "    EmbeddedFunction {{\n        name: {name:?},\n        version: {version:?},\n        digest: {digest:?},\n        \
         size: {size},\n        metadata: include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}.yaml\")),\n        \
         documentation: include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}.md\")),\n        code: {{\n            static CODE: &Pages<[u8]> = &Pages(*include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.code\")));\n            &CODE.0\n        }},\n        precompiled: {precompiled},\n    }},\n",
        size = wasm.len(),
    ))
}

/// The version cargo gives the function's crate.
fn version(root: &Path, name: &str) -> Result<String, String> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(root)
        .args(["pkgid", "--offline", "--locked", "-p", name])
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    let id = String::from_utf8_lossy(&output.stdout);
    // `path+file:///…/functions/name#1.2.3` or `…#name@1.2.3`.
    match id.trim().rsplit(['#', '@']).next() {
        Some(version) if output.status.success() && !version.is_empty() => Ok(version.to_owned()),
        _ => {
            Err(format!("cargo does not know the package `{name}`: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
    }
}

/// Has this script run again when a source file, a manifest or the lockfile changes, and only then.
fn watch(root: &Path, out: &Path, names: &[String]) -> Result<(), String> {
    let mut watched = BTreeSet::from([root.join("Cargo.toml"), root.join("Cargo.lock")]);
    for name in names {
        let list = read_text(&artifact(out, name, "d"))?;
        let sources = list.split_once(": ").map_or("", |(_, sources)| sources);
        // Spaces within a path are escaped by a backslash.
        for source in sources.replace("\\ ", "\u{1f}").split_whitespace() {
            let source = root.join(source.replace('\u{1f}', " "));
            if source.starts_with(out) {
                continue;
            }
            watched
                .extend(source.ancestors().map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file()));
            watched.insert(source);
        }
    }
    for path in watched {
        print_directive("rerun-if-changed", path.display());
    }
    Ok(())
}

fn artifact(out: &Path, name: &str, extension: &str) -> PathBuf {
    out.join("target").join(WASM_TARGET).join("wasm").join(format!("{name}.{extension}"))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("cargo did not set {name}"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn read_text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
