//! Filling a document from whatever serde can serialize.

use std::fmt::{self, Display};

use serde::Serialize;
use serde::ser::{self, Impossible};

use super::{Json, Kind, Node};

/// Something that JSON has no form for.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoJson;

impl Display for NoJson {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("no JSON")
    }
}

impl std::error::Error for NoJson {}

impl ser::Error for NoJson {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// Room for the values and texts of a document to begin with, ample for most: what is not used is not touched.
const NODES: usize = 1 << 14;
const TEXTS: usize = 1 << 18;

pub(super) fn build(value: &impl Serialize) -> Result<Json, NoJson> {
    let json = Json { nodes: Vec::with_capacity(NODES), texts: String::with_capacity(TEXTS) };
    let mut building = Building { json, fixed: [const { None }; FIXED] };
    value.serialize(Builder(&mut building))?;
    Ok(building.json)
}

/// How many texts of the program are remembered; more than there are keys.
const FIXED: usize = 128;

/// A document that is being built.
struct Building {
    json: Json,
    /// Texts of the program that were stored, by their address: keys come again and again.
    fixed: [Option<(&'static str, Node)>; FIXED],
}

impl Building {
    /// A node of a text of the program.
    fn fixed(&mut self, text: &'static str) -> Node {
        let place = (text.as_ptr().addr() ^ text.len()) % FIXED;
        if let Some((known, node)) = self.fixed[place]
            && std::ptr::eq(known, text)
        {
            return node;
        }
        let node = self.json.text_node(text);
        self.fixed[place] = Some((text, node));
        node
    }
}

/// Adds one value.
struct Builder<'j>(&'j mut Building);

impl<'j> Builder<'j> {
    fn text(self, text: &str) -> Result<(), NoJson> {
        let node = self.0.json.text_node(text);
        self.0.json.nodes.push(node);
        Ok(())
    }

    fn fixed(self, text: &'static str) -> Result<(), NoJson> {
        let node = self.0.fixed(text);
        self.0.json.nodes.push(node);
        Ok(())
    }

    fn literal(self, literal: impl Display) -> Result<(), NoJson> {
        let node = self.0.json.stored(Kind::Literal, [&literal.to_string()]);
        self.0.json.nodes.push(node);
        Ok(())
    }

    fn open(self, kind: Kind) -> Result<Open<'j>, NoJson> {
        let node = self.0.json.nodes.len();
        self.0.json.nodes.push(Node { kind, start: 0, end: 0 });
        Ok(Open { building: self.0, node })
    }
}

/// A collection that is being filled.
struct Open<'j> {
    building: &'j mut Building,
    node: usize,
}

impl Open<'_> {
    fn add(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), NoJson> {
        value.serialize(Builder(self.building))
    }

    fn close(self) -> Result<(), NoJson> {
        let nodes = &mut self.building.json.nodes;
        let end = u32::try_from(nodes.len()).map_err(|_| NoJson)?;
        nodes[self.node].end = end;
        Ok(())
    }
}

impl ser::SerializeSeq for Open<'_> {
    type Ok = ();
    type Error = NoJson;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoJson> {
        self.add(value)
    }

    fn end(self) -> Result<(), NoJson> {
        self.close()
    }
}

impl ser::SerializeMap for Open<'_> {
    type Ok = ();
    type Error = NoJson;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoJson> {
        let node = self.building.json.nodes.len();
        self.add(key)?;
        let is_text = matches!(self.building.json.nodes[node].kind, Kind::Plain | Kind::Escaped);
        if is_text { Ok(()) } else { Err(NoJson) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoJson> {
        self.add(value)
    }

    fn end(self) -> Result<(), NoJson> {
        self.close()
    }
}

impl ser::SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = NoJson;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), NoJson> {
        Builder(self.building).fixed(key)?;
        self.add(value)
    }

    fn end(self) -> Result<(), NoJson> {
        self.close()
    }
}

macro_rules! literals {
    ($($method:ident $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), NoJson> {
            self.literal(value)
        }
    )*};
}

impl<'j> ser::Serializer for Builder<'j> {
    type Ok = ();
    type Error = NoJson;
    type SerializeSeq = Open<'j>;
    type SerializeTuple = Impossible<(), NoJson>;
    type SerializeTupleStruct = Impossible<(), NoJson>;
    type SerializeTupleVariant = Impossible<(), NoJson>;
    type SerializeMap = Open<'j>;
    type SerializeStruct = Open<'j>;
    type SerializeStructVariant = Impossible<(), NoJson>;

    literals! {
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_u8 u8,
        serialize_u16 u16, serialize_u32 u32, serialize_u64 u64
    }

    fn serialize_f32(self, value: f32) -> Result<(), NoJson> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), NoJson> {
        self.literal(serde_json::Value::from(value))
    }

    fn serialize_char(self, value: char) -> Result<(), NoJson> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), NoJson> {
        self.text(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), NoJson> {
        Err(NoJson)
    }

    fn serialize_none(self) -> Result<(), NoJson> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NoJson> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NoJson> {
        self.literal("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NoJson> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), NoJson> {
        self.fixed(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NoJson> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), NoJson> {
        Err(NoJson)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'j>, NoJson> {
        self.open(Kind::List)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NoJson> {
        Err(NoJson)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, NoJson> {
        Err(NoJson)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoJson> {
        Err(NoJson)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'j>, NoJson> {
        self.open(Kind::Object)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'j>, NoJson> {
        self.open(Kind::Object)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NoJson> {
        Err(NoJson)
    }
}
