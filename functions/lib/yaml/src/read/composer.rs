//! Tokens to documents: nesting, properties, and which node gets which comment.

mod collections;

use std::collections::HashSet;
use std::sync::Arc;

use super::columns::ColumnCounter;
use super::places::Recorder;
use super::properties::SEPARATOR;
use super::scanner::Scanner;
use super::split_document_head;
use super::token::{Mark, Place, Token, TokenKind};
use crate::error::ParseError;
use crate::tree::{Document, Kind, NodeId, Style, Text};

/// Prefix of the tags that YAML itself defines; written `!!`.
const CORE_TAGS: &str = "tag:yaml.org,2002:";

#[derive(Debug)]
pub(super) struct Composer<'s> {
    scanner: Scanner<'s>,
    source: Arc<str>,
    /// Comments handed out by the scanner and waiting for their node.
    head: String,
    line: String,
    foot: String,
    /// Comment above the `-` in front of a nested block: the head of that block.
    stem: Option<String>,
    tag_prefixes: Vec<(Box<str>, Box<str>)>,
    anchors: HashSet<Box<str>>,
    frames: Vec<Frame>,
    started: bool,
    columns: ColumnCounter,
    places: Option<Recorder>,
}

/// A collection that is being read.
#[derive(Debug)]
struct Frame {
    kind: FrameKind,
    step: Step,
    node: NodeId,
    start: Mark,
    /// Key of the current entry, and of the one before.
    key: Option<NodeId>,
    previous_key: Option<NodeId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameKind {
    BlockSequence,
    /// Items at the column of the key they belong to.
    IndentlessSequence,
    BlockMapping,
    FlowSequence,
    FlowMapping,
    /// `key: value` as an item of a flow sequence.
    FlowPair,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    First,
    Next,
    Value,
    /// The value of a flow mapping's key that has none.
    NoValue,
    End,
}

/// What may stand where a node is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    Block,
    BlockOrIndentless,
    Flow,
}

#[derive(Default)]
struct Properties {
    tag: Box<str>,
    anchor: Box<str>,
    has_tag: bool,
}

impl<'s> Composer<'s> {
    pub(super) fn new(scanner: Scanner<'s>, source: Arc<str>) -> Self {
        let columns = ColumnCounter::new(&source);
        Self {
            scanner,
            source,
            head: String::new(),
            line: String::new(),
            foot: String::new(),
            stem: None,
            tag_prefixes: Vec::new(),
            anchors: HashSet::new(),
            frames: Vec::new(),
            started: false,
            columns,
            places: None,
        }
    }

    /// Notes where each node stands from here on; for one document only.
    pub(super) fn record(&mut self) {
        self.places = Some(Recorder::default());
    }

    /// What was recorded.
    pub(super) fn into_places(self) -> Option<Recorder> {
        self.places
    }

    /// The token last peeked at is the `-`, `:` or `?` in front of the next node.
    #[inline]
    fn record_lead(&mut self) {
        if let Some(places) = &mut self.places {
            places.lead(self.scanner.current().start);
        }
    }

    /// The token last peeked at is the content of `node`, or starts or ends it.
    #[inline]
    fn record_content(&mut self, node: NodeId) {
        if let Some(places) = &mut self.places {
            let token = self.scanner.current();
            places.content(node, token.start, token.end);
        }
    }

    #[inline]
    fn record_end(&mut self, node: NodeId) {
        if let Some(places) = &mut self.places {
            places.end(node, self.scanner.current().end);
        }
    }

    /// The next document of the stream; `None` at its end.
    pub(super) fn next_document(&mut self) -> Result<Option<Document>, ParseError> {
        let implicit = !self.started;
        if !self.started {
            self.started = true;
            self.peek()?;
            self.scanner.take();
        }
        let mut kind = self.peek()?;
        if !implicit {
            while kind == TokenKind::DocumentEnd {
                self.scanner.take();
                kind = self.peek()?;
            }
        }
        if kind == TokenKind::StreamEnd {
            return Ok(None);
        }
        // The first of several documents gets too much room, which is cheaper than to grow it.
        let room = if implicit { self.source.len() / 16 } else { 0 };
        let mut document = Document::with_capacity(Arc::clone(&self.source), room);
        let bare = implicit
            && !matches!(kind, TokenKind::VersionDirective | TokenKind::TagDirective | TokenKind::DocumentStart);
        if bare {
            self.read_directives()?;
            document.document_comments_mut().head = split_document_head(&mut self.head).into();
            self.node(&mut document, Context::Block)?;
        } else {
            self.read_directives()?;
            if self.peek()? != TokenKind::DocumentStart {
                let message = if implicit {
                    "after a directive, `---` must follow before the document"
                } else {
                    "unexpected content after the document; is its indentation right?"
                };
                return Err(self.error_at_token(message));
            }
            self.scanner.take();
            match self.peek()? {
                TokenKind::VersionDirective
                | TokenKind::TagDirective
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::StreamEnd => {
                    let mark = self.token().start;
                    self.empty_scalar(&mut document, mark);
                }
                _ => self.node(&mut document, Context::Block)?,
            }
        }
        while !self.frames.is_empty() {
            self.step(&mut document)?;
        }
        if self.peek()? == TokenKind::DocumentEnd {
            self.scanner.take();
        }
        self.tag_prefixes.clear();
        self.end_document_comments(&mut document);
        Ok(Some(document))
    }

