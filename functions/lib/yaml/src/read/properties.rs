//! Anchors, aliases, tags and directives.

use super::cursor::is_name;
use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use crate::error::ParseError;
use crate::tree::{Style, Text};

/// Between the two parts of the text of a tag or `%TAG` token; the first part cannot hold it.
pub(super) const SEPARATOR: char = '\0';

impl Scanner<'_> {
    pub(super) fn scan_anchor(&mut self, kind: TokenKind) -> Result<Token, ParseError> {
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.cursor.pos;
        self.skip_name();
        let end = self.cursor.pos;
        let ends_well = self.cursor.is_space_or_end(0)
            || matches!(self.cursor.at(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if end == name || !ends_well {
            let sign = if kind == TokenKind::Anchor { '&' } else { '*' };
            return Err(self.error(
                start,
                format!("after `{sign}` a name of letters, digits, `-` or `_` must follow; put other values in quotes"),
            ));
        }
        let text = Text::Source { start: name as u32, end: end as u32 };
        Ok(Token { kind, style: Style::Plain, start, end: self.cursor.mark(), text })
    }

    pub(super) fn scan_tag(&mut self) -> Result<Token, ParseError> {
        let start = self.cursor.mark();
        let text = if self.cursor.at(1) == b'<' {
            self.cursor.skip(2);
            let uri = self.scan_tag_uri("")?;
            if self.cursor.at(0) != b'>' {
                return Err(self.error(start, "the tag `!<` is not closed by `>`"));
            }
            self.cursor.skip(1);
            format!("{SEPARATOR}{uri}")
        } else {
            let handle = self.scan_tag_handle(false)?;
            if handle.len() > 1 && handle.ends_with('!') {
                let suffix = self.scan_tag_uri("")?;
                format!("{handle}{SEPARATOR}{suffix}")
            } else {
                let suffix = self.scan_tag_uri(&handle)?;
                if suffix.is_empty() { format!("{SEPARATOR}!") } else { format!("!{SEPARATOR}{suffix}") }
            }
        };
        if !self.cursor.is_space_or_end(0) {
            return Err(self.error(start, "after a tag a space or a new line must follow"));
        }
        Ok(Token {
            kind: TokenKind::Tag,
            style: Style::Plain,
            start,
            end: self.cursor.mark(),
            text: Text::Owned(text.into()),
        })
    }

    pub(super) fn scan_directive(&mut self) -> Result<Token, ParseError> {
        let start = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.cursor.pos;
        self.skip_name();
        let name = self.cursor.text(name, self.cursor.pos);
        if name.is_empty() || !self.cursor.is_space_or_end(0) {
            return Err(self.error(start, "`%` at the start of a line begins a directive; put the text in quotes"));
        }
        let (kind, text) = match name {
            "YAML" => (TokenKind::VersionDirective, self.scan_version()?),
            "TAG" => {
                self.cursor.skip_blanks();
                let handle = self.scan_tag_handle(true)?;
                if !matches!(self.cursor.at(0), b' ' | b'\t') {
                    return Err(self.error(start, "`%TAG` needs a handle and a prefix"));
                }
                self.cursor.skip_blanks();
                let prefix = self.scan_tag_uri("")?;
                if !self.cursor.is_space_or_end(0) {
                    return Err(self.error(start, "after the prefix of `%TAG` a space or a new line must follow"));
                }
                (TokenKind::TagDirective, format!("{handle}{SEPARATOR}{prefix}"))
            }
            _ => return Err(self.error(start, format!("unknown directive `%{name}`; only %YAML and %TAG exist"))),
        };
        let end = self.cursor.mark();
        self.cursor.skip_blanks();
        if self.cursor.at(0) == b'#' {
            // go-yaml drops this comment.
            self.cursor.read_line_rest();
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.error_here("only a comment can follow a directive on its line"));
        }
        self.cursor.skip_break();
        Ok(Token { kind, style: Style::Plain, start, end, text: Text::Owned(text.into()) })
    }

    fn skip_name(&mut self) {
        let mut length = 0;
        while is_name(self.cursor.at(length)) {
            length += 1;
        }
        if length > 0 {
            self.cursor.skip(length);
        }
    }

    fn scan_version(&mut self) -> Result<String, ParseError> {
        self.cursor.skip_blanks();
        let major = self.scan_version_number()?;
        if self.cursor.at(0) != b'.' {
            return Err(self.error_here("`%YAML` needs a version such as 1.1"));
        }
        self.cursor.skip(1);
        let minor = self.scan_version_number()?;
        Ok(format!("{major}.{minor}"))
    }

    fn scan_version_number(&mut self) -> Result<u32, ParseError> {
        let mut value = 0;
        let mut length = 0;
        while self.cursor.at(0).is_ascii_digit() {
            value = value * 10 + u32::from(self.cursor.at(0) - b'0');
            length += 1;
            if length > 2 {
                return Err(self.error_here("`%YAML` needs a version such as 1.1"));
            }
            self.cursor.skip(1);
        }
        if length == 0 {
            return Err(self.error_here("`%YAML` needs a version such as 1.1"));
        }
        Ok(value)
    }

    fn scan_tag_handle(&mut self, directive: bool) -> Result<String, ParseError> {
        if self.cursor.at(0) != b'!' {
            return Err(self.error_here("a tag must start with `!`"));
        }
        let start = self.cursor.pos;
        self.cursor.skip(1);
        self.skip_name();
        if self.cursor.at(0) == b'!' {
            self.cursor.skip(1);
        } else if directive && self.cursor.pos > start + 1 {
            return Err(self.error_here("the handle of `%TAG` must end with `!`"));
        }
        Ok(self.cursor.text(start, self.cursor.pos).to_owned())
    }

    /// The rest of a tag; `head` is what was already read of it, with its `!`.
    fn scan_tag_uri(&mut self, head: &str) -> Result<String, ParseError> {
        let start = self.cursor.mark();
        let mut uri = head.get(1..).unwrap_or("").as_bytes().to_vec();
        let mut found = !head.is_empty();
        loop {
            match self.cursor.at(0) {
                b'%' => {
                    let octet = [self.cursor.at(1), self.cursor.at(2)].map(|byte| char::from(byte).to_digit(16));
                    let [Some(high), Some(low)] = octet else {
                        return Err(self.error_here("`%` in a tag needs two hexadecimal digits"));
                    };
                    uri.push((high << 4 | low) as u8);
                    self.cursor.skip(3);
                }
                byte if is_name(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    uri.push(byte);
                    self.cursor.skip(1);
                }
                _ => break,
            }
            found = true;
        }
        if !found {
            return Err(self.error(start, "the tag has no name"));
        }
        String::from_utf8(uri).map_err(|_| self.error(start, "the escapes of this tag are not UTF-8"))
    }
}
