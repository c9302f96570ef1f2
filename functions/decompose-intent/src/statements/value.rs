//! The value of a term, checked and in the form of the typed field.

use porchlight_api::Quantity;
use porchlight_yaml::json::json;
use serde_json::{Map, Value};

use super::Collector;
use crate::data::{Reads, Term};

impl Collector<'_> {
    /// States what a term with a value says.
    pub(super) fn state_term(&mut self, term: &Term, value: &Value, at: &str, is_preset: bool) {
        let Some(field) = &term.field else {
            self.recorded.push(format!("{at} ({})", term.name));
            return;
        };
        let read = match term.reads {
            Reads::Number => number(value),
            Reads::Count => count(value),
            Reads::BitRate => bit_rate(value),
            Reads::List => list(value),
            Reads::Choice => choice(term, value),
            Reads::Throughput => return self.state_throughput(term, field, value, at),
        };
        match read {
            Some(read) if is_preset => self.preset(field, read, at, &term.name, &term.source),
            Some(read) => self.state(field, read, at, &term.name, &term.source),
            None => self.invalid(at, value, format!("{} takes {}", term.name, expected(term))),
        }
    }

    /// TS 28.541 `XLThpt`: guaranteed and maximum.
    fn state_throughput(&mut self, term: &Term, field: &str, value: &Value, at: &str) {
        let is_pair = value.is_object();
        let parts: Map<String, Value> = match value {
            Value::Object(parts) => parts.clone(),
            other => Map::from_iter([("guaThpt".to_owned(), other.clone())]),
        };
        for (name, value) in parts {
            let at = if is_pair { format!("{at}.{name}") } else { at.to_owned() };
            let part = match name.as_str() {
                "guaThpt" => "guaranteed",
                "maxThpt" => "max",
                _ => {
                    self.invalid(&at, &value, format!("{} has guaThpt and maxThpt only", term.name));
                    continue;
                }
            };
            match bit_rate(&value) {
                Some(rate) => self.state(&format!("{field}.{part}"), rate, &at, &term.name, &term.source),
                None => self.invalid(&at, &value, format!("{} takes {}", term.name, expected(term))),
            }
        }
    }
}

fn expected(term: &Term) -> String {
    match term.reads {
        Reads::Number => format!("a number ({})", term.unit),
        Reads::Count => "a whole number from 0".to_owned(),
        Reads::BitRate => "a number of kbit/s above 0".to_owned(),
        Reads::Throughput => "a number of kbit/s above 0, or guaThpt and maxThpt in kbit/s".to_owned(),
        Reads::List => "a list of whole numbers".to_owned(),
        Reads::Choice => {
            let choices: Vec<&str> = term.choices.keys().map(String::as_str).collect();
            format!("one of {}", choices.join(", "))
        }
    }
}

/// A number, or a number in quotes as TMF921 has them.
fn as_number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number: &f64| number.is_finite())
}

fn number(value: &Value) -> Option<Value> {
    if let Some(whole) = value.as_i64() {
        return Some(json!(whole));
    }
    as_number(value).map(|number| json!(number))
}

fn count(value: &Value) -> Option<Value> {
    let number = as_number(value)?;
    // Whole numbers below 2^53 are exact.
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    (number.fract() == 0.0 && (0.0..9.0e15).contains(&number)).then(|| json!(number as i64))
}

/// kbit/s as a quantity of bit/s.
fn bit_rate(value: &Value) -> Option<Value> {
    let number = as_number(value)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
    let bits = (number > 0.0 && number < 1.0e15).then(|| (number * 1000.0).round() as u64)?;
    Some(json!(Quantity::from_integer(bits).ok()?.to_string()))
}

fn list(value: &Value) -> Option<Value> {
    let values = match value {
        Value::Array(values) => values.iter().map(count).collect::<Option<Vec<Value>>>()?,
        single => vec![count(single)?],
    };
    Some(Value::Array(values))
}

fn choice(term: &Term, value: &Value) -> Option<Value> {
    let text = super::text(value);
    let found = term.choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text));
    found.map(|(_, typed)| typed.clone())
}