    // ---- tokens and comments -------------------------------------------------------------------

    /// Kind of the next token; comments due at it are taken in.
    #[inline]
    fn peek(&mut self) -> Result<TokenKind, ParseError> {
        let kind = self.scanner.peek()?.kind;
        if self.scanner.has_comments() {
            while let Some(comment) = self.scanner.due_comment() {
                let pending = match comment.place {
                    Place::Head => &mut self.head,
                    Place::Line => &mut self.line,
                    Place::Foot => &mut self.foot,
                };
                if !pending.is_empty() {
                    pending.push('\n');
                }
                pending.push_str(&comment.text);
            }
        }
        Ok(kind)
    }

    /// The token last peeked at.
    fn token(&self) -> &Token {
        self.scanner.current()
    }

    fn error_at_token(&self, message: impl Into<String>) -> ParseError {
        self.scanner.error(self.token().start, message)
    }

    fn has_pending_comments(&self) -> bool {
        !(self.head.is_empty() && self.line.is_empty() && self.foot.is_empty())
    }

    /// Gives the pending comments to `node`.
    #[inline]
    fn attach_comments(&mut self, document: &mut Document, node: NodeId) {
        if self.has_pending_comments() {
            let comments = document.comments_mut(node);
            comments.head = std::mem::take(&mut self.head).into();
            comments.line = std::mem::take(&mut self.line).into();
            comments.foot = std::mem::take(&mut self.foot).into();
        }
        self.stem = None;
    }

    /// Gives the pending line and foot comments to a collection that ends here; a head has nothing to head.
    fn attach_end_comments(&mut self, document: &mut Document, node: NodeId) {
        self.clear_end_comments(document, node);
        if !self.line.is_empty() || !self.foot.is_empty() {
            let comments = document.comments_mut(node);
            comments.line = std::mem::take(&mut self.line).into();
            comments.foot = std::mem::take(&mut self.foot).into();
        }
        self.head.clear();
        self.stem = None;
    }

    /// What was found at the opening bracket is lost where the closing one has none of its own.
    fn clear_end_comments(&mut self, document: &mut Document, node: NodeId) {
        if document.comments(node).is_some() {
            let comments = document.comments_mut(node);
            comments.line = Box::default();
            comments.foot = Box::default();
        }
    }

    fn end_document_comments(&mut self, document: &mut Document) {
        let head = std::mem::take(&mut self.head);
        let foot = std::mem::take(&mut self.foot);
        self.line.clear();
        self.stem = None;
        document.document_comments_mut().foot = if foot.is_empty() { head } else { foot }.into();
    }

    /// After the `-` of an item: what was pending before it belongs to the nested block, if one follows.
    fn split_stem(&mut self, length: usize) -> Result<(), ParseError> {
        if length > 0 && matches!(self.peek()?, TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart) {
            let rest = self.head.split_off(length);
            let stem = std::mem::take(&mut self.head);
            self.stem = Some(stem);
            self.head = rest.get(1..).unwrap_or("").to_owned();
        }
        Ok(())
    }

    // ---- directives ----------------------------------------------------------------------------

    fn read_directives(&mut self) -> Result<(), ParseError> {
        let mut has_version = false;
        loop {
            let kind = self.peek()?;
            match kind {
                TokenKind::VersionDirective => {
                    if std::mem::replace(&mut has_version, true) {
                        return Err(self.error_at_token("a second `%YAML` for one document"));
                    }
                    let text = owned(self.scanner.take_text());
                    if &*text != "1.1" {
                        return Err(
                            self.error_at_token(format!("YAML {text} is not supported; remove the `%YAML` line"))
                        );
                    }
                }
                TokenKind::TagDirective => {
                    let text = owned(self.scanner.take_text());
                    let (handle, prefix) = text.split_once(SEPARATOR).unwrap_or((&text, ""));
                    if self.tag_prefixes.iter().any(|(known, _)| &**known == handle) {
                        return Err(self.error_at_token(format!("a second `%TAG {handle}` for one document")));
                    }
                    self.tag_prefixes.push((handle.into(), prefix.into()));
                }
                _ => break,
            }
            self.scanner.take();
        }
        for (handle, prefix) in [("!", "!"), ("!!", CORE_TAGS)] {
            if !self.tag_prefixes.iter().any(|(known, _)| &**known == handle) {
                self.tag_prefixes.push((handle.into(), prefix.into()));
            }
        }
        Ok(())
    }

