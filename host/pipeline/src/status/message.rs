//! Why a render failed, as kpt nests it: the packages on the way, what was being done, the reason.

use std::path::Path;

use porchlight_krm::Code;
use porchlight_package::{KptfileError, PackageId, PackageTree, ValidationError, quote};

use crate::error::{Problem, RenderError, Stage};

/// The reason of a function that failed, which has been told.
const TOLD: &str = "already handled error";

/// The whole chain. Only its first part stands in the first line.
pub(super) fn of(tree: &PackageTree, error: &RenderError, breadth_first: bool) -> String {
    let reason = match &*error.problem {
        Problem::Failed { .. } => TOLD.to_owned(),
        Problem::Runtime(error) if error.code == Code::FnUnknown => format!("unexpected function error: {error}"),
        Problem::Kptfile(error) => unreadable(error),
        Problem::Invalid(error) => error.kpt_message(),
        Problem::ConfigPaths(errors) => errors.iter().map(ValidationError::kpt_message).collect::<Vec<_>>().join("\n"),
        problem => problem.to_string(),
    };
    let Some(place) = error.place else { return relative(tree, &reason) };
    let operation = match place.stage {
        Stage::Package => "pkg.read",
        Stage::Resources => "pkg.readResources",
        Stage::Subpackages => "pkg.Subpackages",
        Stage::Pipeline => "pipeline.run",
        Stage::Check => "",
    };
    let shown = |id| format!("pkg {}", shown(tree.package(id).directory()));
    let way = way(tree, place.package);
    let mut chain = if breadth_first {
        format!("pkg.render: {}", shown(PackageId::ROOT))
    } else {
        format!("pkg.render: {}", way.iter().map(|id| shown(*id)).collect::<Vec<_>>().join(":\n\t"))
    };
    let is_root = place.package == PackageId::ROOT;
    match (operation, breadth_first && !is_root) {
        ("", _) if breadth_first || is_root => chain += &format!(": {reason}"),
        ("", _) => chain += &format!(":\n\t{reason}"),
        (operation, true) => chain += &format!(":\n\t{operation}: {}: {reason}", shown(place.package)),
        (operation, false) => chain += &format!(":\n\t{operation}: {reason}"),
    }
    relative(tree, &chain)
}

/// A Kptfile that cannot be read, in the words of the chain.
fn unreadable(error: &KptfileError) -> String {
    let message = error.kpt_message();
    let details = message.split_once("Details:\n").map_or(message.as_str(), |(_, details)| details);
    let package = error.package.display().to_string();
    format!("pkg {}: error reading Kptfile at {}: {details}", shown(&error.package), quote(&package))
}

/// The text with `.` for the root package.
pub(super) fn relative(tree: &PackageTree, text: &str) -> String {
    text.replace(&*tree.root().to_string_lossy(), ".")
}

/// The packages from below the root to `id`; the root alone for itself.
fn way(tree: &PackageTree, id: PackageId) -> Vec<PackageId> {
    let mut way = vec![id];
    while let Some(parent) = way.last().and_then(|id| tree.package(*id).parent()).filter(|id| *id != PackageId::ROOT) {
        way.push(parent);
    }
    way.reverse();
    way
}

/// A directory as kpt shows it: relative to the working directory, unless that means going up.
fn shown(directory: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    match directory.strip_prefix(&here) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => directory.display().to_string(),
    }
}
