//! JSON files, as packages hold them.

use crate::fuzz::random::Random;

/// One resource as JSON, spaced in one of the usual ways.
pub(super) fn resource(random: &mut Random, number: usize) -> String {
    let mut text = String::from("{\"apiVersion\": \"example.com/v1\", \"kind\": \"Widget\", ");
    text.push_str(&format!("\"metadata\": {{\"name\": \"json-{number}\""));
    if random.once_in(3) {
        text.push_str(", \"annotations\": {\"note\": \"1\"}");
    }
    text.push_str("}, \"spec\": {");
    let values = [
        "1",
        "1.0",
        "1.5e3",
        "true",
        "null",
        "\"text\"",
        "\"<&>\"",
        "\"1\"",
        "[1, \"a\", {\"b\": []}]",
        "{}",
        "-0.5",
        "\"\\u00e9\\n\"",
    ];
    for at in 0..=random.below(4) {
        let comma = if at == 0 { "" } else { ", " };
        let key = ["zeta", "alpha", "mid", "B", "a b"][at];
        text.push_str(&format!("{comma}\"{key}\": {}", random.pick(&values)));
    }
    text.push_str("}}");
    match random.below(3) {
        0 => text,
        1 => text + "\n",
        _ => text.replace(", ", ",\n  ").replace(": {", ": {\n  ") + "\n",
    }
}
