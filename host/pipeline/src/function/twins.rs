//! The two spellings of path and index annotations (kpt-render §2.7.9, kyaml/kio).
//!
//! Every resource carries its path and index twice: `config.kubernetes.io/…` for older functions and
//! `internal.config.kubernetes.io/…`. A function may change either; the other follows.

use porchlight_package::annotation;

use super::output::OutputError;
use crate::item::{Item, MIGRATION_ID, Marks, Twin};

/// Names of a pair of annotations: the internal one, the older one.
type Names = [&'static str; 2];

const PATH: Names = [annotation::PATH, annotation::LEGACY_PATH];
const INDEX: Names = [annotation::INDEX, annotation::LEGACY_INDEX];
const ID: Names = [annotation::ID, annotation::LEGACY_ID];

/// The places of the resources before a function ran.
#[derive(Debug)]
pub(super) struct Twins {
    before: Vec<Place>,
    /// Which spelling the resources use; both unless they came from elsewhere.
    internal: Option<bool>,
    legacy: Option<bool>,
    mixed: bool,
}

#[derive(Debug)]
struct Place {
    path: String,
    index: String,
}

impl Twins {
    /// Numbers the selected items, notes their places and completes the spellings.
    ///
    /// # Errors
    /// A resource whose two spellings differ already.
    pub(super) fn prepare(items: &mut [Item], selected: &[usize]) -> Result<Self, OutputError> {
        let mut twins = Self { before: Vec::with_capacity(selected.len()), internal: None, legacy: None, mixed: false };
        for (number, position) in selected.iter().enumerate() {
            let item = &mut items[*position];
            item.set_annotation(MIGRATION_ID, &number.to_string());
            let marks = item.marks();
            twins.note_spelling(&marks);
            let place = Place { path: marks.path.value().to_owned(), index: marks.index.value().to_owned() };
            twins.before.push(place);
            complete(item);
            check(&item.marks())?;
        }
        Ok(twins)
    }

    fn note_spelling(&mut self, marks: &Marks<'_>) {
        let all = [marks.path, marks.index, marks.id];
        let (internal, legacy) =
            (all.iter().any(|twin| twin.internal.is_some()), all.iter().any(|twin| twin.legacy.is_some()));
        if internal || legacy {
            self.mixed |= *self.internal.get_or_insert(internal) != internal;
            self.mixed |= *self.legacy.get_or_insert(legacy) != legacy;
        }
    }

    /// Lets the spelling that was not changed follow the one that was, and removes the numbers.
    ///
    /// # Errors
    /// Both spellings were changed, to different values.
    pub(super) fn reconcile(&self, output: &mut [Item]) -> Result<(), OutputError> {
        if self.mixed && !output.is_empty() {
            return Err(OutputError::MixedSpellings);
        }
        // Without any resource before, both are used.
        let (internal, legacy) = match (self.internal, self.legacy) {
            (None, None) => (self.before.is_empty(), self.before.is_empty()),
            (internal, legacy) => (internal.unwrap_or(false), legacy.unwrap_or(false)),
        };
        for item in output {
            let before = number(&item.marks()).and_then(|number| self.before.get(number));
            reconcile_one(item, before.map(|place| (place.path.as_str(), place.index.as_str())), (internal, legacy))?;
        }
        Ok(())
    }
}

/// The number of an item among those a function got.
fn number(marks: &Marks<'_>) -> Option<usize> {
    let id = marks.migration_id?;
    id.parse().ok().filter(|number: &usize| number.to_string() == id)
}

/// As [`Twins::reconcile`], for one item of a function whose inputs all had both spellings. `before` gives the item at a
/// number.
pub(super) fn reconcile<'a>(item: &mut Item, before: impl Fn(usize) -> Option<&'a Item>) -> Result<(), OutputError> {
    let before = number(&item.marks()).and_then(before).map(Item::marks);
    let place = before.map(|marks| (marks.path.value(), marks.index.value()));
    reconcile_one(item, place, (true, true))
}

/// Lets one spelling follow the other; `before` are path and index as they were, `used` tells which spellings there are.
fn reconcile_one(item: &mut Item, before: Option<(&str, &str)>, used: (bool, bool)) -> Result<(), OutputError> {
    complete(item);
    if let Some((path, index)) = before {
        let marks = item.marks();
        let path = follow(marks.path, PATH, path, "path")?;
        let index = follow(marks.index, INDEX, index, "index")?;
        for (name, value) in [path, index].into_iter().flatten() {
            item.set_annotation(name, &value);
        }
    }
    if !used.0 {
        item.clear_annotations(&[ID[0], PATH[0], INDEX[0]]);
    }
    if !used.1 {
        item.clear_annotations(&[ID[1], PATH[1], INDEX[1]]);
    }
    check(&item.marks())?;
    item.clear_annotations(&[MIGRATION_ID]);
    Ok(())
}

/// Where only one spelling is there, makes the other.
pub(super) fn complete(item: &mut Item) {
    let marks = item.marks();
    let missing = |twin: Twin<'_>, names: Names| match twin.both() {
        ("", "") => None,
        ("", legacy) => Some((names[0], legacy.to_owned())),
        (internal, "") => Some((names[1], internal.to_owned())),
        _ => None,
    };
    let missing = [missing(marks.path, PATH), missing(marks.index, INDEX), missing(marks.id, ID)];
    for (name, value) in missing.into_iter().flatten() {
        item.set_annotation(name, &value);
    }
}

/// The spelling that has to follow, and its value.
fn follow(
    twin: Twin<'_>,
    names: Names,
    before: &str,
    what: &'static str,
) -> Result<Option<(&'static str, String)>, OutputError> {
    if before.is_empty() {
        return Ok(None);
    }
    let (internal, legacy) = twin.both();
    match (internal != before, legacy != before) {
        (true, true) if internal != legacy => Err(OutputError::DifferentTwins(what)),
        (true, _) => Ok(Some((names[1], internal.to_owned()))),
        (false, true) => Ok(Some((names[0], legacy.to_owned()))),
        (false, false) => Ok(None),
    }
}

fn check(marks: &Marks<'_>) -> Result<(), OutputError> {
    for (twin, what) in [(marks.path, "path"), (marks.index, "index"), (marks.id, "id")] {
        let (internal, legacy) = twin.both();
        if !internal.is_empty() && !legacy.is_empty() && internal != legacy {
            return Err(OutputError::DifferentTwins(what));
        }
    }
    Ok(())
}
