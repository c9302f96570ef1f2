//! Types that are read from nodes without serde in between.

use std::collections::BTreeMap;

use ::serde::de::DeserializeOwned;

use super::collections::KeyReader;
use super::error::Failure;
use super::reader::NodeReader;
use crate::order::SortedMap;

/// A type that is read from a node by a table of its fields, in a small part of the code that serde's derive makes.
/// What it accepts and refuses is the same, except that unknown keys are told before anything else about a mapping.
///
/// `#[derive(FromNode)]` is for structs and for enums without content, and takes serde's attributes; another enum gets
/// what its `Deserialize` does.
pub trait FromNode: Fill + Sized {
    /// What a value is before it is read: empty text, nothing, zero.
    fn blank() -> Self;

    /// Reads a node.
    ///
    /// # Errors
    /// The first value that does not fit, with its place.
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        let mut value = Self::blank();
        value.fill(reader)?;
        Ok(value)
    }
}

/// A value that is read where it stands. So fields of any type go through one piece of code, and no value is moved on its way
/// out of those around it.
pub trait Fill {
    /// Makes this the value of a node, whatever it was. After an error it may be anything.
    ///
    /// # Errors
    /// The first value that does not fit, with its place.
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure>;

    /// Whether a field of this type need not be given.
    fn is_optional(&self) -> bool {
        false
    }
}

impl NodeReader<'_> {
    /// Reads a type by its `Deserialize`.
    ///
    /// # Errors
    /// The first value that does not fit, with its place.
    pub fn by_serde<T: DeserializeOwned>(self) -> Result<T, Failure> {
        T::deserialize(self)
    }
}

/// A field that a function from a serde `Deserializer` reads.
#[derive(Debug)]
pub struct By<'v, T>(pub &'v mut T, pub fn(NodeReader<'_>) -> Result<T, Failure>);

impl<T> Fill for By<'_, T> {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        *self.0 = (self.1)(reader)?;
        Ok(())
    }
}

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl FromNode for $type {
            fn blank() -> Self {
                0
            }
        }

        impl Fill for $type {
            fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
                let number = reader.whole_number(<$type>::MIN.into(), <$type>::MAX.into())?;
                *self = <$type>::try_from(number).map_err(|_| reader.mismatch("a whole number"))?;
                Ok(())
            }
        }
    )*};
}

whole_numbers! { i8 i16 i32 i64 u8 u16 u32 u64 }

impl FromNode for usize {
    fn blank() -> Self {
        0
    }
}

impl Fill for usize {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        *self = Self::try_from(u64::from_node(reader)?).map_err(|_| reader.mismatch("a whole number"))?;
        Ok(())
    }
}

impl FromNode for f64 {
    fn blank() -> Self {
        0.0
    }
}

impl Fill for f64 {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        *self = reader.number()?;
        Ok(())
    }
}

impl FromNode for bool {
    fn blank() -> Self {
        false
    }
}

impl Fill for bool {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        *self = reader.boolean()?;
        Ok(())
    }
}

impl FromNode for String {
    fn blank() -> Self {
        Self::new()
    }
}

impl Fill for String {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        reader.string()?.clone_into(self);
        Ok(())
    }
}

impl<T: FromNode> FromNode for Option<T> {
    fn blank() -> Self {
        None
    }
}

/// A value that may be there.
pub(super) trait Slot {
    /// Makes it a blank value, or none.
    fn hold(&mut self, given: bool) -> Option<&mut dyn Fill>;
}

impl<T: FromNode> Slot for Option<T> {
    fn hold(&mut self, given: bool) -> Option<&mut dyn Fill> {
        *self = given.then(T::blank);
        match self {
            Some(value) => Some(value),
            None => None,
        }
    }
}

impl<T: FromNode> Fill for Option<T> {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        reader.fill_slot(self)
    }

    fn is_optional(&self) -> bool {
        true
    }
}

impl<T: FromNode> FromNode for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }
}

impl<T: FromNode> Fill for Box<T> {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        T::fill(self, reader)
    }

    fn is_optional(&self) -> bool {
        T::is_optional(self)
    }
}

/// A list that grows while it is read.
pub(super) trait List {
    /// A new last item, blank.
    fn add(&mut self) -> &mut dyn Fill;
}

impl<T: FromNode> List for Vec<T> {
    fn add(&mut self) -> &mut dyn Fill {
        self.push(T::blank());
        self.last_mut().expect("invariant: an item was added")
    }
}

impl<T: FromNode> FromNode for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }
}

impl<T: FromNode> Fill for Vec<T> {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        self.clear();
        reader.fill_list(self)
    }
}

impl<A: FromNode, B: FromNode> FromNode for (A, B) {
    fn blank() -> Self {
        (A::blank(), B::blank())
    }
}

impl<A: FromNode, B: FromNode> Fill for (A, B) {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        reader.fill_pair([&mut self.0, &mut self.1])
    }
}

/// A map that grows while it is read.
pub(super) trait Entries {
    /// A new entry with this key, its value from a node; the key does not fit or the value does not.
    fn add(&mut self, key: KeyReader<'_>, value: NodeReader<'_>) -> Result<(), EntryFailure>;
}

/// What is wrong with an entry.
pub(super) struct EntryFailure {
    pub(super) in_key: bool,
    pub(super) failure: Failure,
}

#[inline(never)]
fn read_key<K: DeserializeOwned>(reader: KeyReader<'_>) -> Result<K, EntryFailure> {
    K::deserialize(reader).map_err(|failure| EntryFailure { in_key: true, failure })
}

fn read_content(value: &mut dyn Fill, reader: NodeReader<'_>) -> Result<(), EntryFailure> {
    value.fill(reader).map_err(|failure| EntryFailure { in_key: false, failure })
}

macro_rules! maps {
    ($($map:ident)*) => {$(
        impl<K: DeserializeOwned + Ord, V: FromNode> FromNode for $map<K, V> {
            fn blank() -> Self {
                Self::new()
            }
        }

        impl<K: DeserializeOwned + Ord, V: FromNode> Entries for $map<K, V> {
            fn add(&mut self, key: KeyReader<'_>, value: NodeReader<'_>) -> Result<(), EntryFailure> {
                let key = read_key(key)?;
                let mut content = V::blank();
                read_content(&mut content, value)?;
                self.insert(key, content);
                Ok(())
            }
        }

        impl<K: DeserializeOwned + Ord, V: FromNode> Fill for $map<K, V> {
            fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
                self.clear();
                reader.fill_map(self)
            }
        }
    )*};
}

maps! { BTreeMap SortedMap }

/// Gives types the [`FromNode`] that their `Deserialize` amounts to; blank is their default.
#[macro_export]
macro_rules! from_node_by_serde {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::serde::FromNode for $type {
            fn blank() -> Self {
                ::core::default::Default::default()
            }
        }

        impl $crate::serde::Fill for $type {
            fn fill(
                &mut self,
                reader: $crate::serde::NodeReader<'_>,
            ) -> ::core::result::Result<(), $crate::serde::Failure> {
                *self = reader.by_serde()?;
                Ok(())
            }
        }
    )*};
}

#[cfg(feature = "json")]
from_node_by_serde! { serde_json::Value, serde_json::Map<String, serde_json::Value> }
