//! Scripts as trees.

use super::lexer::{Token, tokens};
use super::value::Value;

/// A function of a script: its parameters with defaults, and its body.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) parameters: Vec<(String, Option<Expression>)>,
    pub(super) body: Vec<Statement>,
}

/// A statement and its one-based line.
pub(super) struct Statement {
    pub(super) line: usize,
    pub(super) what: Action,
}

pub(super) enum Action {
    Define(std::rc::Rc<Function>),
    For(Target, Expression, Vec<Statement>),
    If(Vec<(Expression, Vec<Statement>)>, Vec<Statement>),
    Return(Option<Expression>),
    Break,
    Continue,
    Pass,
    Assign(Target, Expression),
    Change(Expression, &'static str, Expression),
    Do(Expression),
}

/// What is assigned to.
pub(super) enum Target {
    One(Expression),
    Many(Vec<Expression>),
}

pub(super) enum Expression {
    Literal(Value),
    Name(String),
    List(Vec<Self>),
    Dict(Vec<(Self, Self)>),
    Comprehension(Box<Self>, Option<Box<Self>>, Vec<Clause>),
    Attribute(Box<Self>, String),
    Index(Box<Self>, Box<Self>),
    Slice(Box<Self>, Option<Box<Self>>, Option<Box<Self>>),
    Call(Box<Self>, Vec<Self>, Vec<(String, Self)>),
    Not(Box<Self>),
    Negative(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Binary(&'static str, Box<Self>, Box<Self>),
    Choice(Box<Self>, Box<Self>, Box<Self>),
}

/// `for … in …` or `if …` of a comprehension.
pub(super) enum Clause {
    For(Target, Expression),
    If(Expression),
}

const COMPARISONS: [&str; 6] = ["==", "!=", "<", ">", "<=", ">="];

pub(super) fn parse(source: &str) -> Result<Vec<Statement>, String> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0 };
    let mut statements = Vec::new();
    while *parser.peek() != Token::End {
        parser.statement(&mut statements)?;
    }
    Ok(statements)
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |(_, line)| *line)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(found) if found == word)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign) || self.is_word(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(self.wrong(&format!("expected `{sign}`"))) }
    }

    fn wrong(&self, what: &str) -> String {
        format!("line {}: {what}, found {:?}", self.line(), self.peek())
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Token::Name(name) => Ok(name),
            _ => {
                self.at -= 1;
                Err(self.wrong("expected a name"))
            }
        }
    }

    fn block(&mut self) -> Result<Vec<Statement>, String> {
        self.expect(":")?;
        let mut statements = Vec::new();
        if *self.peek() != Token::Newline {
            self.statement(&mut statements)?;
            return Ok(statements);
        }
        self.next();
        if self.next() != Token::Indent {
            self.at -= 1;
            return Err(self.wrong("expected an indented block"));
        }
        while *self.peek() != Token::Dedent && *self.peek() != Token::End {
            self.statement(&mut statements)?;
        }
        self.next();
        Ok(statements)
    }

    fn statement(&mut self, out: &mut Vec<Statement>) -> Result<(), String> {
        let line = self.line();
        let what = if self.take("def") {
            let name = self.name()?;
            self.expect("(")?;
            let mut parameters = Vec::new();
            while !self.take(")") {
                let parameter = self.name()?;
                let default = if self.take("=") { Some(self.expression()?) } else { None };
                parameters.push((parameter, default));
                if !self.is(")") {
                    self.expect(",")?;
                }
            }
            let body = self.block()?;
            Action::Define(std::rc::Rc::new(Function { name, parameters, body }))
        } else if self.take("for") {
            let target = self.target()?;
            self.expect("in")?;
            let over = self.expression()?;
            Action::For(target, over, self.block()?)
        } else if self.take("if") {
            let mut branches = vec![(self.expression()?, self.block()?)];
            while self.take("elif") {
                branches.push((self.expression()?, self.block()?));
            }
            let otherwise = if self.take("else") { self.block()? } else { Vec::new() };
            Action::If(branches, otherwise)
        } else {
            loop {
                let what = self.simple()?;
                out.push(Statement { line, what });
                if !self.take(";") || *self.peek() == Token::Newline {
                    break;
                }
            }
            return match self.next() {
                Token::Newline | Token::End => Ok(()),
                _ => {
                    self.at -= 1;
                    Err(self.wrong("expected the end of the line"))
                }
            };
        };
        out.push(Statement { line, what });
        Ok(())
    }

    fn simple(&mut self) -> Result<Action, String> {
        if self.take("return") {
            let nothing = matches!(self.peek(), Token::Newline | Token::End) || self.is(";");
            return Ok(Action::Return(if nothing { None } else { Some(self.expression()?) }));
        }
        for (word, action) in [("break", Action::Break), ("continue", Action::Continue), ("pass", Action::Pass)] {
            if self.take(word) {
                return Ok(action);
            }
        }
        let first = self.expression()?;
        if self.is(",") {
            let mut parts = vec![first];
            while self.take(",") {
                parts.push(self.expression()?);
            }
            self.expect("=")?;
            return Ok(Action::Assign(Target::Many(parts), self.expression()?));
        }
        if self.take("=") {
            return Ok(Action::Assign(Target::One(first), self.expression()?));
        }
        for (sign, operator) in [("+=", "+"), ("-=", "-"), ("*=", "*"), ("//=", "//"), ("%=", "%")] {
            if self.take(sign) {
                return Ok(Action::Change(first, operator, self.expression()?));
            }
        }
        Ok(Action::Do(first))
    }

    fn target(&mut self) -> Result<Target, String> {
        let mut names = vec![Expression::Name(self.name()?)];
        while self.take(",") {
            names.push(Expression::Name(self.name()?));
        }
        Ok(if names.len() == 1 { Target::One(names.remove(0)) } else { Target::Many(names) })
    }

    fn expression(&mut self) -> Result<Expression, String> {
        let value = self.or()?;
        if !self.take("if") {
            return Ok(value);
        }
        let condition = self.or()?;
        self.expect("else")?;
        Ok(Expression::Choice(Box::new(condition), Box::new(value), Box::new(self.expression()?)))
    }

    fn or(&mut self) -> Result<Expression, String> {
        let mut left = self.and()?;
        while self.take("or") {
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, String> {
        let mut left = self.not()?;
        while self.take("and") {
            left = Expression::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expression, String> {
        if self.take("not") {
            return Ok(Expression::Not(Box::new(self.not()?)));
        }
        let left = self.sum()?;
        for sign in COMPARISONS {
            if self.take(sign) {
                return Ok(Expression::Binary(sign, Box::new(left), Box::new(self.sum()?)));
            }
        }
        if self.take("in") {
            return Ok(Expression::Binary("in", Box::new(left), Box::new(self.sum()?)));
        }
        if self.is_word("not") {
            self.next();
            self.expect("in")?;
            let inside = Expression::Binary("in", Box::new(left), Box::new(self.sum()?));
            return Ok(Expression::Not(Box::new(inside)));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        loop {
            let sign = if self.take("+") {
                "+"
            } else if self.take("-") {
                "-"
            } else {
                return Ok(left);
            };
            left = Expression::Binary(sign, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.unary()?;
        loop {
            let Some(sign) = ["*", "//", "%"].into_iter().find(|sign| self.is(sign)) else { return Ok(left) };
            self.next();
            left = Expression::Binary(sign, Box::new(left), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Result<Expression, String> {
        if self.take("-") {
            return Ok(Expression::Negative(Box::new(self.unary()?)));
        }
        let mut value = self.atom()?;
        loop {
            if self.take(".") {
                value = Expression::Attribute(Box::new(value), self.name()?);
            } else if self.take("(") {
                let (mut arguments, mut named) = (Vec::new(), Vec::new());
                while !self.take(")") {
                    let argument = self.expression()?;
                    match argument {
                        Expression::Name(name) if self.take("=") => named.push((name, self.expression()?)),
                        argument => arguments.push(self.maybe_comprehension(argument)?),
                    }
                    if !self.is(")") {
                        self.expect(",")?;
                    }
                }
                value = Expression::Call(Box::new(value), arguments, named);
            } else if self.take("[") {
                let start = if self.is(":") { None } else { Some(Box::new(self.expression()?)) };
                if self.take(":") {
                    let end = if self.is("]") { None } else { Some(Box::new(self.expression()?)) };
                    value = Expression::Slice(Box::new(value), start, end);
                } else if let Some(index) = start {
                    value = Expression::Index(Box::new(value), index);
                }
                self.expect("]")?;
            } else {
                return Ok(value);
            }
        }
    }

    fn maybe_comprehension(&mut self, first: Expression) -> Result<Expression, String> {
        if !self.is_word("for") {
            return Ok(first);
        }
        Ok(Expression::Comprehension(Box::new(first), None, self.clauses()?))
    }

    fn clauses(&mut self) -> Result<Vec<Clause>, String> {
        let mut clauses = Vec::new();
        loop {
            if self.take("for") {
                let target = self.target()?;
                self.expect("in")?;
                clauses.push(Clause::For(target, self.or()?));
            } else if self.take("if") {
                clauses.push(Clause::If(self.or()?));
            } else {
                return Ok(clauses);
            }
        }
    }

    fn atom(&mut self) -> Result<Expression, String> {
        let line = self.line();
        Ok(match self.next() {
            Token::Int(value) => Expression::Literal(Value::Int(value)),
            Token::Float(value) => Expression::Literal(Value::Float(value)),
            Token::Str(mut text) => {
                while let Token::Str(more) = self.peek() {
                    text.push_str(more);
                    self.at += 1;
                }
                Expression::Literal(super::value::text(text))
            }
            Token::Name(name) => match name.as_str() {
                "None" => Expression::Literal(Value::None),
                "True" => Expression::Literal(Value::Bool(true)),
                "False" => Expression::Literal(Value::Bool(false)),
                _ => Expression::Name(name),
            },
            Token::Sign("(") => {
                if self.take(")") {
                    return Ok(Expression::List(Vec::new()));
                }
                let first = self.expression()?;
                if self.is(",") {
                    let mut items = vec![first];
                    while self.take(",") && !self.is(")") {
                        items.push(self.expression()?);
                    }
                    self.expect(")")?;
                    return Ok(Expression::List(items));
                }
                self.expect(")")?;
                first
            }
            Token::Sign("[") => {
                let mut items = Vec::new();
                while !self.take("]") {
                    let item = self.expression()?;
                    if self.is_word("for") {
                        let clauses = self.clauses()?;
                        self.expect("]")?;
                        return Ok(Expression::Comprehension(Box::new(item), None, clauses));
                    }
                    items.push(item);
                    if !self.is("]") {
                        self.expect(",")?;
                    }
                }
                Expression::List(items)
            }
            Token::Sign("{") => {
                let mut entries = Vec::new();
                while !self.take("}") {
                    let key = self.expression()?;
                    self.expect(":")?;
                    let value = self.expression()?;
                    if self.is_word("for") {
                        let clauses = self.clauses()?;
                        self.expect("}")?;
                        return Ok(Expression::Comprehension(Box::new(key), Some(Box::new(value)), clauses));
                    }
                    entries.push((key, value));
                    if !self.is("}") {
                        self.expect(",")?;
                    }
                }
                Expression::Dict(entries)
            }
            token => return Err(format!("line {line}: expected a value, found {token:?}")),
        })
    }
}
