//! Which fields of an object are ours, and how an annotation remembers it.
//!
//! Written as names with what is below them in braces: `spec{capacity{maxSessions},interfaces{[n3]{cniType}}}`
//! owns `spec.capacity.maxSessions` and `spec.interfaces[name=n3].cniType`. A name with one of `{ } , [ ] " \`
//! or white space stands in double quotes.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use porchlight_yaml::order::SortedSet;
use porchlight_yaml::{Document, Kind, NodeId};

use crate::{Resource, value};

/// Deepest nesting of a record; no object we generate comes near it.
const MAX_DEPTH: usize = 100;

/// The key that tells items of a list apart.
pub(super) const ITEM_KEY: &str = "name";

/// One step to an owned field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// The list item with this name.
    Item(String),
}

/// Paths of owned leaves: scalars, lists as a whole, empty mappings, and items that have nothing but a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    paths: SortedSet<Vec<Step>>,
}

impl Fields {
    /// All fields of an object.
    pub(super) fn of(object: &Resource) -> Self {
        let document = object.document();
        let mut fields = Self::default();
        let mut work: Vec<(Vec<Step>, NodeId)> = vec![(Vec::new(), object.root())];
        while let Some((path, node)) = work.pop() {
            let before = work.len();
            let below = |step: Step| path.iter().cloned().chain([step]).collect::<Vec<_>>();
            match document.kind(node) {
                Kind::Mapping => {
                    let is_item = matches!(path.last(), Some(Step::Item(_)));
                    for (key, child) in document.entries(node) {
                        let key = document.text(key);
                        if !(is_item && key == ITEM_KEY) {
                            work.push((below(Step::Key(key.to_owned())), child));
                        }
                    }
                }
                Kind::Sequence => {
                    let items = named_items(document, node).unwrap_or_default();
                    work.extend(items.into_iter().map(|(name, item)| (below(Step::Item(name.to_owned())), item)));
                }
                Kind::Scalar | Kind::Alias => {}
            }
            if work.len() == before && !path.is_empty() {
                fields.paths.insert(path);
            }
        }
        fields
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &[Step]> {
        self.paths.iter().map(Vec::as_slice)
    }

    /// True where `path` or something below it is owned.
    pub(super) fn reaches(&self, path: &[Step]) -> bool {
        self.paths.first_from(path).is_some_and(|next| next.starts_with(path))
    }

    /// True where `path` itself is an owned leaf.
    pub(super) fn contains(&self, path: &[Step]) -> bool {
        self.paths.contains(path)
    }
}

/// Items by name, where every item is a mapping with a name of its own; a list that is not is one value.
pub(super) fn named_items(document: &Document, sequence: NodeId) -> Option<Vec<(&str, NodeId)>> {
    let mut seen = SortedSet::<&str>::new();
    document.children(sequence).map(|item| Some((item_name(document, item)?, item))).try_fold(
        Vec::new(),
        |mut items, named| {
            let (name, item) = named?;
            items.push((name, item));
            seen.insert(name).then_some(items)
        },
    )
}

pub(super) fn item_name(document: &Document, item: NodeId) -> Option<&str> {
    value::text(document, document.get(item, ITEM_KEY)?)
}

impl fmt::Display for Fields {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut open: &[Step] = &[];
        for path in &self.paths {
            let shared = open.iter().zip(path).take_while(|(left, right)| left == right).count();
            // What was open beyond the shared part is closed; the last step of a path opens nothing.
            for _ in shared + 1..open.len() {
                out.write_char('}')?;
            }
            if !open.is_empty() {
                out.write_char(if shared == open.len() { '{' } else { ',' })?;
            }
            for (index, step) in path[shared..].iter().enumerate() {
                if index > 0 {
                    out.write_char('{')?;
                }
                write!(out, "{step}")?;
            }
            open = path;
        }
        for _ in 1..open.len() {
            out.write_char('}')?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => Name(name).fmt(out),
            Self::Item(name) => write!(out, "[{}]", Name(name)),
        }
    }
}

struct Name<'a>(&'a str);

const SPECIAL: [char; 7] = ['{', '}', ',', '[', ']', '"', '\\'];

impl fmt::Display for Name<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let special = |character: char| SPECIAL.contains(&character) || character.is_whitespace();
        if !self.0.is_empty() && !self.0.contains(special) {
            return out.write_str(self.0);
        }
        write!(out, "\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// A text that is no record of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoFields;

impl FromStr for Fields {
    type Err = NoFields;

    fn from_str(text: &str) -> Result<Self, NoFields> {
        let mut fields = Self::default();
        let mut rest = text;
        let mut path: Vec<Step> = Vec::new();
        if text.is_empty() {
            return Ok(fields);
        }
        loop {
            let (step, after) = step(rest)?;
            rest = after;
            path.push(step);
            if path.len() > MAX_DEPTH {
                return Err(NoFields);
            }
            if let Some(after) = rest.strip_prefix('{') {
                rest = after;
                continue;
            }
            fields.paths.insert(path.clone());
            path.pop();
            while let Some(after) = rest.strip_prefix('}') {
                rest = after;
                path.pop().ok_or(NoFields)?;
            }
            if rest.is_empty() {
                return if path.is_empty() { Ok(fields) } else { Err(NoFields) };
            }
            rest = rest.strip_prefix(',').ok_or(NoFields)?;
        }
    }
}

fn step(text: &str) -> Result<(Step, &str), NoFields> {
    match text.strip_prefix('[') {
        None => name(text).map(|(name, rest)| (Step::Key(name), rest)),
        Some(inner) => {
            let (name, rest) = name(inner)?;
            Ok((Step::Item(name), rest.strip_prefix(']').ok_or(NoFields)?))
        }
    }
}

fn name(text: &str) -> Result<(String, &str), NoFields> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(SPECIAL).unwrap_or(text.len());
        return if end == 0 { Err(NoFields) } else { Ok((text[..end].to_owned(), &text[end..])) };
    };
    let mut name = String::new();
    let mut chars = quoted.char_indices();
    while let Some((index, character)) = chars.next() {
        match character {
            '"' => return Ok((name, &quoted[index + 1..])),
            '\\' => name.push(chars.next().ok_or(NoFields)?.1),
            _ => name.push(character),
        }
    }
    Err(NoFields)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Fields, Step};

    #[test]
    fn records_are_compact_and_broken_ones_are_refused() {
        let text = "a,metadata{annotations{x.y/z,\"{ }\"}},spec{[n 3],[n3]{cniType},list}";
        let fields: Fields = text.replace("[n 3]", "[\"n 3\"]").parse().unwrap();
        assert_eq!(fields.paths().count(), 6);
        for broken in ["{", "a{", "a}", "a{b", "a,", ",a", "a{b}}", "[a", "\"a", "a b{c}x", "a{}"] {
            assert!(broken.parse::<Fields>().is_err(), "{broken}");
        }
        assert!("a{".repeat(101).parse::<Fields>().is_err());
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![".{0,4}".prop_map(Step::Key), "[a-c]{1,2}".prop_map(Step::Key), "[a-c]".prop_map(Step::Item)]
    }

    proptest! {
        #[test]
        fn a_record_reads_back(paths in prop::collection::btree_set(prop::collection::vec(step(), 1..5), 0..12)) {
            // Only leaves are recorded: a path with another one below it is not one.
            let leaf = |path: &&Vec<Step>| !paths.iter().any(|other| other != *path && other.starts_with(path));
            let fields = Fields { paths: paths.iter().filter(leaf).cloned().collect() };
            prop_assert_eq!(fields.to_string().parse::<Fields>().unwrap(), fields);
        }
    }
}
