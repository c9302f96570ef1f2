//! Reading one node: what it resolves to, aliases, limits, and messages for what does not fit.

use std::cell::{Cell, OnceCell};

use ::serde::de::{DeserializeOwned, Visitor};

use super::aliases::{Aliases, is_within};
use super::collections::{MapReader, SequenceReader};
use super::error::{Failure, ValueError};
use super::fields::{Frame, mapping};
use super::from_node::{By, Fill, FromNode};
use super::numbers;
use crate::{Document, Kind, NodeId, Scalar, Style};

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
        let mut value = None;
        self.run(document, node, &mut By(&mut value, |reader| T::deserialize(reader).map(Some)))?;
        Ok(value.expect("invariant: what is read without a failure is there"))
    }

    /// As [`read`](Self::read), for a type that reads itself.
    ///
    /// # Errors
    /// The first value that does not fit, with its place.
    pub fn from_node<T: FromNode>(self, document: &Document, node: NodeId) -> Result<T, ValueError> {
        let mut value = T::blank();
        self.run(document, node, &mut value)?;
        Ok(value)
    }

    pub(super) fn run(self, document: &Document, node: NodeId, value: &mut dyn Fill) -> Result<(), ValueError> {
        let context = Context::new(self);
        let aliases = OnceCell::new();
        let reader = NodeReader { context: &context, document, aliases: &aliases, node, depth: 0, aliased: false };
        value.fill(reader).map_err(|failure| failure.at(document, node).into_error())
    }
}

/// What all readers of one call share.
pub(super) struct Context {
    options: Options,
    alias_nodes: Cell<u32>,
    /// Documents in texts of the document, see [`Conversion::Text`].
    texts: OnceCell<Box<Text>>,
}

impl Context {
    fn new(options: Options) -> Self {
        Self { options, alias_nodes: Cell::new(0), texts: OnceCell::new() }
    }

    /// Keeps a document for as long as the call.
    fn keep(&self, document: Document) -> &Text {
        let mut last = &self.texts;
        while let Some(text) = last.get() {
            last = &text.next;
        }
        last.get_or_init(|| Box::new(Text { document, aliases: OnceCell::new(), next: OnceCell::new() }))
    }
}

/// A document in a text.
struct Text {
    document: Document,
    aliases: OnceCell<Aliases>,
    next: OnceCell<Box<Self>>,
}

/// Reads one node.
#[derive(Clone, Copy)]
pub struct NodeReader<'d> {
    context: &'d Context,
    document: &'d Document,
    /// Of `document`, found when they are asked for.
    aliases: &'d OnceCell<Aliases>,
    pub(super) node: NodeId,
    depth: u16,
    /// Reached through an alias, so it counts against the budget.
    aliased: bool,
}

impl<'d> NodeReader<'d> {
    pub(super) fn document(&self) -> &'d Document {
        self.document
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
            let aliases = self.aliases.get_or_init(|| Aliases::of(self.document()));
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

    /// Whether structs refuse keys they do not have, whatever they say themselves.
    pub(super) fn denies_unknown_fields(&self) -> bool {
        self.context.options.deny_unknown_fields
    }

    pub(super) fn boolean(self) -> Result<bool, Failure> {
        let reader = self.enter()?;
        match reader.scalar() {
            Some(Scalar::Bool(value)) => Ok(value),
            Some(Scalar::Null) if reader.is_empty_value() => Ok(false),
            // go-yaml v3 keeps the words of YAML 1.1 where the field is a bool.
            Some(Scalar::Str("y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON")) => Ok(true),
            Some(Scalar::Str("n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF")) => Ok(false),
            _ => Err(reader.mismatch("`true` or `false`")),
        }
    }

    /// The items of a list.
    pub(super) fn list(&self) -> Result<Vec<NodeId>, Failure> {
        match self.document().kind(self.node) {
            Kind::Sequence => Ok(self.document().children(self.node).collect()),
            _ if self.is_empty_value() => Ok(Vec::new()),
            _ => Err(self.mismatch("a list")),
        }
    }

    /// A scalar's own text as a document, for [`Conversion::Text`]; `None` where this is no scalar text.
    fn embedded(&self) -> Option<Result<Document, Failure>> {
        if self.conversion() != Conversion::Text || self.document().kind(self.node) != Kind::Scalar {
            return None;
        }
        Some(match crate::parse(self.text().into()) {
            Ok(mut documents) if documents.len() <= 1 => Ok(documents.pop().unwrap_or_default()),
            Ok(_) => Err(self.failure("the text holds more than one YAML document")),
            Err(error) => Err(self.failure(format!("the text is not valid YAML: {error}"))),
        })
    }

    /// This mapping, or the one in this text.
    pub(super) fn opened(self) -> Result<Frame<'d>, Failure> {
        match self.embedded() {
            None => Frame::enter(self, None),
            Some(document) => self.inside(document?),
        }
    }

    /// This list, or the one in this text: YAML, or words between commas.
    pub(super) fn opened_list(self) -> Result<Frame<'d>, Failure> {
        let is_list = |document: &Document| document.root().is_some_and(|root| document.kind(root) == Kind::Sequence);
        match self.embedded() {
            None => Frame::enter(self, None),
            Some(Ok(document)) if is_list(&document) => self.inside(document),
            Some(_) => self.inside(words(self.text())),
        }
    }

    fn inside(self, document: Document) -> Result<Frame<'d>, Failure> {
        let Some(root) = document.root() else { return Err(self.mismatch("a value")) };
        let Text { document, aliases, .. } = self.context.keep(document);
        let depth = self.depth.saturating_add(1);
        Frame::enter(Self { document, aliases, node: root, depth, aliased: false, ..self }, Some(self))
    }

    pub(super) fn sequence<'de, V: Visitor<'de>>(frame: Frame<'d>, visitor: V) -> Result<V::Value, Failure> {
        let nodes = frame.reader.list().map_err(|failure| frame.left(failure))?;
        visitor.visit_seq(SequenceReader::new(frame.reader, nodes)).map_err(|failure| frame.left(failure))
    }

    pub(super) fn mapping<'de, V: Visitor<'de>>(
        frame: Frame<'d>,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let known = known.filter(|_| frame.reader.denies_unknown_fields());
        let entries = mapping(frame.reader).map_err(|failure| frame.left(failure))?;
        visitor.visit_map(MapReader::new(frame.reader, entries, known)).map_err(|failure| frame.left(failure))
    }
}

/// A document that is the list of the words between commas.
fn words(text: &str) -> Document {
    let mut document = Document::default();
    let list = document.new_sequence();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let word = document.new_scalar(word, Style::Plain);
        document.push(list, word);
    }
    document.set_root(list);
    document
}
