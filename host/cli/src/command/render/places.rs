//! Where in the user's files the errors of a function are.
//!
//! kpt's result lines name the resource and the field; people edit files, so the line is looked up for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_krm::{Code, FieldPath, Resource};
use porchlight_package::{FunctionKind, KPTFILE, PackageTree};
use porchlight_pipeline::{FunctionResult, Problem, RenderError, ResultItem};

/// Where the resource is that ended a render, if the user's files have it.
pub(super) fn of_problem(tree: &PackageTree, error: &RenderError) -> Vec<String> {
    let Problem::InputNotKrm { path, index, .. } = &*error.problem else { return Vec::new() };
    let path = directory(tree, &error.package).join(path);
    line_of(&path, *index, "").map(|line| format!("look at {}, line {line}", path.display())).into_iter().collect()
}

/// One sentence per error of the result at `position` that names a file or an argument, in the order reported, each
/// once.
pub(super) fn of(tree: &PackageTree, results: &[FunctionResult], position: usize) -> Vec<String> {
    let result = &results[position];
    let package = directory(tree, &result.package);
    let mut sentences = Vec::new();
    for item in result.results.iter().filter(|item| item.severity == "error") {
        let sentence = match &item.file {
            Some(file) => {
                let path = package.join(&file.path);
                let field = item.field.as_ref().map(|field| field.path.as_str()).filter(|field| !field.is_empty());
                let index = usize::try_from(file.index).unwrap_or_default();
                look_at(&path, index, field.unwrap_or_default(), field)
            }
            None => match argument(tree, results, position, item, &package) {
                Some(sentence) => sentence,
                None => continue,
            },
        };
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}

/// The directory of the package called so; its display path starts with the root's own name.
fn directory(tree: &PackageTree, display_path: &str) -> PathBuf {
    display_path.split_once('/').map_or_else(|| tree.root().to_owned(), |(_, below)| tree.root().join(below))
}

fn look_at(path: &Path, index: usize, field: &str, name: Option<&str>) -> String {
    let place = line_of(path, index, field).map_or_else(String::new, |line| format!(", line {line}"));
    let what = name.map_or_else(String::new, |name| format!("`{name}` in "));
    format!("look at {what}{}{place}", path.display())
}

/// Where the function's config stands that it cannot use: in a file of its own, or in the Kptfile.
fn argument(
    tree: &PackageTree,
    results: &[FunctionResult],
    position: usize,
    item: &ResultItem,
    package: &Path,
) -> Option<String> {
    let about_config = item.tags.get("code").is_some_and(|code| code == Code::FnConfigInvalid.as_str());
    let result = &results[position];
    // Every function that runs has a result, so the earlier ones tell which of its list this is.
    let same_list = |other: &&FunctionResult| other.package == result.package && other.kind == result.kind;
    let number = results[..position].iter().filter(same_list).count();
    let id = tree.depth_first().into_iter().find(|id| tree.package(*id).display_path() == result.package)?;
    let pipeline = &tree.kptfile(id).ok().filter(|_| about_config)?.pipeline;
    let (list, functions) = match result.kind {
        FunctionKind::Mutator => ("mutators", &pipeline.mutators),
        FunctionKind::Validator => ("validators", &pipeline.validators),
    };
    let function = functions.get(number)?;
    let name = item.message.split_once("functionConfig `").and_then(|(_, rest)| rest.split('`').next());
    if !function.config_path.is_empty() {
        return Some(look_at(&package.join(&function.config_path), 0, name.unwrap_or_default(), name));
    }
    let key = name.map_or_else(String::new, |name| format!(".configMap.{name}"));
    Some(look_at(&package.join(KPTFILE), 0, &format!("pipeline.{list}[{number}]{key}"), name))
}

/// Line of a field, or of the nearest field around it that the file has.
fn line_of(path: &Path, index: usize, field: &str) -> Option<u32> {
    let text = fs::read_to_string(path).ok()?;
    let documents = porchlight_yaml::parse(Arc::from(text)).ok()?;
    let document = documents.into_iter().filter(|document| document.root().is_some()).nth(index)?;
    let resource = Resource::from_document(document).ok()?;
    let mut steps = field.parse::<FieldPath>().map(|path| path.steps().to_vec()).unwrap_or_default();
    while !steps.is_empty() {
        if let Some(node) = resource.at(&FieldPath::from(steps.clone())) {
            return Some(resource.document().line(node));
        }
        steps.pop();
    }
    Some(resource.document().line(resource.root()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_in_its_document() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("two.yaml");
        let text = "a: 1\nb: 2\n---\nkind: X\nspec:\n  sites:\n  - name: one\n  - name: two\n";
        fs::write(&path, text).unwrap();
        assert_eq!(line_of(&path, 0, "b"), Some(2));
        assert_eq!(line_of(&path, 1, "spec.sites[1].name"), Some(8));
        assert_eq!(line_of(&path, 1, "spec.sites[1].cluster"), Some(8), "the nearest field around it");
        assert_eq!(line_of(&path, 2, "b"), None);
    }
}
