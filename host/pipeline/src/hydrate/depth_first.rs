//! Depth first, kpt's usual order: a package is read, then each direct subpackage is rendered, then the package's own
//! pipeline runs over all of it. So a function sees, and may change, every resource below its package.

use porchlight_package::{Compat, PackageId};

use super::{ConfigPaths, Failed, Walk, siblings};
use crate::error::RenderError;
use crate::item::Item;

/// A package that is being visited.
struct Visit {
    id: PackageId,
    /// The package's own resources, where they come before those of its subpackages.
    items: Vec<Item>,
    config_paths: ConfigPaths,
    /// Position of the subpackage to visit next.
    next: usize,
}

/// A walk over a package and those below it that ended early.
pub(super) struct Stopped {
    error: RenderError,
    /// The packages around the one whose pipeline failed, outermost first, and that one last; none where it was no
    /// pipeline that failed.
    visits: Vec<Visit>,
}

impl Stopped {
    /// Before a pipeline has run, kpt has nothing to save.
    fn early(error: RenderError) -> Self {
        Self { error, visits: Vec::new() }
    }
}

pub(super) fn run(walk: &mut Walk<'_>) -> Result<Vec<Item>, Failed> {
    let walked = match siblings::of_root(walk.ground) {
        Some(children) => run_at_once(walk, children),
        None => subtree(walk, PackageId::ROOT),
    };
    walked.map_err(|Stopped { error, visits }| Failed { error, items: saved(visits) })
}

/// As [`subtree`] of the root, with its subpackages rendered at the same time.
fn run_at_once(walk: &mut Walk<'_>, children: &[PackageId]) -> Result<Vec<Item>, Stopped> {
    let mut root = enter(walk, PackageId::ROOT).map_err(Stopped::early)?;
    let rendered = siblings::render(walk.ground, children, subtree);
    for sibling in rendered {
        sibling.log.tell(walk.reporter);
        walk.account.extend(sibling.account);
        match sibling.items {
            Ok(mut items) => root.items.append(&mut items),
            Err(mut stopped) => {
                if !stopped.visits.is_empty() {
                    stopped.visits.insert(0, root);
                }
                return Err(stopped);
            }
        }
    }
    match leave(walk, &mut root) {
        Ok(()) => Ok(root.items),
        Err(error) => Err(Stopped { error, visits: vec![root] }),
    }
}

/// Renders a package and all below it.
fn subtree(walk: &mut Walk<'_>, top: PackageId) -> Result<Vec<Item>, Stopped> {
    let mut visits = vec![enter(walk, top).map_err(Stopped::early)?];
    while let Some(visit) = visits.last_mut() {
        if let Some(child) = walk.subpackages(visit.id).map_err(Stopped::early)?.get(visit.next) {
            visit.next += 1;
            visits.push(enter(walk, *child).map_err(Stopped::early)?);
            continue;
        }
        let Some(mut visit) = visits.pop() else { break };
        if let Err(error) = leave(walk, &mut visit) {
            visits.push(visit);
            return Err(Stopped { error, visits });
        }
        match visits.last_mut() {
            Some(parent) => parent.items.append(&mut visit.items),
            None => return Ok(visit.items),
        }
    }
    Ok(Vec::new())
}

/// Reaches a package.
fn enter(walk: &mut Walk<'_>, id: PackageId) -> Result<Visit, RenderError> {
    walk.validate(id)?;
    walk.account.packages += 1;
    let (items, config_paths) = match walk.tree().compat() {
        Compat::Latest => walk.read(id)?,
        Compat::Beta56 => Default::default(),
    };
    Ok(Visit { id, items, config_paths, next: 0 })
}

/// All subpackages are rendered: runs the package's own pipeline.
fn leave(walk: &mut Walk<'_>, visit: &mut Visit) -> Result<(), RenderError> {
    if walk.tree().compat() == Compat::Beta56 {
        let (mut items, config_paths) = walk.read(visit.id)?;
        visit.items.append(&mut items);
        visit.config_paths = config_paths;
    }
    walk.run_pipeline(visit.id, std::mem::take(&mut visit.config_paths), &mut visit.items)
}

/// What kpt has of the root package when a pipeline fails: nothing, if two or more packages are around it.
fn saved(mut visits: Vec<Visit>) -> Vec<Item> {
    match visits.as_mut_slice() {
        [failed] => std::mem::take(&mut failed.items),
        [root, failed] => {
            let mut items = std::mem::take(&mut root.items);
            items.append(&mut failed.items);
            items
        }
        _ => Vec::new(),
    }
}
