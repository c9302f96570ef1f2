//! Structs and lists as [`FromNode`] reads them: what does not depend on the type is here, compiled once.

use super::collections::{Entry, entries};
use super::error::{Failure, Step, unknown_field};
use super::from_node::FromNode;
use super::reader::NodeReader;
use crate::{Kind, NodeId};

/// The fields of a struct.
#[derive(Debug)]
pub struct Shape {
    /// Of every field its name, and after it what else it may be called.
    pub fields: &'static [&'static [&'static str]],
    /// Whether other keys are refused.
    pub strict: bool,
}

impl Shape {
    fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|names| names.contains(&name))
    }

    fn names(&self) -> Vec<&'static str> {
        self.fields.iter().copied().flatten().copied().collect()
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

/// The entries of a mapping by the fields of a struct.
pub struct Fields<'d> {
    frame: Frame<'d>,
    shape: &'static Shape,
    given: Vec<Option<Entry<'d>>>,
}

impl<'d> NodeReader<'d> {
    /// Reads a mapping as a struct.
    ///
    /// # Errors
    /// Where this is no mapping, or has keys it must not have.
    pub fn fields(self, shape: &'static Shape) -> Result<Fields<'d>, Failure> {
        let frame = self.opened()?;
        Fields::of(frame, shape).map_err(|failure| frame.left(failure))
    }

    /// Reads a list.
    ///
    /// # Errors
    /// Where this is no list.
    pub(super) fn items(self) -> Result<Items<'d>, Failure> {
        let frame = self.opened_list()?;
        let nodes = frame.reader.list().map_err(|failure| frame.left(failure))?;
        Ok(Items { frame, nodes })
    }
}

impl<'d> Fields<'d> {
    fn of(frame: Frame<'d>, shape: &'static Shape) -> Result<Self, Failure> {
        let reader = frame.reader;
        let mut given = vec![None; shape.fields.len()];
        for entry in mapping(reader)? {
            let text = entry.key.text();
            let Some(position) = shape.position(text) else {
                if shape.strict || reader.denies_unknown_fields() {
                    let failure = Failure::new(unknown_field(text, &shape.names()));
                    return Err(failure.at(reader.document(), entry.key.node).within(Step::Key(text.to_owned())));
                }
                continue;
            };
            if given[position].replace(entry).is_some() {
                let failure = Failure::new(format!("duplicate field `{}`", shape.fields[position][0]));
                return Err(failure.at(reader.document(), entry.key.node).within(Step::Key(text.to_owned())));
            }
        }
        Ok(Self { frame, shape, given })
    }

    fn failed(&self, entry: Entry<'d>, failure: Failure) -> Failure {
        let failure = failure.at(entry.value.document(), entry.value.node);
        self.frame.left(failure.within(Step::Key(entry.key.text().to_owned())))
    }

    fn missing(&self, index: usize) -> Failure {
        let name = self.shape.fields[index][0].to_owned();
        self.frame.left(Failure::new("required field is missing").within(Step::Key(name)))
    }

    /// The value of a field; `None` where it is not given.
    ///
    /// # Errors
    /// What keeps it from being read.
    #[inline(never)]
    pub fn optional<T: FromNode>(&self, index: usize) -> Result<Option<T>, Failure> {
        let Some(entry) = self.given[index] else { return Ok(None) };
        match T::from_node(entry.value) {
            Ok(value) => Ok(Some(value)),
            Err(failure) => Err(self.failed(entry, failure)),
        }
    }

    /// The value of a field that has to be given, unless its type knows what stands for nothing.
    ///
    /// # Errors
    /// What keeps it from being read, or that it is missing.
    #[inline(never)]
    pub fn required<T: FromNode>(&self, index: usize) -> Result<T, Failure> {
        let Some(entry) = self.given[index] else {
            return match T::missing() {
                Some(value) => Ok(value),
                None => Err(self.missing(index)),
            };
        };
        match T::from_node(entry.value) {
            Ok(value) => Ok(value),
            Err(failure) => Err(self.failed(entry, failure)),
        }
    }

    /// The value of a field, or the default of its type.
    ///
    /// # Errors
    /// What keeps it from being read.
    #[inline(never)]
    pub fn or_default<T: FromNode + Default>(&self, index: usize) -> Result<T, Failure> {
        let Some(entry) = self.given[index] else { return Ok(T::default()) };
        match T::from_node(entry.value) {
            Ok(value) => Ok(value),
            Err(failure) => Err(self.failed(entry, failure)),
        }
    }

    /// Sets a field that is given.
    ///
    /// # Errors
    /// What keeps it from being read.
    #[inline(never)]
    pub fn set<T: FromNode>(&self, index: usize, field: &mut T) -> Result<(), Failure> {
        let Some(entry) = self.given[index] else { return Ok(()) };
        match T::from_node(entry.value) {
            Ok(value) => {
                *field = value;
                Ok(())
            }
            Err(failure) => Err(self.failed(entry, failure)),
        }
    }

    /// As [`optional`](Self::optional), by a function from a serde `Deserializer`.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn optional_by<T>(
        &self,
        index: usize,
        read: fn(NodeReader<'d>) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        let Some(entry) = self.given[index] else { return Ok(None) };
        read(entry.value).map(Some).map_err(|failure| self.failed(entry, failure))
    }

    /// As [`required`](Self::required), by a function from a serde `Deserializer`.
    ///
    /// # Errors
    /// What keeps it from being read, or that it is missing.
    pub fn required_by<T>(&self, index: usize, read: fn(NodeReader<'d>) -> Result<T, Failure>) -> Result<T, Failure> {
        self.optional_by(index, read)?.ok_or_else(|| self.missing(index))
    }
}

/// The entries of a mapping, merge keys applied.
pub(super) fn mapping(reader: NodeReader<'_>) -> Result<Vec<Entry<'_>>, Failure> {
    match reader.document().kind(reader.node) {
        Kind::Mapping => entries(reader),
        _ if reader.is_empty_value() => Ok(Vec::new()),
        _ => Err(reader.mismatch("a mapping")),
    }
}

/// The items of a list.
pub(super) struct Items<'d> {
    frame: Frame<'d>,
    nodes: Vec<NodeId>,
}

impl Items<'_> {
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn read<T: FromNode>(&self, index: usize) -> Result<T, Failure> {
        T::from_node(self.frame.reader.child(self.nodes[index])).map_err(|failure| self.failed(index, failure))
    }

    fn failed(&self, index: usize, failure: Failure) -> Failure {
        let failure = failure.at(self.frame.reader.document(), self.nodes[index]);
        self.frame.left(failure.within(Step::Index(index)))
    }
}

/// The entries of a mapping whose keys are data.
pub(super) struct Pairs<'d> {
    pub(super) frame: Frame<'d>,
    pub(super) entries: Vec<Entry<'d>>,
}

impl<'d> NodeReader<'d> {
    /// Reads a mapping whose keys are data.
    pub(super) fn pairs(self) -> Result<Pairs<'d>, Failure> {
        let frame = self.opened()?;
        let entries = mapping(frame.reader).map_err(|failure| frame.left(failure))?;
        Ok(Pairs { frame, entries })
    }
}

impl Pairs<'_> {
    /// A failure in the key (`None`: in the value) of an entry.
    pub(super) fn failed(&self, index: usize, in_key: bool, failure: Failure) -> Failure {
        let entry = self.entries[index];
        let place = if in_key { entry.key.node } else { entry.value.node };
        let failure = failure.at(self.frame.reader.document(), place);
        self.frame.left(failure.within(Step::Key(entry.key.text().to_owned())))
    }
}
