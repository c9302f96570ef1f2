//! Renders texts with the real kpt, many in one package.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const KPTFILE: &str = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: package\n";

pub(crate) fn is_present() -> bool {
    Command::new("kpt").arg("version").output().is_ok_and(|output| output.status.success())
}

/// What kpt makes of each text: the file after a render with an empty pipeline, or the reason it refuses it.
pub(crate) fn render(texts: &[String]) -> Vec<Result<String, String>> {
    let folder = std::env::temp_dir().join(format!("porchlight-yaml-{}-{:p}", std::process::id(), texts));
    let mut results: Vec<Result<String, String>> = texts.iter().cloned().map(Ok).collect();
    let mut waiting: BTreeMap<String, usize> =
        (0..texts.len()).map(|index| (format!("f{index}.yaml"), index)).collect();
    loop {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("Kptfile"), KPTFILE).unwrap();
        for (name, index) in &waiting {
            std::fs::write(folder.join(name), &texts[*index]).unwrap();
        }
        let output = Command::new("kpt").args(["fn", "render"]).arg(&folder).output().unwrap();
        if output.status.success() {
            break;
        }
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        let refused = waiting.keys().find(|name| message.contains(name.as_str())).cloned();
        let refused = refused.unwrap_or_else(|| panic!("kpt failed without naming a file: {message}"));
        let index = waiting.remove(&refused).unwrap();
        results[index] = Err(message);
    }
    for (name, index) in waiting {
        results[index] = Ok(std::fs::read_to_string(folder.join(name)).unwrap());
    }
    let _ = std::fs::remove_dir_all(&folder);
    results
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
