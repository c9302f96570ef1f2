//! Where in the user's files the errors of a function are.
//!
//! kpt's result lines name the resource and the field; people edit files, so the line is looked up for them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use porchlight_krm::{FieldPath, Resource};
use porchlight_pipeline::FunctionResult;

/// One sentence per error of `result` that names a file, in the order reported, each once.
pub(super) fn of(root: &Path, result: &FunctionResult) -> Vec<String> {
    // The display path starts with the root's own name.
    let package = result.package.split_once('/').map_or_else(|| root.to_owned(), |(_, below)| root.join(below));
    let mut sentences = Vec::new();
    for item in result.results.iter().filter(|item| item.severity == "error") {
        let Some(file) = &item.file else { continue };
        let path = package.join(&file.path);
        let field = item.field.as_ref().map(|field| field.path.as_str()).filter(|field| !field.is_empty());
        let index = usize::try_from(file.index).unwrap_or_default();
        let line = line_of(&path, index, field.unwrap_or_default());
        let place = line.map_or_else(String::new, |line| format!(", line {line}"));
        let what = field.map_or_else(String::new, |field| format!("`{field}` in "));
        let sentence = format!("look at {what}{}{place}", path.display());
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
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
