//! What runs for an image.
//!
//! Places are looked at in this order; the first that has the function wins:
//!
//! 1. the `path` of a FunctionConfig, where a caller sends one (third generation),
//! 2. Porch's old configuration file, by the whole text of the image,
//! 3. FunctionConfig objects, by base name, prefix and tag,
//! 4. the [`Source`]: our own functions, and what else the user allowed.
//!
//! What was found once is ready for the next call.

mod function_config;
mod image_map;
mod targets;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use porchlight_krm::Code;
use porchlight_package::{Image, tag};
use porchlight_pipeline::{Prepared, RuntimeError};

pub use function_config::{FunctionConfigs, function_configs};
pub use image_map::ImageMap;
pub use targets::{ConfigError, Targets};

/// Where functions come from.
pub trait Source: Send + Sync + 'static {
    /// What runs for an image, whose `tag` (a tag or a range of versions, as in a Kptfile) replaces that of the image
    /// unless it is empty. May take time, as for an image that is pulled.
    ///
    /// # Errors
    /// `FN_IMAGE_UNRESOLVED` where nothing is known for the image.
    fn image(&self, image: &str, tag: &str) -> Result<Box<dyn Prepared>, RuntimeError>;

    /// What is in a file: a module, or a program where those are allowed.
    ///
    /// # Errors
    /// `FN_IMAGE_UNRESOLVED` where it cannot be used.
    fn file(&self, path: &Path) -> Result<Box<dyn Prepared>, RuntimeError>;

    /// Our own functions.
    fn inside(&self) -> Vec<Inside>;
}

/// A function of ours, as far as it concerns callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// Its name.
    pub name: String,
    /// All of its image before the tag.
    pub repository: String,
    /// Tag of its image.
    pub tag: String,
}

/// What a call asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub(crate) image: String,
    pub(crate) tag: String,
    pub(crate) exec_path: String,
}

/// A function that is ready to run.
pub(crate) struct Function {
    /// Short name, of which there are few: for metrics.
    pub(crate) name: Arc<str>,
    pub(crate) prepared: Box<dyn Prepared>,
}

/// Most functions that are kept ready. A caller can ask for any number of ranges of versions.
const MOST_KNOWN: usize = 1024;

/// Finds functions and keeps them ready.
pub struct Catalogue {
    source: Box<dyn Source>,
    targets: Targets,
    /// The only function there is, whatever the image.
    only: Option<Arc<Function>>,
    known: RwLock<HashMap<Wanted, Arc<Function>>>,
}

impl std::fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalogue").field("targets", &self.targets).finish_non_exhaustive()
    }
}

impl Catalogue {
    /// The functions of `source`, and what `targets` says stands for which image.
    pub fn new(source: impl Source, targets: Targets) -> Self {
        Self { source: Box::new(source), targets, only: None, known: RwLock::default() }
    }

    /// One function that answers every call, whatever the image: Porch's wrapper server (porch §1.11).
    pub fn single(source: impl Source, name: String, prepared: Box<dyn Prepared>) -> Self {
        let only = Some(Arc::new(Function { name: name.into(), prepared }));
        Self { source: Box::new(source), targets: Targets::default(), only, known: RwLock::default() }
    }

    /// Makes our own functions ready, and all that configuration names, so that no caller waits for it. Gives the
    /// number of those that are ready, and what is wrong with the others.
    pub fn warm(&self) -> (usize, Vec<String>) {
        let mut problems = Vec::new();
        let mut ready = usize::from(self.only.is_some());
        let inside = self.source.inside().into_iter().filter(|_| self.only.is_none());
        let ours = inside.map(|inside| format!("{}:{}", inside.repository, inside.tag));
        for image in ours.chain(self.targets.images.images().map(str::to_owned)) {
            match self.find(&Wanted { image, ..Wanted::default() }) {
                Ok(_) => ready += 1,
                Err(error) => problems.push(error.message),
            }
        }
        for path in self.targets.configs.paths() {
            match self.target(path) {
                Ok(_) => ready += 1,
                Err(error) => problems.push(error.message),
            }
        }
        (ready, problems)
    }

    /// The function, if it was found before.
    pub(crate) fn known(&self, wanted: &Wanted) -> Option<Arc<Function>> {
        if let Some(only) = &self.only {
            return Some(Arc::clone(only));
        }
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(wanted).cloned()
    }

    /// Finds the function. May take time.
    pub(crate) fn find(&self, wanted: &Wanted) -> Result<Arc<Function>, RuntimeError> {
        if let Some(known) = self.known(wanted) {
            return Ok(known);
        }
        let prepared = self.look_for(wanted)?;
        let function = Arc::new(Function { name: base_name(prepared.display_name()).into(), prepared });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(wanted.clone(), Arc::clone(&function));
        Ok(function)
    }

    fn look_for(&self, wanted: &Wanted) -> Result<Box<dyn Prepared>, RuntimeError> {
        let Wanted { image, tag, exec_path } = wanted;
        if let Some(path) = self.targets.configs.path(exec_path, &self.targets.functions) {
            return self.target(path);
        }
        let asked = Asked::new(image, tag);
        if let Some(target) = self.targets.images.find(&asked).or_else(|| self.targets.configs.find(&asked)) {
            return self.target(target);
        }
        self.source.image(image, tag)
    }

    /// What configuration names: a file, with or without `.wasm`, else a function of ours that is called so.
    fn target(&self, target: &str) -> Result<Box<dyn Prepared>, RuntimeError> {
        let file = self.targets.functions.join(target);
        if let Some(file) = [file.clone(), file.with_added_extension("wasm")].into_iter().find(|file| file.is_file()) {
            return self.source.file(&file);
        }
        let name = base_name(target);
        match self.source.inside().iter().find(|inside| inside.name == name) {
            Some(inside) => self.source.image(&format!("{}:{}", inside.repository, inside.tag), ""),
            None => {
                let message = format!("there is neither a file `{}` nor a function `{name}` of ours", file.display());
                Err(RuntimeError::new(Code::FnImageUnresolved, message))
            }
        }
    }
}

/// An image with what was asked of its version.
#[derive(Debug)]
struct Asked {
    /// As the caller wrote it.
    text: String,
    image: Image,
    /// In place of a tag.
    range: Option<String>,
}

impl Asked {
    fn new(text: &str, tag: &str) -> Self {
        let mut asked = Self { text: text.to_owned(), image: Image::parse(text), range: None };
        if !tag.is_empty() {
            asked.image.digest = None;
            if tag::is_range(tag) {
                asked.image.tag = None;
                asked.range = Some(tag.to_owned());
            } else {
                asked.image.tag = Some(tag.to_owned());
            }
            asked.text = asked.image.to_string();
        }
        asked
    }

    /// Last part of the image's name.
    fn base_name(&self) -> &str {
        self.image.repository.rsplit('/').next().unwrap_or_default()
    }

    /// All before it; "" for a short name.
    fn prefix(&self) -> &str {
        self.image.repository.rsplit_once('/').map_or("", |(prefix, _)| prefix)
    }
}

/// Name of a function without path, tag, digest and `.wasm`. Of a command line, that of the program.
fn base_name(name: &str) -> String {
    let name = name.split_whitespace().next().unwrap_or_default();
    let repository = Image::parse(name).repository;
    let base = repository.rsplit('/').next().unwrap_or_default();
    base.strip_suffix(".wasm").unwrap_or(base).to_owned()
}

#[cfg(test)]
mod tests;
