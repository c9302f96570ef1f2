//! The folder with what images are made of; `scripts/build-functions` fills it.
//!
//! ```text
//! linux-amd64/<function>      static programs
//! linux-arm64/<function>
//! js-wasm/<function>.wasm     modules with kpt's interface
//! wasi-wasm/<function>.wasm   WASI preview 1 commands
//! crates/<function>           `cargo tree --edges normal --prefix depth --no-dedupe --format ' {p}|{l}|{r}'`
//! workspace.json              `cargo metadata --no-deps`: descriptions
//! Cargo.lock                  checksums of the crates
//! revision, toolchain         the commit; `rustc -vV`
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;

use super::artifact::Artifact;
use super::crates::Crates;
use super::{Target, crates};
use crate::digest::Digest;
use crate::error::ImageError;
use crate::module;

/// What images are made of.
#[derive(Debug)]
pub struct Parts {
    folder: PathBuf,
    descriptions: BTreeMap<String, String>,
    checksums: crates::Checksums,
    pub(super) lock: Digest,
    revision: Option<String>,
    toolchain: Option<String>,
}

impl Parts {
    /// The parts in `folder`.
    ///
    /// # Errors
    /// [`ImageError::Layout`] where what belongs to all functions is missing or cannot be read.
    pub fn open(folder: &Path) -> Result<Self, ImageError> {
        #[derive(Deserialize)]
        struct Workspace {
            packages: Vec<Package>,
        }
        #[derive(Deserialize)]
        struct Package {
            name: String,
            description: Option<String>,
        }
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read_to_string(&path).map_err(|error| {
                let hint =
                    if error.kind() == io::ErrorKind::NotFound { "; `scripts/build-functions` writes it" } else { "" };
                ImageError::layout(&path, format!("{error}{hint}"))
            })
        };
        let wrong = |name: &str, problem: String| ImageError::layout(&folder.join(name), problem);
        let workspace: Workspace = serde_json::from_str(&read("workspace.json")?)
            .map_err(|error| wrong("workspace.json", error.to_string()))?;
        let lock = read("Cargo.lock")?;
        let checksums = crates::checksums(&lock).map_err(|problem| wrong("Cargo.lock", problem))?;
        let described = |package: Package| Some((package.name, package.description?));
        let line = |name: &str| Some(read(name).ok()?.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(Self {
            folder: folder.to_owned(),
            descriptions: workspace.packages.into_iter().filter_map(described).collect(),
            checksums,
            lock: Digest::of(lock.as_bytes()),
            revision: line("revision"),
            toolchain: line("toolchain"),
        })
    }

    /// The functions there is anything of for one of `targets`.
    ///
    /// # Errors
    /// [`ImageError::Layout`] where a folder cannot be listed, or where there is nothing at all.
    pub fn functions(&self, targets: &[Target]) -> Result<Vec<String>, ImageError> {
        let mut found = BTreeSet::new();
        for target in targets {
            let folder = self.folder.join(place(*target));
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(ImageError::layout(&folder, error.to_string())),
            };
            for entry in entries {
                let name = entry.map_err(|error| ImageError::layout(&folder, error.to_string()))?.file_name();
                let name = name.to_string_lossy();
                found.insert(name.strip_suffix(".wasm").unwrap_or(&name).to_owned());
            }
        }
        if found.is_empty() {
            let places = targets.iter().map(|target| format!("`{}`", place(*target))).collect::<Vec<_>>().join(", ");
            let problem = format!("there is nothing in {places}; `scripts/build-functions` fills them");
            return Err(ImageError::layout(&self.folder, problem));
        }
        Ok(found.into_iter().collect())
    }

    pub(super) fn artifact(&self, function: &str, target: Target) -> Result<Artifact, ImageError> {
        let ending = if matches!(target, Target::JsWasm | Target::WasiWasm) { ".wasm" } else { "" };
        let path = self.folder.join(place(target)).join(format!("{function}{ending}"));
        let wrong =
            |problem: String| ImageError::build(function, format!("`{}` for {target}: {problem}", path.display()));
        let size = fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.len();
        if size > module::LARGEST {
            return Err(wrong(format!("it is larger than {} MiB", module::LARGEST >> 20)));
        }
        let content = fs::read(&path).map_err(|error| wrong(error.to_string()))?;
        Artifact::of(content, target).map_err(wrong)
    }

    pub(super) fn crates(&self, function: &str) -> Result<Crates, ImageError> {
        let path = self.folder.join("crates").join(function);
        let wrong = |problem: String| ImageError::build(function, format!("`{}`: {problem}", path.display()));
        let tree = fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        Crates::read(&tree, &self.checksums).map_err(wrong)
    }

    pub(super) fn description(&self, function: &str) -> Option<&str> {
        self.descriptions.get(function).map(String::as_str)
    }

    pub(super) fn revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }

    pub(super) fn toolchain(&self) -> Option<&str> {
        self.toolchain.as_deref()
    }
}

/// The folder of a platform.
fn place(target: Target) -> &'static str {
    match target {
        Target::LinuxAmd64 => "linux-amd64",
        Target::LinuxArm64 => "linux-arm64",
        Target::JsWasm => "js-wasm",
        Target::WasiWasm => "wasi-wasm",
    }
}
