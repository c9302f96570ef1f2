//! Resources with values of random signs, most of which mean something in YAML.

use super::dice::Dice;

const HEADER: &str = "apiVersion: v1\nkind: Thing\nmetadata:\n  name: thing\n";

const SIGNS: &[&str] = &[
    "a", "b", " ", " ", ":", ": ", "-", "- ", "?", "? ", "[", "]", "{", "}", ",", ", ", "#", " #", "&", "*", "!", "|",
    ">", "'", "\"", "%", "@", "`", "\n", "\n  ", "\n    ", "\t", "\\", "\\n", "é", "😀", "~", "<", "0", "1", ".", "_",
    "+", "=", "\u{2028}", "\u{85}", "\u{a0}", "\u{feff}", "''", "\"\"", "[]", "{}", "!!str ", "&x ", "\n\n", "\n#",
    "\n # c\n", "e", "x", "<<", "...", "---",
];

/// A resource with a few such values.
pub(crate) fn resource(dice: &mut Dice) -> String {
    let mut out = HEADER.to_owned();
    for number in 0..1 + dice.below(3) {
        let wrapped = dice.below(4);
        out.push_str(&format!("k{number}:"));
        out.push_str(["  ", " [", " {", " \n- "][wrapped]);
        for _ in 0..1 + dice.below(7) {
            out.push_str(dice.pick(SIGNS));
        }
        out.push_str(["", "]", "}", ""][wrapped]);
        out.push('\n');
    }
    out
}
