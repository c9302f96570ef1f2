//! FunctionConfig objects of Porch (porch §1.8, §1.9), from files: no Kubernetes API is asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_package::{OUR_PREFIX, tag};
use porchlight_yaml::serde::from_node;
use porchlight_yaml::{Document, NodeId};
use regex::Regex;
use serde::Deserialize;

use super::targets::read;
use super::{Asked, ConfigError, Inside};

/// The kind, and its group without version.
const KIND: &str = "FunctionConfig";
const GROUP: &str = "config.porch.kpt.dev/";

/// The objects that name an executable. Those with other executors only are Porch's affair.
#[derive(Debug, Clone, Default)]
pub struct FunctionConfigs {
    configs: Vec<Config>,
}

#[derive(Debug, Clone)]
struct Config {
    /// Base name of the image.
    image: String,
    /// What may stand before it; anything, if there is none.
    prefixes: Vec<Regex>,
    /// Tags, or ranges of versions, or `*`.
    tags: Vec<String>,
    path: String,
}

#[derive(Deserialize)]
struct Object {
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    image: String,
    #[serde(default)]
    prefixes: Vec<String>,
    binary_executor: Option<BinaryExecutor>,
}

#[derive(Deserialize)]
struct BinaryExecutor {
    #[serde(default)]
    tags: Vec<String>,
    path: String,
}

impl FunctionConfigs {
    /// Reads all objects of the kind in the YAML files of a directory. Other objects, and hidden files, are left out.
    /// `default_prefix` is what an empty prefix stands for.
    ///
    /// # Errors
    /// The first file that is wrong, with the line.
    pub fn read(directory: &Path, default_prefix: &str) -> Result<Self, ConfigError> {
        let failed = |error: std::io::Error| ConfigError { file: directory.to_owned(), problem: error.to_string() };
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(directory).map_err(failed)? {
            files.push(entry.map_err(failed)?.path());
        }
        files.sort();
        let is_yaml = |file: &PathBuf| {
            let hidden = file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            !hidden && file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
        };
        let mut configs = Vec::new();
        for file in files.iter().filter(|file| is_yaml(file)) {
            let found = parse(&read(file)?, default_prefix);
            configs.extend(found.map_err(|problem| ConfigError { file: file.clone(), problem })?);
        }
        Ok(Self { configs })
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.configs.iter().map(|config| config.path.as_str())
    }

    /// The path that a caller of the third generation sends, as it stands in an object or below `functions`.
    pub(super) fn path(&self, sent: &str, functions: &Path) -> Option<&str> {
        let is_it = |path: &&str| *path == sent || Path::new(sent) == functions.join(path);
        if sent.is_empty() { None } else { self.paths().find(is_it) }
    }

    /// The path for an image.
    pub(super) fn find(&self, asked: &Asked) -> Option<&str> {
        let fits = |config: &&Config| {
            config.image == asked.base_name()
                && (config.prefixes.is_empty() || config.prefixes.iter().any(|prefix| prefix.is_match(asked.prefix())))
                && config.tags.iter().any(|tag| allows(tag, asked))
        };
        self.configs.iter().find(fits).map(|config| config.path.as_str())
    }
}

/// Whether a tag of an object is, or allows, what was asked for.
fn allows(configured: &str, asked: &Asked) -> bool {
    if configured == "*" {
        return true;
    }
    match (&asked.range, &asked.image.tag) {
        (Some(range), _) => tag::version(configured).is_some_and(|version| tag::accepts(range, &version)),
        (None, Some(literal)) if literal == configured => true,
        (None, Some(literal)) => {
            tag::is_range(configured) && tag::version(literal).is_some_and(|version| tag::accepts(configured, &version))
        }
        (None, None) => false,
    }
}

fn parse(text: &str, default_prefix: &str) -> Result<Vec<Config>, String> {
    let documents = porchlight_yaml::parse(Arc::from(text)).map_err(|error| error.to_string())?;
    let mut configs = Vec::new();
    for document in &documents {
        let Some(root) = document.root().filter(|root| is_function_config(document, *root)) else { continue };
        let object: Object = from_node(document, root).map_err(|error| {
            let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
            format!("line {}, column {}: {path}{}", error.line, error.column, error.message)
        })?;
        let Spec { image, prefixes, binary_executor } = object.spec;
        let Some(BinaryExecutor { tags, path }) = binary_executor else { continue };
        let line = document.line(root);
        let prefixes = prefixes
            .iter()
            .map(|prefix| expression(if prefix.is_empty() { default_prefix } else { prefix }, prefix.is_empty()))
            .collect::<Result<_, _>>()
            .map_err(|error| format!("the object in line {line}: spec.prefixes: {error}"))?;
        configs.push(Config { image, prefixes, tags, path });
    }
    Ok(configs)
}

fn is_function_config(document: &Document, root: NodeId) -> bool {
    let text = |key| document.get(root, key).map_or("", |node| document.text(node));
    text("kind") == KIND && text("apiVersion").starts_with(GROUP)
}

/// A prefix as an expression that has to match as a whole; the default prefix is meant letter for letter.
fn expression(prefix: &str, literal: bool) -> Result<Regex, regex::Error> {
    let prefix = prefix.trim_end_matches('/');
    let prefix = if literal { regex::escape(prefix) } else { prefix.to_owned() };
    Regex::new(&format!("^(?:{prefix})$"))
}

/// FunctionConfig objects for our own functions, as YAML. Porch of the third generation calls a function runner only for
/// images that such an object names; earlier ones take no harm.
#[must_use]
pub fn function_configs(functions: &[Inside], namespace: &str) -> String {
    let mut text = String::new();
    for Inside { name, repository, tag } in functions {
        let prefix = repository.strip_suffix(name.as_str()).unwrap_or(OUR_PREFIX).trim_end_matches('/');
        let prefix = regex::escape(prefix);
        text += &format!(
            "---\napiVersion: {GROUP}v1alpha1\nkind: {KIND}\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  \
             image: {name}\n  prefixes:\n    - {prefix}\n  binaryExecutor:\n    path: porchlight/{name}\n    tags:\n      - {tag}\n"
        );
    }
    text
}
