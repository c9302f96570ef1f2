//! Names and types of an expression, checked before it is evaluated, in cel-go's words.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, operators};

use super::kind::Kind;

/// Names of types, which are values of their own.
const TYPES: [&str; 10] = ["bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "uint"];

/// What is wrong: the node and the message.
pub(super) type Fault = (u64, String);

/// Everything that is wrong with an expression.
pub(super) fn check(expression: &IdedExpr) -> Vec<Fault> {
    let mut checker = Checker { scopes: Vec::new(), faults: Vec::new() };
    checker.kind(expression);
    checker.faults
}

struct Checker {
    /// Variables of comprehensions, the innermost last.
    scopes: Vec<(String, Kind)>,
    faults: Vec<Fault>,
}

impl Checker {
    /// The nesting of expressions is bounded by their parser.
    fn kind(&mut self, node: &IdedExpr) -> Kind {
        match &node.expr {
            Expr::Unspecified => Kind::Dyn,
            Expr::Literal(literal) => of_literal(literal),
            Expr::Ident(name) => self.name(node.id, name),
            Expr::Select(select) => {
                let operand = self.kind(&select.operand);
                let field = match operand {
                    Kind::Dyn => Kind::Dyn,
                    Kind::Map(_, value) => *value,
                    other => {
                        self.refuse(node.id, format!("type '{other}' does not support field selection"));
                        Kind::Dyn
                    }
                };
                if select.test { Kind::Bool } else { field }
            }
            Expr::List(list) => {
                let items = list.elements.iter();
                let item = self.same(items);
                Kind::list(item)
            }
            Expr::Map(map) => {
                let mut keys = Vec::new();
                let mut values = Vec::new();
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        keys.push(&entry.key);
                        values.push(&entry.value);
                    }
                }
                let key = self.same(keys.into_iter());
                let value = self.same(values.into_iter());
                Kind::map(key, value)
            }
            Expr::Struct(object) => {
                self.undeclared(node.id, &object.type_name);
                Kind::Dyn
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::Call(call) => self.call(node.id, call),
        }
    }

    fn refuse(&mut self, node: u64, message: String) {
        self.faults.push((node, message));
    }

    fn undeclared(&mut self, node: u64, name: &str) {
        self.refuse(node, format!("undeclared reference to '{name}' (in container '')"));
    }

    fn name(&mut self, node: u64, name: &str) -> Kind {
        if let Some((_, kind)) = self.scopes.iter().rev().find(|(variable, _)| variable == name) {
            return kind.clone();
        }
        match name {
            "repoDefault" | "packageDefault" => Kind::String,
            _ if super::VARIABLES.contains(&name) => Kind::Dyn,
            _ if TYPES.contains(&name) => Kind::Type,
            _ => {
                self.undeclared(node, name);
                Kind::Dyn
            }
        }
    }

    /// Items of a literal are of one type.
    fn same<'e>(&mut self, items: impl Iterator<Item = &'e IdedExpr>) -> Kind {
        let mut common = Kind::Dyn;
        for item in items {
            let kind = self.kind(item);
            if !common.fits(&kind) {
                self.refuse(item.id, format!("expected type '{common}' but found '{kind}'"));
            }
            common = common.or_known(kind);
        }
        common
    }

    fn comprehension(&mut self, comprehension: &ComprehensionExpr) -> Kind {
        let range = self.kind(&comprehension.iter_range);
        let (first, second) = match range {
            Kind::List(item) if comprehension.iter_var2.is_some() => (Kind::Int, *item),
            Kind::List(item) => (*item, Kind::Dyn),
            Kind::Map(key, value) => (*key, *value),
            Kind::Dyn => (Kind::Dyn, Kind::Dyn),
            other => {
                let message = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be list, map, or dynamic)"
                );
                self.refuse(comprehension.iter_range.id, message);
                (Kind::Dyn, Kind::Dyn)
            }
        };
        let start = self.kind(&comprehension.accu_init);
        let depth = self.scopes.len();
        // What a list of results holds is known to no one before.
        let collected = match start {
            Kind::List(_) => Kind::list(Kind::Dyn),
            other => other,
        };
        self.scopes.push((comprehension.accu_var.clone(), collected));
        self.scopes.push((comprehension.iter_var.clone(), first));
        if let Some(name) = &comprehension.iter_var2 {
            self.scopes.push((name.clone(), second));
        }
        self.kind(&comprehension.loop_cond);
        self.kind(&comprehension.loop_step);
        self.scopes.truncate(depth + 1);
        let result = self.kind(&comprehension.result);
        self.scopes.truncate(depth);
        result
    }

    fn call(&mut self, node: u64, call: &CallExpr) -> Kind {
        let target = call.target.as_ref().map(|target| self.kind(target));
        let arguments: Vec<Kind> = call.args.iter().map(|argument| self.kind(argument)).collect();
        let name = call.func_name.as_str();
        let result = match &target {
            None => global(name, &arguments),
            Some(target) => member(name, target, &arguments),
        };
        match result {
            Known::Result(kind) => kind,
            Known::NoFunction => {
                self.undeclared(node, name);
                Kind::Dyn
            }
            Known::NoOverload => {
                let list = arguments.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let applied = target.map_or_else(|| format!("({list})"), |target| format!("{target}.({list})"));
                self.refuse(node, format!("found no matching overload for '{name}' applied to '{applied}'"));
                Kind::Dyn
            }
        }
    }
}

