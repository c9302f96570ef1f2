//! What variants are made from: files, repositories and how they are rendered.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::Args;
use porchlight_krm::Code;
use porchlight_package::Compat as KptCompat;
use porchlight_pipeline::RenderOptions;
use porchlight_runtime::Containers;
use porchlight_variant::{Compat, Fault, Folder, Inputs, Options, Pipeline, Plan, Renderer, Repository, Stores, plan};

use crate::failure::Failure;
use crate::limits::LimitFlags;
use crate::runtime::RuntimeFlags;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Sources {
    /// Files with PackageVariants and PackageVariantSets; other objects in them count as `--cluster`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Packages of a repository: DIR/PACKAGE/v1 for revisions, DIR/PACKAGE for a checkout
    #[arg(long = "repo", value_name = "NAME=DIR", value_parser = parse_repository)]
    repositories: Vec<(String, PathBuf)>,
    /// Objects of the cluster, as a file or a folder: Repositories, objects to select and to inject
    #[arg(long, value_name = "PATH")]
    cluster: Vec<PathBuf>,
    /// Do what Porch does also where nobody would expect it; else that is only told. A release: `1.5`, `latest`
    #[arg(long, value_name = "RELEASE", num_args = 0..=1, require_equals = true, default_missing_value = "latest")]
    porch_compat: Option<Compat>,
    /// Run the packages' pipelines, as Porch's server does whenever a draft is stored
    #[arg(long)]
    render: bool,
    #[command(flatten)]
    runtime: RuntimeFlags,
    #[command(flatten)]
    limits: LimitFlags,
}

fn parse_repository(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => Ok((name.to_owned(), folder.into())),
        _ => Err("expected NAME=DIR, like `blueprints=./catalog`".to_owned()),
    }
}

impl Sources {
    pub(super) fn compat(&self) -> Compat {
        self.porch_compat.unwrap_or_default()
    }

    /// What would become of everything. Folders below `output` are repositories unless `--repo` names others.
    pub(super) fn plan(&self, output: Option<&Path>) -> Result<Plan, Failure> {
        let inputs = self.inputs()?;
        let stores = self.stores(output)?;
        let functions =
            self.runtime.functions(KptCompat::Latest, self.limits.function(), Containers::default(), None)?;
        let options = RenderOptions { allow_exec: self.runtime.allow_exec, allow_empty: false };
        let pipeline = Pipeline { runtime: &functions, options };
        let renderer: Option<&dyn Renderer> = if self.render { Some(&pipeline) } else { None };
        let progress = Progress::default();
        let tell = |done, total| progress.tell(done, total);
        let plan = plan(&inputs, &stores, Options { compat: self.compat(), renderer, progress: Some(&tell) });
        progress.end();
        Ok(plan)
    }

    fn inputs(&self) -> Result<Inputs, Failure> {
        let mut inputs = Inputs::default();
        for file in &self.files {
            add(&mut inputs, file)?;
        }
        for path in &self.cluster {
            for file in yaml_files(path)? {
                add(&mut inputs, &file)?;
            }
        }
        if inputs.variants.is_empty() && inputs.sets.is_empty() {
            let names: Vec<String> = self.files.iter().map(|file| format!("`{}`", file.display())).collect();
            let message = format!("no PackageVariant and no PackageVariantSet in {}", names.join(", "));
            return Err(Failure::coded(Code::VariantInvalid, message).exit(exit::USAGE));
        }
        Ok(inputs)
    }

    fn stores(&self, output: Option<&Path>) -> Result<Stores, Failure> {
        let mut folders: BTreeMap<String, PathBuf> = BTreeMap::new();
        for name in output.map(folders_of).unwrap_or_default() {
            folders.insert(name.clone(), output.unwrap_or(Path::new("")).join(name));
        }
        folders.extend(self.repositories.iter().cloned());
        let mut stores = Stores::new();
        for (name, folder) in folders {
            let folder: Box<dyn Repository> = Box::new(Folder::open(&folder).map_err(failure)?);
            stores.insert(name, folder);
        }
        Ok(stores)
    }
}

fn add(inputs: &mut Inputs, file: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
    inputs.add(file, &text).map_err(failure)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::plain(format_args!("cannot read `{}`: {error}", path.display()))
        .code(Code::ResourceFetchFailed)
        .exit(exit::USAGE)
}

fn failure(fault: Fault) -> Failure {
    let failure = Failure::coded(fault.code, &fault).exit(exit::USAGE);
    fault.hints.into_iter().fold(failure, Failure::hint)
}

/// The file, or the YAML files below the folder, sorted.
fn yaml_files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut work = vec![path.to_owned()];
    while let Some(folder) = work.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let kind = entry.file_type().map_err(|error| unreadable(&entry.path(), &error))?;
            let is_yaml = entry.path().extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
            if kind.is_dir() {
                work.push(entry.path());
            } else if kind.is_file() && is_yaml {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Names of the folders in a folder; none where it is not there yet.
fn folders_of(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| !name.starts_with('.')).collect()
}

/// A line on stderr while many variants are made: at a terminal only, and not for work of a moment.
struct Progress {
    started: Instant,
    shown: Mutex<Option<Instant>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self { started: Instant::now(), shown: Mutex::new(None) }
    }
}

impl Progress {
    /// How long work may take without a word.
    const PATIENCE: Duration = Duration::from_millis(500);
    /// How often there is a word.
    const PACE: Duration = Duration::from_millis(100);

    fn tell(&self, done: usize, total: usize) {
        if self.started.elapsed() < Self::PATIENCE || !io::stderr().is_terminal() {
            return;
        }
        // A thread that finds another one telling has nothing to add.
        let Ok(mut shown) = self.shown.try_lock() else { return };
        if shown.is_none_or(|shown| shown.elapsed() >= Self::PACE) {
            output::foreign(format!("\r{done} of {total} packages").as_bytes());
            *shown = Some(Instant::now());
        }
    }

    fn end(&self) {
        if self.shown.lock().is_ok_and(|shown| shown.is_some()) {
            output::foreign(b"\r\x1b[K");
        }
    }
}

/// Failed where something is wrong; a required injection point that stays empty is, unless Porch's rules are wanted.
pub(super) fn exit_code(plan: &Plan, compat: Compat) -> u8 {
    let unfilled = !compat.is_porch() && plan.outcomes.iter().any(|outcome| outcome.unfilled().next().is_some());
    if plan.faults().next().is_some() || unfilled { exit::FAILED } else { exit::SUCCESS }
}
