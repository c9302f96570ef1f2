//! Expressions in the Common Expression Language, as the PackageVariantSet controller evaluates them (porch §4.10).
//!
//! The controller checks types before it evaluates; the interpreter used here does not, so [`check`] does. What is left out
//! are durations and timestamps: a name or label made from the time would not be the same twice.

mod check;
mod kind;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use cel::common::ast::SourceInfo;
use cel::{Context, ExecutionError, Program, Value};

/// Names an expression may use.
pub const VARIABLES: [&str; 5] = ["repoDefault", "packageDefault", "upstream", "target", "repository"];

/// Longest expression that is read, in bytes; the parser works by recursion.
const LONGEST: usize = 16 * 1024;

/// Deepest nesting of brackets that is read.
const DEEPEST: usize = 100;

/// What an expression sees.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    /// Repository the target stands for.
    pub repo_default: String,
    /// Package the target stands for.
    pub package_default: String,
    /// Upstream package revision.
    pub upstream: ObjectFields,
    /// The target.
    pub target: Target,
    /// Repository of the downstream package; not known while that is computed.
    pub repository: Option<ObjectFields>,
}

/// What expressions see of an object.
#[derive(Clone, Debug, Default)]
pub struct ObjectFields {
    /// `metadata.name`
    pub name: String,
    /// `metadata.namespace`
    pub namespace: String,
    /// `metadata.labels`
    pub labels: BTreeMap<String, String>,
    /// `metadata.annotations`
    pub annotations: BTreeMap<String, String>,
}

/// What expressions see as `target`.
#[derive(Clone, Debug, Default)]
pub enum Target {
    /// An entry of `repositories`: `target.repo` and `target.package` are the defaults.
    #[default]
    Listed,
    /// A selected object.
    Object(ObjectFields),
}

/// Why an expression has no value: cel-go's words, and the place in the expression where it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// What is wrong; several lines with the expression and a mark where it does not compile.
    pub message: String,
    /// Line and column in the expression, from 1.
    pub place: Option<(u32, u32)>,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for ExpressionError {}

/// A compiled expression.
#[derive(Debug)]
pub struct Expression(Program);

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Syntax, names that nobody declared, operators on values they are not for.
    pub fn compile(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > LONGEST || nesting(text) > DEEPEST {
            let message = format!("expressions are at most {LONGEST} bytes long and {DEEPEST} brackets deep");
            return Err(ExpressionError { message, place: None });
        }
        let program = Program::compile(text).map_err(|errors| {
            let faults = errors.errors.iter().map(|error| {
                let number = |number: isize| u32::try_from(number).unwrap_or_default();
                ((number(error.pos.0), number(error.pos.1)), error.msg.clone())
            });
            compile_error(text, faults.collect())
        })?;
        let faults = check::check(program.expression());
        if faults.is_empty() {
            return Ok(Self(program));
        }
        let faults = faults.into_iter().map(|(node, message)| (position(program.source_info(), text, node), message));
        Err(compile_error(text, faults.collect()))
    }

    /// The value, which has to be a string.
    ///
    /// # Errors
    /// Whatever goes wrong while evaluating: a key that is not there, values an operator is not for, a result that is no
    /// string.
    pub fn evaluate(&self, variables: &Variables) -> Result<String, ExpressionError> {
        let failed = |message: String| ExpressionError { message, place: None };
        let mut context = Context::default();
        context.add_variable_from_value("repoDefault", variables.repo_default.clone());
        context.add_variable_from_value("packageDefault", variables.package_default.clone());
        context.add_variable_from_value("upstream", fields(&variables.upstream));
        let target = match &variables.target {
            Target::Listed => HashMap::from([
                ("repo".to_owned(), Value::from(variables.repo_default.clone())),
                ("package".to_owned(), Value::from(variables.package_default.clone())),
            ]),
            Target::Object(object) => fields(object),
        };
        context.add_variable_from_value("target", target);
        if let Some(repository) = &variables.repository {
            context.add_variable_from_value("repository", fields(repository));
        }
        match self.0.execute(&context) {
            Ok(Value::String(text)) => Ok(text.to_string()),
            Ok(other) => Err(failed(no_string(&other))),
            Err(error) => Err(failed(words(&error))),
        }
    }
}

fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn fields(object: &ObjectFields) -> HashMap<String, Value> {
    let map = |map: &BTreeMap<String, String>| {
        Value::from(map.iter().map(|(key, value)| (key.clone(), Value::from(value.clone()))).collect::<HashMap<_, _>>())
    };
    HashMap::from([
        ("name".to_owned(), Value::from(object.name.clone())),
        ("namespace".to_owned(), Value::from(object.namespace.clone())),
        ("labels".to_owned(), map(&object.labels)),
        ("annotations".to_owned(), map(&object.annotations)),
    ])
}

/// As cel-go says it, with the line and a mark below it.
fn compile_error(text: &str, faults: Vec<((u32, u32), String)>) -> ExpressionError {
    let place = faults.first().map(|(place, _)| *place);
    let shown = faults.into_iter().map(|((line, column), message)| {
        let source = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        let dots = ".".repeat(column.saturating_sub(1) as usize);
        format!("ERROR: <input>:{line}:{column}: {message}\n | {source}\n | {dots}^")
    });
    ExpressionError { message: shown.collect::<Vec<_>>().join("\n"), place }
}

/// Line and column of a node of the expression.
fn position(source: &SourceInfo, text: &str, node: u64) -> (u32, u32) {
    let offset = source.offset_for(node).map_or(0, |(start, _)| start as usize);
    let before: String = text.chars().take(offset).collect();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// cel-go's words for a value that cannot become a string.
fn no_string(value: &Value) -> String {
    match value {
        Value::Int(_) => "unsupported type conversion from 'int' to string".to_owned(),
        Value::UInt(_) => "unsupported type conversion from 'uint' to string".to_owned(),
        Value::Float(_) => "type conversion error from 'double' to 'string'".to_owned(),
        Value::Bool(_) => "type conversion error from bool to 'string'".to_owned(),
        Value::Null => "type conversion error from 'null_type' to 'string'".to_owned(),
        Value::List(_) => "type conversion error from list to 'string'".to_owned(),
        Value::Map(_) => "unsupported type conversion: map to string".to_owned(),
        other => format!("type conversion error from '{}' to 'string'", other.type_of()),
    }
}

/// cel-go's words for what went wrong while evaluating.
fn words(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("no such key: {key}"),
        ExecutionError::UndeclaredReference(name) => format!("no such attribute(s): {name}"),
        ExecutionError::DivisionByZero(_) => "division by zero".to_owned(),
        ExecutionError::RemainderByZero(_) => "modulus by zero".to_owned(),
        ExecutionError::IndexOutOfBounds(index) => match index {
            Value::Int(index) => format!("index out of bounds: {index}"),
            _ => "index out of bounds".to_owned(),
        },
        ExecutionError::FunctionError { message, .. } => message.clone(),
        ExecutionError::Overflow(..) => "integer overflow".to_owned(),
        ExecutionError::NoSuchOverload(_)
        | ExecutionError::UnsupportedBinaryOperator(..)
        | ExecutionError::ValuesNotComparable(..)
        | ExecutionError::UnexpectedType { .. }
        | ExecutionError::UnsupportedTargetType { .. }
        | ExecutionError::UnsupportedIndex(..) => "no such overload".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
