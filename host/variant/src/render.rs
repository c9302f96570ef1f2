//! The pipeline of a package, run in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use porchlight_krm::Code;
use porchlight_package::{Compat, Format, PackageTree, PlanOptions};
use porchlight_pipeline::{Outcome, RenderOptions, Runtime, Silent, render};

use crate::Fault;
use crate::fault::Place;
use crate::plan::Renderer;
use crate::store::Files;

/// Renders with the functions of a runtime, as `porchlight render` does.
pub struct Pipeline<'r> {
    /// Finds functions.
    pub runtime: &'r dyn Runtime,
    /// What is allowed.
    pub options: RenderOptions,
}

impl Renderer for Pipeline<'_> {
    fn render(&self, package: &str, files: &Files) -> Result<Files, Fault> {
        let surroundings = |error: std::io::Error| {
            Fault::coded(Code::ResourceFetchFailed, format!("cannot render in a temporary folder: {error}"))
        };
        let folder = tempfile::tempdir().map_err(surroundings)?;
        let root = folder.path().join(package.rsplit('/').next().unwrap_or(package));
        write(files, &root).map_err(surroundings)?;
        let place = Place::file(&Arc::from(package));
        let tree = PackageTree::open(&root, Compat::Latest)
            .map_err(|error| Fault::coded(error.code(), error.to_string()).at(place.clone()))?;
        let Outcome { rendered, results, .. } = render(&tree, self.runtime, &mut Silent, &self.options);
        let mut rendered = rendered.map_err(|error| {
            let code = error.problem.code().unwrap_or(Code::FnTrapped);
            let function = error.function.as_deref().map(|name| format!("function `{name}`: ")).unwrap_or_default();
            let mut fault = Fault::coded(code, format!("{function}{}", error.problem)).at(place.clone());
            let found = results.items.iter().filter(|item| item.failed).flat_map(|item| &item.results);
            fault.hints.extend(found.map(|finding| finding.message.clone()));
            fault
        })?;
        let plan = tree
            .settle(&mut rendered.resources, false)
            .and_then(|()| {
                let options = PlanOptions { allow_empty: false, format: Format::Kpt, keep_files: false };
                tree.plan(rendered.resources, &rendered.sources, options)
            })
            .map_err(|error| Fault::coded(error.code(), error.to_string()).at(place))?;
        // Files that hold no resources stay as they are.
        let mut after: BTreeMap<String, Arc<[u8]>> = files.clone();
        for change in plan.changes() {
            match &change.new {
                Some(bytes) => after.insert(change.path.clone(), Arc::clone(bytes)),
                None => after.remove(&change.path),
            };
        }
        Ok(after)
    }
}

fn write(files: &Files, root: &Path) -> std::io::Result<()> {
    fs::create_dir_all(root)?;
    for (path, bytes) in files {
        let file = root.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, bytes)?;
    }
    Ok(())
}
