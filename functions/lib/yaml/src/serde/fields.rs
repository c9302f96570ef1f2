//! Structs and lists as [`FromNode`](super::FromNode) reads them: what does not depend on the type is here, compiled once.

use super::collections::{Entry, KeyReader, entries};
use super::error::{Failure, Step, unknown_field};
use super::from_node::{Entries, EntryFailure, Fill, List, Slot};
use super::reader::NodeReader;
use crate::{Kind, NodeId};

/// The fields of a struct.
#[derive(Debug)]
pub struct Shape {
    /// In the order of the struct.
    pub fields: &'static [Field],
    /// Whether other keys are refused.
    pub strict: bool,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// Its name, and after it what else it may be called.
    pub names: &'static [&'static str],
    /// Whether it has to be given, unless its type knows what stands for nothing.
    pub required: bool,
}

impl Shape {
    fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.names.contains(&name))
    }

    fn names(&self) -> Vec<&'static str> {
        self.fields.iter().flat_map(|field| field.names).copied().collect()
    }
}

/// A mapping or list while it is read.
#[derive(Clone, Copy)]
pub(super) struct Frame<'d> {
    pub(super) reader: NodeReader<'d>,
    /// Where it is the YAML in a text: that text.
    outside: Option<NodeReader<'d>>,
}

impl<'d> Frame<'d> {
    /// Follows an alias to the mapping or list.
    pub(super) fn enter(reader: NodeReader<'d>, outside: Option<NodeReader<'d>>) -> Result<Self, Failure> {
        match reader.enter() {
            Ok(reader) => Ok(Self { reader, outside }),
            Err(failure) => Err(Self { reader, outside }.left(failure)),
        }
    }

    /// A failure on its way out. Lines inside a text mean nothing to the user; its field does.
    pub(super) fn left(&self, failure: Failure) -> Failure {
        let failure = failure.at(self.reader.document(), self.reader.node);
        match self.outside {
            Some(outside) => failure.moved_to(outside.document(), outside.node),
            None => failure,
        }
    }
}

impl NodeReader<'_> {
    /// Reads a mapping as a struct, into its fields: those that are given.
    ///
    /// # Errors
    /// Where this is no mapping, has keys it must not have or lacks one it must have; what keeps a field from being read.
    pub fn fill_struct(self, shape: &'static Shape, fields: &mut [&mut dyn Fill]) -> Result<(), Failure> {
        let frame = self.opened()?;
        fill(frame, shape, fields).map_err(|failure| frame.left(failure))
    }

    /// Reads what may be there.
    pub(super) fn fill_slot(self, slot: &mut dyn Slot) -> Result<(), Failure> {
        let given = !self.enter()?.is_null();
        slot.hold(given).map_or(Ok(()), |value| value.fill(self))
    }

    /// Reads a list at the end of another.
    pub(super) fn fill_list(self, list: &mut dyn List) -> Result<(), Failure> {
        let (frame, nodes) = self.items()?;
        for (index, &node) in nodes.iter().enumerate() {
            list.add().fill(frame.reader.child(node)).map_err(|failure| item_failed(frame, node, index, failure))?;
        }
        Ok(())
    }

    /// Reads a list of two.
    pub(super) fn fill_pair(self, pair: [&mut dyn Fill; 2]) -> Result<(), Failure> {
        let (frame, nodes) = self.items()?;
        if nodes.len() != 2 {
            return Err(self.failure(format!("expected a list of 2, found one of {}", nodes.len())));
        }
        for (index, (&node, value)) in nodes.iter().zip(pair).enumerate() {
            value.fill(frame.reader.child(node)).map_err(|failure| item_failed(frame, node, index, failure))?;
        }
        Ok(())
    }
}

fn fill(frame: Frame<'_>, shape: &'static Shape, fields: &mut [&mut dyn Fill]) -> Result<(), Failure> {
    let reader = frame.reader;
    let mut given: Vec<Option<Entry<'_>>> = vec![None; shape.fields.len()];
    for entry in mapping(reader)? {
        let text = entry.key.text();
        let misplaced =
            |message| Failure::new(message).at(reader.document(), entry.key.node).within(Step::Key(text.to_owned()));
        let Some(position) = shape.position(text) else {
            if shape.strict || reader.denies_unknown_fields() {
                return Err(misplaced(unknown_field(text, &shape.names())));
            }
            continue;
        };
        if given[position].replace(entry).is_some() {
            return Err(misplaced(format!("duplicate field `{}`", shape.fields[position].names[0])));
        }
    }
    for ((field, entry), value) in shape.fields.iter().zip(given).zip(fields) {
        match entry {
            Some(entry) => value.fill(entry.value).map_err(|failure| {
                let failure = failure.at(entry.value.document(), entry.value.node);
                frame.left(failure.within(Step::Key(entry.key.text().to_owned())))
            })?,
            None if field.required && !value.is_optional() => {
                return Err(Failure::new("required field is missing").within(Step::Key(field.names[0].to_owned())));
            }
            None => {}
        }
    }
    Ok(())
}

/// The entries of a mapping, merge keys applied.
pub(super) fn mapping(reader: NodeReader<'_>) -> Result<Vec<Entry<'_>>, Failure> {
    match reader.document().kind(reader.node) {
        Kind::Mapping => entries(reader),
        _ if reader.is_empty_value() => Ok(Vec::new()),
        _ => Err(reader.mismatch("a mapping")),
    }
}

impl<'d> NodeReader<'d> {
    /// The items of a list, and where they stand.
    fn items(self) -> Result<(Frame<'d>, Vec<NodeId>), Failure> {
        let frame = self.opened_list()?;
        let nodes = frame.reader.list().map_err(|failure| frame.left(failure))?;
        Ok((frame, nodes))
    }
}

/// A failure in an item of a list.
fn item_failed(frame: Frame<'_>, node: NodeId, index: usize, failure: Failure) -> Failure {
    let failure = failure.at(frame.reader.document(), node);
    frame.left(failure.within(Step::Index(index)))
}

impl NodeReader<'_> {
    /// Reads a mapping whose keys are data into a map.
    pub(super) fn fill_map(self, map: &mut dyn Entries) -> Result<(), Failure> {
        let frame = self.opened()?;
        for entry in mapping(frame.reader).map_err(|failure| frame.left(failure))? {
            map.add(KeyReader(entry.key), entry.value).map_err(|EntryFailure { in_key, failure }| {
                let place = if in_key { entry.key.node } else { entry.value.node };
                let failure = failure.at(frame.reader.document(), place);
                frame.left(failure.within(Step::Key(entry.key.text().to_owned())))
            })?;
        }
        Ok(())
    }
}
