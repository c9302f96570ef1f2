//! Sequences, mappings and enum values while they are read.

use std::collections::HashSet;
use std::vec;

use ::serde::Deserializer;
use ::serde::de::{self, DeserializeSeed, Visitor};

use super::error::{Failure, Step, unknown_field};
use super::reader::NodeReader;
use crate::{Kind, NodeId, Scalar};

/// Up to this many keys are compared one by one; more are hashed.
const FEW_KEYS: usize = 16;

pub(super) struct SequenceReader<'d> {
    parent: NodeReader<'d>,
    nodes: vec::IntoIter<NodeId>,
    index: usize,
}

impl<'d> SequenceReader<'d> {
    pub(super) fn new(parent: NodeReader<'d>, nodes: Vec<NodeId>) -> Self {
        Self { parent, nodes: nodes.into_iter(), index: 0 }
    }
}

impl<'de> de::SeqAccess<'de> for SequenceReader<'_> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let Some(node) = self.nodes.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(self.parent.child(node))
            .map(Some)
            .map_err(|failure| failure.at(self.parent.document(), node).within(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.nodes.len())
    }
}

/// A key with its value; the value of a merged entry is reached through an alias.
#[derive(Clone, Copy)]
pub(super) struct Entry<'d> {
    pub(super) key: NodeReader<'d>,
    pub(super) value: NodeReader<'d>,
}

pub(super) struct MapReader<'d> {
    parent: NodeReader<'d>,
    entries: vec::IntoIter<Entry<'d>>,
    value: Option<Entry<'d>>,
    known: Option<&'static [&'static str]>,
}

impl<'d> MapReader<'d> {
    /// `known` are the only keys it may have.
    pub(super) fn new(parent: NodeReader<'d>, entries: Vec<Entry<'d>>, known: Option<&'static [&'static str]>) -> Self {
        Self { parent, entries: entries.into_iter(), value: None, known }
    }
}

impl<'de> de::MapAccess<'de> for MapReader<'_> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some(entry);
        let text = entry.key.text();
        let known = self.known.is_none_or(|known| known.contains(&text));
        let key = if known {
            seed.deserialize(KeyReader(entry.key))
        } else {
            Err(Failure::new(unknown_field(text, self.known.unwrap_or_default())))
        };
        key.map(Some)
            .map_err(|failure| failure.at(self.parent.document(), entry.key.node).within(Step::Key(text.to_owned())))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let Some(Entry { key, value }) = self.value.take() else {
            return Err(self.parent.failure("a value was asked for before its key"));
        };
        seed.deserialize(value)
            .map_err(|failure| failure.at(self.parent.document(), value.node).within(Step::Key(key.text().to_owned())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// The entries of a mapping with its merge keys applied.
pub(super) fn entries(mapping: NodeReader<'_>) -> Result<Vec<Entry<'_>>, Failure> {
    let (mut entries, merges) = own_entries(mapping)?;
    if !merges.is_empty() {
        merge(&mut entries, merges)?;
    }
    Ok(entries)
}

/// The entries written in the mapping itself, and the values of its merge keys.
fn own_entries<'d>(mapping: NodeReader<'d>) -> Result<(Vec<Entry<'d>>, Vec<NodeReader<'d>>), Failure> {
    let document = mapping.document();
    let mut entries: Vec<Entry<'d>> = Vec::new();
    let mut merges = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for (key, value) in document.entries(mapping.node) {
        let key = mapping.child(key).enter()?;
        if document.kind(key.node) != Kind::Scalar {
            return Err(key.mismatch("text as a key"));
        }
        let value = mapping.child(value);
        if document.text(key.node) == "<<" && matches!(document.resolve(key.node), Scalar::Merge) {
            merges.push(value);
            continue;
        }
        let text = key.text();
        let repeated = if entries.len() < FEW_KEYS {
            entries.iter().any(|entry| entry.key.text() == text)
        } else {
            if seen.is_empty() {
                seen.extend(entries.iter().map(|entry| entry.key.text()));
            }
            !seen.insert(text)
        };
        if repeated {
            return Err(key.failure("this key was already given").within(Step::Key(text.to_owned())));
        }
        entries.push(Entry { key, value });
    }
    Ok((entries, merges))
}

/// Adds what merge keys bring: a key that is there already wins, and so does an earlier source over a later.
fn merge<'d>(entries: &mut Vec<Entry<'d>>, sources: Vec<NodeReader<'d>>) -> Result<(), Failure> {
    let mut seen: HashSet<&str> = entries.iter().map(|entry| entry.key.text()).collect();
    let mut work: Vec<NodeReader<'d>> = sources;
    work.reverse();
    while let Some(source) = work.pop() {
        let source = source.enter()?;
        match source.document().kind(source.node) {
            Kind::Mapping => {
                let (own, merges) = own_entries(source)?;
                entries.extend(own.into_iter().filter(|entry| seen.insert(entry.key.text())));
                work.extend(merges.into_iter().rev());
            }
            Kind::Sequence => {
                let start = work.len();
                work.extend(source.document().children(source.node).map(|node| source.child(node)));
                work[start..].reverse();
            }
            Kind::Scalar | Kind::Alias => return Err(source.mismatch("a mapping or a list of mappings to merge")),
        }
    }
    Ok(())
}

/// A mapping's key: always its text, converted where another type is asked for.
pub(super) struct KeyReader<'d>(pub(super) NodeReader<'d>);

macro_rules! keys_by_node {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            self.0.$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for KeyReader<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_str(self.0.text())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    keys_by_node! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
    }

    ::serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// `{variant: content}`.
pub(super) struct VariantReader<'d> {
    variant: NodeReader<'d>,
    content: NodeReader<'d>,
}

impl<'d> VariantReader<'d> {
    /// The variant a mapping with exactly one key stands for.
    pub(super) fn of(mapping: NodeReader<'d>) -> Option<Self> {
        let mut entries = mapping.document().entries(mapping.node);
        let (key, value) = entries.next()?;
        entries.next().is_none().then(|| Self { variant: mapping.child(key), content: mapping.child(value) })
    }

    fn inside(&self, failure: Failure) -> Failure {
        failure.at(self.content.document(), self.content.node).within(Step::Key(self.variant.text().to_owned()))
    }
}

impl<'de> de::EnumAccess<'de> for VariantReader<'_> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Failure> {
        let variant = self.variant.enter()?;
        let value =
            seed.deserialize(KeyReader(variant)).map_err(|failure| failure.at(variant.document(), variant.node))?;
        Ok((value, self))
    }
}

impl<'de> de::VariantAccess<'de> for VariantReader<'_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        <() as de::Deserialize>::deserialize(self.content).map_err(|failure| self.inside(failure))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failure> {
        seed.deserialize(self.content).map_err(|failure| self.inside(failure))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Failure> {
        self.content.deserialize_tuple(length, visitor).map_err(|failure| self.inside(failure))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        self.content.deserialize_struct("", fields, visitor).map_err(|failure| self.inside(failure))
    }
}
