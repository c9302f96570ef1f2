//! Reading the text of a field path.

use super::{PathError, PathStep};

pub(super) fn steps(path: &str) -> Result<Vec<PathStep>, PathError> {
    let mut reader = PathReader { path, chars: path.chars().collect(), position: 0 };
    let mut steps = Vec::new();
    if path.is_empty() {
        return Err(reader.error("a path needs at least one field"));
    }
    loop {
        steps.push(if reader.eat('[') { reader.bracket()? } else { reader.name()? });
        match reader.peek() {
            None => return Ok(steps),
            Some('.') => {
                reader.position += 1;
                if reader.peek().is_none() {
                    return Err(reader.error("a field name is missing after the dot"));
                }
            }
            Some('[') => {}
            Some(_) => return Err(reader.error("expected a dot or a bracket")),
        }
    }
}

struct PathReader<'a> {
    path: &'a str,
    chars: Vec<char>,
    position: usize,
}

impl PathReader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.position).copied()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.position += usize::from(found);
        found
    }

    fn error(&self, message: &'static str) -> PathError {
        PathError { path: self.path.to_owned(), column: self.position + 1, message }
    }

    /// A name up to a dot or bracket; `\` takes the next character as it is.
    fn name(&mut self) -> Result<PathStep, PathError> {
        let mut name = String::new();
        while let Some(character) = self.peek() {
            match character {
                '.' | '[' => break,
                ']' => return Err(self.error("a bracket is closed that was not opened")),
                '\\' => {
                    self.position += 1;
                    let Some(escaped) = self.peek() else {
                        return Err(self.error("nothing follows the backslash"));
                    };
                    name.push(escaped);
                }
                _ => name.push(character),
            }
            self.position += 1;
        }
        if name.is_empty() {
            return Err(self.error("a field name is missing before the dot"));
        }
        Ok(PathStep::Key(name))
    }

    /// What stands after an opening bracket, up to and with the closing one.
    fn bracket(&mut self) -> Result<PathStep, PathError> {
        let step = if let Some(quote @ ('"' | '\'')) = self.peek() {
            PathStep::Key(self.quoted(quote)?)
        } else {
            let start = self.position;
            let word = self.until(['=', ']']);
            if self.eat('=') {
                if word.is_empty() {
                    self.position = start;
                    return Err(self.error("a key is missing before `=`"));
                }
                let value = match self.peek() {
                    Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
                    _ => self.until([']', ']']),
                };
                PathStep::Match { key: word, value }
            } else if let Ok(index) = word.parse() {
                PathStep::Index(index)
            } else {
                self.position = start;
                return Err(self.error("expected a list position, `key=value` or a quoted key"));
            }
        };
        if self.eat(']') { Ok(step) } else { Err(self.error("the bracket is not closed")) }
    }

    fn until(&mut self, ends: [char; 2]) -> String {
        let start = self.position;
        while self.peek().is_some_and(|character| !ends.contains(&character)) {
            self.position += 1;
        }
        self.chars[start..self.position].iter().collect()
    }

    fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        let mut text = String::new();
        self.position += 1;
        loop {
            let Some(mut character) = self.peek() else { return Err(self.error("the quote is not closed")) };
            self.position += 1;
            if character == quote {
                return Ok(text);
            }
            if character == '\\' {
                let Some(escaped) = self.peek() else { return Err(self.error("the quote is not closed")) };
                self.position += 1;
                character = escaped;
            }
            text.push(character);
        }
    }
}
