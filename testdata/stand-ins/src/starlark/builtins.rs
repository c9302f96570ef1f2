//! Operators, functions and methods that scripts find there.

use super::value::{Value, list, text};

const FUNCTIONS: [&str; 14] = [
    "all",
    "any",
    "bool",
    "dict",
    "enumerate",
    "fail",
    "hasattr",
    "int",
    "len",
    "list",
    "print",
    "range",
    "sorted",
    "str",
];

/// The builtin of this name.
pub(super) fn named(name: &str) -> Option<Value> {
    if name == "type" {
        return Some(Value::Builtin("type"));
    }
    FUNCTIONS.iter().find(|known| **known == name).map(|name| Value::Builtin(name))
}

pub(super) fn insert(dict: &Value, key: &Value, value: Value) -> Result<(), String> {
    let (Value::Dict(entries), Value::Str(key)) = (dict, key) else {
        return Err(format!("a {} as key", key.kind()));
    };
    let mut entries = entries.borrow_mut();
    match entries.iter_mut().find(|(name, _)| **name == **key) {
        Some((_, old)) => *old = value,
        None => entries.push((key.to_string(), value)),
    }
    Ok(())
}

pub(super) fn binary(operator: &str, left: &Value, right: &Value) -> Result<Value, String> {
    let ordered = |order: std::cmp::Ordering| {
        Value::Bool(match operator {
            "<" => order.is_lt(),
            ">" => order.is_gt(),
            "<=" => order.is_le(),
            _ => order.is_ge(),
        })
    };
    Ok(match (operator, left, right) {
        ("==", ..) => Value::Bool(left.equals(right)),
        ("!=", ..) => Value::Bool(!left.equals(right)),
        ("in", Value::Str(part), Value::Str(whole)) => Value::Bool(whole.contains(&**part)),
        ("in", Value::Str(key), Value::Dict(_)) => Value::Bool(right.get(key).is_some()),
        ("in", _, Value::List(items)) => Value::Bool(items.borrow().iter().any(|item| item.equals(left))),
        ("<" | ">" | "<=" | ">=", Value::Int(left), Value::Int(right)) => ordered(left.cmp(right)),
        ("<" | ">" | "<=" | ">=", Value::Str(left), Value::Str(right)) => ordered(left.cmp(right)),
        ("+", Value::Str(left), Value::Str(right)) => text(format!("{left}{right}")),
        ("+", Value::List(left), Value::List(right)) => {
            let mut items = left.borrow().clone();
            items.extend(right.borrow().iter().cloned());
            list(items)
        }
        ("%", Value::Str(format), _) => {
            text(format.replacen("%s", &right.to_string(), 1).replacen("%d", &right.to_string(), 1))
        }
        (_, Value::Int(left), Value::Int(right)) => {
            let result = match operator {
                "+" => left.checked_add(*right),
                "-" => left.checked_sub(*right),
                "*" => left.checked_mul(*right),
                "//" => left.checked_div_euclid(*right),
                "%" => left.checked_rem_euclid(*right),
                _ => None,
            };
            Value::Int(result.ok_or_else(|| format!("{left} {operator} {right} cannot be computed"))?)
        }
        _ => return Err(format!("unknown operation: {} {operator} {}", left.kind(), right.kind())),
    })
}

fn length(value: &Value) -> Result<usize, String> {
    match value {
        Value::Str(text) => Ok(text.chars().count()),
        other => other.iterate().map(|items| items.len()),
    }
}

