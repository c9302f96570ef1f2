//! Resources as people write them: block style, comments in usual places.

use super::dice::{Dice, spaces};

const HEADER: &str = "apiVersion: v1\nkind: Thing\nmetadata:\n  name: thing\n";

const COMMENTS: &[&str] = &["# c", "#c", "# a: b", "#", "# é"];

const WORDS: &[&str] = &[
    "a",
    "12",
    "true",
    "registry.example/upf:v1",
    "\"quoted\"",
    "'single'",
    "two words",
    "[]",
    "{}",
    "[a, \"b\"]",
    "é",
    "http://x/y#z",
    "-1",
    "\"a # b\"",
    "[é, x]",
    "''",
    "--flag=1",
    "a:b",
];

/// A resource with a few entries.
pub(crate) fn resource(dice: &mut Dice) -> String {
    let mut out = String::new();
    gap(dice, &mut out, 0);
    if dice.one_in(8) {
        out.push_str("---\n");
        gap(dice, &mut out, 0);
    }
    out.push_str(HEADER);
    for _ in 0..1 + dice.below(3) {
        entry(dice, &mut out, 0, 0);
    }
    if dice.one_in(5) {
        gap(dice, &mut out, 0);
    }
    out
}

/// Comments in line with what follows, and empty lines.
fn gap(dice: &mut Dice, out: &mut String, indent: usize) {
    if !dice.one_in(4) {
        return;
    }
    for _ in 0..1 + dice.below(4) {
        if dice.one_in(3) {
            out.push('\n');
        } else {
            spaces(out, indent);
            out.push_str(dice.pick(COMMENTS));
            out.push('\n');
        }
    }
}

fn end(dice: &mut Dice, out: &mut String) {
    if dice.one_in(6) {
        out.push_str(" # line");
    }
    out.push('\n');
}

fn entry(dice: &mut Dice, out: &mut String, indent: usize, depth: usize) {
    gap(dice, out, indent);
    spaces(out, indent);
    key_and_value(dice, out, indent, depth);
}

/// `key:` at the current position, with its value.
fn key_and_value(dice: &mut Dice, out: &mut String, indent: usize, depth: usize) {
    out.push_str(dice.pick(&["a", "b", "key", "\"q\"", "x.y/z", "é"]));
    out.push(':');
    match if depth > 3 { dice.below(4) } else { dice.below(9) } {
        0..=2 => {
            out.push(' ');
            out.push_str(dice.pick(WORDS));
            end(dice, out);
        }
        3 if dice.one_in(2) => {
            out.push_str(dice.pick(&[" |\n", " |-\n", " |+\n"]));
            for _ in 0..1 + dice.below(4) {
                if !dice.one_in(4) {
                    spaces(out, indent + 2 + dice.below(2));
                    out.push_str(dice.pick(&["text", "- a", "# no comment", "é: x", "tail "]));
                }
                out.push('\n');
            }
        }
        3 => end(dice, out),
        4..=6 => {
            end(dice, out);
            for _ in 0..1 + dice.below(3) {
                entry(dice, out, indent + 2, depth + 1);
            }
        }
        _ => {
            end(dice, out);
            let inner = indent + 2 * dice.below(2);
            for _ in 0..1 + dice.below(3) {
                gap(dice, out, inner);
                spaces(out, inner);
                out.push_str("- ");
                if dice.one_in(2) {
                    out.push_str(dice.pick(WORDS));
                    end(dice, out);
                } else {
                    key_and_value(dice, out, inner + 2, depth + 1);
                    for _ in 0..dice.below(3) {
                        entry(dice, out, inner + 2, depth + 1);
                    }
                }
            }
        }
    }
}
