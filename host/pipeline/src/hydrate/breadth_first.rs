//! Breadth first (`kpt.dev/bfs-rendering`): all packages are read, then pipelines run level by level, each over its
//! package's resources and those of the packages below, as they are by then.
//!
//! A resource belongs to the package that its package-path names. kpt gives a package the list of those that a function
//! left for it, which loses resources: where there are none, the old ones come back; those for a package outside the
//! subtree take the place of what is there; those for no known package are dropped. Here each package gets what is left
//! for it beside what it has, and what is for no package stays with the one whose pipeline ran.

use std::collections::HashMap;
use std::path::Path;

use porchlight_package::PackageId;

use super::{ConfigPaths, Failed, Walk};
use crate::error::RenderError;
use crate::item::Item;

/// A package with the resources that are its own at the moment.
struct Node {
    id: PackageId,
    items: Vec<Item>,
    config_paths: ConfigPaths,
}

pub(super) fn run(walk: &mut Walk<'_>) -> Result<Vec<Item>, Failed> {
    let mut nodes = Vec::new();
    if let Err(error) = read_all(walk, &mut nodes) {
        // kpt has read the root by then, and writes it.
        let items = nodes.into_iter().next().map_or_else(Vec::new, |root: Node| root.items);
        return Err(Failed { error, items });
    }
    let positions: HashMap<PackageId, usize> =
        nodes.iter().enumerate().map(|(position, node)| (node.id, position)).collect();
    for position in 0..nodes.len() {
        let id = nodes[position].id;
        let mut items = Vec::new();
        for below in subtree(walk, id) {
            if let Some(position) = positions.get(&below) {
                items.append(&mut nodes[*position].items);
            }
        }
        let config_paths = std::mem::take(&mut nodes[position].config_paths);
        let outcome = walk.run_pipeline(id, config_paths, &mut items);
        for item in items {
            let target = package_of(walk, &item).and_then(|id| positions.get(&id)).copied().unwrap_or(position);
            nodes[target].items.push(item);
        }
        if let Err(error) = outcome {
            return Err(Failed { error, items: all(nodes) });
        }
    }
    Ok(all(nodes))
}

fn read_all(walk: &mut Walk<'_>, nodes: &mut Vec<Node>) -> Result<(), RenderError> {
    walk.validate(PackageId::ROOT)?;
    let mut order = vec![PackageId::ROOT];
    let mut next = 0;
    while let Some(id) = order.get(next).copied() {
        next += 1;
        walk.account.packages += 1;
        let (items, config_paths) = walk.read(id)?;
        nodes.push(Node { id, items, config_paths });
        for child in walk.subpackages(id)? {
            walk.validate(*child)?;
            order.push(*child);
        }
    }
    Ok(())
}

/// A package and all below it, each before the packages in it.
fn subtree(walk: &Walk<'_>, id: PackageId) -> Vec<PackageId> {
    let mut order = Vec::new();
    let mut work = vec![id];
    while let Some(id) = work.pop() {
        order.push(id);
        work.extend(walk.subpackages(id).unwrap_or_default().iter().rev());
    }
    order
}

fn package_of(walk: &Walk<'_>, item: &Item) -> Option<PackageId> {
    let directory = item.marks().package.filter(|directory| !directory.is_empty())?;
    walk.tree().at_directory(Path::new(directory))
}

fn all(nodes: Vec<Node>) -> Vec<Item> {
    nodes.into_iter().flat_map(|node| node.items).collect()
}
