//! Running a script.

use std::collections::HashMap;
use std::rc::Rc;

use super::builtins;
use super::parser::{Action, Clause, Expression, Function, Statement, Target};
use super::value::{Value, dict, list, text};

/// Calls nested deeper than this end the script.
const DEPTH: usize = 64;

/// How a block ended.
enum Flow {
    On,
    Break,
    Continue,
    Return(Value),
}

struct Interpreter {
    globals: HashMap<String, Value>,
    /// The variables of each call that is open; none at the top level.
    calls: Vec<HashMap<String, Value>>,
}

/// Runs the statements with these names defined.
pub(super) fn run(program: &[Statement], names: &[(&str, Value)]) -> Result<(), String> {
    let globals = names.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Interpreter { globals, calls: Vec::new() }.block(program).map(drop)
}

impl Interpreter {
    fn block(&mut self, statements: &[Statement]) -> Result<Flow, String> {
        for statement in statements {
            let flow = self.statement(&statement.what).map_err(|message| {
                if message.starts_with("line ") { message } else { format!("line {}: {message}", statement.line) }
            })?;
            if !matches!(flow, Flow::On) {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn statement(&mut self, action: &Action) -> Result<Flow, String> {
        match action {
            Action::Define(function) => self.define(&function.name, Value::Function(Rc::clone(function))),
            Action::For(target, over, body) => {
                for item in self.value(over)?.iterate()? {
                    self.assign(target, item)?;
                    match self.block(body)? {
                        Flow::On | Flow::Continue => {}
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                    }
                }
            }
            Action::If(branches, otherwise) => {
                for (condition, body) in branches {
                    if self.value(condition)?.truth() {
                        return self.block(body);
                    }
                }
                return self.block(otherwise);
            }
            Action::Return(value) => {
                return Ok(Flow::Return(value.as_ref().map_or(Ok(Value::None), |value| self.value(value))?));
            }
            Action::Break => return Ok(Flow::Break),
            Action::Continue => return Ok(Flow::Continue),
            Action::Pass => {}
            Action::Assign(target, value) => {
                let value = self.value(value)?;
                self.assign(target, value)?;
            }
            Action::Change(target, operator, value) => {
                let (old, new) = (self.value(target)?, self.value(value)?);
                let value = builtins::binary(operator, &old, &new)?;
                self.assign_one(target, value)?;
            }
            Action::Do(value) => drop(self.value(value)?),
        }
        Ok(Flow::On)
    }

    fn define(&mut self, name: &str, value: Value) {
        self.calls.last_mut().unwrap_or(&mut self.globals).insert(name.to_owned(), value);
    }

    fn assign(&mut self, target: &Target, value: Value) -> Result<(), String> {
        match target {
            Target::One(target) => self.assign_one(target, value),
            Target::Many(targets) => {
                let values = value.iterate()?;
                if values.len() != targets.len() {
                    return Err(format!("{} values for {} names", values.len(), targets.len()));
                }
                targets.iter().zip(values).try_for_each(|(target, value)| self.assign_one(target, value))
            }
        }
    }

    fn assign_one(&mut self, target: &Expression, value: Value) -> Result<(), String> {
        match target {
            Expression::Name(name) => self.define(name, value),
            Expression::Index(container, index) => {
                let (container, index) = (self.value(container)?, self.value(index)?);
                match (&container, &index) {
                    (Value::Dict(entries), Value::Str(key)) => {
                        let mut entries = entries.borrow_mut();
                        match entries.iter_mut().find(|(name, _)| **name == **key) {
                            Some((_, old)) => *old = value,
                            None => entries.push((key.to_string(), value)),
                        }
                    }
                    (Value::List(items), Value::Int(index)) => {
                        let mut items = items.borrow_mut();
                        let at = position(*index, items.len()).ok_or("index out of range")?;
                        items[at] = value;
                    }
                    _ => return Err(format!("cannot set an element of a {} by a {}", container.kind(), index.kind())),
                }
            }
            _ => return Err("this cannot be assigned to".to_owned()),
        }
        Ok(())
    }

    fn values(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, String> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }

    fn value(&mut self, expression: &Expression) -> Result<Value, String> {
        Ok(match expression {
            Expression::Literal(value) => value.clone(),
            Expression::Name(name) => self.look_up(name)?,
            Expression::List(items) => list(self.values(items)?),
            Expression::Dict(entries) => {
                let new = dict(Vec::new());
                for (key, value) in entries {
                    let (key, value) = (self.value(key)?, self.value(value)?);
                    builtins::insert(&new, &key, value)?;
                }
                new
            }
            Expression::Comprehension(first, second, clauses) => {
                let new = if second.is_some() { dict(Vec::new()) } else { list(Vec::new()) };
                self.comprehend(first, second.as_deref(), clauses, &new)?;
                new
            }
            Expression::Attribute(of, name) => match self.value(of)? {
                Value::Module(names) => names.get(name).cloned().ok_or_else(|| format!("no attribute `{name}`"))?,
                value => Value::Method(Rc::new(value), Rc::from(name.as_str())),
            },
            Expression::Index(of, index) => {
                let (of, index) = (self.value(of)?, self.value(index)?);
                element(&of, &index)?
            }
            Expression::Slice(of, start, end) => {
                let of = self.value(of)?;
                let mut bound = |bound: &Option<Box<Expression>>| match bound {
                    None => Ok(None),
                    Some(bound) => match self.value(bound)? {
                        Value::Int(value) => Ok(Some(value)),
                        other => Err(format!("a slice by a {}", other.kind())),
                    },
                };
                let (start, end) = (bound(start)?, bound(end)?);
                slice(&of, start, end)?
            }
            Expression::Call(function, arguments, named) => {
                let function = self.value(function)?;
                let arguments = self.values(arguments)?;
                let named = named.iter().map(|(name, value)| Ok((name.clone(), self.value(value)?)));
                let named = named.collect::<Result<Vec<_>, String>>()?;
                self.call(&function, arguments, &named)?
            }
            Expression::Not(value) => Value::Bool(!self.value(value)?.truth()),
            Expression::Negative(value) => match self.value(value)? {
                Value::Int(value) => Value::Int(value.checked_neg().ok_or("this number is too large")?),
                Value::Float(value) => Value::Float(-value),
                other => return Err(format!("`-` of a {}", other.kind())),
            },
            Expression::And(left, right) => {
                let left = self.value(left)?;
                if left.truth() { self.value(right)? } else { left }
            }
            Expression::Or(left, right) => {
                let left = self.value(left)?;
                if left.truth() { left } else { self.value(right)? }
            }
            Expression::Binary(operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                builtins::binary(operator, &left, &right)?
            }
            Expression::Choice(condition, yes, no) => {
                let branch = if self.value(condition)?.truth() { yes } else { no };
                self.value(branch)?
            }
        })
    }

    fn look_up(&self, name: &str) -> Result<Value, String> {
        let local = self.calls.last().and_then(|names| names.get(name));
        if let Some(value) = local.or_else(|| self.globals.get(name)) {
            return Ok(value.clone());
        }
        builtins::named(name).ok_or_else(|| format!("`{name}` is not defined"))
    }

    fn comprehend(
        &mut self,
        first: &Expression,
        second: Option<&Expression>,
        clauses: &[Clause],
        into: &Value,
    ) -> Result<(), String> {
        match clauses.split_first() {
            None => {
                let key = self.value(first)?;
                match (second, into) {
                    (Some(second), _) => {
                        let value = self.value(second)?;
                        builtins::insert(into, &key, value)?;
                    }
                    (None, Value::List(items)) => items.borrow_mut().push(key),
                    (None, _) => {}
                }
            }
            Some((Clause::If(condition), rest)) => {
                if self.value(condition)?.truth() {
                    self.comprehend(first, second, rest, into)?;
                }
            }
            Some((Clause::For(target, over), rest)) => {
                for item in self.value(over)?.iterate()? {
                    self.assign(target, item)?;
                    self.comprehend(first, second, rest, into)?;
                }
            }
        }
        Ok(())
    }

    fn call(&mut self, function: &Value, arguments: Vec<Value>, named: &[(String, Value)]) -> Result<Value, String> {
        match function {
            Value::Function(function) => self.call_script(&Rc::clone(function), arguments, named),
            Value::Builtin(name) => builtins::call(name, &arguments, named),
            Value::Method(of, name) => builtins::method(of, name, &arguments, named),
            other => Err(format!("a {} cannot be called", other.kind())),
        }
    }

    fn call_script(
        &mut self,
        function: &Function,
        arguments: Vec<Value>,
        named: &[(String, Value)],
    ) -> Result<Value, String> {
        if self.calls.len() >= DEPTH {
            return Err("calls are nested too deep".to_owned());
        }
        if arguments.len() > function.parameters.len() {
            return Err(format!("`{}` takes {} arguments", function.name, function.parameters.len()));
        }
        let mut names = HashMap::new();
        let mut given = arguments.into_iter();
        for (name, default) in &function.parameters {
            let by_name = named.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
            let value = match given.next().or(by_name) {
                Some(value) => value,
                None => {
                    let default = default.as_ref().ok_or_else(|| format!("`{}` lacks `{name}`", function.name))?;
                    self.value(default)?
                }
            };
            names.insert(name.clone(), value);
        }
        self.calls.push(names);
        let flow = self.block(&function.body);
        self.calls.pop();
        Ok(if let Flow::Return(value) = flow? { value } else { Value::None })
    }
}

/// An index that may count from the end.
fn position(index: i64, length: usize) -> Option<usize> {
    let from_start = if index < 0 { index + i64::try_from(length).ok()? } else { index };
    usize::try_from(from_start).ok().filter(|at| *at < length)
}

fn element(of: &Value, index: &Value) -> Result<Value, String> {
    match (of, index) {
        (Value::Dict(_), Value::Str(key)) => of.get(key).ok_or_else(|| format!("no key `{key}`")),
        (Value::List(items), Value::Int(index)) => {
            let items = items.borrow();
            let at = position(*index, items.len()).ok_or("index out of range")?;
            Ok(items[at].clone())
        }
        (Value::Str(source), Value::Int(index)) => {
            let at = position(*index, source.chars().count()).ok_or("index out of range")?;
            Ok(text(source.chars().skip(at).take(1).collect::<String>()))
        }
        _ => Err(format!("no element of a {} by a {}", of.kind(), index.kind())),
    }
}

fn slice(of: &Value, start: Option<i64>, end: Option<i64>) -> Result<Value, String> {
    let range = |length: usize| {
        let bound = |bound: i64| {
            let length = i64::try_from(length).unwrap_or(i64::MAX);
            let bound = if bound < 0 { bound + length } else { bound };
            usize::try_from(bound.clamp(0, length)).unwrap_or(0)
        };
        let (start, end) = (start.map_or(0, bound), end.map_or(length, bound));
        (start, end.saturating_sub(start))
    };
    match of {
        Value::List(items) => {
            let items = items.borrow();
            let (skip, take) = range(items.len());
            Ok(list(items.iter().skip(skip).take(take).cloned().collect()))
        }
        Value::Str(source) => {
            let (skip, take) = range(source.chars().count());
            Ok(text(source.chars().skip(skip).take(take).collect::<String>()))
        }
        other => Err(format!("a {} has no slices", other.kind())),
    }
}
