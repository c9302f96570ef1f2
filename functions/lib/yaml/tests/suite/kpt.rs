//! Renders texts with the real kpt, many in one package.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use porchlight_yaml::{Document, NodeId, SequenceIndent, Style, derive_sequence_indent, emit, parse_first};

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: package\n";

pub(crate) fn is_present() -> bool {
    Command::new("kpt").arg("version").output().is_ok_and(|output| output.status.success())
}

/// A package folder that is removed when it is no longer needed.
struct Package(PathBuf);

impl Package {
    fn new(files: &BTreeMap<String, &str>) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("porchlight-yaml-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("Kptfile"), KPTFILE).unwrap();
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn name(index: usize) -> String {
    format!("f{index:05}.yaml")
}

/// What kpt makes of each text: the file after a render with an empty pipeline, or the reason it refuses it.
pub(crate) fn render(texts: &[String]) -> Vec<Result<String, String>> {
    let mut results: Vec<Result<String, String>> = texts.iter().cloned().map(Ok).collect();
    let mut files: BTreeMap<String, &str> =
        texts.iter().enumerate().map(|(index, text)| (name(index), text.as_str())).collect();
    loop {
        let package = Package::new(&files);
        let output = Command::new("kpt").args(["fn", "render"]).arg(&package.0).output().unwrap();
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            let refused = files.keys().find(|name| message.contains(name.as_str())).cloned();
            let refused = refused.unwrap_or_else(|| panic!("kpt failed without naming a file: {message}"));
            files.remove(&refused);
            let index: usize = refused[1..6].parse().unwrap();
            results[index] = Err(message);
            continue;
        }
        for name in files.keys() {
            let index: usize = name[1..6].parse().unwrap();
            results[index] = Ok(std::fs::read_to_string(package.0.join(name)).unwrap());
        }
        return results;
    }
}

/// The list that kpt hands to functions; the Kptfile comes first in it.
pub(crate) fn source(texts: &[String]) -> String {
    let files = texts.iter().enumerate().map(|(index, text)| (name(index), text.as_str())).collect();
    let package = Package::new(&files);
    let output = Command::new("kpt").args(["fn", "source"]).arg(&package.0).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The same list as this library writes it.
pub(crate) fn our_source(texts: &[String]) -> String {
    let mut list = Document::default();
    let root = list.new_mapping();
    list.set_root(root);
    for (key, value) in [("apiVersion", "config.kubernetes.io/v1"), ("kind", "ResourceList")] {
        let (key, value) = (list.new_string(key), list.new_string(value));
        list.push_entry(root, key, value);
    }
    let (key, items) = (list.new_string("items"), list.new_sequence());
    list.push_entry(root, key, items);
    let files = texts.iter().enumerate().map(|(index, text)| (name(index), text.as_str()));
    for (path, text) in [("Kptfile".to_owned(), KPTFILE)].into_iter().chain(files) {
        let document = parse_first(text.into()).unwrap().unwrap();
        let item = list.import(&document, document.root().unwrap());
        annotate(&mut list, item, &path, derive_sequence_indent(text).as_str());
        list.push(items, item);
    }
    let mut out = String::new();
    emit(&list, SequenceIndent::Compact, &mut out);
    out
}

fn annotate(list: &mut Document, item: NodeId, path: &str, indent: &str) {
    let metadata = list.get(item, "metadata").unwrap();
    let (key, annotations) = (list.new_string("annotations"), list.new_mapping());
    list.push_entry(metadata, key, annotations);
    for (key, value) in [
        ("config.kubernetes.io/index", "0"),
        ("config.kubernetes.io/path", path),
        ("internal.config.kubernetes.io/index", "0"),
        ("internal.config.kubernetes.io/path", path),
        ("internal.config.kubernetes.io/seqindent", indent),
    ] {
        let (key, value) = (list.new_string(key), list.new_scalar(value, Style::SingleQuoted));
        list.push_entry(annotations, key, value);
    }
}

/// Every YAML file below `folder`, in order.
pub(crate) fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
