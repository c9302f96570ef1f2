//! The serializer into nodes.

use ::serde::ser::{self, Serialize, Serializer};

use super::error::{Failure, ValueError};
use super::numbers;
use crate::{Document, NodeId, Style};

/// Builds the nodes of `value` in `document`, not yet part of its tree. Fields keep the order of the type, text
/// is styled by [`Document::new_string`], collections are in block style. A field left out by serde's attributes
/// (`skip_serializing_if`) is left out; `None` that is not left out becomes `null`.
///
/// # Panics
/// Where the `Serialize` of `T` fails by itself, which derived ones never do; see [`try_to_node`].
pub fn to_node<T: Serialize + ?Sized>(document: &mut Document, value: &T) -> NodeId {
    try_to_node(document, value).expect("invariant: the type's own Serialize does not fail")
}

/// As [`to_node`], for types whose `Serialize` may fail.
///
/// # Errors
/// What the `Serialize` of `T` reports.
pub fn try_to_node<T: Serialize + ?Sized>(document: &mut Document, value: &T) -> Result<NodeId, ValueError> {
    value.serialize(NodeWriter { document }).map_err(Failure::into_error)
}

struct NodeWriter<'d> {
    document: &'d mut Document,
}

impl NodeWriter<'_> {
    fn plain(self, text: impl Into<Box<str>>) -> Result<NodeId, Failure> {
        Ok(self.document.new_scalar(text, Style::Plain))
    }
}

impl<'d> NodeWriter<'d> {
    fn collection(self, node: NodeId) -> CollectionWriter<'d> {
        CollectionWriter { outer: node, node, document: self.document }
    }

    /// `{variant: …}` around a collection that is filled next.
    fn variant(self, variant: &'static str, content: NodeId) -> CollectionWriter<'d> {
        let outer = self.document.new_mapping();
        let key = self.document.new_string(variant);
        self.document.push_entry(outer, key, content);
        CollectionWriter { outer, node: content, document: self.document }
    }
}

macro_rules! plain_numbers {
    ($($method:ident $type:ty),* $(,)?) => {$(
        fn $method(self, value: $type) -> Result<NodeId, Failure> {
            self.plain(value.to_string())
        }
    )*};
}

impl<'d> Serializer for NodeWriter<'d> {
    type Ok = NodeId;
    type Error = Failure;
    type SerializeSeq = CollectionWriter<'d>;
    type SerializeTuple = CollectionWriter<'d>;
    type SerializeTupleStruct = CollectionWriter<'d>;
    type SerializeTupleVariant = CollectionWriter<'d>;
    type SerializeMap = CollectionWriter<'d>;
    type SerializeStruct = CollectionWriter<'d>;
    type SerializeStructVariant = CollectionWriter<'d>;

    plain_numbers! {
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_i128 i128, serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
        serialize_u128 u128,
    }

    fn serialize_f32(self, value: f32) -> Result<NodeId, Failure> {
        // Through its shortest text, so that 0.1f32 stays 0.1.
        let value = value.to_string().parse().unwrap_or_else(|_| f64::from(value));
        self.serialize_f64(value)
    }

    fn serialize_f64(self, value: f64) -> Result<NodeId, Failure> {
        self.plain(numbers::format(value))
    }

    fn serialize_char(self, value: char) -> Result<NodeId, Failure> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<NodeId, Failure> {
        Ok(self.document.new_string(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<NodeId, Failure> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<NodeId, Failure> {
        self.plain("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<NodeId, Failure> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<NodeId, Failure> {
        self.plain("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<NodeId, Failure> {
        self.plain("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<NodeId, Failure> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<NodeId, Failure> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<NodeId, Failure> {
        let content = value.serialize(NodeWriter { document: self.document })?;
        Ok(self.variant(variant, content).outer)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<CollectionWriter<'d>, Failure> {
        let node = self.document.new_sequence();
        Ok(self.collection(node))
    }

    fn serialize_tuple(self, length: usize) -> Result<CollectionWriter<'d>, Failure> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<CollectionWriter<'d>, Failure> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<CollectionWriter<'d>, Failure> {
        let content = self.document.new_sequence();
        Ok(self.variant(variant, content))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<CollectionWriter<'d>, Failure> {
        let node = self.document.new_mapping();
        Ok(self.collection(node))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<CollectionWriter<'d>, Failure> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<CollectionWriter<'d>, Failure> {
        let content = self.document.new_mapping();
        Ok(self.variant(variant, content))
    }
}

/// A collection that is being filled. `outer` is what stands for it: itself, or the mapping around a variant.
pub(super) struct CollectionWriter<'d> {
    document: &'d mut Document,
    outer: NodeId,
    node: NodeId,
}

impl CollectionWriter<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let value = value.serialize(NodeWriter { document: self.document })?;
        self.document.push(self.node, value);
        Ok(())
    }
}

macro_rules! writes_items {
    ($($trait:ident $method:ident),* $(,)?) => {$(
        impl ser::$trait for CollectionWriter<'_> {
            type Ok = NodeId;
            type Error = Failure;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.add(value)
            }

            fn end(self) -> Result<NodeId, Failure> {
                Ok(self.outer)
            }
        }
    )*};
}

macro_rules! writes_fields {
    ($($trait:ident),* $(,)?) => {$(
        impl ser::$trait for CollectionWriter<'_> {
            type Ok = NodeId;
            type Error = Failure;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
                self.add(key)?;
                self.add(value)
            }

            fn end(self) -> Result<NodeId, Failure> {
                Ok(self.outer)
            }
        }
    )*};
}

writes_items! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

writes_fields! { SerializeStruct, SerializeStructVariant }

impl ser::SerializeMap for CollectionWriter<'_> {
    type Ok = NodeId;
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        self.add(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.add(value)
    }

    fn end(self) -> Result<NodeId, Failure> {
        Ok(self.outer)
    }
}
