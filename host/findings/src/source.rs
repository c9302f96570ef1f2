//! Where in the user's files a finding is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use porchlight_krm::{FieldPath, Resource};
use porchlight_pipeline::{FunctionResult, ResourceRef, ResultItem};
use porchlight_yaml::NodeId;

use crate::Place;

/// The files of a package tree as they lie on disk, each read once.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    base: PathBuf,
    files: BTreeMap<PathBuf, Vec<Resource>>,
}

impl Sources {
    /// The files below `root`, the directory of the outermost package. Paths are told relative to `base`, where the
    /// program runs; both are absolute.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, base: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), base: base.into(), files: BTreeMap::new() }
    }

    /// The place of a finding: its field, else the nearest field around it, else its resource, else the step of the
    /// Kptfile whose function found it.
    #[must_use]
    pub fn place(&mut self, result: &FunctionResult, item: &ResultItem) -> Place {
        let package = self.package(&result.package);
        let within = item.file.as_ref().and_then(|file| below(&package, &file.path));
        let Some(path) = within else { return self.step(&package, result) };
        let index = item.file.as_ref().and_then(|file| usize::try_from(file.index).ok()).unwrap_or_default();
        let field = item.field.as_ref().map_or("", |field| field.path.as_str());
        self.load(&path);
        let resources = self.resources(&path);
        let named = |resource: &&Resource| item.resource.as_ref().is_some_and(|wanted| is(resource, wanted));
        let resource = resources.iter().find(named).or_else(|| resources.get(index));
        let position = resource.map(|resource| position(resource, field));
        if position.is_none() && !path.exists() {
            // The function made the resource; what people can change is the step.
            return self.step(&package, result);
        }
        self.told(&path, position)
    }

    /// Line of a field of the resource at `index` of a file, or of the nearest field around it that the file has; none
    /// where there is no such resource. `path` is absolute.
    pub fn line(&mut self, path: &Path, index: usize, field: &str) -> Option<u32> {
        self.load(path);
        self.resources(path).get(index).map(|resource| position(resource, field).0)
    }

    /// The directory of a package from its display path, which starts with the root's own name.
    #[must_use]
    pub fn package(&self, display: &str) -> PathBuf {
        display.split_once('/').map_or_else(|| self.root.clone(), |(_, below)| self.root.join(below))
    }

    /// The step of the package's Kptfile that runs the function.
    fn step(&mut self, package: &Path, result: &FunctionResult) -> Place {
        let kptfile = package.join("Kptfile");
        self.load(&kptfile);
        let position = self.resources(&kptfile).first().map(|resource| {
            steps(resource)
                .find(|(_, function)| names(function, result))
                .map_or_else(|| position(resource, "pipeline"), |(node, _)| node_position(resource, node))
        });
        self.told(&kptfile, position)
    }

    fn told(&self, path: &Path, position: Option<(u32, u32)>) -> Place {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        let path = path.to_string_lossy().replace('\\', "/");
        Place { path, line: position.map(|(line, _)| line), column: position.map(|(_, column)| column) }
    }

    fn load(&mut self, path: &Path) {
        if self.files.contains_key(path) {
            return;
        }
        let documents = fs::read_to_string(path).ok().and_then(|text| porchlight_yaml::parse(Arc::from(text)).ok());
        let documents = documents.unwrap_or_default().into_iter().filter(|document| document.root().is_some());
        let resources = documents.filter_map(|document| Resource::from_document(document).ok()).collect();
        self.files.insert(path.to_owned(), resources);
    }

    /// The resources of a file that was loaded; none where it cannot be read.
    fn resources(&self, path: &Path) -> &[Resource] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }
}

/// The file of a finding, where it is inside the package. A function may write anything there.
fn below(package: &Path, path: &str) -> Option<PathBuf> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    (inside && !path.is_empty()).then(|| package.join(path))
}

fn is(resource: &Resource, wanted: &ResourceRef) -> bool {
    // A namespace may have been set on the way; kind and name say which resource of a file is meant.
    !wanted.name.is_empty() && resource.name() == wanted.name && resource.kind() == wanted.kind
}

/// Line and column of a field, or of the nearest field around it that the file has.
fn position(resource: &Resource, field: &str) -> (u32, u32) {
    let mut steps = field.parse::<FieldPath>().map(|path| path.steps().to_vec()).unwrap_or_default();
    while !steps.is_empty() {
        if let Some(node) = resource.at(&FieldPath::from(steps.clone())) {
            return node_position(resource, node);
        }
        steps.pop();
    }
    node_position(resource, resource.root())
}

fn node_position(resource: &Resource, node: NodeId) -> (u32, u32) {
    (resource.document().line(node).max(1), resource.document().column(node).max(1))
}

/// The `image` and `exec` fields of a Kptfile's pipeline: node and text.
fn steps(kptfile: &Resource) -> impl Iterator<Item = (NodeId, &str)> {
    ["mutators", "validators"].into_iter().flat_map(move |list| {
        (0..).map_while(move |index| {
            let at = |key: &str| {
                let path = format!("pipeline.{list}[{index}].{key}").parse().ok()?;
                let node = kptfile.at(&path)?;
                Some((node, kptfile.document().text(node)))
            };
            at("image").or_else(|| at("exec"))
        })
    })
}

/// True where the text of a step is the function that ran; a short image name may have got a registry in front and a
/// tag behind.
fn names(step: &str, result: &FunctionResult) -> bool {
    if !result.exec.is_empty() {
        return step == result.exec;
    }
    result.image == step
        || result.image.ends_with(&format!("/{step}"))
        || result
            .image
            .rsplit('/')
            .next()
            .is_some_and(|last| last.strip_prefix(step).is_some_and(|rest| rest.starts_with([':', '@'])))
}

#[cfg(test)]
mod tests;
