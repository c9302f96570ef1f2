//! Which program stands in for which image.
//!
//! Cases name functions by image. A mapping file says what runs instead, so that nothing is pulled:
//!
//! ```yaml
//! functions:
//!   - image: example.com/functions/set-labels       # any tag or digest; with a tag, that tag only
//!     exec: stand-in set-labels                      # looked up on PATH, or relative to this file if it has a `/`
//!   - image: example.com/functions/no-op
//!     wasm: no-op.wasm                               # relative to this file; not for kpt
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::decode;

/// The mapping, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct FunctionMap {
    /// The file it came from; absolute.
    pub file: Option<PathBuf>,
    /// Folders that programs named without `/` are looked up in, before `PATH`.
    pub search: Vec<PathBuf>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    image: String,
    exec: Option<String>,
    wasm: Option<String>,
}

#[derive(Debug, Deserialize)]
struct File {
    functions: Vec<Entry>,
}

impl FunctionMap {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn read(file: &Path) -> Result<Self, String> {
        let say = |message: String| format!("{}: {message}", file.display());
        let text = fs::read_to_string(file).map_err(|error| say(error.to_string()))?;
        let content: Option<File> = decode::first(&text).map_err(say)?;
        let content = content.ok_or_else(|| say("is empty; expected `functions`".to_owned()))?;
        let file = fs::canonicalize(file).map_err(|error| say(error.to_string()))?;
        Ok(Self { file: Some(file), search: Vec::new(), entries: content.functions })
    }

    /// The command for `image`, if there is one.
    #[must_use]
    pub fn command(&self, image: &str) -> Option<&str> {
        self.entries.iter().find(|entry| matches(&entry.image, image)).and_then(|entry| entry.exec.as_deref())
    }

    /// Whether anything stands in for `image`: a command, or a module, which only Porchlight runs.
    #[must_use]
    pub fn stands_in(&self, image: &str) -> bool {
        let found = self.entries.iter().find(|entry| matches(&entry.image, image) || is_short_for(image, &entry.image));
        found.is_some_and(|entry| entry.exec.is_some() || entry.wasm.is_some())
    }

    /// The mapping file, where it names modules.
    pub(crate) fn modules(&self) -> Option<&Path> {
        self.file.as_deref().filter(|_| self.entries.iter().any(|entry| entry.wasm.is_some()))
    }

    /// A shell script that answers as `docker` for the mapped images: `version`, and `run … IMAGE` with the list on stdin
    /// (kpt-render §6.2). kpt then renders packages whose functions are images without any daemon.
    #[must_use]
    pub fn container_command(&self) -> String {
        let mut script = String::from(
            "#!/bin/sh\n\
             case \"$1\" in\n\
             version) echo 25.0.0; exit 0 ;;\n\
             run) ;;\n\
             *) exit 0 ;;\n\
             esac\n\
             shift\n\
             while [ $# -gt 1 ]; do\n\
             \tcase \"$1\" in\n\
             \t-e|--env) case \"$2\" in *=*) export \"$2\" ;; esac; shift ;;\n\
             \t--network|--user|--pull|--mount) shift ;;\n\
             \tesac\n\
             \tshift\n\
             done\n\
             case \"$1\" in\n",
        );
        for entry in &self.entries {
            let Some(exec) = &entry.exec else { continue };
            let pattern = if has_tag(&entry.image) {
                quoted(&entry.image)
            } else {
                format!("{0}|{0}:*|{0}@*", quoted(&entry.image))
            };
            script.push_str(&format!("{pattern}) exec {exec} ;;\n"));
        }
        script.push_str("esac\necho \"Error: no such image: $1\" >&2\nexit 125\n");
        script
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Whether a reference says which version: a `:` after the last `/`, or a digest.
fn has_tag(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.contains(':') || name.contains('@')
}

fn matches(pattern: &str, image: &str) -> bool {
    image == pattern
        || (!has_tag(pattern) && image.strip_prefix(pattern).is_some_and(|rest| rest.starts_with([':', '@'])))
}

/// Whether `image` has no `/` and names a function below some prefix.
fn is_short_for(image: &str, pattern: &str) -> bool {
    let name = pattern.rsplit('/').next().unwrap_or(pattern);
    !image.contains('/') && matches(name, image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Run;
    use std::os::unix::fs::PermissionsExt as _;

    fn map() -> (tempfile::TempDir, FunctionMap) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("functions.yaml");
        let text = "functions:\n- image: example.com/a/upper\n  exec: tr a-z A-Z\n- image: example.com/a/one:v1\n  exec: cat\n";
        fs::write(&file, text).unwrap();
        let map = FunctionMap::read(&file).unwrap();
        (folder, map)
    }

    #[test]
    fn an_image_without_tag_stands_for_every_tag() {
        let (_folder, map) = map();
        assert_eq!(map.command("example.com/a/upper"), Some("tr a-z A-Z"));
        assert_eq!(map.command("example.com/a/upper:v1@sha256:00"), Some("tr a-z A-Z"));
        assert_eq!(map.command("example.com/a/upper-case:v1"), None);
        assert_eq!(map.command("example.com/a/one:v1"), Some("cat"));
        assert_eq!(map.command("example.com/a/one:v2"), None);
        assert!(map.stands_in("example.com/a/upper:v1") && map.stands_in("upper") && map.stands_in("upper:v2"));
        assert!(!map.stands_in("one:v2") && !map.stands_in("b/upper"));
    }

    #[test]
    fn the_container_command_runs_the_stand_in() {
        let (folder, map) = map();
        let docker = folder.path().join("docker");
        fs::write(&docker, map.container_command()).unwrap();
        fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).unwrap();
        let run =
            |words: &[&str]| Run::new(&docker, folder.path()).arguments(words).stdin(b"abc".to_vec()).finish().unwrap();
        assert_eq!(run(&["version", "--format", "x"]).stdout, "25.0.0\n");
        let words = ["run", "--rm", "-i", "--network", "none", "--user", "nobody", "--pull", "missing"];
        assert_eq!(run(&[&words[..], &["example.com/a/upper:v3"]].concat()).stdout, "ABC");
        let unknown = run(&[&words[..], &["example.com/b"]].concat());
        assert_eq!((unknown.code, unknown.stderr.as_str()), (125, "Error: no such image: example.com/b\n"));
    }

    #[test]
    fn a_wrong_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f.yaml");
        fs::write(&file, "functions: 3\n").unwrap();
        let message = FunctionMap::read(&file).unwrap_err();
        assert!(message.contains("f.yaml"), "{message}");
    }
}