/// What is known of a call.
enum Known {
    Result(Kind),
    NoFunction,
    NoOverload,
}

fn when(holds: bool, result: Kind) -> Known {
    if holds { Known::Result(result) } else { Known::NoOverload }
}

fn of_literal(literal: &LiteralValue) -> Kind {
    match literal {
        LiteralValue::Boolean(_) => Kind::Bool,
        LiteralValue::Bytes(_) => Kind::Bytes,
        LiteralValue::Double(_) => Kind::Double,
        LiteralValue::Int(_) => Kind::Int,
        LiteralValue::Null => Kind::Null,
        LiteralValue::String(_) => Kind::String,
        LiteralValue::UInt(_) => Kind::Uint,
    }
}

/// Operators and functions that are called without a target.
fn global(name: &str, arguments: &[Kind]) -> Known {
    let is = |kind: &Kind, wanted: &[Kind]| *kind == Kind::Dyn || wanted.contains(kind);
    match (name, arguments) {
        (operators::CONDITIONAL, [condition, left, right]) => {
            when(condition.fits(&Kind::Bool) && left.fits(right), left.clone().or_known(right.clone()))
        }
        (operators::LOGICAL_AND | operators::LOGICAL_OR, [left, right]) => {
            when(left.fits(&Kind::Bool) && right.fits(&Kind::Bool), Kind::Bool)
        }
        (operators::LOGICAL_NOT | operators::NOT_STRICTLY_FALSE, [value]) => when(value.fits(&Kind::Bool), Kind::Bool),
        (operators::NEGATE, [value]) => when(is(value, &[Kind::Int, Kind::Double]), value.clone()),
        (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => when(left.fits(right), Kind::Bool),
        (operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS, [left, right]) => {
            let ordered = [Kind::Bool, Kind::String, Kind::Bytes];
            let numbers = left.is_number() && right.is_number();
            when(numbers || (left.fits(right) && is(left, &ordered) && is(right, &ordered)), Kind::Bool)
        }
        (operators::ADD, [left, right]) => {
            let addable = |kind: &Kind| kind.is_number() || matches!(kind, Kind::String | Kind::Bytes | Kind::List(_));
            let holds = left.fits(right) && addable(left) && addable(right);
            when(holds, left.clone().or_known(right.clone()))
        }
        (operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE, [left, right]) => {
            let holds = left.fits(right) && left.is_number() && right.is_number();
            when(holds, left.clone().or_known(right.clone()))
        }
        (operators::MODULO, [left, right]) => {
            let whole = [Kind::Int, Kind::Uint];
            let holds = left.fits(right) && is(left, &whole) && is(right, &whole);
            when(holds, left.clone().or_known(right.clone()))
        }
        (operators::INDEX, [collection, index]) => match collection {
            Kind::Dyn => Known::Result(Kind::Dyn),
            Kind::List(item) => when(index.fits(&Kind::Int), (**item).clone()),
            Kind::Map(key, value) => when(index.fits(key), (**value).clone()),
            _ => Known::NoOverload,
        },
        (operators::IN, [value, collection]) => match collection {
            Kind::Dyn => Known::Result(Kind::Bool),
            Kind::List(item) | Kind::Map(item, _) => when(value.fits(item), Kind::Bool),
            _ => Known::NoOverload,
        },
        ("size", [value]) => when(has_size(value), Kind::Int),
        ("matches", [text, pattern]) => when(text.fits(&Kind::String) && pattern.fits(&Kind::String), Kind::Bool),
        ("dyn", [_]) => Known::Result(Kind::Dyn),
        ("type", [_]) => Known::Result(Kind::Type),
        ("string", [value]) => {
            let from = [Kind::Bool, Kind::Int, Kind::Uint, Kind::Double, Kind::String, Kind::Bytes];
            when(is(value, &from), Kind::String)
        }
        ("bytes", [value]) => when(is(value, &[Kind::String, Kind::Bytes]), Kind::Bytes),
        ("bool", [value]) => when(is(value, &[Kind::String, Kind::Bool]), Kind::Bool),
        ("int" | "uint" | "double", [value]) => {
            let result = match name {
                "int" => Kind::Int,
                "uint" => Kind::Uint,
                _ => Kind::Double,
            };
            when(is(value, &[Kind::Int, Kind::Uint, Kind::Double, Kind::String]), result)
        }
        ("size" | "matches" | "dyn" | "type" | "string" | "bytes" | "bool" | "int" | "uint" | "double", _) => {
            Known::NoOverload
        }
        ("startsWith" | "endsWith" | "contains", _) => Known::NoOverload,
        _ => Known::NoFunction,
    }
}

/// Functions that are called on a target.
fn member(name: &str, target: &Kind, arguments: &[Kind]) -> Known {
    match (name, arguments) {
        ("startsWith" | "endsWith" | "contains" | "matches", [argument]) => {
            when(target.fits(&Kind::String) && argument.fits(&Kind::String), Kind::Bool)
        }
        ("size", []) => when(has_size(target), Kind::Int),
        ("startsWith" | "endsWith" | "contains" | "matches" | "size", _) => Known::NoOverload,
        _ => Known::NoFunction,
    }
}

fn has_size(kind: &Kind) -> bool {
    matches!(kind, Kind::Dyn | Kind::String | Kind::Bytes | Kind::List(_) | Kind::Map(..))
}
