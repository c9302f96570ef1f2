//! Documents that are hard to read: comments and empty lines everywhere, all styles, odd indentation.

use super::dice::{Dice, spaces};
use super::disturb::disturb;

const HEADER: &str = "apiVersion: v1\nkind: Thing\nmetadata:\n  name: thing\n";

const SCALARS: &[&str] = &[
    "a",
    "12",
    "true",
    "null",
    "~",
    "",
    "0644",
    "1.10",
    "1e3",
    "\"yes\"",
    "'it''s'",
    "\"a\\tb\\u00e9\\\"\"",
    "a b  c",
    "'x: y'",
    "\"x # y\"",
    "http://a.b/c?d=e&f",
    "!!str 12",
    "!custom v",
    "&anchor v",
    "\"\"",
    "''",
    "<<",
    "2001-01-01",
    "é ü",
    "\"\\U0001F600 \\L\"",
    "a#b",
    "'#'",
    "-1",
    ".5",
    "{}",
    "[]",
    "key with spaces",
    "'multi\n\n          line'",
    "\"multi\n         line\\\n   more\"",
    "plain\n           goes on",
    "*anchor",
    "!!null",
    "!",
    "[a, b]",
    "{a: b, c: d}",
    "[ 1,2 , {x: y} ]",
    "{ a : [ b ], \"c\":d }",
    "[a, [b, [c]]]",
    "😀",
    "\"\\x41\"",
];

const KEYS: &[&str] =
    &["a", "b", "key", "\"quoted\"", "'single'", "x.y/z", "\"12\"", "12", "true", "é", "a b", "!!str t", "<<"];

const COMMENTS: &[&str] = &["# c", "#c", "# a: b", "#", "#  two  ", "# - x", "## é"];

/// A resource with a body of nested collections.
pub(crate) fn resource(dice: &mut Dice) -> String {
    let mut out = String::new();
    let header_first = !dice.one_in(4);
    noise(dice, &mut out, 0);
    if header_first {
        out.push_str(HEADER);
    }
    for _ in 0..1 + dice.below(4) {
        entry(dice, &mut out, 0, 0);
    }
    if !header_first {
        out.push_str(HEADER);
    }
    noise(dice, &mut out, 0);
    if dice.one_in(3) { disturb(dice, &out) } else { out }
}

/// Comment lines and empty lines at any indentation near `indent`.
fn noise(dice: &mut Dice, out: &mut String, indent: usize) {
    while dice.one_in(4) {
        match dice.below(5) {
            0 | 1 => out.push('\n'),
            2 => {
                spaces(out, indent);
                line(dice, out);
            }
            3 => {
                let near = (indent + dice.below(5)).saturating_sub(dice.below(5));
                spaces(out, near);
                line(dice, out);
            }
            _ => {
                spaces(out, indent);
                line(dice, out);
                spaces(out, indent);
                line(dice, out);
            }
        }
    }
}

fn line(dice: &mut Dice, out: &mut String) {
    out.push_str(dice.pick(COMMENTS));
    out.push('\n');
}

/// Ends a line, sometimes with a comment.
fn end(dice: &mut Dice, out: &mut String) {
    if dice.one_in(4) {
        out.push(' ');
        spaces(out, dice.below(2));
        out.push_str(dice.pick(COMMENTS));
    }
    out.push('\n');
}

fn entry(dice: &mut Dice, out: &mut String, indent: usize, depth: usize) {
    noise(dice, out, indent);
    spaces(out, indent);
    key_and_value(dice, out, indent, depth);
}

/// A key at the current position, which is at column `indent`.
fn key_and_value(dice: &mut Dice, out: &mut String, indent: usize, depth: usize) {
    let key = if dice.one_in(30) { "? c" } else { dice.pick(KEYS) };
    out.push_str(key);
    if key.starts_with("? ") {
        out.push('\n');
        spaces(out, indent);
    } else if dice.one_in(10) {
        out.push(' ');
    }
    out.push(':');
    content(dice, out, indent, depth, true);
}

/// What stands behind `:` or `-`.
fn content(dice: &mut Dice, out: &mut String, indent: usize, depth: usize, mapping: bool) {
    if dice.one_in(12) {
        out.push_str(dice.pick(&[" &anchor", " !tag", " !!map", " &a !t"]));
    }
    let choice = if depth > 3 { dice.below(5) } else { dice.below(12) };
    match choice {
        0..=2 => {
            out.push(' ');
            out.push_str(dice.pick(SCALARS));
            end(dice, out);
        }
        3 => block_scalar(dice, out, indent),
        4 => {
            if dice.one_in(3) {
                flow(dice, out, indent);
            } else {
                end(dice, out);
                noise(dice, out, indent + 2);
                if dice.one_in(2) {
                    spaces(out, indent + 2);
                    out.push_str(dice.pick(SCALARS));
                    end(dice, out);
                }
            }
        }
        5..=8 => {
            let inner = indent + 1 + dice.below(4);
            if mapping || dice.one_in(3) {
                end(dice, out);
                entry(dice, out, inner, depth + 1);
            } else {
                let gap = inner - indent - 1;
                spaces(out, gap.max(1));
                let inner = indent + 1 + gap.max(1);
                key_and_value(dice, out, inner, depth + 1);
                for _ in 0..dice.below(3) {
                    entry(dice, out, inner, depth + 1);
                }
                return;
            }
            for _ in 0..dice.below(3) {
                entry(dice, out, inner, depth + 1);
            }
        }
        _ => {
            let inner = if mapping { indent + dice.below(2) * 2 } else { indent + 2 };
            if mapping || dice.one_in(3) {
                end(dice, out);
                noise(dice, out, inner);
                spaces(out, inner);
            } else {
                out.push(' ');
            }
            item(dice, out, inner, depth + 1);
            for _ in 0..dice.below(3) {
                noise(dice, out, inner);
                spaces(out, inner);
                item(dice, out, inner, depth + 1);
            }
        }
    }
    noise(dice, out, indent);
}

fn item(dice: &mut Dice, out: &mut String, indent: usize, depth: usize) {
    out.push('-');
    content(dice, out, indent, depth, false);
}

fn block_scalar(dice: &mut Dice, out: &mut String, indent: usize) {
    out.push(' ');
    out.push_str(dice.pick(&["|", "|-", "|+", ">", ">-", ">+", "|2", ">2-"]));
    end(dice, out);
    for _ in 0..dice.below(5) {
        spaces(out, indent + 2);
        out.push_str(dice.pick(&[
            "text",
            "more text here",
            "  indented",
            "",
            "# not a comment",
            "- a",
            "é",
            "trailing ",
        ]));
        out.push('\n');
    }
}

/// A flow collection over several lines.
fn flow(dice: &mut Dice, out: &mut String, indent: usize) {
    let mapping = dice.one_in(2);
    out.push_str(if mapping { " {" } else { " [" });
    for _ in 0..dice.below(4) {
        if dice.one_in(3) {
            end(dice, out);
            noise(dice, out, indent + 2);
            spaces(out, indent + 2);
        }
        if mapping {
            out.push_str(dice.pick(&["a", "\"b\"", "c d"]));
            out.push_str(": ");
        }
        out.push_str(dice.pick(&["x", "\"y\"", "'z'", "[]", "{}", "{k: v}", "[1, 2]", "", "&q r", "!t u", "a:b"]));
        out.push_str(dice.pick(&[",", ", ", " ,", ",  "]));
    }
    if dice.one_in(3) {
        end(dice, out);
        noise(dice, out, indent + 2);
        spaces(out, indent + 2);
    }
    out.push(if mapping { '}' } else { ']' });
    end(dice, out);
}
