//! The steps through each kind of collection.

use super::{Composer, Context, FrameKind, Properties, Step};
use crate::error::ParseError;
use crate::read::token::{Mark, TokenKind};
use crate::tree::{Document, NodeId};

impl Composer<'_> {
    pub(super) fn step(&mut self, document: &mut Document) -> Result<(), ParseError> {
        let frame = self.frames.last().expect("invariant: called while a collection is open");
        let (kind, step, node, start) = (frame.kind, frame.step, frame.node, frame.start);
        match kind {
            FrameKind::BlockMapping if step == Step::Value => self.block_value(document),
            FrameKind::BlockMapping => self.block_key(document, node, start),
            FrameKind::BlockSequence => self.block_item(document, start),
            FrameKind::IndentlessSequence => self.indentless_item(document),
            FrameKind::FlowSequence => self.flow_item(document, step, node, start),
            FrameKind::FlowMapping => self.flow_entry(document, step, node, start),
            FrameKind::FlowPair => self.flow_pair(document, step),
        }
    }

    fn set_step(&mut self, step: Step) {
        if let Some(frame) = self.frames.last_mut() {
            frame.step = step;
        }
    }

    fn block_key(&mut self, document: &mut Document, node: NodeId, start: Mark) -> Result<(), ParseError> {
        match self.peek()? {
            TokenKind::Key => {
                let mark = self.token().end;
                if mark != self.token().start {
                    // `?`
                    self.record_lead();
                }
                self.scanner.take();
                self.set_step(Step::Value);
                self.block_content(document, mark)
            }
            TokenKind::BlockEnd => {
                self.attach_end_comments(document, node);
                self.scanner.take();
                self.close(document);
                Ok(())
            }
            _ => Err(self.error_at_token(format!(
                "this does not fit the mapping that starts at line {}; is its indentation right?",
                start.line + 1
            ))),
        }
    }

    fn block_value(&mut self, document: &mut Document) -> Result<(), ParseError> {
        self.set_step(Step::Next);
        if self.peek()? == TokenKind::Value {
            let mark = self.token().end;
            self.record_lead();
            self.scanner.take();
            self.block_content(document, mark)
        } else {
            let mark = self.token().start;
            self.empty_scalar(document, mark);
            Ok(())
        }
    }

    /// What stands behind `?` or `:` in a block mapping, which may be nothing.
    fn block_content(&mut self, document: &mut Document, mark: Mark) -> Result<(), ParseError> {
        if matches!(self.peek()?, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
            self.empty_scalar(document, mark);
            Ok(())
        } else {
            self.node(document, Context::BlockOrIndentless)
        }
    }

    fn block_item(&mut self, document: &mut Document, start: Mark) -> Result<(), ParseError> {
        match self.peek()? {
            TokenKind::BlockEntry => self.item(document, &[TokenKind::BlockEntry, TokenKind::BlockEnd]),
            TokenKind::BlockEnd => {
                self.scanner.take();
                self.close(document);
                Ok(())
            }
            _ => Err(self.error_at_token(format!(
                "expected the next `- ` of the list that starts at line {}; is the indentation right?",
                start.line + 1
            ))),
        }
    }

    fn indentless_item(&mut self, document: &mut Document) -> Result<(), ParseError> {
        if self.peek()? == TokenKind::BlockEntry {
            let empty = [TokenKind::BlockEntry, TokenKind::Key, TokenKind::Value, TokenKind::BlockEnd];
            self.item(document, &empty)
        } else {
            self.close(document);
            Ok(())
        }
    }

    fn item(&mut self, document: &mut Document, empty: &[TokenKind]) -> Result<(), ParseError> {
        let mark = self.token().end;
        let pending = self.head.len();
        self.record_lead();
        self.scanner.take();
        self.split_stem(pending)?;
        if empty.contains(&self.peek()?) {
            self.empty_scalar(document, mark);
            Ok(())
        } else {
            self.node(document, Context::Block)
        }
    }

    fn flow_item(&mut self, document: &mut Document, step: Step, node: NodeId, start: Mark) -> Result<(), ParseError> {
        let mut kind = self.peek()?;
        if kind != TokenKind::FlowSequenceEnd {
            if step != Step::First {
                if kind != TokenKind::FlowEntry {
                    return Err(self.unclosed_flow(kind, '[', ']', start));
                }
                self.scanner.take();
                kind = self.peek()?;
            }
            self.set_step(Step::Next);
            if kind == TokenKind::Key {
                let mark = self.token().start;
                self.open(document, FrameKind::FlowPair, mark, Properties::default());
                self.scanner.take();
                return Ok(());
            }
            if kind != TokenKind::FlowSequenceEnd {
                return self.node(document, Context::Flow);
            }
        }
        self.attach_end_comments(document, node);
        self.record_end(node);
        self.scanner.take();
        self.close(document);
        Ok(())
    }

    fn flow_pair(&mut self, document: &mut Document, step: Step) -> Result<(), ParseError> {
        let kind = self.peek()?;
        match step {
            Step::First | Step::Next => {
                self.set_step(Step::Value);
                if matches!(kind, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                    let mark = self.token().end;
                    // go-yaml takes the token as well: `[? : a]` is refused with what follows.
                    self.scanner.take();
                    self.empty_scalar(document, mark);
                    return Ok(());
                }
                self.node(document, Context::Flow)
            }
            Step::Value | Step::NoValue => {
                self.set_step(Step::End);
                let mut kind = kind;
                if kind == TokenKind::Value {
                    self.record_lead();
                    self.scanner.take();
                    kind = self.peek()?;
                    if !matches!(kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                        return self.node(document, Context::Flow);
                    }
                }
                let mark = self.token().start;
                self.empty_scalar(document, mark);
                Ok(())
            }
            Step::End => {
                self.close(document);
                Ok(())
            }
        }
    }

    fn flow_entry(&mut self, document: &mut Document, step: Step, node: NodeId, start: Mark) -> Result<(), ParseError> {
        let mut kind = self.peek()?;
        match step {
            Step::NoValue => {
                self.set_step(Step::Next);
                let mark = self.token().start;
                self.empty_scalar(document, mark);
                return Ok(());
            }
            Step::Value => {
                self.set_step(Step::Next);
                if kind == TokenKind::Value {
                    self.record_lead();
                    self.scanner.take();
                    kind = self.peek()?;
                    if !matches!(kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                        return self.node(document, Context::Flow);
                    }
                }
                let mark = self.token().start;
                self.empty_scalar(document, mark);
                return Ok(());
            }
            Step::First | Step::Next | Step::End => {}
        }
        if kind != TokenKind::FlowMappingEnd {
            if step != Step::First {
                if kind != TokenKind::FlowEntry {
                    return Err(self.unclosed_flow(kind, '{', '}', start));
                }
                self.scanner.take();
                kind = self.peek()?;
            }
            if kind == TokenKind::Key {
                self.scanner.take();
                self.set_step(Step::Value);
                if matches!(self.peek()?, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                    let mark = self.token().start;
                    self.empty_scalar(document, mark);
                    return Ok(());
                }
                return self.node(document, Context::Flow);
            }
            if kind != TokenKind::FlowMappingEnd {
                self.set_step(Step::NoValue);
                return self.node(document, Context::Flow);
            }
        }
        self.attach_end_comments(document, node);
        self.record_end(node);
        self.scanner.take();
        self.close(document);
        Ok(())
    }

    fn unclosed_flow(&self, kind: TokenKind, open: char, close: char, start: Mark) -> ParseError {
        if matches!(kind, TokenKind::StreamEnd | TokenKind::DocumentStart | TokenKind::DocumentEnd) {
            self.scanner.error(start, format!("the `{open}` opened here is not closed; add the missing `{close}`"))
        } else {
            self.error_at_token(format!(
                "expected `,` or `{close}` here, in the `{open}` opened at line {}",
                start.line + 1
            ))
        }
    }
}
