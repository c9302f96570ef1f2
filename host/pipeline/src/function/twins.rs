//! The two spellings of path and index annotations (kpt-render §2.7.9, kyaml/kio).
//!
//! Every resource carries its path and index twice: `config.kubernetes.io/…` for older functions and
//! `internal.config.kubernetes.io/…`. A function may change either; the other follows.

use porchlight_package::annotation;

use super::output::OutputError;
use crate::item::{Item, MIGRATION_ID};

const PATH: [&str; 2] = [annotation::PATH, annotation::LEGACY_PATH];
const INDEX: [&str; 2] = [annotation::INDEX, annotation::LEGACY_INDEX];
const ID: [&str; 2] = [annotation::ID, annotation::LEGACY_ID];

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
            twins.note_spelling(item);
            twins.before.push(Place { path: item.path().to_owned(), index: item.index().to_owned() });
            complete(item);
            check(item)?;
        }
        Ok(twins)
    }

    fn note_spelling(&mut self, item: &Item) {
        let uses = |spelling: usize| [PATH, INDEX, ID].iter().any(|keys| item.annotation(keys[spelling]).is_some());
        let (internal, legacy) = (uses(0), uses(1));
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
        if self.mixed {
            return Err(OutputError::MixedSpellings);
        }
        // Without any resource before, both are used.
        let (internal, legacy) = match (self.internal, self.legacy) {
            (None, None) => (self.before.is_empty(), self.before.is_empty()),
            (internal, legacy) => (internal.unwrap_or(false), legacy.unwrap_or(false)),
        };
        for item in output {
            for keys in [PATH, INDEX, ID] {
                fill(item, keys);
            }
            if let Some(before) = self.before_of(item) {
                follow(item, PATH, &before.path, "path")?;
                follow(item, INDEX, &before.index, "index")?;
            }
            for keys in [ID, PATH, INDEX] {
                if !internal {
                    item.clear_annotation(keys[0]);
                }
                if !legacy {
                    item.clear_annotation(keys[1]);
                }
            }
            check(item)?;
            item.clear_annotation(MIGRATION_ID);
        }
        Ok(())
    }

    fn before_of(&self, item: &Item) -> Option<&Place> {
        let id = item.annotation(MIGRATION_ID)?;
        let number: usize = id.parse().ok()?;
        self.before.get(number).filter(|_| number.to_string() == id)
    }
}

/// Where only one spelling is there, makes the other.
pub(super) fn complete(item: &mut Item) {
    for keys in [PATH, INDEX, ID] {
        fill(item, keys);
    }
}

fn fill(item: &mut Item, [internal, legacy]: [&'static str; 2]) {
    let (own, other) = (item.annotation_or_empty(internal), item.annotation_or_empty(legacy));
    let (target, value) = match (own.is_empty(), other.is_empty()) {
        (true, false) => (internal, other.to_owned()),
        (false, true) => (legacy, own.to_owned()),
        (true, true) | (false, false) => return,
    };
    item.set_annotation(target, &value);
}

fn follow(
    item: &mut Item,
    [internal, legacy]: [&'static str; 2],
    before: &str,
    what: &'static str,
) -> Result<(), OutputError> {
    if before.is_empty() {
        return Ok(());
    }
    let (own, other) = (item.annotation_or_empty(internal), item.annotation_or_empty(legacy));
    let (target, value) = match (own != before, other != before) {
        (true, true) if own != other => return Err(OutputError::DifferentTwins(what)),
        (true, _) => (legacy, own.to_owned()),
        (false, true) => (internal, other.to_owned()),
        (false, false) => return Ok(()),
    };
    item.set_annotation(target, &value);
    Ok(())
}

fn check(item: &Item) -> Result<(), OutputError> {
    for (keys, what) in [(PATH, "path"), (INDEX, "index"), (ID, "id")] {
        let [own, other] = keys.map(|key| item.annotation_or_empty(key));
        if !own.is_empty() && !other.is_empty() && own != other {
            return Err(OutputError::DifferentTwins(what));
        }
    }
    Ok(())
}