    /// The tag of the next token as go-yaml shows it; "" for `!`, which only says "not resolved".
    fn read_tag(&mut self) -> Result<Box<str>, ParseError> {
        let text = owned(self.scanner.take_text());
        let (handle, suffix) = text.split_once(SEPARATOR).unwrap_or(("", &text));
        let tag = if handle.is_empty() {
            suffix.to_owned()
        } else {
            match self.tag_prefixes.iter().find(|(known, _)| &**known == handle) {
                Some((_, prefix)) => format!("{prefix}{suffix}"),
                None => {
                    return Err(self.error_at_token(format!("the tag handle `{handle}` was not declared by `%TAG`")));
                }
            }
        };
        Ok(tag.into())
    }

    fn read_properties(&mut self) -> Result<Properties, ParseError> {
        let mut properties = Properties::default();
        loop {
            match self.peek()? {
                TokenKind::Anchor if properties.anchor.is_empty() => {
                    let text = self.scanner.take_text();
                    properties.anchor = self.resolve_text(&text).into();
                }
                TokenKind::Tag if !properties.has_tag => {
                    properties.tag = self.read_tag()?;
                    properties.has_tag = true;
                }
                _ => return Ok(properties),
            }
            self.scanner.take();
        }
    }

    fn resolve_text(&self, text: &Text) -> String {
        match text {
            Text::Source { start, end } => self.source[*start as usize..*end as usize].to_owned(),
            Text::Owned(text) => text.to_string(),
        }
    }

    // ---- nodes ---------------------------------------------------------------------------------

    /// Reads a leaf, or opens a collection.
    fn node(&mut self, document: &mut Document, context: Context) -> Result<(), ParseError> {
        let kind = self.peek()?;
        let start = self.token().start;
        match kind {
            TokenKind::Scalar => {
                self.scalar(document, start, Properties::default());
                return Ok(());
            }
            TokenKind::Alias => {
                let text = self.scanner.take_text();
                let name = self.resolve_text(&text);
                if !self.anchors.contains(&*name) {
                    return Err(self.error_at_token(format!("no anchor `&{name}` stands before `*{name}`")));
                }
                let node = self.add(document, Kind::Alias, Style::Plain, text, start);
                self.record_content(node);
                self.attach_comments(document, node);
                self.scanner.take();
                self.complete(document, node);
                return Ok(());
            }
            _ => {}
        }
        let properties = if matches!(kind, TokenKind::Anchor | TokenKind::Tag) {
            self.read_properties()?
        } else {
            Properties::default()
        };
        let kind = self.peek()?;
        let opened = match kind {
            TokenKind::BlockEntry if context == Context::BlockOrIndentless => Some(FrameKind::IndentlessSequence),
            TokenKind::BlockSequenceStart if context != Context::Flow => Some(FrameKind::BlockSequence),
            TokenKind::BlockMappingStart if context != Context::Flow => Some(FrameKind::BlockMapping),
            TokenKind::FlowSequenceStart => Some(FrameKind::FlowSequence),
            TokenKind::FlowMappingStart => Some(FrameKind::FlowMapping),
            _ => None,
        };
        if let Some(frame_kind) = opened {
            self.open(document, frame_kind, start, properties);
        } else if kind == TokenKind::Scalar {
            self.scalar(document, start, properties);
        } else if properties.has_tag || !properties.anchor.is_empty() {
            let node = self.add(document, Kind::Scalar, Style::Plain, Text::EMPTY, start);
            self.set_properties(document, node, properties);
            self.complete(document, node);
        } else {
            return Err(self.error_at_token(unexpected(kind)));
        }
        Ok(())
    }

    fn add(&mut self, document: &mut Document, kind: Kind, style: Style, text: Text, start: Mark) -> NodeId {
        let column = self.columns.column(&self.source, start);
        if let Some(places) = &mut self.places {
            places.add(start);
        }
        document.add(kind, style, text, start.line + 1, column)
    }

    #[inline]
    fn scalar(&mut self, document: &mut Document, start: Mark, properties: Properties) {
        let style = self.token().style;
        let text = self.scanner.take_text();
        let node = self.add(document, Kind::Scalar, style, text, start);
        self.record_content(node);
        self.set_properties(document, node, properties);
        self.attach_comments(document, node);
        self.scanner.take();
        self.complete(document, node);
    }

