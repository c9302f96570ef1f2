//! The rules of a pipeline, checked when its package is reached (kpt-render §1.3).

use std::path::Path;

use porchlight_krm::Resource;

use super::read::within;
use super::{FunctionKind, FunctionRef, ValidationError, image};
use crate::compat::Compat;
use crate::content;
use crate::error::PackageError;
use crate::path::{base_name, clean};
use crate::read::{Sources, documents};
use crate::tree::{Package, PackageId, PackageTree};

impl PackageTree {
    /// Checks the pipeline of a package, its functionConfig files included.
    ///
    /// # Errors
    /// The first rule broken, or the Kptfile's own error.
    pub fn validate(&self, id: PackageId) -> Result<(), PackageError> {
        let package = self.package(id);
        let kptfile = self.kptfile(id)?;
        for kind in FunctionKind::ALL {
            for (index, function) in kptfile.pipeline.functions(kind).iter().enumerate() {
                let place = Place { package: package.directory(), kind, index, line: function.line };
                check(function, &place, self.compat())?;
            }
        }
        Ok(())
    }

    /// The second check, when a non-empty pipeline is about to run: every configPath must be among the files of
    /// the package itself, so one that is ignored or in a subpackage does not count. `own` is what
    /// [`PackageTree::read`] found.
    ///
    /// # Errors
    /// beta.56: the first offender; now: all of them.
    pub fn validate_config_paths(&self, id: PackageId, own: &Sources) -> Result<(), Vec<ValidationError>> {
        let package = self.package(id);
        let Ok(kptfile) = self.kptfile(id) else { return Ok(()) };
        let mut missing = Vec::new();
        for kind in FunctionKind::ALL {
            for (index, function) in kptfile.pipeline.functions(kind).iter().enumerate() {
                if function.config_path.is_empty() || own.get(&in_root(package, &function.config_path)).is_some() {
                    continue;
                }
                let place = Place { package: package.directory(), kind, index, line: function.line };
                let reason = match self.compat() {
                    Compat::Beta56 => "functionConfig must exist in the current package".to_owned(),
                    Compat::Latest => {
                        let name =
                            if function.name.is_empty() { image_base_name(&function.image) } else { &function.name };
                        let path = crate::go::quote(&function.config_path);
                        format!(
                            "functionConfig resource for {kind} {} is missing from path {path}, this also occurs if {path} is part of a subpackage",
                            crate::go::quote(name)
                        )
                    }
                };
                missing.push(place.config_path(function, reason));
                if self.compat() == Compat::Beta56 {
                    return Err(missing);
                }
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }
}

fn in_root(package: &Package, path: &str) -> String {
    crate::path::join(package.path(), path)
}

/// `set-labels` of `ghcr.io/a/set-labels:v1`.
fn image_base_name(image: &str) -> &str {
    let name = base_name(image.split('@').next().unwrap_or(image));
    name.split(':').next().unwrap_or(name)
}

struct Place<'a> {
    package: &'a Path,
    kind: FunctionKind,
    index: usize,
    line: u32,
}

impl Place<'_> {
    fn error(&self, field: &str, value: &str, reason: impl Into<String>) -> ValidationError {
        let dot = if field.is_empty() { "" } else { "." };
        ValidationError {
            package: self.package.to_owned(),
            line: self.line,
            field: format!("pipeline.{}[{}]{dot}{field}", self.kind.field(), self.index),
            value: value.to_owned(),
            reason: reason.into(),
        }
    }

    fn config_path(&self, function: &FunctionRef, reason: impl Into<String>) -> ValidationError {
        self.error("configPath", &function.config_path, reason)
    }
}

fn check(function: &FunctionRef, place: &Place<'_>, compat: Compat) -> Result<(), ValidationError> {
    let whole = |reason: &str| Err(place.error("", "", reason));
    match (function.image.is_empty(), function.exec.is_empty()) {
        (true, true) => return whole("must specify a functon (`image` or `exec`) to execute"),
        (false, false) => return whole("must not specify both `image` and `exec` at the same time"),
        _ => {}
    }
    if !function.image.is_empty()
        && let Some(reason) = image::problem(&function.image, compat)
    {
        return Err(place.error("image", &function.image, reason));
    }
    if function.config_path.is_empty() {
        return Ok(());
    }
    if !function.config_map.is_empty() {
        return whole("functionConfig must not specify both `configMap` and `configPath` at the same time");
    }
    match config_problem(place.package, &function.config_path, compat) {
        Some(reason) => Err(place.config_path(function, reason)),
        None => Ok(()),
    }
}

fn config_problem(package: &Path, path: &str, compat: Compat) -> Option<String> {
    if path.trim().is_empty() {
        return Some("path must not be empty".to_owned());
    }
    let cleaned = clean(path);
    if cleaned.starts_with('/') {
        return Some("path must be relative".to_owned());
    }
    if cleaned.contains("..") {
        return Some("path must not be outside the package".to_owned());
    }
    read_config(package, path, compat).err()
}

/// The functionConfig of a function as it is on disk.
///
/// # Errors
/// kpt's words for a file that is missing, is not YAML, or holds anything but one KRM object.
pub(crate) fn read_config(package: &Path, path: &str, compat: Compat) -> Result<Resource, String> {
    let quoted = crate::go::quote(path);
    let cleaned = clean(path);
    let file = if cleaned == "." { package.to_owned() } else { package.join(&cleaned) };
    let missing = |why: &dyn std::fmt::Display| match compat {
        Compat::Beta56 => "functionConfig must exist in the current package".to_owned(),
        Compat::Latest => format!("failed to open functionConfig from path {quoted}: open {}: {why}", file.display()),
    };
    let found = within(package, &cleaned).map_err(|error| missing(&crate::go::error_text(&error)))?;
    let Some((real, metadata)) = found else { return Err(missing(&"it is a link out of the package")) };
    let unreadable = |why: &str| format!("failed to read functionConfig {quoted}: {why}");
    if metadata.is_dir() {
        return Err(unreadable(&format!("read {}: is a directory", file.display())));
    }
    if !metadata.is_file() {
        return Err(unreadable("it is no regular file"));
    }
    let parts = content::of(&real, |bytes| documents(bytes, Path::new("")))
        .map_err(|error| missing(&crate::go::error_text(&error)))?;
    let parts = parts.map_err(|error| match error {
        PackageError::Separator { text, .. } => unreadable(&format!("invalid document separator: {text}")),
        other => unreadable(other.to_string().trim_start_matches(": ")),
    })?;
    let count = parts.len();
    let Some(part) = parts.into_iter().next() else {
        return Err(format!("functionConfig {quoted} holds no resource: write one, or remove configPath"));
    };
    if count > 1 {
        return Err(format!("functionConfig {quoted} must not contain more than one config, got {count}"));
    }
    let mut document = part.document;
    for (key, value) in [
        (crate::annotation::LEGACY_INDEX, "0"),
        (crate::annotation::INDEX, "0"),
        (crate::annotation::SEQUENCE_INDENT, part.indent.as_str()),
    ] {
        crate::annotation::set(&mut document, key, value).map_err(|error| unreadable(&error.to_string()))?;
    }
    let resource = Resource::from_document(document).map_err(|error| unreadable(&error.to_string()))?;
    match crate::krm::problem(&resource) {
        Some(problem) => Err(format!("functionConfig {quoted}: {problem}")),
        None => Ok(resource),
    }
}
