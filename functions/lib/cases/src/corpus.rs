//! Packages that others wrote, where they are at hand: a folder in `PORCHLIGHT_CORPUS`, or `../shared/corpus`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_krm::{Function, Resource, ResourceList, annotations, run_text};

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

/// The folder of one package of the corpus, such as `nephio-catalog/nephio/core/porch`. `None`, and a line that says so, where
/// it is not there.
#[must_use]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub fn package(name: &str) -> Option<PathBuf> {
    let folder = root().join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no `{name}` (set PORCHLIGHT_CORPUS to a folder of packages)");
    None
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

/// Checks that what a validator finds in the packages of the corpus is what the file `recorded` says: counts by severity, code
/// and rule. `UPDATE=1` writes the file; every finding behind a count was looked at, and `FINDINGS=1` prints them.
///
/// # Panics
/// Where something else is found, or a package is changed.
#[expect(clippy::print_stdout, reason = "for whoever looks at the findings")]
pub fn findings<F: Function>(recorded: &Path) {
    let Some(packages) = packages() else { return };
    // Writing to a String cannot fail.
    let mut table = String::new();
    for (name, folder) in packages {
        let input = match source(&folder, "") {
            Ok(input) => input,
            Err(error) => {
                let _ = writeln!(table, "{name}: unreadable");
                println!("{name}: {error}");
                continue;
            }
        };
        let outcome = run_text::<F>(&input);
        let list = ResourceList::parse(&outcome.stdout).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for finding in &list.results {
            let rule = finding.tags.get("rule").map_or("", String::as_str);
            if std::env::var_os("FINDINGS").is_some() {
                let file = finding.file.as_ref().map_or("", |file| file.path.as_str());
                println!("{name}/{file}: {} {} [{rule}]", finding.severity, finding.message);
            }
            *counts.entry(format!("{} {} {rule}", finding.severity, finding.tags["code"])).or_default() += 1;
        }
        let _ = writeln!(table, "{name}: exit {}", outcome.exit_code);
        for (what, count) in counts {
            let _ = writeln!(table, "  {count} {what}");
        }
        assert_eq!(items(&input), items(&outcome.stdout), "{name}: a validator changes nothing");
    }
    if crate::is_update() {
        fs::write(recorded, &table).unwrap_or_else(|error| panic!("{}: {error}", recorded.display()));
    }
    assert_eq!(fs::read_to_string(recorded).unwrap_or_default(), table);
}

/// A list without its results.
pub(crate) fn items(text: &str) -> String {
    let mut list = ResourceList::parse(text).unwrap_or_else(|error| panic!("{error}"));
    list.results.clear();
    list.to_text()
}
