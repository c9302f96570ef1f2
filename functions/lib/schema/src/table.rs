//! Schemas as lines of text.
//!
//! ```text
//! # a comment
//! = apps/v1 Deployment apps.v1.Deployment      a kind, and the type of its objects
//! apps.v1.Deployment                            a type; its fields follow, indented
//!  metadata meta.v1.ObjectMeta                  a field and its type
//!  spec! apps.v1.DeploymentSpec                 a required field
//!  replicas int32 min 0                         a range: `min N`, `max N`
//!  policy str values Always|Never               the only values
//!  labels {}str                                 a mapping of texts
//!  ports []core.v1.ServicePort                  a list
//!  * any                                        fields that are not named here
//! + core.v1.ServicePort port min 1 max 65535    more about a field of a type that is told elsewhere
//! ```
//!
//! Types are `str`, `bool`, `int`, `int32`, `num`, `quantity`, `intstr` (a number or a text), `any`, and names of types. `null`
//! is as good as absent everywhere, as in an API server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use porchlight_krm::Resource;
use porchlight_krm::order::Arrange;

use crate::Violation;
use crate::check::Check;

/// Schemas by kind.
#[derive(Debug, Default)]
pub struct Table<'t> {
    kinds: HashMap<(&'t str, &'t str), &'t str>,
    /// The lines below the name of a type.
    types: HashMap<&'t str, &'t str>,
    /// What is said more about fields, by type: lines of field name and constraints.
    refinements: HashMap<&'t str, Vec<&'t str>>,
    /// Fields of the types that were asked for.
    known: Mutex<HashMap<&'t str, Arc<Fields<'t>>>>,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape<'t> {
    Text,
    Bool,
    Int { bits: u8 },
    Number,
    Quantity,
    IntOrText,
    Any,
    List(&'t str),
    Map(&'t str),
    Named(&'t str),
}

impl<'t> Shape<'t> {
    pub(crate) fn read(text: &'t str) -> Self {
        match text {
            "str" => Self::Text,
            "bool" => Self::Bool,
            "int" => Self::Int { bits: 64 },
            "int32" => Self::Int { bits: 32 },
            "num" => Self::Number,
            "quantity" => Self::Quantity,
            "intstr" => Self::IntOrText,
            "any" => Self::Any,
            _ => match (text.strip_prefix("[]"), text.strip_prefix("{}")) {
                (Some(item), _) => Self::List(item),
                (_, Some(value)) => Self::Map(value),
                _ => Self::Named(text),
            },
        }
    }
}

/// One line of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field<'t> {
    pub(crate) name: &'t str,
    pub(crate) required: bool,
    pub(crate) shape: Shape<'t>,
    /// The only values, separated by `|`; "" for any.
    pub(crate) values: &'t str,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
}

impl<'t> Field<'t> {
    fn read(line: &'t str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let name = words.next()?;
        let required = name.ends_with('!');
        let shape = Shape::read(words.next().unwrap_or("any"));
        let mut field =
            Self { name: name.strip_suffix('!').unwrap_or(name), required, shape, values: "", min: None, max: None };
        field.constrain(words);
        Some(field)
    }

    fn constrain(&mut self, mut words: impl Iterator<Item = &'t str>) {
        while let (Some(word), Some(value)) = (words.next(), words.next()) {
            match word {
                "values" => self.values = value,
                "min" => self.min = value.parse().ok(),
                "max" => self.max = value.parse().ok(),
                _ => {}
            }
        }
    }
}

/// The fields of a type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'t> {
    pub(crate) named: Vec<Field<'t>>,
    /// The type of fields that are not named, where there may be some.
    pub(crate) others: Option<Shape<'t>>,
}

impl<'t> Table<'t> {
    /// The kinds and types of several texts; a type may name one of another text.
    #[must_use]
    pub fn read(texts: &[&'t str]) -> Self {
        let mut table = Self::default();
        for text in texts {
            table.add(text);
        }
        table
    }

    fn add(&mut self, text: &'t str) {
        let mut rest = text;
        while let Some((line, after)) = rest.split_once('\n') {
            rest = after;
            if let Some(kind) = line.strip_prefix("= ") {
                let mut words = kind.split(' ');
                if let (Some(api_version), Some(kind), Some(name)) = (words.next(), words.next(), words.next()) {
                    self.kinds.insert((api_version, kind), name);
                }
            } else if let Some((name, refinement)) = line.strip_prefix("+ ").and_then(|line| line.split_once(' ')) {
                self.refinements.entry(name).or_default().push(refinement);
            } else if !line.is_empty() && !line.starts_with(['#', ' ']) {
                let end =
                    rest.split_inclusive('\n').take_while(|line| line.starts_with(' ')).map(str::len).sum::<usize>();
                self.types.insert(line, &rest[..end]);
                rest = &rest[end..];
            }
        }
    }

    /// Whether the fields of a kind are known.
    #[must_use]
    pub fn knows(&self, api_version: &str, kind: &str) -> bool {
        self.kinds.contains_key(&(api_version, kind))
    }

    /// Every kind, as apiVersion and kind.
    pub fn kinds(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.kinds.keys().copied()
    }

    /// What is wrong with a resource, in the order of the file; `None` for a kind that is not known.
    #[must_use]
    pub fn check(&self, resource: &Resource) -> Option<Vec<Violation>> {
        let name = self.kinds.get(&(resource.api_version(), resource.kind()))?;
        Some(Check::new(self, resource.document()).run(resource.root(), name))
    }

    pub(crate) fn fields(&self, name: &str) -> Option<Arc<Fields<'t>>> {
        let (name, lines) = self.types.get_key_value(name)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(known.entry(name).or_insert_with(|| Arc::new(self.read_fields(name, lines)))))
    }

    fn read_fields(&self, name: &str, lines: &'t str) -> Fields<'t> {
        let mut fields = Fields::default();
        for line in lines.lines() {
            let Some(field) = Field::read(line) else { continue };
            if field.name == "*" { fields.others = Some(field.shape) } else { fields.named.push(field) }
        }
        for refinement in self.refinements.get(name).into_iter().flatten() {
            let mut words = refinement.split_ascii_whitespace();
            let name = words.next();
            if let Some(field) = fields.named.iter_mut().find(|field| Some(field.name) == name) {
                field.constrain(words);
            }
        }
        fields
    }

    /// Names of types that are used and not there, and refinements of fields that are not; none in a table that is whole.
    #[must_use]
    pub fn dangling(&self) -> Vec<&'t str> {
        let mut missing: Vec<&str> =
            self.kinds.values().copied().filter(|name| !self.types.contains_key(name)).collect();
        for line in self.types.values().flat_map(|block| block.lines()) {
            let mut word = line.split_ascii_whitespace().nth(1).unwrap_or_default();
            while let Some(inner) = word.strip_prefix("[]").or_else(|| word.strip_prefix("{}")) {
                word = inner;
            }
            if let Shape::Named(name) = Shape::read(word)
                && !self.types.contains_key(name)
            {
                missing.push(name);
            }
        }
        for (name, refinements) in &self.refinements {
            let fields = self.fields(name).unwrap_or_default();
            let unknown = refinements.iter().filter(|refinement| {
                let field = refinement.split(' ').next();
                fields.named.iter().all(|known| Some(known.name) != field)
            });
            missing.extend(unknown);
        }
        missing.arrange();
        missing.dedup();
        missing
    }
}
