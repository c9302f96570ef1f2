//! Damage to a text, line by line.

use super::dice::Dice;

/// Takes lines away, doubles them, moves them, puts others between.
pub(crate) fn disturb(dice: &mut Dice, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(lines.len().max(1)).min(lines.len());
        match dice.below(7) {
            0 if !lines.is_empty() => {
                lines.remove(at);
            }
            1 => lines.insert(at, String::new()),
            2 | 3 => {
                let mut comment = " ".repeat(dice.below(9));
                comment.push_str(dice.pick(&["# c", "#c", "# a: b", "#", "#  two  ", "## é"]));
                lines.insert(at, comment);
            }
            4 if !lines.is_empty() => {
                lines[at].push_str(" # end");
            }
            5 if !lines.is_empty() => {
                lines[at].insert(0, ' ');
            }
            6 if !lines.is_empty() && lines[at].starts_with(' ') => {
                lines[at].remove(0);
            }
            _ => {}
        }
    }
    lines.join("\n") + dice.pick(&["", "\n", "\n\n"])
}
