//! Packages that others wrote, where they are at hand: a folder in `PORCHLIGHT_CORPUS`, or `../shared/corpus`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_krm::{Resource, ResourceList, annotations};

/// Where the corpus is, if there is one.
#[must_use]
pub fn root() -> PathBuf {
    match std::env::var_os("PORCHLIGHT_CORPUS") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/corpus"),
    }
}

/// Every package of the corpus: its path in it, and its folder. Subpackages are part of the package above. `None`, and a
/// line that says so, where there is no corpus.
#[must_use]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub fn packages() -> Option<Vec<(String, PathBuf)>> {
    let root = root();
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    if found.is_empty() {
        println!("skipped: no corpus (set PORCHLIGHT_CORPUS to a folder of packages)");
        return None;
    }
    Some(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, PathBuf)>) {
    if folder.join("Kptfile").is_file() {
        let name = folder.strip_prefix(root).unwrap_or(folder).to_string_lossy().into_owned();
        found.push((name, folder.to_owned()));
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    for folder in folders {
        collect(root, &folder, found);
    }
}

/// The objects of a package folder as a ResourceList, in kpt's order; `config` stands after `functionConfig:`, "" for none.
///
/// # Errors
/// The file that cannot be read, and why.
pub fn source(folder: &Path, config: &str) -> Result<String, String> {
    let mut files = Vec::new();
    collect_files(folder, &mut files);
    let mut list = ResourceList::default();
    if !config.is_empty() {
        let text =
            format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig: {config}\n");
        list = ResourceList::parse(&text).map_err(|error| error.to_string())?;
    }
    for file in files {
        let path = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
        let documents = porchlight_yaml::parse(Arc::from(text)).map_err(|error| format!("{path}: {error}"))?;
        let resources = documents.into_iter().filter_map(|document| Resource::from_document(document).ok());
        for (index, mut resource) in resources.enumerate() {
            resource.set_annotation(annotations::PATH, &path);
            resource.set_annotation(annotations::INDEX, &index.to_string());
            list.items.push(resource);
        }
    }
    list.sort_items();
    Ok(list.to_text())
}

fn collect_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            if name != ".expected" {
                collect_files(&path, found);
            }
        } else if name == "Kptfile" || [".yaml", ".yml"].iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
}
