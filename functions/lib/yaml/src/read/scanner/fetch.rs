//! One method per kind of token: what it does to indentation and to keys that may have started.

use super::Scanner;
use crate::error::ParseError;
use crate::read::token::{Token, TokenKind};
use crate::tree::Style;

impl Scanner<'_> {
    pub(super) fn fetch(&mut self) -> Result<(), ParseError> {
        if !self.started {
            self.started = true;
            let mark = self.cursor.mark();
            self.push(Token::bare(TokenKind::StreamStart, mark, mark));
            return Ok(());
        }
        if self.comments_head > 0 && self.comments_head == self.comments.len() {
            self.comments.clear();
            self.comments_head = 0;
        }
        let scan = self.cursor.mark();
        self.scan_to_next_token()?;
        let byte = self.cursor.at(0);
        if byte == 0 {
            // The one place where a column is compared that may stand behind characters of several bytes: those
            // of a comment on a last line without line end.
            let column = self.character_column(self.cursor.mark()) as i32 - 1;
            self.unroll_indent(column, scan);
            return self.fetch_stream_end();
        }
        let column = self.cursor.column();
        self.unroll_indent(column, scan);
        if column == 0 {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if self.cursor.is_document_indicator() {
                let kind = if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
                return self.fetch_document_indicator(kind);
            }
        }

        // A comment behind `key:` belongs to the key, one behind `item,` to the item.
        let mut line_comment_due = self.cursor.mark();
        if byte == (if self.flow_level == 0 { b':' } else { b',' })
            && let Some(token) = self.last_token(0)
        {
            line_comment_due = token.start;
        }
        self.fetch_content(byte)?;
        // A comment behind `-` is not a line comment, but the head of what follows.
        if self.cursor.newlines == 0 && self.last_token(0).is_none_or(|token| token.kind != TokenKind::BlockEntry) {
            self.scan_line_comment(line_comment_due);
        }
        Ok(())
    }

    fn fetch_content(&mut self, byte: u8) -> Result<(), ParseError> {
        let flow = self.flow_level > 0;
        match byte {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.cursor.is_space_or_end(1) => self.fetch_block_entry(),
            b'?' if flow || self.cursor.is_space_or_end(1) => self.fetch_key(),
            b':' if flow || self.cursor.is_space_or_end(1) => self.fetch_value(),
            b'*' => self.fetch_anchor(TokenKind::Alias),
            b'&' => self.fetch_anchor(TokenKind::Anchor),
            b'!' => self.fetch_tag(),
            b'|' if !flow => self.fetch_block_scalar(Style::Literal),
            b'>' if !flow => self.fetch_block_scalar(Style::Folded),
            b'\'' => self.fetch_quoted(Style::SingleQuoted),
            b'"' => self.fetch_quoted(Style::DoubleQuoted),
            b'\t' => Err(self.error_here("a tab cannot indent YAML; use spaces")),
            b'%' | b'@' | b'`' | b'|' | b'>' => {
                Err(self.error_here(format!("a value cannot start with `{}`; put it in quotes", char::from(byte))))
            }
            _ => self.fetch_plain(),
        }
    }

    fn fetch_stream_end(&mut self) -> Result<(), ParseError> {
        if self.cursor.column() != 0 {
            self.cursor.line_start = self.cursor.pos;
            self.cursor.line += 1;
        }
        let mark = self.cursor.mark();
        self.unroll_indent(-1, mark);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(Token::bare(TokenKind::StreamEnd, mark, mark));
        self.ended = true;
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), ParseError> {
        let mark = self.cursor.mark();
        self.unroll_indent(-1, mark);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_directive()?;
        self.push(token);
        Ok(())
    }

    fn fetch_document_indicator(&mut self, kind: TokenKind) -> Result<(), ParseError> {
        let start = self.cursor.mark();
        self.unroll_indent(-1, start);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.cursor.skip(3);
        self.push(Token::bare(kind, start, self.cursor.mark()));
        Ok(())
    }

    fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.cursor.mark();
        self.cursor.skip(1);
        self.push(Token::bare(kind, start, self.cursor.mark()));
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), ParseError> {
        self.save_simple_key()?;
        self.enter_flow()?;
        self.simple_key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), ParseError> {
        self.remove_simple_key()?;
        self.leave_flow();
        self.simple_key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), ParseError> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), ParseError> {
        // Inside of brackets the composer reports the dash: it knows the bracket.
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error_here("a list item (`- `) cannot start here; put it on its own line"));
            }
            let mark = self.cursor.mark();
            self.roll_indent(None, TokenKind::BlockSequenceStart, mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), ParseError> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error_here("a key (`? `) cannot start here; put it on its own line"));
            }
            let mark = self.cursor.mark();
            self.roll_indent(None, TokenKind::BlockMappingStart, mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), ParseError> {
        let level = self.simple_keys.len() - 1;
        if self.simple_key_is_valid(level)? {
            let key = self.simple_keys[level];
            self.insert(key.token, Token::bare(TokenKind::Key, key.mark, key.mark));
            self.roll_indent(Some(key.token), TokenKind::BlockMappingStart, key.mark)?;
            let key = &mut self.simple_keys[level];
            key.possible = false;
            key.waited_for = false;
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(self.error_here(
                        "a second `: ` cannot follow here; quote the value, or put the nested mapping on its own line",
                    ));
                }
                let mark = self.cursor.mark();
                self.roll_indent(None, TokenKind::BlockMappingStart, mark)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    fn fetch_anchor(&mut self, kind: TokenKind) -> Result<(), ParseError> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_anchor(kind)?;
        self.push(token);
        Ok(())
    }

    fn fetch_tag(&mut self) -> Result<(), ParseError> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_tag()?;
        self.push(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, style: Style) -> Result<(), ParseError> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(style)?;
        self.push(token);
        Ok(())
    }

    fn fetch_quoted(&mut self, style: Style) -> Result<(), ParseError> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_quoted(style)?;
        self.push(token);
        Ok(())
    }

    fn fetch_plain(&mut self) -> Result<(), ParseError> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_plain()?;
        self.push(token);
        Ok(())
    }

    fn scan_to_next_token(&mut self) -> Result<(), ParseError> {
        let scan = self.cursor.mark();
        loop {
            // Tabs may not indent a block; elsewhere they separate like spaces.
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            loop {
                match self.cursor.at(0) {
                    b' ' => self.cursor.skip_blank(),
                    b'\t' if tabs => self.cursor.skip_blank(),
                    _ => break,
                }
            }
            if self.has_comments() {
                self.turn_line_comment_into_head();
            }
            if self.cursor.at(0) == b'#' {
                self.scan_comments(scan);
            }
            if !self.cursor.is_break(0) {
                return Ok(());
            }
            self.cursor.skip_break();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }
}
