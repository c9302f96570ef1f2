//! Walking a document along its schema.

use porchlight_krm::{FieldPath, PathStep};
use porchlight_yaml::serde::{Aliases, nearest};
use porchlight_yaml::{Document, Kind, NodeId, Scalar};

use crate::table::{Field, Fields, Shape, Table};
use crate::{Problem, Violation};

/// Deepest nesting that is followed; Kubernetes' own kinds stay far below.
const DEPTH: usize = 128;
/// Most nodes that are looked at in one object; aliases can make a short text very large.
const NODES: usize = 1_000_000;

pub(crate) struct Check<'t, 'd> {
    table: &'d Table<'t>,
    document: &'d Document,
    aliases: Aliases,
    path: Vec<Step<'t, 'd>>,
    visited: usize,
    violations: Vec<Violation>,
}

/// A step of the way; most ways lead to nothing that is told.
#[derive(Clone, Copy)]
enum Step<'t, 'd> {
    Key(&'d str),
    Field(&'t str),
    Index(usize),
}

impl From<Step<'_, '_>> for PathStep {
    fn from(step: Step<'_, '_>) -> Self {
        match step {
            Step::Key(key) | Step::Field(key) => Self::Key(key.to_owned()),
            Step::Index(position) => Self::Index(position),
        }
    }
}

impl<'t, 'd> Check<'t, 'd> {
    pub(crate) fn new(table: &'d Table<'t>, document: &'d Document) -> Self {
        Self { table, document, aliases: Aliases::of(document), path: Vec::new(), visited: 0, violations: Vec::new() }
    }

    pub(crate) fn run(mut self, root: NodeId, name: &'t str) -> Vec<Violation> {
        self.named(root, name);
        self.violations
    }

    fn report(&mut self, node: Option<NodeId>, problem: Problem) {
        let text = node.filter(|node| self.document.kind(*node) == Kind::Scalar);
        let current = text.map(|node| self.document.text(node).to_owned());
        let path = FieldPath::from(self.path.iter().map(|step| PathStep::from(*step)).collect::<Vec<_>>());
        self.violations.push(Violation { path, current, problem });
    }

    fn misfit(&mut self, node: NodeId, expected: &'static str) {
        let found = describe(self.document, node);
        self.report(Some(node), Problem::Type { expected, found });
    }

    fn below(&mut self, step: Step<'t, 'd>, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }

    fn value(&mut self, node: NodeId, shape: Shape<'t>, field: Option<&Field<'t>>) {
        let Some(node) = self.target(node) else { return };
        if is_null(self.document, node) {
            return;
        }
        self.visited += 1;
        if self.visited > NODES || self.path.len() > DEPTH {
            if self.violations.last().is_none_or(|last| last.problem != Problem::TooLarge) {
                self.report(None, Problem::TooLarge);
            }
            return;
        }
        match shape {
            Shape::Any => {}
            Shape::List(item) => self.list(node, Shape::read(item)),
            Shape::Map(value) => self.map(node, Shape::read(value)),
            Shape::Named(name) => self.named(node, name),
            _ => self.scalar(node, shape, field),
        }
    }

    fn list(&mut self, node: NodeId, item: Shape<'t>) {
        if self.document.kind(node) != Kind::Sequence {
            return self.misfit(node, "a list");
        }
        let items: Vec<NodeId> = self.document.children(node).collect();
        for (position, child) in items.into_iter().enumerate() {
            self.below(Step::Index(position), |check| check.value(child, item, None));
        }
    }

    fn map(&mut self, node: NodeId, value: Shape<'t>) {
        if self.document.kind(node) != Kind::Mapping {
            return self.misfit(node, "a mapping");
        }
        for (key, child) in self.entries(node) {
            self.below(Step::Key(key), |check| check.value(child, value, None));
        }
    }

    fn named(&mut self, node: NodeId, name: &str) {
        if self.document.kind(node) != Kind::Mapping {
            return self.misfit(node, "a mapping");
        }
        let Some(fields) = self.table.fields(name) else { return };
        let Fields { named, others } = &*fields;
        let entries = self.entries(node);
        for (key, child) in &entries {
            let known = named.iter().find(|field| field.name == *key);
            let (child, step) = (*child, Step::Key(key));
            match (known, others) {
                (Some(field), _) => self.below(step, |check| check.value(child, field.shape, Some(field))),
                (None, Some(shape)) => self.below(step, |check| check.value(child, *shape, None)),
                (None, None) => {
                    // A field that is already there was not meant by another one.
                    let free =
                        named.iter().map(|field| field.name).filter(|name| !entries.iter().any(|(key, _)| key == name));
                    let nearest = nearest(key, free).map(str::to_owned);
                    self.below(step, |check| check.report(Some(child), Problem::Unknown { nearest }));
                }
            }
        }
        for field in named.iter().filter(|field| field.required) {
            let there = entries.iter().find(|(key, _)| *key == field.name).and_then(|(_, node)| self.target(*node));
            if there.is_none_or(|node| is_null(self.document, node)) {
                self.below(Step::Field(field.name), |check| check.report(None, Problem::Missing));
            }
        }
    }

    fn scalar(&mut self, node: NodeId, shape: Shape<'t>, field: Option<&Field<'t>>) {
        let document = self.document;
        if document.kind(node) != Kind::Scalar {
            return self.misfit(node, expected(shape));
        }
        let value = document.resolve(node);
        let fits = match (shape, value) {
            (Shape::Text, Scalar::Str(_) | Scalar::Binary(_) | Scalar::Timestamp(_) | Scalar::Merge)
            | (Shape::Bool, Scalar::Bool(_))
            | (Shape::Number | Shape::IntOrText, Scalar::Int(_) | Scalar::Uint(_))
            | (Shape::Number, Scalar::Float(_))
            | (Shape::IntOrText, Scalar::Str(_) | Scalar::Timestamp(_)) => true,
            (Shape::Int { bits }, Scalar::Int(number)) => bits > 32 || i32::try_from(number).is_ok(),
            // A whole number with a fraction of nothing is one for Go's decoder, too.
            (Shape::Int { .. }, Scalar::Float(number)) => number.fract() == 0.0 && number.abs() < 9e15,
            (Shape::Int { bits }, Scalar::Uint(_)) => bits > 32,
            (Shape::Quantity, Scalar::Str(text)) => is_quantity(text),
            (Shape::Quantity, Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_)) => true,
            _ => false,
        };
        if !fits {
            return self.misfit(node, expected(shape));
        }
        let Some(field) = field else { return };
        let text = document.text(node);
        if !field.values.is_empty() && !field.values.split('|').any(|allowed| allowed == text) {
            let allowed: Vec<String> = field.values.split('|').map(str::to_owned).collect();
            let nearest = nearest(text, allowed.iter().map(String::as_str)).map(str::to_owned);
            return self.report(Some(node), Problem::Value { allowed, nearest });
        }
        if let Scalar::Int(number) = value
            && (field.min.is_some_and(|min| number < min) || field.max.is_some_and(|max| number > max))
        {
            self.report(Some(node), Problem::Range { min: field.min, max: field.max });
        }
    }

    /// The node itself, or what it is an alias of.
    fn target(&self, node: NodeId) -> Option<NodeId> {
        if self.document.kind(node) == Kind::Alias { self.aliases.target(node) } else { Some(node) }
    }

    /// Keys and values, those of merged mappings after the mapping's own.
    fn entries(&self, mapping: NodeId) -> Vec<(&'d str, NodeId)> {
        let document = self.document;
        let mut found: Vec<(&'d str, NodeId)> = Vec::new();
        let mut work = vec![mapping];
        let mut seen = 0;
        while let Some(node) = work.pop().and_then(|node| self.target(node)) {
            seen += 1;
            if seen > DEPTH {
                break;
            }
            if document.kind(node) == Kind::Sequence {
                let start = work.len();
                work.extend(document.children(node));
                work[start..].reverse();
                continue;
            }
            for (key, value) in document.entries(node) {
                if matches!(document.resolve(key), Scalar::Merge) {
                    work.push(value);
                } else if seen == 1 || found.iter().all(|(known, _)| *known != document.text(key)) {
                    found.push((document.text(key), value));
                }
            }
        }
        found
    }
}

fn expected(shape: Shape<'_>) -> &'static str {
    match shape {
        Shape::Text => "text",
        Shape::Bool => "`true` or `false`",
        Shape::Int { .. } => "a whole number",
        Shape::Number => "a number",
        Shape::Quantity => "a quantity such as `500m`, `2Gi` or `5G`",
        Shape::IntOrText => "a whole number or text",
        Shape::List(_) => "a list",
        Shape::Any | Shape::Map(_) | Shape::Named(_) => "a mapping",
    }
}

fn describe(document: &Document, node: NodeId) -> &'static str {
    match document.kind(node) {
        Kind::Mapping => "a mapping",
        Kind::Sequence => "a list",
        Kind::Alias => "an alias",
        Kind::Scalar => match document.resolve(node) {
            Scalar::Null => "nothing",
            Scalar::Bool(_) => "`true` or `false` without quotes",
            Scalar::Int(_) | Scalar::Uint(_) => "a whole number",
            Scalar::Float(_) => "a number with a fraction or exponent",
            Scalar::Timestamp(_) | Scalar::Merge | Scalar::Binary(_) | Scalar::Str(_) => "text",
        },
    }
}

/// Kubernetes' quantity notation: a decimal number with a suffix or an exponent.
fn is_quantity(text: &str) -> bool {
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = number.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(number.len());
    let (digits, suffix) = number.split_at(end);
    let exponent = || {
        let power = suffix.strip_prefix(['e', 'E'])?;
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        Some(!power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let suffixes = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && (suffixes.contains(&suffix) || exponent() == Some(true))
}

fn is_null(document: &Document, node: NodeId) -> bool {
    document.kind(node) == Kind::Scalar && matches!(document.resolve(node), Scalar::Null)
}

#[cfg(test)]
mod tests {
    use super::is_quantity;

    #[test]
    fn quantities_are_those_of_kubernetes() {
        for text in ["0", "500m", "2Gi", "5G", "1e3", "1E3", ".5", "1.", "+1", "-1.5Ki", "100k"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "5Gbps", "5 G", "G", "1.2.3", "1e", "e3", "5g", "1K", "--1", "1e+", "５"] {
            assert!(!is_quantity(text), "{text}");
        }
    }
}
