//! Running a function without text, see [`porchlight_krm::protocol`].
//!
//! Only changed and new items are read, checked and given their comments back, by the very steps that a list in text goes
//! through; all others are what their [passage](crate::passage) says. Whatever is unusual, in what goes in or comes
//! out, is left to the text: its outcome, errors included, is the one that counts.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use porchlight_krm::protocol::{Answer, Entry, PackedItem, Request, Results};
use porchlight_package::{Compat, FunctionKind};
use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, Style, emit, parse_first};
use rayon::prelude::*;

use super::config::Config;
use super::output::{check_aliases, read_items};
use super::{Leftovers, Runner};
use crate::cancellation::Cancellation;
use crate::error::Problem;
use crate::item::Item;
use crate::passage::{Element, FIRST_LINE, MARKS};
use crate::results::read_results;
use crate::selection;

/// From this many items on, both processors are worth their threads.
const MANY: usize = 48;
/// The line of the list that its first item starts on.
const FIRST_ITEM: usize = 4;

/// An item of what a function gave back.
pub(crate) enum Slot {
    /// The item at this position of the package, unchanged.
    Kept(usize),
    /// One that was changed or made.
    New(Box<Item>),
}

/// What a function is to get.
pub(super) struct Exchange {
    config: Option<PackedItem>,
    /// How many of [`MARKS`] the items have; the last ones.
    marks: usize,
    /// The bytes for the function, once they were made. Other functions that are to get the same have them too.
    request: Arc<OnceLock<Arc<Vec<u8>>>>,
}

impl Exchange {
    /// Prepares a run without text; `None` where it has to be by text.
    pub(super) fn prepare(runner: &Runner<'_>, items: &mut [Item], selected: &[usize]) -> Option<Self> {
        if !runner.prepared.takes_requests() {
            return None;
        }
        // A resource that two selectors chose is in the list twice.
        if !selected.is_sorted_by(|one, next| one < next) {
            return None;
        }
        try_passages(items, selected);
        let fits = |position: &usize| {
            let passage = items[*position].passage();
            passage.is_some_and(|passage| passage.has_package || runner.package.is_none())
        };
        if !selected.iter().all(fits) || !has_own_places(items, selected) {
            return None;
        }
        let is_mutator = runner.kind == FunctionKind::Mutator;
        let marks = match (is_mutator, selection::is_selective(runner.function)) {
            (true, true) => 4,
            (true, false) => 3,
            (false, _) => 2,
        };
        let config = match runner.config.node(items) {
            None => None,
            Some((document, root)) => Some(config(document, root, &runner.config, items, selected, marks)?),
        };
        Some(Self { config, marks, request: Arc::default() })
    }

    /// Takes the bytes of `other`, which is to get the same items, where they are the same.
    pub(super) fn share(&mut self, other: &Self) {
        if self.marks == other.marks && self.config.is_none() && other.config.is_none() {
            self.request = Arc::clone(&other.request);
        }
    }

    /// The bytes for the function.
    fn request(&self, items: &[Item], selected: &[usize], compat: Compat) -> Arc<Vec<u8>> {
        Arc::clone(self.request.get_or_init(|| Arc::new(self.new_request(items, selected, compat))))
    }

    fn new_request(&self, items: &[Item], selected: &[usize], compat: Compat) -> Vec<u8> {
        let mut names = MARKS;
        names[0] = selection::id_annotation(compat);
        let mut request = Request::new(names[MARKS.len() - self.marks..].to_vec());
        let mut line = FIRST_ITEM;
        for (number, position) in selected.iter().enumerate() {
            let Some(passage) = items[*position].passage() else { continue };
            let numbers = [*position, number, number + 1, number + 1];
            request.item(&passage.packed, to_line(line), numbers[MARKS.len() - self.marks..].to_vec());
            line += passage.lines(self.marks);
        }
        if let Some(config) = &self.config {
            request.config(config, to_line(line));
        }
        request.finish()
    }
}

