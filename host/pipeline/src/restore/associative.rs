//! Which elements of two lists belong together by their merge keys.
//!
//! kyaml finds, for each combination of key values that occurs in either list, the first element with it in
//! each list, searching both lists every time. Here both lists are indexed once.

use std::collections::{HashMap, HashSet};

use porchlight_yaml::{Document, Kind, NodeId};

use super::error::RestoreError;
use super::fields::field;
use super::node::{is_nil_or_empty, is_null};

/// Values of the merge keys of one element; "" where there is none.
type Values<'a> = [&'a str; 2];

/// Pairs of elements that belong together, in the order kyaml visits them: as in the list sent, then as in the
/// list returned. No keys means a list of scalars, matched by value. Takes up to two keys; with more, which no
/// Kubernetes type has, nothing is paired.
///
/// # Errors
/// Where kyaml gives up: an element that is not a mapping in a list merged by key, or the other way round.
pub(super) fn pairs(
    (from, sent): (&Document, NodeId),
    (to, returned): (&Document, NodeId),
    keys: &[&str],
) -> Result<Vec<(NodeId, NodeId)>, RestoreError> {
    match keys {
        [] => by_value((from, sent), (to, returned)),
        [_] | [_, _] => by_keys((from, sent), (to, returned), keys),
        _ => Ok(Vec::new()),
    }
}

fn by_value(
    (from, sent): (&Document, NodeId),
    (to, returned): (&Document, NodeId),
) -> Result<Vec<(NodeId, NodeId)>, RestoreError> {
    let first_sent = first_by_text(from, sent);
    let first_returned = first_by_text(to, returned);
    let mut pairs = Vec::new();
    for (position, element) in from.children(sent).enumerate() {
        let text = from.text(element);
        let is_first = first_sent.get(text).is_some_and(|(first, _)| *first == position);
        if let (true, Some((_, counterpart))) = (is_first, first_returned.get(text)) {
            pairs.push((element, *counterpart));
        }
    }
    let has_new = to.children(returned).any(|element| !first_sent.contains_key(to.text(element)));
    if has_new {
        // kyaml compares the new value with each element sent.
        let not_a_scalar = |element: &NodeId| from.kind(*element) != Kind::Scalar && !is_empty_mapping(from, *element);
        if let Some(element) = from.children(sent).find(not_a_scalar) {
            return Err(RestoreError::kind(from, element, Kind::Scalar));
        }
    }
    Ok(pairs)
}

fn first_by_text(document: &Document, list: NodeId) -> HashMap<&str, (usize, NodeId)> {
    let mut first = HashMap::new();
    for (position, element) in document.children(list).enumerate() {
        first.entry(document.text(element)).or_insert((position, element));
    }
    first
}

fn is_empty_mapping(document: &Document, node: NodeId) -> bool {
    document.kind(node) == Kind::Mapping && is_nil_or_empty(document, node)
}

