//! Where in the user's files the errors of a function are.
//!
//! kpt's result lines name the resource and the field; people edit files, so the line is looked up for them.

use std::path::Path;

use porchlight_findings::Sources;
use porchlight_krm::Code;
use porchlight_package::{FunctionKind, KPTFILE, PackageTree};
use porchlight_pipeline::{FunctionResult, Problem, RenderError, ResultItem};

/// Where the resource is that ended a render, if the user's files have it.
pub(super) fn of_problem(sources: &mut Sources, error: &RenderError) -> Vec<String> {
    let Problem::InputNotKrm { path, index, .. } = &*error.problem else { return Vec::new() };
    let path = sources.package(&error.package).join(path);
    let line = sources.line(&path, *index, "");
    line.map(|line| format!("look at {}, line {line}", path.display())).into_iter().collect()
}

/// One sentence per error of the result at `position` that names a file or an argument, in the order reported, each
/// once.
pub(super) fn of(
    tree: &PackageTree,
    sources: &mut Sources,
    results: &[FunctionResult],
    position: usize,
) -> Vec<String> {
    let result = &results[position];
    let package = sources.package(&result.package);
    let mut sentences = Vec::new();
    for item in result.results.iter().filter(|item| item.severity == "error") {
        let sentence = match &item.file {
            Some(file) => {
                let path = package.join(&file.path);
                let field = item.field.as_ref().map(|field| field.path.as_str()).filter(|field| !field.is_empty());
                let index = usize::try_from(file.index).unwrap_or_default();
                look_at(sources, &path, index, field)
            }
            None => match argument(tree, sources, results, position, item) {
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

fn look_at(sources: &mut Sources, path: &Path, index: usize, field: Option<&str>) -> String {
    place(sources, path, index, field.unwrap_or_default(), field)
}

/// In words: the line of `field`, which people know as `name`.
fn place(sources: &mut Sources, path: &Path, index: usize, field: &str, name: Option<&str>) -> String {
    let line = sources.line(path, index, field).map_or_else(String::new, |line| format!(", line {line}"));
    let what = name.map_or_else(String::new, |name| format!("`{name}` in "));
    format!("look at {what}{}{line}", path.display())
}

/// Where the function's config stands that it cannot use: in a file of its own, or in the Kptfile.
fn argument(
    tree: &PackageTree,
    sources: &mut Sources,
    results: &[FunctionResult],
    position: usize,
    item: &ResultItem,
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
    let package = tree.package(id).directory();
    let name = item.message.split_once("functionConfig `").and_then(|(_, rest)| rest.split('`').next());
    if !function.config_path.is_empty() {
        return Some(look_at(sources, &package.join(&function.config_path), 0, name));
    }
    let key = name.map_or_else(String::new, |name| format!(".configMap.{name}"));
    Some(place(sources, &package.join(KPTFILE), 0, &format!("pipeline.{list}[{number}]{key}"), name))
}
