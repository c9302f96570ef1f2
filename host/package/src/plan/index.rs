//! Which resources go into which file, in which order.

use std::collections::{BTreeMap, HashMap};

use porchlight_krm::Resource;
use rayon::prelude::*;

use super::MANY;
use super::error::{PlanError, PlanProblem};
use crate::annotation;
use crate::path::clean;

/// Resources by file, each file's in the order they are written: by index, then as given. kpt takes a negative index
/// too; it names no place in a file, and a function that gives one has lost count.
///
/// A resource without an index gets the highest of its file so far, those after it the following ones: a new
/// resource stands behind the last that was there.
pub(super) fn by_file(items: Vec<Resource>) -> Result<BTreeMap<String, Vec<Resource>>, PlanError> {
    let placed: Vec<_> = if items.len() < MANY {
        items.into_iter().map(place).collect()
    } else {
        items.into_par_iter().map(place).collect()
    };
    let placed = placed.into_iter().collect::<Result<Vec<Placed>, PlanError>>()?;
    let mut highest: HashMap<String, i64> = HashMap::new();
    for (path, index, _) in &placed {
        let index = index.unwrap_or_default();
        match highest.get_mut(path) {
            Some(file) => *file = (*file).max(index),
            None => drop(highest.insert(path.clone(), index)),
        }
    }
    let mut files: BTreeMap<String, Vec<(i64, Resource)>> = BTreeMap::new();
    for (path, index, item) in placed {
        let index = index.unwrap_or_else(|| {
            let next = highest.entry(path.clone()).or_default();
            let index = *next;
            *next = next.saturating_add(1);
            index
        });
        files.entry(path).or_default().push((index, item));
    }
    let sorted = |mut items: Vec<(i64, Resource)>| {
        items.sort_by_key(|(index, _)| *index);
        items.into_iter().map(|(_, item)| item).collect()
    };
    Ok(files.into_iter().map(|(path, items)| (path, sorted(items))).collect())
}

/// A resource with its file and its index in it.
type Placed = (String, Option<i64>, Resource);

fn place(mut item: Resource) -> Result<Placed, PlanError> {
    if let Err(problem) = annotation::complete_twins(item.document_mut()) {
        return Err(PlanError::new(Some(&item), "", PlanProblem::Metadata(problem)));
    }
    let (path, index) = annotation::file(item.document());
    if path.is_empty() {
        return Err(PlanError::new(Some(&item), "", PlanProblem::NoPath));
    }
    let index = match index {
        "" => None,
        text => match text.parse::<i64>() {
            Ok(index) if index >= 0 => Some(index),
            _ => return Err(PlanError::new(Some(&item), path, PlanProblem::Index(text.to_owned()))),
        },
    };
    let path = if path.starts_with('/') { path.to_owned() } else { clean(path) };
    Ok((path, index, item))
}