fn joined(arguments: &[Value]) -> String {
    arguments.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(super) fn call(name: &str, arguments: &[Value], _named: &[(String, Value)]) -> Result<Value, String> {
    let int = |value: usize| Value::Int(i64::try_from(value).unwrap_or(i64::MAX));
    Ok(match (name, arguments) {
        ("fail", _) => return Err(format!("fail: {}", joined(arguments))),
        // The real function prints to standard error; no case looks.
        ("print", _) => Value::None,
        ("len", [value]) => int(length(value)?),
        ("str", [value]) => text(value.to_string()),
        ("type", [value]) => text(value.kind()),
        ("bool", [value]) => Value::Bool(value.truth()),
        ("int", [Value::Str(digits)]) => Value::Int(digits.parse().map_err(|_| format!("`{digits}` is no int"))?),
        ("int", [Value::Int(value)]) => Value::Int(*value),
        ("list", []) => list(Vec::new()),
        ("list", [value]) => list(value.iterate()?),
        ("dict", []) => super::value::dict(Vec::new()),
        ("dict", [Value::Dict(entries)]) => super::value::dict(entries.borrow().clone()),
        ("any", [value]) => Value::Bool(value.iterate()?.iter().any(Value::truth)),
        ("all", [value]) => Value::Bool(value.iterate()?.iter().all(Value::truth)),
        ("hasattr", [Value::Module(names), Value::Str(name)]) => Value::Bool(names.contains_key(&**name)),
        ("range", [Value::Int(end)]) => list((0..*end).map(Value::Int).collect()),
        ("range", [Value::Int(start), Value::Int(end)]) => list((*start..*end).map(Value::Int).collect()),
        ("enumerate", [value]) => {
            let pairs = value.iterate()?.into_iter().enumerate().map(|(at, item)| list(vec![int(at), item]));
            list(pairs.collect())
        }
        ("sorted", [value]) => {
            let mut items = value.iterate()?;
            items.sort_by_key(ToString::to_string);
            list(items)
        }
        _ => return Err(format!("`{name}` does not take these arguments")),
    })
}

pub(super) fn method(of: &Value, name: &str, arguments: &[Value], _named: &[(String, Value)]) -> Result<Value, String> {
    let unknown = || Err(format!("a {} has no method `{name}` that takes these arguments", of.kind()));
    match of {
        Value::Str(source) => string_method(source, name, arguments).map_or_else(unknown, Ok),
        Value::List(items) => {
            let mut items = items.borrow_mut();
            match (name, arguments) {
                ("append", [item]) => items.push(item.clone()),
                ("extend", [Value::List(more)]) => {
                    let more = more.borrow().clone();
                    items.extend(more);
                }
                ("insert", [Value::Int(at), item]) => {
                    let at = usize::try_from(*at).unwrap_or(0).min(items.len());
                    items.insert(at, item.clone());
                }
                ("remove", [item]) => {
                    let at = items.iter().position(|found| found.equals(item)).ok_or("remove: element not found")?;
                    items.remove(at);
                }
                ("pop", []) => return items.pop().ok_or_else(|| "pop from an empty list".to_owned()),
                ("pop", [Value::Int(at)]) => {
                    let at =
                        usize::try_from(*at).ok().filter(|at| *at < items.len()).ok_or("pop: index out of range")?;
                    return Ok(items.remove(at));
                }
                ("clear", []) => items.clear(),
                _ => return unknown(),
            }
            Ok(Value::None)
        }
        Value::Dict(entries) => {
            let mut entries = entries.borrow_mut();
            let find = |entries: &[(String, Value)], key: &str| entries.iter().position(|(name, _)| name == key);
            Ok(match (name, arguments) {
                ("get", [Value::Str(key), default @ ..]) => match find(&entries, key) {
                    Some(at) => entries[at].1.clone(),
                    None => default.first().cloned().unwrap_or(Value::None),
                },
                ("keys", []) => list(entries.iter().map(|(key, _)| text(key)).collect()),
                ("values", []) => list(entries.iter().map(|(_, value)| value.clone()).collect()),
                ("items", []) => {
                    list(entries.iter().map(|(key, value)| list(vec![text(key), value.clone()])).collect())
                }
                ("pop", [Value::Str(key), default @ ..]) => match find(&entries, key) {
                    Some(at) => entries.remove(at).1,
                    None => default.first().cloned().ok_or_else(|| format!("pop: no key `{key}`"))?,
                },
                ("setdefault", [Value::Str(key), value]) => match find(&entries, key) {
                    Some(at) => entries[at].1.clone(),
                    None => {
                        entries.push((key.to_string(), value.clone()));
                        value.clone()
                    }
                },
                ("update", [Value::Dict(more)]) => {
                    let more = more.borrow().clone();
                    for (key, value) in more {
                        match find(&entries, &key) {
                            Some(at) => entries[at].1 = value,
                            None => entries.push((key, value)),
                        }
                    }
                    Value::None
                }
                _ => return unknown(),
            })
        }
        _ => unknown(),
    }
}

fn string_method(source: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    let parts = |parts: Vec<&str>| list(parts.into_iter().map(text).collect());
    Some(match (name, arguments) {
        ("split", []) => parts(source.split_whitespace().collect()),
        ("split", [Value::Str(by)]) if !by.is_empty() => parts(source.split(&**by).collect()),
        ("rsplit", [Value::Str(by), Value::Int(1)]) => match source.rsplit_once(&**by) {
            Some((head, tail)) => parts(vec![head, tail]),
            None => parts(vec![source]),
        },
        ("splitlines", []) => parts(source.lines().collect()),
        ("join", [items]) => {
            text(items.iterate().ok()?.iter().map(ToString::to_string).collect::<Vec<_>>().join(source))
        }
        ("startswith", [Value::Str(part)]) => Value::Bool(source.starts_with(&**part)),
        ("endswith", [Value::Str(part)]) => Value::Bool(source.ends_with(&**part)),
        ("replace", [Value::Str(old), Value::Str(new)]) => text(source.replace(&**old, new)),
        ("lower", []) => text(source.to_lowercase()),
        ("upper", []) => text(source.to_uppercase()),
        ("strip", []) => text(source.trim()),
        ("find", [Value::Str(part)]) => {
            Value::Int(source.find(&**part).map_or(-1, |at| i64::try_from(at).unwrap_or(i64::MAX)))
        }
        ("format", _) => {
            let filled =
                arguments.iter().fold(source.to_owned(), |text, value| text.replacen("{}", &value.to_string(), 1));
            text(filled)
        }
        _ => return None,
    })
}
