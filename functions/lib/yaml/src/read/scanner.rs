//! Source to tokens.
//!
//! The scanner hands out tokens one by one and runs a fixed distance ahead of the composer. That distance is
//! part of the behaviour: where a comment ends up depends on which tokens were already taken when the
//! comment was found (go-yaml v3 does the same; files must come out as it writes them).

mod fetch;

use super::cursor::{Cursor, is_blank};
use super::token::{Comment, Mark, Place, Token, TokenKind};
use crate::error::ParseError;
use crate::order::Arrange;
use crate::tree::Text;

/// Nesting of block collections and, apart from that, of flow collections (go-yaml's limits).
const MAX_DEPTH: usize = 10_000;
/// A key without `?` may be this many characters long.
const MAX_KEY: i32 = 1024;
/// Tokens to have ready before the next is handed out.
const LOOKAHEAD: usize = 3;
/// Taken tokens to keep: comments look back at the last two.
const KEPT: usize = 2;

/// A place where a key without `?` may have started.
#[derive(Clone, Copy, Debug, Default)]
struct SimpleKey {
    possible: bool,
    /// Nothing but a key can stand here.
    required: bool,
    /// Holds back the token at the head of the queue until it is known whether it is a key.
    waited_for: bool,
    token: usize,
    mark: Mark,
}

#[derive(Debug)]
pub(crate) struct Scanner<'s> {
    pub(crate) cursor: Cursor<'s>,
    /// Taken and waiting tokens; the waiting ones start at `head`.
    pub(super) tokens: Vec<Token>,
    head: usize,
    taken: usize,
    /// Found comments; those before `comments_head` were handed out.
    pub(super) comments: Vec<Comment>,
    comments_head: usize,
    /// Column of the current block collection, -1 outside of all.
    pub(super) indent: i32,
    indents: Vec<i32>,
    pub(super) flow_level: usize,
    pub(super) simple_key_allowed: bool,
    /// One per flow level.
    simple_keys: Vec<SimpleKey>,
    started: bool,
    ended: bool,
}

impl<'s> Scanner<'s> {
    pub(crate) fn new(cursor: Cursor<'s>) -> Self {
        Self {
            cursor,
            tokens: Vec::with_capacity(64),
            head: 0,
            taken: 0,
            comments: Vec::new(),
            comments_head: 0,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
            started: false,
            ended: false,
        }
    }

    /// The next token, which stays where it is.
    pub(crate) fn peek(&mut self) -> Result<&Token, ParseError> {
        self.fill()?;
        Ok(&self.tokens[self.head])
    }

    /// The token last peeked at.
    #[inline]
    pub(crate) fn current(&self) -> &Token {
        &self.tokens[self.head]
    }

    /// Takes the next token, which must have been looked at.
    pub(crate) fn take(&mut self) {
        self.head += 1;
        self.taken += 1;
    }

    /// Takes the text of the next token.
    pub(crate) fn take_text(&mut self) -> Text {
        std::mem::replace(&mut self.tokens[self.head].text, Text::EMPTY)
    }

    /// The next comment that belongs to what starts at the next token or before it.
    pub(crate) fn due_comment(&mut self) -> Option<&mut Comment> {
        let token = &self.tokens[self.head];
        let comment = self.comments.get_mut(self.comments_head)?;
        if token.start.index < comment.due.index || (comment.place == Place::Head && token.kind == TokenKind::BlockEnd)
        {
            return None;
        }
        self.comments_head += 1;
        Some(comment)
    }

    /// True while there are comments that were not handed out.
    #[inline]
    pub(crate) fn has_comments(&self) -> bool {
        self.comments_head < self.comments.len()
    }

    /// The comments of the current search that are still to be handed out.
    pub(super) fn open_comments(&mut self) -> &mut [Comment] {
        &mut self.comments[self.comments_head..]
    }

    pub(super) fn last_token(&self, back: usize) -> Option<&Token> {
        self.tokens.len().checked_sub(back + 1).map(|index| &self.tokens[index])
    }

    pub(super) fn error(&self, at: Mark, message: impl Into<String>) -> ParseError {
        ParseError { line: at.line + 1, column: self.character_column(at), message: message.into() }
    }

    pub(super) fn error_here(&self, message: impl Into<String>) -> ParseError {
        self.error(self.cursor.mark(), message)
    }

    fn character_column(&self, at: Mark) -> u32 {
        let end = usize::try_from(at.index).unwrap_or(0).min(self.cursor.bytes.len());
        let start = end.saturating_sub(usize::try_from(at.column).unwrap_or(0));
        let characters = self.cursor.bytes[start..end].iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        u32::try_from(characters).unwrap_or(u32::MAX).saturating_add(1)
    }

    // ---- the queue -----------------------------------------------------------------------------

    fn fill(&mut self) -> Result<(), ParseError> {
        loop {
            if self.ended || (self.tokens.len() - self.head >= LOOKAHEAD && !self.head_may_be_key()?) {
                return Ok(());
            }
            self.fetch()?;
        }
    }

    /// Whether the token at the head of the queue may yet turn out to be a key.
    #[inline]
    fn head_may_be_key(&mut self) -> Result<bool, ParseError> {
        let number = self.taken;
        let first = match self.simple_keys.len() {
            1 => 0,
            // Token numbers grow with the flow level.
            _ => self.simple_keys.partition_point(|key| key.token < number),
        };
        for level in first..self.simple_keys.len() {
            let key = self.simple_keys[level];
            if key.token != number {
                break;
            }
            if key.waited_for {
                return self.simple_key_is_valid(level);
            }
        }
        Ok(false)
    }

