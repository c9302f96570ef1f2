//! Reading one node: what it resolves to, aliases, limits, and messages for what does not fit.

use std::cell::{Cell, OnceCell};

use ::serde::de::{DeserializeOwned, Visitor};

use super::aliases::{Aliases, is_within};
use super::collections::{MapReader, SequenceReader};
use super::error::{Failure, ValueError};
use super::numbers;
use crate::{Document, Kind, NodeId, Scalar};

/// Deepest nesting of collections that is read into a type. The reader itself has no such limit, but a type
/// is built by recursion.
pub const MAX_DEPTH: u16 = 500;

/// How many nodes may be read through aliases in one call, so that aliases of aliases cannot multiply a small
/// file into gigabytes.
pub const MAX_ALIAS_NODES: u32 = 400_000;

/// How scalars become values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conversion {
    /// A text field takes text, numbers and dates with the characters of the file; `true` or nothing is no text.
    #[default]
    Strict,
    /// As go-yaml v3 fills a Go struct (kpt-render §1.1): a text field takes every scalar, nothing (`null`) is
    /// the type's empty value.
    GoYaml,
    /// Every scalar is text that still has to be understood, as in a ConfigMap's `data`: `"5"` is a number where
    /// one is asked for, a list may be YAML (`[a, b]`) or separated by commas, a mapping is YAML. Empty text is
    /// nothing for an optional field.
    Text,
}

/// How to read a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How scalars become values.
    pub conversion: Conversion,
    /// Refuses keys a struct does not have, even where the type does not say `deny_unknown_fields`. A struct
    /// with a flattened part cannot be checked this way.
    pub deny_unknown_fields: bool,
}

impl Options {
    /// Reads `node` as a `T`.
    ///
    /// # Errors
    /// The first value that does not fit, with its place.
    pub fn read<T: DeserializeOwned>(self, document: &Document, node: NodeId) -> Result<T, ValueError> {
        let context = Context::new(document, self);
        T::deserialize(NodeReader::new(&context, node)).map_err(|failure| failure.at(document, node).into_error())
    }
}

/// What all readers of one call share.
pub(super) struct Context<'d> {
    pub(super) document: &'d Document,
    options: Options,
    aliases: OnceCell<Aliases>,
    alias_nodes: Cell<u32>,
}

impl<'d> Context<'d> {
    fn new(document: &'d Document, options: Options) -> Self {
        Self { document, options, aliases: OnceCell::new(), alias_nodes: Cell::new(0) }
    }
}

/// Reads one node.
#[derive(Clone, Copy)]
pub(super) struct NodeReader<'d> {
    pub(super) context: &'d Context<'d>,
    pub(super) node: NodeId,
    depth: u16,
    /// Reached through an alias, so it counts against the budget.
    aliased: bool,
}

impl<'d> NodeReader<'d> {
    fn new(context: &'d Context<'d>, node: NodeId) -> Self {
        Self { context, node, depth: 0, aliased: false }
    }

