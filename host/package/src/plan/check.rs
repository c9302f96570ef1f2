//! Which paths may be written. All of this is decided before the first write.
//!
//! A file that was read may be written back wherever it is. Anything else must be a resource file in a visible
//! directory of the package, reached without links.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use porchlight_krm::Resource;

use super::error::{PlanError, PlanProblem};
use crate::kptfile::KPTFILE;
use crate::path::{base_name, is_resource_name};
use crate::read::Sources;

/// Longest name of one directory entry, in bytes, on every common file system.
const LONGEST_NAME: usize = 255;
/// Longest path a system call takes, in bytes, with its final NUL left out.
const LONGEST_PATH: usize = 4095;

pub(super) struct Checker<'a> {
    root: &'a Path,
    sources: &'a Sources,
    files: &'a BTreeMap<String, Vec<Resource>>,
    /// Directories, relative to the root, that files may be written below.
    open: HashSet<&'a str>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(root: &'a Path, sources: &'a Sources, files: &'a BTreeMap<String, Vec<Resource>>) -> Self {
        Self { root, sources, files, open: HashSet::new() }
    }

    /// Checks one file of the result.
    pub(super) fn check(&mut self, path: &'a str, items: &[Resource]) -> Result<(), PlanError> {
        let problem = self.text_problem(path).or_else(|| self.place_problem(path));
        if let Some(problem) = problem {
            return Err(PlanError::new(items.first(), path, problem));
        }
        let was_mixed = self.sources.get(path).is_some_and(|source| source.resources > 1);
        if base_name(path) == KPTFILE && !was_mixed {
            let stranger = items.iter().find(|item| item.kind() != KPTFILE);
            if stranger.is_some() || items.len() > 1 {
                return Err(PlanError::new(stranger.or(items.last()), path, PlanProblem::IntoKptfile));
            }
        }
        Ok(())
    }

    fn text_problem(&self, path: &str) -> Option<PlanProblem> {
        if path.starts_with('/') {
            return Some(PlanProblem::Absolute);
        }
        if path.contains("..") {
            return Some(PlanProblem::Outside { root: self.root.display().to_string() });
        }
        if self.sources.get(path).is_some() {
            return None;
        }
        if path.chars().any(char::is_control) {
            return Some(PlanProblem::ControlCharacter);
        }
        let length = self.root.as_os_str().len() + 1 + path.len();
        if length > LONGEST_PATH {
            return Some(PlanProblem::TooLong { length, most: LONGEST_PATH });
        }
        if let Some(name) = path.split('/').find(|name| name.len() > LONGEST_NAME) {
            return Some(PlanProblem::TooLong { length: name.len(), most: LONGEST_NAME });
        }
        let directories = path.rsplit_once('/').map_or("", |(directories, _)| directories);
        if let Some(hidden) = directories.split('/').find(|name| name.starts_with('.')) {
            return Some(PlanProblem::Hidden(hidden.to_owned()));
        }
        None
    }

    fn place_problem(&mut self, path: &'a str) -> Option<PlanProblem> {
        for (end, _) in path.match_indices('/') {
            let parent = &path[..end];
            if self.open.contains(parent) {
                continue;
            }
            if self.files.contains_key(parent) {
                return Some(PlanProblem::ParentIsFile(parent.to_owned()));
            }
            match fs::symlink_metadata(self.root.join(parent)) {
                Ok(metadata) if metadata.is_symlink() => return Some(PlanProblem::ThroughLink(parent.to_owned())),
                Ok(metadata) if !metadata.is_dir() => return Some(PlanProblem::ParentIsFile(parent.to_owned())),
                Ok(_) => drop(self.open.insert(parent)),
                Err(_) => break,
            }
        }
        if self.sources.get(path).is_some() {
            return None;
        }
        match fs::symlink_metadata(self.root.join(path)) {
            Ok(metadata) if metadata.is_dir() => Some(PlanProblem::IsDirectory),
            Ok(metadata) if metadata.is_symlink() => Some(PlanProblem::ThroughLink(path.to_owned())),
            Ok(metadata) if !metadata.is_file() => Some(PlanProblem::NotAFile),
            _ => (!is_resource_name(base_name(path))).then_some(PlanProblem::NotAResourceFile),
        }
    }
}
