//! Depth first, kpt's usual order: a package is read, then each direct subpackage is rendered, then the package's own
//! pipeline runs over all of it. So a function sees, and may change, every resource below its package.

use porchlight_package::{Compat, PackageId, Sources};

use super::{Failed, Walk};
use crate::error::RenderError;
use crate::item::Item;

/// A package that is being visited.
struct Visit {
    id: PackageId,
    /// The package's own resources, where they come before those of its subpackages.
    items: Vec<Item>,
    /// Files of the package itself.
    own: Sources,
    /// Position of the subpackage to visit next.
    next: usize,
}

pub(super) fn run(walk: &mut Walk<'_>) -> Result<Vec<Item>, Failed> {
    // Before a pipeline has run, kpt has nothing to save.
    let early = |error| Failed { error, items: Vec::new() };
    let mut visits = vec![enter(walk, PackageId::ROOT).map_err(early)?];
    while let Some(visit) = visits.last_mut() {
        if let Some(child) = walk.subpackages(visit.id).map_err(early)?.get(visit.next) {
            visit.next += 1;
            visits.push(enter(walk, *child).map_err(early)?);
            continue;
        }
        let Some(mut visit) = visits.pop() else { break };
        if let Err(error) = leave(walk, &mut visit) {
            return Err(Failed { error, items: saved(visits, visit) });
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
    walk.packages += 1;
    let (items, own) = match walk.tree.compat() {
        Compat::Latest => walk.read(id)?,
        Compat::Beta56 => Default::default(),
    };
    Ok(Visit { id, items, own, next: 0 })
}

/// All subpackages are rendered: runs the package's own pipeline.
fn leave(walk: &mut Walk<'_>, visit: &mut Visit) -> Result<(), RenderError> {
    if walk.tree.compat() == Compat::Beta56 {
        let (mut items, own) = walk.read(visit.id)?;
        visit.items.append(&mut items);
        visit.own = own;
    }
    walk.run_pipeline(visit.id, &visit.own, &mut visit.items)
}

/// What kpt has of the root package when the pipeline of `failed` fails below the packages `around` it: nothing, if
/// there are two or more of them.
fn saved(mut around: Vec<Visit>, failed: Visit) -> Vec<Item> {
    match around.as_mut_slice() {
        [] => failed.items,
        [root] => {
            let mut items = std::mem::take(&mut root.items);
            items.extend(failed.items);
            items
        }
        _ => Vec::new(),
    }
}
