//! Enums without content: a table of names.

use std::fmt;

use ::serde::Deserializer;
use ::serde::de::{DeserializeSeed, EnumAccess, Error, VariantAccess, Visitor};

use super::error::Failure;
use super::reader::NodeReader;

/// The names of an enum's variants, and which each stands for.
#[derive(Clone, Copy, Debug)]
pub struct Variants {
    /// All names, as messages list them.
    pub names: &'static [&'static str],
    /// Of each name the position of its variant.
    pub positions: &'static [u8],
}

impl NodeReader<'_> {
    /// Reads the name of a variant: its position.
    ///
    /// # Errors
    /// What is no name, or has content.
    pub fn variant(self, variants: &Variants) -> Result<u8, Failure> {
        self.deserialize_enum("", variants.names, *variants)
    }
}

impl<'de> Visitor<'de> for Variants {
    type Value = u8;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a variant")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<u8, A::Error> {
        let (position, content) = data.variant_seed(Name(self))?;
        content.unit_variant()?;
        Ok(position)
    }
}

/// Reads the name.
struct Name(Variants);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = u8;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u8, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = u8;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<u8, E> {
        let Variants { names, positions } = self.0;
        let found = names.iter().position(|known| *known == name);
        found.map(|found| positions[found]).ok_or_else(|| E::unknown_variant(name, names))
    }
}