    fn next_token_number(&self) -> usize {
        self.taken + self.tokens.len() - self.head
    }

    pub(super) fn push(&mut self, token: Token) {
        if self.head >= 32 {
            self.tokens.drain(..self.head - KEPT);
            self.head = KEPT;
        }
        self.tokens.push(token);
    }

    /// Puts a token where token `number` is; at the end where that one was taken already.
    fn insert(&mut self, number: usize, token: Token) {
        match number.checked_sub(self.taken) {
            Some(offset) if self.head + offset <= self.tokens.len() => self.tokens.insert(self.head + offset, token),
            _ => self.push(token),
        }
    }

    // ---- simple keys ---------------------------------------------------------------------------

    #[inline]
    fn simple_key_is_valid(&mut self, level: usize) -> Result<bool, ParseError> {
        let key = self.simple_keys[level];
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line == self.cursor.line && !self.is_longer_than_a_key(key.mark.index) {
            return Ok(true);
        }
        if key.required {
            return Err(self.missing_colon(key.mark));
        }
        self.simple_keys[level].possible = false;
        Ok(false)
    }

    #[inline]
    fn is_longer_than_a_key(&self, start: i32) -> bool {
        let end = self.cursor.pos;
        end as i32 > start + MAX_KEY && {
            let start = usize::try_from(start).unwrap_or(0);
            // Few keys are this long, and none is looked at twice without being given up.
            let window = &self.cursor.bytes[start..end];
            window.len() > 4 * MAX_KEY as usize
                || window.iter().filter(|byte| **byte & 0xC0 != 0x80).count() > MAX_KEY as usize
        }
    }

    fn missing_colon(&self, at: Mark) -> ParseError {
        self.error(at, "expected `key: value` here, but found no `:` on this line")
    }

    pub(super) fn save_simple_key(&mut self) -> Result<(), ParseError> {
        if self.simple_key_allowed {
            let mark = self.cursor.mark();
            let required = self.flow_level == 0 && self.indent == mark.column;
            let token = self.next_token_number();
            self.remove_simple_key()?;
            let level = self.simple_keys.len() - 1;
            self.simple_keys[level] = SimpleKey { possible: true, required, waited_for: true, token, mark };
        }
        Ok(())
    }

    pub(super) fn remove_simple_key(&mut self) -> Result<(), ParseError> {
        let level = self.simple_keys.len() - 1;
        let key = &mut self.simple_keys[level];
        if key.possible {
            if key.required {
                let mark = key.mark;
                return Err(self.missing_colon(mark));
            }
            key.possible = false;
            key.waited_for = false;
        }
        Ok(())
    }

    // ---- nesting -------------------------------------------------------------------------------

    fn enter_flow(&mut self) -> Result<(), ParseError> {
        let key = SimpleKey { token: self.next_token_number(), mark: self.cursor.mark(), ..SimpleKey::default() };
        self.simple_keys.push(key);
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return Err(self.error_here(format!("more than {MAX_DEPTH} nested `[` and `{{`")));
        }
        Ok(())
    }

    fn leave_flow(&mut self) {
        if self.flow_level > 0 {
            self.flow_level -= 1;
            let inner = self.simple_keys.pop().expect("invariant: one simple key per flow level");
            // An inner level without content shares its number with the bracket that opened it.
            if let Some(outer) = self.simple_keys.last_mut()
                && outer.token == inner.token
            {
                outer.waited_for = false;
            }
        }
    }

    /// Opens a block collection of the given column, unless one is open there already.
    fn roll_indent(&mut self, number: Option<usize>, kind: TokenKind, mark: Mark) -> Result<(), ParseError> {
        if self.flow_level > 0 || self.indent >= mark.column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = mark.column;
        if self.indents.len() > MAX_DEPTH {
            return Err(self.error(mark, format!("more than {MAX_DEPTH} nested collections")));
        }
        let token = Token::bare(kind, mark, mark);
        match number {
            Some(number) => self.insert(number, token),
            None => self.push(token),
        }
        Ok(())
    }

    /// Closes all block collections to the right of `column`. Each is closed before the comments that stand
    /// at its own indentation in front of the current token, so that these become foot comments inside of it.
    #[inline]
    pub(super) fn unroll_indent(&mut self, column: i32, scan: Mark) {
        if self.flow_level > 0 || self.indent <= column {
            return;
        }
        let mut end = Mark { index: scan.index - 1, ..scan };
        let adjacent = self.adjacent_comments(end.index);
        while self.indent > column {
            if let Some(comment) = adjacent.iter().find(|comment| comment.column == self.indent + 1) {
                end = *comment;
            }
            self.push(Token::bare(TokenKind::BlockEnd, end, end));
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Starts of the comments found since `index` with nothing but blanks between them, first per column.
    fn adjacent_comments(&mut self, index: i32) -> Vec<Mark> {
        let mut stop = index;
        let mut first = self.comments.len();
        while first > self.comments_head && self.comments[first - 1].end.index >= stop {
            first -= 1;
            stop = self.comments[first].scan.index;
        }
        let mut starts: Vec<Mark> = self.comments[first..].iter().map(|comment| comment.start).collect();
        // Stable: of one column the earliest stays.
        starts.arrange_by_key(|mark| mark.column);
        starts.dedup_by_key(|mark| mark.column);
        starts
    }
}

/// True where a plain scalar cannot go on: a blank, or what may be a line break.
#[inline]
pub(super) fn may_end_word(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, 0 | b'\n' | b'\r' | 0xC2 | 0xE2)
}