    pub(super) fn document(&self) -> &'d Document {
        self.context.document
    }

    /// The reader of a node held by this one.
    pub(super) fn child(&self, node: NodeId) -> Self {
        Self { node, depth: self.depth.saturating_add(1), ..*self }
    }

    pub(super) fn failure(&self, message: impl Into<String>) -> Failure {
        Failure::new(message).at(self.document(), self.node)
    }

    /// The text of a scalar as written; "" for anything else.
    pub(super) fn text(&self) -> &'d str {
        self.document().text(self.node)
    }

    /// Follows an alias, counts the node, refuses too deep nesting.
    pub(super) fn enter(self) -> Result<Self, Failure> {
        let mut reader = self;
        if self.document().kind(self.node) == Kind::Alias {
            let aliases = self.context.aliases.get_or_init(|| Aliases::of(self.document()));
            let Some(target) = aliases.target(self.node) else {
                return Err(self.failure(format!("alias `*{}` has no anchor above it", self.text())));
            };
            if is_within(self.document(), self.node, target) {
                return Err(self.failure(format!("the value of anchor `&{}` contains itself", self.text())));
            }
            reader = Self { node: target, aliased: true, ..self };
        }
        if reader.aliased {
            let count = self.context.alias_nodes.get() + 1;
            self.context.alias_nodes.set(count);
            if count > MAX_ALIAS_NODES {
                return Err(self.failure(format!("aliases expand to more than {MAX_ALIAS_NODES} values")));
            }
        }
        if reader.depth > MAX_DEPTH {
            return Err(self.failure(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(reader)
    }

    fn conversion(&self) -> Conversion {
        self.context.options.conversion
    }

    pub(super) fn scalar(&self) -> Option<Scalar<'d>> {
        (self.document().kind(self.node) == Kind::Scalar).then(|| self.document().resolve(self.node))
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.scalar(), Some(Scalar::Null))
    }

    /// Nothing stands for the empty value.
    pub(super) fn is_empty_value(&self) -> bool {
        self.conversion() == Conversion::GoYaml && self.is_null()
    }

    pub(super) fn mismatch(&self, expected: &str) -> Failure {
        let text = self.text();
        let found = match self.document().kind(self.node) {
            Kind::Mapping => "a mapping".to_owned(),
            Kind::Sequence => "a list".to_owned(),
            Kind::Alias => "an alias".to_owned(),
            Kind::Scalar => match self.document().resolve(self.node) {
                Scalar::Null => "nothing (null)".to_owned(),
                Scalar::Str(_) => format!("the text `{text}`"),
                Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_) => format!("the number `{text}`"),
                _ => format!("`{text}`"),
            },
        };
        let failure = self.failure(format!("expected {expected}, found {found}"));
        if self.document().kind(self.node) == Kind::Scalar { failure.with_value(text) } else { failure }
    }

    pub(super) fn whole_number(self, least: i128, most: i128) -> Result<i128, Failure> {
        let reader = self.enter()?;
        if reader.is_empty_value() {
            return Ok(0);
        }
        reader
            .scalar()
            .and_then(|scalar| numbers::whole(&scalar))
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| reader.mismatch(&numbers::range(least, most)))
    }

    pub(super) fn number(self) -> Result<f64, Failure> {
        let reader = self.enter()?;
        if reader.is_empty_value() {
            return Ok(0.0);
        }
        reader.scalar().and_then(|scalar| numbers::float(&scalar)).ok_or_else(|| reader.mismatch("a number"))
    }

    /// Text of a scalar for a text field.
    pub(super) fn string(self) -> Result<&'d str, Failure> {
        let reader = self.enter()?;
        let Some(scalar) = reader.scalar() else { return Err(reader.mismatch("text")) };
        match (reader.conversion(), scalar) {
            (Conversion::GoYaml, Scalar::Null) => Ok(""),
            (Conversion::Strict, Scalar::Null) => Err(reader.mismatch("text")),
            (Conversion::Strict, Scalar::Bool(_)) => Err(reader.mismatch("text").advise("put it in quotes")),
            (Conversion::Strict | Conversion::GoYaml | Conversion::Text, _) => Ok(reader.text()),
        }
    }

    /// Reads a scalar's own text as a document, for [`Conversion::Text`]; `None` where this is no scalar text.
    pub(super) fn embedded(&self) -> Option<Result<Document, Failure>> {
        if self.conversion() != Conversion::Text || self.document().kind(self.node) != Kind::Scalar {
            return None;
        }
        Some(match crate::parse(self.text().into()) {
            Ok(mut documents) if documents.len() <= 1 => Ok(documents.pop().unwrap_or_default()),
            Ok(_) => Err(self.failure("the text holds more than one YAML document")),
            Err(error) => Err(self.failure(format!("the text is not valid YAML: {error}"))),
        })
    }

    /// Runs `read` on the collection in a scalar's text.
    pub(super) fn read_embedded<'de, V: Visitor<'de>>(
        &self,
        document: &Document,
        read: impl FnOnce(NodeReader<'_>) -> Result<V::Value, Failure>,
    ) -> Result<V::Value, Failure> {
        let Some(root) = document.root() else { return Err(self.mismatch("a value")) };
        let context = Context::new(document, self.context.options);
        let inner = NodeReader { context: &context, node: root, depth: self.depth.saturating_add(1), aliased: false };
        // Lines inside the text mean nothing to the user; the field does.
        read(inner).map_err(|failure| failure.moved_to(self.document(), self.node))
    }

    pub(super) fn sequence<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let reader = self.enter()?;
        let nodes: Vec<NodeId> = match reader.document().kind(reader.node) {
            Kind::Sequence => reader.document().children(reader.node).collect(),
            _ if reader.is_empty_value() => Vec::new(),
            _ => return Err(reader.mismatch("a list")),
        };
        visitor
            .visit_seq(SequenceReader::new(reader, nodes))
            .map_err(|failure| failure.at(reader.document(), reader.node))
    }

    pub(super) fn mapping<'de, V: Visitor<'de>>(
        self,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let reader = self.enter()?;
        let known = known.filter(|_| reader.context.options.deny_unknown_fields);
        let map = match reader.document().kind(reader.node) {
            Kind::Mapping => MapReader::of(reader, known)?,
            _ if reader.is_empty_value() => MapReader::empty(reader),
            _ => return Err(reader.mismatch("a mapping")),
        };
        visitor.visit_map(map).map_err(|failure| failure.at(reader.document(), reader.node))
    }

    pub(super) fn mapping_or_text<'de, V: Visitor<'de>>(
        self,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match self.embedded() {
            Some(document) => self.read_embedded::<V>(&document?, |inner| inner.mapping(known, visitor)),
            None => self.mapping(known, visitor),
        }
    }
}