fn to_line(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// Looks at the selected items that nobody has looked at.
fn try_passages(items: &mut [Item], selected: &[usize]) {
    let mut next = selected.iter().peekable();
    let mut untried: Vec<&mut Item> = items
        .iter_mut()
        .enumerate()
        .filter(|(position, _)| next.next_if(|wanted| *wanted == position).is_some())
        .map(|(_, item)| item)
        .filter(|item| item.is_untried())
        .collect();
    if untried.len() < MANY {
        untried.into_iter().for_each(Item::try_passage);
    } else {
        untried.par_iter_mut().for_each(|item| item.try_passage());
    }
}

/// True where no two of the selected items are at one place.
fn has_own_places(items: &[Item], selected: &[usize]) -> bool {
    let places: Option<Vec<&str>> =
        selected.iter().map(|position| items[*position].passage().map(|passage| passage.place.as_str())).collect();
    let Some(places) = places else { return false };
    // Mostly they are in the order of a walk.
    let mut seen = HashSet::new();
    places.is_sorted_by(|one, next| one < next) || places.iter().all(|place| seen.insert(place))
}

/// The functionConfig as functions see it: below the items, with the marks where it is one of them.
fn config(
    document: &Document,
    root: NodeId,
    config: &Config,
    items: &[Item],
    selected: &[usize],
    marks: usize,
) -> Option<PackedItem> {
    let mut list = Document::new(document.source().clone());
    let top = list.new_mapping();
    list.set_root(top);
    let (before, copy) = (list.new_sequence(), list.import(document, root));
    for (key, value) in [("items", before), ("functionConfig", copy)] {
        let key = list.new_string(key);
        list.push_entry(top, key, value);
    }
    // Two lines, as an element that has been written before it.
    let (key, value) = (list.new_string("a"), list.new_string("b"));
    let element = list.new_mapping();
    list.push_entry(element, key, value);
    list.push(before, element);
    if let Config::Live(position) = config {
        // A passage is only for items with annotations in block style, a line each.
        items[*position].passage()?;
        let annotations = list.get(list.get(copy, "metadata")?, "annotations")?;
        let number = selected.iter().position(|selected| selected == position);
        let numbers = [Some(*position), number, number.map(|number| number + 1), number.map(|number| number + 1)];
        for (mark, number) in MARKS.into_iter().zip(numbers).skip(MARKS.len() - marks) {
            let Some(number) = number else { continue };
            let (key, value) =
                (list.new_scalar(mark, Style::Plain), list.new_scalar(number.to_string(), Style::SingleQuoted));
            list.push_entry(annotations, key, value);
        }
    }
    let mut text = String::new();
    emit(&list, SequenceIndent::Compact, &mut text);
    if text.contains('\r') {
        return None;
    }
    let has_aliases = text.contains('*');
    let list = parse_first(text.into()).ok()??;
    let node = list.get(list.root()?, "functionConfig")?;
    if has_aliases {
        check_aliases(&list, node, 0).ok()?;
    }
    let is_plain = list.kind(node) == Kind::Mapping && list.duplicate_keys().is_empty();
    is_plain.then(|| PackedItem::new(&list, node, FIRST_LINE, None))
}

/// True where what was selected is kept, in its order.
pub(super) fn keeps_all(slots: &[Slot], selected: &[usize]) -> bool {
    let kept = slots.iter().map(|slot| match slot {
        Slot::Kept(position) => Some(position),
        Slot::New(_) => None,
    });
    kept.eq(selected.iter().map(Some))
}

/// The items after a mutator that gets all.
pub(super) fn replace(old: Vec<Item>, slots: Vec<Slot>) -> Vec<Item> {
    let mut old: Vec<Option<Item>> = old.into_iter().map(Some).collect();
    let item = |slot| match slot {
        Slot::Kept(position) => old[position].take().map(|mut item: Item| {
            item.pass();
            item
        }),
        Slot::New(item) => Some(*item),
    };
    slots.into_iter().filter_map(item).collect()
}

/// The items after a mutator that gets a choice, by the rules of [`selection::merge`].
pub(super) fn merge(old: Vec<Item>, selected: &[usize], slots: Vec<Slot>, id_annotation: &str) -> Vec<Item> {
    let mut by_position: HashMap<usize, Slot> = HashMap::with_capacity(slots.len());
    let mut new = Vec::new();
    for slot in slots {
        match slot {
            Slot::Kept(position) => {
                by_position.entry(position).or_insert(Slot::Kept(position));
            }
            Slot::New(mut item) => {
                let id = item.annotation_or_empty(id_annotation);
                let position = id.parse().ok().filter(|position: &usize| position.to_string() == id);
                let is_new = id.is_empty();
                item.clear_annotations(&[id_annotation]);
                if let Some(position) = position {
                    by_position.entry(position).or_insert(Slot::New(item));
                } else if is_new {
                    new.push(*item);
                }
            }
        }
    }
    let mut selected = selected.iter().peekable();
    let mut merged = Vec::with_capacity(old.len() + new.len());
    for (position, mut item) in old.into_iter().enumerate() {
        if selected.next_if(|selected| **selected == position).is_none() {
            merged.push(item);
            continue;
        }
        match by_position.remove(&position) {
            Some(Slot::Kept(_)) => {
                item.pass();
                merged.push(item);
            }
            Some(Slot::New(item)) => merged.push(*item),
            None => {}
        }
    }
    merged.append(&mut new);
    merged
}

impl Runner<'_> {
    /// Runs the function; `None` where what it answered has to be had as text.
    pub(super) fn exchange(
        &self,
        exchange: &Exchange,
        items: &[Item],
        selected: &[usize],
        left: &mut Leftovers,
        cancellation: Option<&Cancellation>,
    ) -> Option<Result<Vec<Slot>, Problem>> {
        let request = exchange.request(items, selected, self.compat);
        left.output = match self.prepared.exchange(request, cancellation) {
            Ok(output) => output,
            Err(error) => {
                left.output.stderr.clone_from(&error.stderr);
                return Some(Err(Problem::Runtime(error)));
            }
        };
        let Answer { entries, results } = Answer::read(&std::mem::take(&mut left.output.stdout)).ok()?;
        let results = read(results, self.compat)?;
        if left.output.exit_code != 0 {
            left.results = results;
            return Some(Err(Problem::Failed { exit_code: left.output.exit_code }));
        }
        let slots = self.slots(entries, items, selected)?;
        left.results = results;
        Some(Ok(slots))
    }

    fn slots(&self, entries: Vec<Entry>, items: &[Item], selected: &[usize]) -> Option<Vec<Slot>> {
        let takes_all = self.kind == FunctionKind::Mutator && !selection::is_selective(self.function);
        if takes_all && entries.is_empty() && !selected.is_empty() && !self.allow_empty {
            return None;
        }
        let mut kept = HashSet::new();
        let mut is_changed = false;
        for entry in &entries {
            match entry {
                Entry::Kept(number) if *number < selected.len() && kept.insert(*number) => {}
                Entry::Kept(_) => return None,
                Entry::Whole(_) => is_changed = true,
            }
        }
        let read = |entry: Entry| match entry {
            Entry::Kept(number) => Some(Slot::Kept(selected[number])),
            Entry::Whole(document) => self.changed(&document, items, selected).map(|item| Slot::New(Box::new(item))),
        };
        let slots: Option<Vec<Slot>> = if entries.len() - kept.len() < MANY {
            entries.into_iter().map(read).collect()
        } else {
            entries.into_par_iter().map(read).collect()
        };
        let slots = slots?;
        if is_changed {
            let output = slots.iter().map(|slot| match slot {
                Slot::Kept(position) => &items[*position],
                Slot::New(item) => item,
            });
            super::invariants::check(output).ok()?;
        }
        Some(slots)
    }

    /// An item as it would be read from the function's output, with its comments, path and package.
    fn changed(&self, document: &Document, items: &[Item], selected: &[usize]) -> Option<Item> {
        let element = Element::write(document, document.root()?, |_, _| Some(()))?;
        let list = &element.list;
        let sequence = list.parent(element.node);
        let mut read = read_items(list, sequence, element.has_aliases).ok()?;
        let mut item = read.pop()?;
        let sent = |id: &str| {
            let number: usize = id.parse().ok()?;
            let position = selected.get(number.checked_sub(1)?)?;
            (number.to_string() == id).then(|| &items[*position])
        };
        self.take_over(items, sent, std::slice::from_mut(&mut item)).ok()?;
        Some(item)
    }
}

/// Results that all have their form; `None` for others.
fn read(results: Results, compat: Compat) -> Option<Vec<crate::results::ResultItem>> {
    if results.is_empty() {
        return Some(Vec::new());
    }
    let (document, list) = results.list()?;
    let read = read_results(&document, list, compat);
    read.error.is_none().then_some(read.items)
}
