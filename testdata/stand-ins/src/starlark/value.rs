//! Values of scripts. Lists and dicts are shared, as in the language.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use super::parser::Function;

#[derive(Clone)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    /// A float, kept as it was written.
    Float(f64),
    Str(Rc<str>),
    List(Rc<RefCell<Vec<Self>>>),
    Dict(Rc<RefCell<Vec<(String, Self)>>>),
    Function(Rc<Function>),
    Builtin(&'static str),
    Method(Rc<Self>, Rc<str>),
    Module(Rc<HashMap<String, Self>>),
}

pub(super) fn text(text: impl AsRef<str>) -> Value {
    Value::Str(Rc::from(text.as_ref()))
}

pub(super) fn list(items: Vec<Value>) -> Value {
    Value::List(Rc::new(RefCell::new(items)))
}

pub(super) fn dict(entries: Vec<(String, Value)>) -> Value {
    Value::Dict(Rc::new(RefCell::new(entries)))
}

impl Value {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "string",
            Self::List(_) => "list",
            Self::Dict(_) => "dict",
            Self::Function(_) => "function",
            Self::Builtin(_) | Self::Method(..) => "builtin_function_or_method",
            Self::Module(_) => "module",
        }
    }

    pub(super) fn truth(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::List(items) => !items.borrow().is_empty(),
            Self::Dict(entries) => !entries.borrow().is_empty(),
            Self::Function(_) | Self::Builtin(_) | Self::Method(..) | Self::Module(_) => true,
        }
    }

    /// An entry of a dict.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let Self::Dict(entries) = self else { return None };
        entries.borrow().iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
    }

    /// What a `for` goes through.
    pub(super) fn iterate(&self) -> Result<Vec<Self>, String> {
        match self {
            Self::List(items) => Ok(items.borrow().clone()),
            Self::Dict(entries) => Ok(entries.borrow().iter().map(|(key, _)| text(key)).collect()),
            other => Err(format!("{} value is not iterable", other.kind())),
        }
    }

    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Int(left), Self::Int(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => left == right,
            (Self::Str(left), Self::Str(right)) => left == right,
            (Self::List(left), Self::List(right)) => {
                let (left, right) = (left.borrow(), right.borrow());
                left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| left.equals(right))
            }
            (Self::Dict(left), Self::Dict(_)) => {
                let left = left.borrow();
                let same = |(key, value): &(String, Self)| other.get(key).is_some_and(|found| found.equals(value));
                other.iterate().is_ok_and(|keys| keys.len() == left.len()) && left.iter().all(same)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = |value: &Self| if let Self::Str(text) = value { format!("{text:?}") } else { value.to_string() };
        match self {
            Self::None => f.write_str("None"),
            Self::Bool(value) => f.write_str(if *value { "True" } else { "False" }),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Str(text) => f.write_str(text),
            Self::List(items) => {
                write!(f, "[{}]", items.borrow().iter().map(inner).collect::<Vec<_>>().join(", "))
            }
            Self::Dict(entries) => {
                let entries = entries.borrow();
                let entries = entries.iter().map(|(key, value)| format!("{key:?}: {}", inner(value)));
                write!(f, "{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            other => write!(f, "<{}>", other.kind()),
        }
    }
}