fn by_keys<'a>(
    (from, sent): (&'a Document, NodeId),
    (to, returned): (&'a Document, NodeId),
    keys: &[&str],
) -> Result<Vec<(NodeId, NodeId)>, RestoreError> {
    let mut sent = Elements::read(from, sent, keys);
    let mut returned = Elements::read(to, returned, keys);

    let mut seen = HashSet::new();
    let all = sent.list.iter().chain(&returned.list);
    let mut wanted: Vec<Values<'a>> = all.map(|element| element.values).filter(|values| seen.insert(*values)).collect();
    if keys.len() == 2 {
        complete(&mut wanted);
    }
    // A key that no element has is not looked at, unless none has any.
    let used = [0, 1].map(|key| wanted.iter().any(|values| !values[key].is_empty()));
    let used = if used == [false, false] { [true, keys.len() == 2] } else { used };
    sent.used = used;
    returned.used = used;

    let mut pairs = Vec::new();
    let mut done = HashSet::new();
    for values in wanted {
        if !done.insert(values) {
            continue;
        }
        match (sent.find(values), returned.find(values)) {
            (Some(sent), Some(returned)) => pairs.push((sent, returned)),
            (None, _) if values == ["", ""] => {
                // kyaml removes "the element without keys" from the list sent, and with it all that have them.
                if let Some(element) = sent.first_not_mapping(from) {
                    return Err(RestoreError::kind(from, element, Kind::Mapping));
                }
                sent.forget_complete();
            }
            _ => {}
        }
    }
    Ok(pairs)
}

struct Element<'a> {
    node: NodeId,
    /// Texts of the key fields as written, where there are such fields.
    written: [Option<&'a str>; 2],
    /// The same with "" for what is missing, null or empty.
    values: Values<'a>,
}

impl<'a> Element<'a> {
    fn read(document: &'a Document, node: NodeId, keys: &[&str]) -> Self {
        let mut element = Self { node, written: [None; 2], values: [""; 2] };
        for (position, key) in keys.iter().enumerate().take(2) {
            let Some(value) = field(document, node, key) else { continue };
            element.written[position] = Some(document.text(value));
            if !is_nil_or_empty(document, value) {
                element.values[position] = document.text(value);
            }
        }
        element
    }
}

struct Elements<'a> {
    list: Vec<Element<'a>>,
    /// First element by the texts of its keys; `None` for a key not asked for.
    index: HashMap<[Option<&'a str>; 2], NodeId>,
    /// Which of the keys count.
    used: [bool; 2],
}

impl<'a> Elements<'a> {
    fn read(document: &'a Document, list: NodeId, keys: &[&str]) -> Self {
        let nodes = (document.kind(list) == Kind::Sequence).then(|| document.children(list));
        let list = nodes.into_iter().flatten().map(|node| Element::read(document, node, keys)).collect();
        let mut elements = Self { list, index: HashMap::new(), used: [true; 2] };
        elements.make_index();
        elements
    }

    fn make_index(&mut self) {
        self.index.clear();
        for Element { node, written: [first, second], .. } in &self.list {
            if first.is_some() {
                self.index.entry([*first, None]).or_insert(*node);
            }
            if second.is_some() {
                self.index.entry([None, *second]).or_insert(*node);
                if first.is_some() {
                    self.index.entry([*first, *second]).or_insert(*node);
                }
            }
        }
    }

    /// The first element with these values. An empty value is not asked for, unless all are empty: then the
    /// element must have the keys, without a value.
    fn find(&self, values: Values<'a>) -> Option<NodeId> {
        let asked = |value: &'a str| (!value.is_empty()).then_some(value);
        let key = match values {
            ["", ""] => self.used.map(|used| used.then_some("")),
            [first, second] => [asked(first), asked(second)],
        };
        self.index.get(&key).copied()
    }

    fn first_not_mapping(&self, document: &Document) -> Option<NodeId> {
        let counts = |node: &NodeId| document.kind(*node) != Kind::Mapping && !is_null(document, *node);
        self.list.iter().map(|element| element.node).find(counts)
    }

    /// Drops every element that has all the keys.
    fn forget_complete(&mut self) {
        let used = self.used;
        let has_all = |element: &Element<'_>| (0..2).all(|key| !used[key] || element.written[key].is_some());
        self.list.retain(|element| !has_all(element));
        self.make_index();
    }
}

/// Fills gaps: values that agree in one key, one of them lacking the other key, stand for the same element
/// (a port with and without its protocol). As kyaml compares every two in turn, the last match wins.
///
/// All values are different when this starts, so at most one lacks a given key beside a given value: looking
/// through the values that share the other key is linear in total.
fn complete(list: &mut [Values<'_>]) {
    let mut groups = Groups::new(list);
    for current in 0..list.len() {
        match list[current] {
            ["", ""] => {
                let has_gap = |other: &usize| *other != current && list[*other].contains(&"");
                if let Some(last) = (0..list.len()).rev().find(has_gap) {
                    groups.set(list, current, list[last]);
                }
            }
            [first, second] if !first.is_empty() && !second.is_empty() => {
                for key in [0, 1] {
                    for other in groups.take_open(key, list[current][key]) {
                        groups.set(list, other, list[current]);
                    }
                }
            }
            gap => {
                let key = usize::from(gap[0].is_empty());
                if let Some(empty) = groups.take_empty() {
                    groups.set(list, empty, gap);
                }
                let last = groups.sharing(key, gap[key]).filter(|other| *other != current).max();
                if let Some(last) = last {
                    groups.set(list, current, list[last]);
                }
            }
        }
    }
}

/// Positions by the values they hold.
struct Groups<'a> {
    /// For each key: positions by its value.
    sharing: [HashMap<&'a str, Vec<usize>>; 2],
    /// For each key: positions that have only this key, by its value.
    open: [HashMap<&'a str, Vec<usize>>; 2],
    /// The position without any value.
    empty: Option<usize>,
}

impl<'a> Groups<'a> {
    fn new(list: &[Values<'a>]) -> Self {
        let mut groups = Self { sharing: Default::default(), open: Default::default(), empty: None };
        for (position, values) in list.iter().enumerate() {
            groups.add(position, ["", ""], *values);
        }
        groups
    }

    fn add(&mut self, position: usize, before: Values<'a>, after: Values<'a>) {
        for key in [0, 1] {
            if after[key].is_empty() {
                continue;
            }
            if before[key].is_empty() {
                self.sharing[key].entry(after[key]).or_default().push(position);
            }
            let open = self.open[key].entry(after[key]).or_default();
            if after[1 - key].is_empty() {
                open.push(position);
            } else {
                open.retain(|other| *other != position);
            }
        }
        if after == ["", ""] {
            self.empty = Some(position);
        } else if self.empty == Some(position) {
            self.empty = None;
        }
    }

    fn set(&mut self, list: &mut [Values<'a>], position: usize, values: Values<'a>) {
        let before = std::mem::replace(&mut list[position], values);
        if before != values {
            self.add(position, before, values);
        }
    }

    fn sharing(&self, key: usize, value: &str) -> impl Iterator<Item = usize> + '_ {
        self.sharing[key].get(value).into_iter().flatten().copied()
    }

    fn take_open(&mut self, key: usize, value: &str) -> Vec<usize> {
        self.open[key].remove(value).unwrap_or_default()
    }

    fn take_empty(&mut self) -> Option<usize> {
        self.empty.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// kyaml's own way: every two values in turn.
    fn complete_slowly<'a>(list: &mut [Values<'a>]) {
        for i in 0..list.len() {
            let one = list[i];
            for j in 0..list.len() {
                let other = list[j];
                let agree = (0..2).any(|key| one[key] == other[key]);
                let clash = (0..2).any(|key| one[key] != other[key] && !one[key].is_empty() && !other[key].is_empty());
                if agree && !clash {
                    let both = [0, 1].map(|key| if one[key].is_empty() { other[key] } else { one[key] });
                    list[i] = both;
                    list[j] = both;
                }
            }
        }
    }

    #[test]
    fn fills_gaps_as_kyaml_does() {
        // Every list of up to five different values over three texts a key.
        let texts = ["", "a", "b"];
        let all: Vec<Values<'_>> = texts.iter().flat_map(|x| texts.iter().map(move |y| [*x, *y])).collect();
        let mut work = vec![Vec::new()];
        let mut lists = 0;
        while let Some(list) = work.pop() {
            let (mut fast, mut slow) = (list.clone(), list.clone());
            complete(&mut fast);
            complete_slowly(&mut slow);
            assert_eq!(fast, slow, "{list:?}");
            lists += 1;
            if list.len() < 5 {
                for values in all.iter().filter(|values| !list.contains(values)) {
                    let mut longer = list.clone();
                    longer.push(*values);
                    work.push(longer);
                }
            }
        }
        assert!(lists > 10_000);
    }
}
