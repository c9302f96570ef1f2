//! What an intent says in the words of other models (TS 28.312 expectations, GSMA NEST, TMF921), brought into its typed
//! fields: each becomes a statement about one field. Statements fill in what is open; one that contradicts the typed
//! field, or another statement, is an error. Presets yield to everything.

mod contexts;
mod expectations;
mod nest;
mod tmf921;
mod value;

use porchlight_api::Quantity;
use porchlight_api::network_slice_intent::NetworkSliceIntent;
use porchlight_krm::order::{Gather, SortedMap};
use porchlight_krm::{Code, FromNode, Notice, Options, ValueError};
use porchlight_yaml::Document;
use porchlight_yaml::serde::to_node;
use serde_json::{Map, Value};

use crate::problem::{Problem, Problems};

/// One field, as another model states it.
struct Statement {
    /// Path below `spec`, such as `service.latency.dlMs`.
    field: String,
    value: Value,
    /// Where it is stated.
    at: String,
    /// What it is called there.
    term: String,
    source: String,
    /// Yields to any other value.
    is_preset: bool,
}

/// A statement that set a field.
pub(crate) struct Imported {
    /// Path, such as `spec.service.latency.dlMs`.
    pub(crate) field: String,
    pub(crate) value: String,
    /// Where it is stated.
    pub(crate) at: String,
    /// What it is called there.
    pub(crate) term: String,
    pub(crate) source: String,
}

/// What the statements of an intent came to.
#[derive(Default)]
pub(crate) struct Statements {
    /// Fields that were open and got a value.
    pub(crate) imported: Vec<Imported>,
    /// Paths that are understood but that nothing is generated from.
    pub(crate) recorded: Vec<String>,
}

/// Collects statements with their faults.
struct Collector<'a> {
    statements: Vec<Statement>,
    recorded: Vec<String>,
    problems: &'a mut Problems,
}

/// Reads all statements of an intent and completes its typed fields with them.
pub(crate) fn complete(spec: &mut NetworkSliceIntent, problems: &mut Problems) -> Statements {
    let mut collector = Collector { statements: Vec::new(), recorded: Vec::new(), problems };
    expectations::read(spec, &mut collector);
    tmf921::read(spec, &mut collector);
    nest::read(spec, &mut collector);
    let Collector { statements, recorded, problems } = collector;
    if statements.is_empty() {
        return Statements { imported: Vec::new(), recorded };
    }
    let mut tree = values(spec);
    let mut imported: Vec<Imported> = Vec::new();
    for statement in statements {
        match at(&tree, &statement.field) {
            Some(present) if same(present, &statement.value) || statement.is_preset => {}
            Some(present) => contradiction(&statement, present, &imported, problems),
            None => {
                let mut with = tree.clone();
                if !set(&mut with, &statement.field, statement.value.clone()) {
                    continue;
                }
                match typed(&with) {
                    Ok(completed) => *spec = completed,
                    Err(error) => {
                        let current = Some(text(&statement.value));
                        let message = format!("does not fit `spec.{}`: {error}", statement.field);
                        problems.add(Code::IntentInvalid, &statement.at, current, message);
                        continue;
                    }
                }
                tree = with;
                imported.push(Imported {
                    field: format!("spec.{}", statement.field),
                    value: text(&statement.value),
                    at: statement.at,
                    term: statement.term,
                    source: statement.source,
                });
            }
        }
    }
    Statements { imported, recorded }
}

impl Statements {
    /// Says of a problem with an imported value where that value was stated.
    pub(crate) fn relocate(&self, problem: &mut Problem) {
        self.relocate_field(&mut problem.field, &mut problem.message);
    }

    /// The same for a notice.
    pub(crate) fn relocate_notice(&self, notice: &mut Notice) {
        self.relocate_field(&mut notice.field, &mut notice.message);
    }

    fn relocate_field(&self, field: &mut String, message: &mut String) {
        let covers = |imported: &&Imported| {
            field.strip_prefix(&imported.field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if let Some(imported) = self.imported.iter().find(covers) {
            message.push_str(" (as `");
            message.push_str(field);
            message.push_str("`)");
            field.clone_from(&imported.at);
        }
    }
}

impl Collector<'_> {
    fn state(&mut self, field: &str, value: Value, at: &str, term: &str, source: &str) {
        self.statements.push(Statement {
            field: field.to_owned(),
            value,
            at: at.to_owned(),
            term: term.to_owned(),
            source: source.to_owned(),
            is_preset: false,
        });
    }

    fn preset(&mut self, field: &str, value: Value, at: &str, term: &str, source: &str) {
        self.state(field, value, at, term, source);
        if let Some(last) = self.statements.last_mut() {
            last.is_preset = true;
        }
    }

    fn invalid(&mut self, at: &str, value: &Value, message: String) {
        let current = if value.is_null() { None } else { Some(text(value)) };
        self.problems.add(Code::IntentInvalid, at, current, message);
    }
}

fn contradiction(statement: &Statement, present: &Value, imported: &[Imported], problems: &mut Problems) {
    let field = format!("spec.{}", statement.field);
    let other = imported.iter().find(|other| other.field == field);
    let other =
        other.map_or_else(|| format!("`{field}` says"), |other| format!("{} (`{}`) says", other.term, other.at));
    problems.add(
        Code::IntentConflict,
        &statement.at,
        Some(text(&statement.value)),
        format!(
            "TARGET_CONFLICT: {} asks for `{}` while {other} `{}`: make them agree or remove one",
            statement.term,
            text(&statement.value),
            text(present)
        ),
    );
}

/// The intent as values. By way of nodes, so that the type is read and written in one way only.
fn values(spec: &NetworkSliceIntent) -> Value {
    let mut document = Document::default();
    let root = to_node(&mut document, spec);
    Options::default().from_node(&document, root).unwrap_or_default()
}

/// Values as a type.
fn typed<T: FromNode>(value: &Value) -> Result<T, ValueError> {
    let mut document = Document::default();
    let root = to_node(&mut document, value);
    Options::default().from_node(&document, root)
}

/// The value at a dotted path.
fn at<'v>(tree: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(tree, |value, key| value.get(key)).filter(|value| !value.is_null())
}

/// Sets a value at a dotted path; `false` where something that is no mapping is in the way.
fn set(tree: &mut Value, path: &str, value: Value) -> bool {
    let mut place = tree;
    for key in path.split('.') {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        let Some(map) = place.as_object_mut() else { return false };
        place = map.entry(key).or_insert(Value::Null);
    }
    *place = value;
    true
}

/// Equal as numbers, as quantities, as sets, or as they are.
fn same(left: &Value, right: &Value) -> bool {
    if left == right {
        return true;
    }
    let quantity = |value: &Value| value.as_str().and_then(|text| text.parse::<Quantity>().ok());
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().all(|value| right.iter().any(|other| same(value, other)))
        }
        (Value::Object(left), Value::Object(right)) => {
            let keys: SortedMap<&String, ()> = left.keys().chain(right.keys()).map(|key| (key, ())).gather();
            keys.keys().all(|key| {
                let (left, right) = (left.get(*key), right.get(*key));
                same(left.unwrap_or(&Value::Null), right.unwrap_or(&Value::Null))
            })
        }
        _ => quantity(left).is_some_and(|left| Some(left) == quantity(right)),
    }
}

/// A value as a message shows it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // Without the `.0` that JSON numbers of this type have.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => porchlight_yaml::json::text(other),
    }
}

#[cfg(test)]
mod tests;