    #[inline]
    fn set_properties(&mut self, document: &mut Document, node: NodeId, properties: Properties) {
        if !properties.anchor.is_empty() {
            document.set_anchor(node, properties.anchor.clone());
            self.anchors.insert(properties.anchor);
        }
        if properties.has_tag && &*properties.tag != "!" {
            document.set_tag(node, short_tag(&properties.tag));
        }
    }

    /// A node that is not written out. Comments wait for the next one.
    fn empty_scalar(&mut self, document: &mut Document, mark: Mark) {
        let node = self.add(document, Kind::Scalar, Style::Plain, Text::EMPTY, mark);
        self.complete(document, node);
    }

    fn open(&mut self, document: &mut Document, kind: FrameKind, start: Mark, properties: Properties) {
        let (node_kind, style) = match kind {
            FrameKind::BlockSequence | FrameKind::IndentlessSequence => (Kind::Sequence, Style::Plain),
            FrameKind::BlockMapping => (Kind::Mapping, Style::Plain),
            FrameKind::FlowSequence => (Kind::Sequence, Style::Flow),
            FrameKind::FlowMapping | FrameKind::FlowPair => (Kind::Mapping, Style::Flow),
        };
        let node = self.add(document, node_kind, style, Text::EMPTY, start);
        self.record_content(node);
        self.set_properties(document, node, properties);
        match kind {
            FrameKind::FlowSequence | FrameKind::FlowMapping => self.attach_comments(document, node),
            FrameKind::BlockSequence | FrameKind::BlockMapping => {
                if let Some(stem) = self.stem.take() {
                    document.comments_mut(node).head = stem.into();
                }
            }
            FrameKind::IndentlessSequence | FrameKind::FlowPair => {}
        }
        if !matches!(kind, FrameKind::IndentlessSequence | FrameKind::FlowPair) {
            self.scanner.take();
        }
        let step = if kind == FrameKind::IndentlessSequence { Step::Next } else { Step::First };
        self.frames.push(Frame { kind, step, node, start, key: None, previous_key: None });
    }

    /// Puts a finished node into the collection it belongs to, or makes it the root.
    #[inline]
    fn complete(&mut self, document: &mut Document, node: NodeId) {
        let Some(frame) = self.frames.last_mut() else {
            document.set_root(node);
            return;
        };
        document.append(frame.node, node);
        if document.kind(frame.node) == Kind::Sequence {
            return;
        }
        let foot = document.take_foot(node);
        match frame.key.take() {
            None => {
                frame.key = Some(node);
                if let Some(foot) = foot {
                    // A comment left of the key is the foot of the entry above.
                    let owner = match frame.previous_key {
                        Some(previous) if frame.kind == FrameKind::BlockMapping => previous,
                        _ => node,
                    };
                    document.comments_mut(owner).foot = foot;
                }
            }
            Some(key) => {
                frame.previous_key = Some(key);
                if let Some(foot) = foot {
                    // The foot of an entry is kept with its key.
                    let owner = if document.has_foot(key) { node } else { key };
                    document.comments_mut(owner).foot = foot;
                }
            }
        }
    }

    /// Ends the innermost collection.
    fn close(&mut self, document: &mut Document) {
        if let Some(frame) = self.frames.pop() {
            if frame.kind == FrameKind::BlockMapping
                && let Some(key) = frame.previous_key
                && let Some(foot) = document.take_foot(frame.node)
            {
                document.comments_mut(key).foot = foot;
            }
            self.complete(document, frame.node);
        }
    }
}

fn owned(text: Text) -> Box<str> {
    match text {
        Text::Owned(text) => text,
        Text::Source { .. } => Box::default(),
    }
}

fn short_tag(tag: &str) -> String {
    tag.strip_prefix(CORE_TAGS).map_or_else(|| tag.to_owned(), |name| format!("!!{name}"))
}

fn unexpected(kind: TokenKind) -> String {
    match kind {
        TokenKind::FlowSequenceEnd => "this `]` closes nothing",
        TokenKind::FlowMappingEnd => "this `}` closes nothing",
        TokenKind::FlowEntry => "a value is missing before this `,`",
        TokenKind::BlockEntry => "a list item (`- `) cannot start here",
        TokenKind::Value => "a key is missing before this `:`",
        TokenKind::DocumentStart | TokenKind::DocumentEnd => "the document ends inside of `[` or `{`",
        TokenKind::StreamEnd => "the text ends where a value is expected",
        _ => "expected a value here; is the indentation right?",
    }
    .to_owned()
}
