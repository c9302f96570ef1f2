//! Types that are read from nodes without serde in between.

use std::collections::BTreeMap;

use ::serde::de::DeserializeOwned;

use super::collections::KeyReader;
use super::error::Failure;
use super::reader::NodeReader;

/// A type that is read from a node by a table of its fields, in a small part of the code that serde's derive makes.
/// What it accepts and refuses is the same, except that unknown keys are told before anything else about a mapping.
///
/// `#[derive(FromNode)]` is for structs and takes serde's attributes; an enum gets what its `Deserialize` does.
pub trait FromNode: Sized {
    /// Reads a node.
    ///
    /// # Errors
    /// The first value that does not fit, with its place.
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure>;

    /// What stands for a field that is not there.
    #[must_use]
    fn missing() -> Option<Self> {
        None
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

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl FromNode for $type {
            fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
                let number = reader.whole_number(<$type>::MIN.into(), <$type>::MAX.into())?;
                <$type>::try_from(number).map_err(|_| reader.mismatch("a whole number"))
            }
        }
    )*};
}

whole_numbers! { i8 i16 i32 i64 u8 u16 u32 u64 }

impl FromNode for usize {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        Self::try_from(u64::from_node(reader)?).map_err(|_| reader.mismatch("a whole number"))
    }
}

impl FromNode for f64 {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        reader.number()
    }
}

impl FromNode for bool {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        reader.boolean()
    }
}

impl FromNode for String {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        reader.string().map(str::to_owned)
    }
}

impl<T: FromNode> FromNode for Option<T> {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        if reader.enter()?.is_null() { Ok(None) } else { T::from_node(reader).map(Some) }
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromNode> FromNode for Box<T> {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        T::from_node(reader).map(Self::new)
    }

    fn missing() -> Option<Self> {
        T::missing().map(Self::new)
    }
}

impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        let items = reader.items()?;
        let mut list = Self::new();
        for index in 0..items.len() {
            list.push(items.read(index)?);
        }
        Ok(list)
    }
}

impl<A: FromNode, B: FromNode> FromNode for (A, B) {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        let items = reader.items()?;
        if items.len() != 2 {
            return Err(reader.failure(format!("expected a list of 2, found one of {}", items.len())));
        }
        Ok((items.read(0)?, items.read(1)?))
    }
}

impl<K: DeserializeOwned + Ord, V: FromNode> FromNode for BTreeMap<K, V> {
    fn from_node(reader: NodeReader<'_>) -> Result<Self, Failure> {
        let pairs = reader.pairs()?;
        let mut map = Self::new();
        for (index, entry) in pairs.entries.iter().enumerate() {
            let key = K::deserialize(KeyReader(entry.key)).map_err(|failure| pairs.failed(index, true, failure))?;
            let value = V::from_node(entry.value).map_err(|failure| pairs.failed(index, false, failure))?;
            map.insert(key, value);
        }
        Ok(map)
    }
}

/// Gives types the [`FromNode`] that their `Deserialize` amounts to.
#[macro_export]
macro_rules! from_node_by_serde {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::serde::FromNode for $type {
            fn from_node(
                reader: $crate::serde::NodeReader<'_>,
            ) -> ::core::result::Result<Self, $crate::serde::Failure> {
                reader.by_serde()
            }
        }
    )*};
}

#[cfg(feature = "json")]
from_node_by_serde! { serde_json::Value, serde_json::Map<String, serde_json::Value> }
