//! Functions of the variant in the pipeline of its package (porch §4.6).

use porchlight_api::porch::Function;
use porchlight_krm::Code;
use porchlight_package::KPTFILE;
use porchlight_yaml::serde::to_node;
use porchlight_yaml::{Document, Kind, NodeId};

use super::Package;
use crate::fault::Place;
use crate::note::{Note, Quirk};
use crate::variant::Variant;
use crate::{Fault, edit};

/// First part of the names of functions that variants add.
const PREFIX: &str = "PackageVariant";

/// The name of the function at a position of its list: `PackageVariant.<variant>.<function>.<position>`.
#[must_use]
pub(crate) fn function_name(variant: &str, function: &str, position: usize) -> String {
    format!("{PREFIX}.{variant}.{function}.{position}")
}

/// True for the name of a function that this variant added, as Porch recognises it.
#[must_use]
pub(crate) fn is_own(name: &str, variant: &str) -> bool {
    match name.split('.').collect::<Vec<_>>()[..] {
        [prefix, owner, _, position] => prefix == PREFIX && owner == variant && is_integer(position),
        _ => false,
    }
}

/// True also for names with more dots.
fn is_own_with_dots(name: &str, variant: &str) -> bool {
    let inner = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('.'));
    let inner = inner.and_then(|rest| rest.strip_prefix(variant)).and_then(|rest| rest.strip_prefix('.'));
    inner.and_then(|rest| rest.rsplit_once('.')).is_some_and(|(_, position)| is_integer(position))
}

/// What Go's `strconv.Atoi` takes.
fn is_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

pub(super) fn change(package: &mut Package<'_>, variant: &Variant) -> Result<(), Fault> {
    let mut kptfile = package.object(KPTFILE)?;
    let file = package.name(KPTFILE);
    let Some(root) = kptfile.root() else { return Ok(()) };
    let pipeline = edit::upsert_mapping(&mut kptfile, root, "pipeline");
    let wanted = variant.spec.pipeline.clone().unwrap_or_default();
    // Where both lists are new, Porch adds them in random order; we add them in the order they run.
    for (key, functions) in [("mutators", &wanted.mutators), ("validators", &wanted.validators)] {
        warn_of_dots(package, variant, key, functions);
        let mut list = Vec::new();
        for (position, function) in functions.iter().enumerate() {
            let name = function_name(&variant.name, &function.name, position);
            let entry = to_node(&mut kptfile, &Function { name, ..function.clone() });
            edit::sort(&mut kptfile, entry);
            list.push(entry);
        }
        for entry in entries(&kptfile, pipeline, key).map_err(|(node, message)| {
            Fault::coded(Code::KptfileInvalid, message).at(Place::node(&file, &kptfile, node))
        })? {
            let name = kptfile.get(entry, "name").map(|name| kptfile.text(name)).unwrap_or_default();
            let own =
                is_own(name, &variant.name) || (!package.compat.is_porch() && is_own_with_dots(name, &variant.name));
            if !own {
                list.push(entry);
            }
        }
        if list.is_empty() {
            kptfile.remove(pipeline, key);
        } else {
            let sequence = kptfile.new_sequence();
            for entry in list {
                kptfile.push(sequence, entry);
            }
            edit::set(&mut kptfile, pipeline, key, sequence);
        }
    }
    if kptfile.get(pipeline, "mutators").is_none() && kptfile.get(pipeline, "validators").is_none() {
        kptfile.remove(root, "pipeline");
    }
    package.write(KPTFILE, &[&kptfile]);
    Ok(())
}

/// The functions of a list.
fn entries(kptfile: &Document, pipeline: NodeId, key: &str) -> Result<Vec<NodeId>, (NodeId, String)> {
    let Some(list) = kptfile.get(pipeline, key) else { return Ok(Vec::new()) };
    let entries: Vec<NodeId> = kptfile.children(list).collect();
    let misfit = entries.iter().find(|entry| kptfile.kind(**entry) != Kind::Mapping);
    match (kptfile.kind(list), misfit) {
        (Kind::Sequence, None) => Ok(entries),
        (Kind::Sequence, Some(entry)) => Err((*entry, format!("`pipeline.{key}` holds something that is no function"))),
        _ => Err((list, format!("`pipeline.{key}` is no list"))),
    }
}

fn warn_of_dots(package: &mut Package<'_>, variant: &Variant, key: &str, functions: &[Function]) {
    for (position, function) in functions.iter().enumerate() {
        let who = if variant.name.contains('.') {
            format!("the name of the variant, `{}`", variant.name)
        } else if function.name.contains('.') {
            format!("the name of the function, `{}`", function.name)
        } else {
            continue;
        };
        let message = format!("{who}, has a dot: Porch adds the function again whenever it changes the package");
        let place = variant.place(&format!("pipeline.{key}[{position}]"));
        package.notes.push(Note::quirk(Quirk::DottedName, message).at(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_names_have_four_parts() {
        assert_eq!(function_name("edge-7", "ns", 0), "PackageVariant.edge-7.ns.0");
        assert!(is_own("PackageVariant.edge-7.ns.0", "edge-7"));
        assert!(is_own("PackageVariant.edge-7..1", "edge-7"));
        assert!(is_own("PackageVariant.edge-7.ns.-1", "edge-7"));
        for other in [
            "PackageVariant.edge-8.ns.0",
            "PackageVariant.edge-7.ns.x",
            "PackageVariant.edge-7.a.b.0",
            "packageVariant.edge-7.ns.0",
            "PackageVariant.edge-7.0",
            "",
        ] {
            assert!(!is_own(other, "edge-7"), "{other}");
        }
    }

    #[test]
    fn dots_in_names_are_seen_through() {
        assert!(is_own_with_dots("PackageVariant.edge-7.a.b.0", "edge-7"));
        assert!(is_own_with_dots("PackageVariant.edge.7.a.0", "edge.7"));
        assert!(!is_own_with_dots("PackageVariant.edge.7.a.0", "edge-7"));
        assert!(!is_own_with_dots("PackageVariant.edge-7.a", "edge-7"));
    }
}
