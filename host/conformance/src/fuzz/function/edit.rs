//! Edits of one item.

use super::lines::{Item, blocks, indent};
use crate::fuzz::random::Random;

/// What a function may say.
pub(super) const RESULTS: [&str; 5] = [
    "results:\n- message: wrong\n  severity: error\n  resourceRef:\n    apiVersion: v1\n    kind: Pod\n    name: web\n    namespace: core\n  field:\n    \
     path: spec.x\n    currentValue: a\n    proposedValue: b\n  file:\n    path: a.yaml\n    index: 1\n",
    "results:\n- message: \"two\\nlines\"\n  tags:\n    k: v\n- message: plain\n  severity: warning\n",
    "results: []\n",
    "results:\n- message: it's \"quoted\"\n  severity: info\n  file:\n    path: a.yaml\n    index: 0\n",
    "results:\n  items:\n  - message: 'legacy: form'\n    severity: info\n",
];

/// What is done to the elements of a list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Rotate,
    Shorten,
    Prepend,
}

/// The text of a resource that was not there before; `annotations` continues its metadata.
pub(super) fn new_resource(seed: u64, annotations: &str) -> String {
    let namespace = if seed.is_multiple_of(3) { "\n    namespace: made" } else { "" };
    format!(
        "- apiVersion: example.com/v1\n  kind: Made # by a function\n  metadata:\n    name: made-{seed}{namespace}{annotations}\n  spec:\n    list:\n      - wide\n    text: >\n      folded\n      text\n"
    )
}

fn position(item: &Item, line: &str) -> Option<usize> {
    item.lines.iter().position(|found| found == line)
}

pub(super) fn set_label(item: &mut Item, seed: u64) {
    let key = format!("    fuzz-{}: ", seed % 5);
    if let Some(line) = item.lines.iter_mut().find(|line| line.starts_with(&key)) {
        *line = format!("{key}\"{seed}\"");
    } else if let Some(at) = position(item, "  labels:") {
        item.lines.insert(at + 1, format!("{key}\"{seed}\""));
    } else if let Some(at) = position(item, "metadata:") {
        item.lines.insert(at + 1, format!("  labels:\n      fuzz: l{seed}"));
    }
}

/// Lines that hold a key and a simple value: the position of the value. Annotations of kpt are not among them.
fn simple_value(line: &str) -> Option<usize> {
    let (key, value) = line.split_once(": ")?;
    let simple = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    let ours = !key.contains("config.k")
        && !["apiVersion", "kind", "name"].contains(&key.trim_start().trim_start_matches("- "));
    (simple && ours && !key.contains(['#', '"', '\''])).then_some(key.len() + 2)
}

/// Whether lines may be edited one by one: no block scalar holds text that only looks like fields.
fn has_blocks(item: &Item) -> bool {
    item.lines.iter().any(|line| {
        let end = line.split(" #").next().unwrap_or(line).trim_end();
        [": |", ": >"].iter().any(|sign| end.rsplit_once(sign).is_some_and(|(_, rest)| rest.len() < 3))
    })
}

pub(super) fn change_values(item: &mut Item, random: &mut Random) {
    if has_blocks(item) {
        return;
    }
    // Nothing but scalars: a list in place of a scalar makes kpt stop, and that is for the wild functions.
    let values = ["changed", "2", "true", "'quoted'", "\"double\"", "null"];
    for line in &mut item.lines {
        if let Some(at) = simple_value(line)
            && random.once_in(3)
        {
            line.truncate(at);
            line.push_str(random.pick(&values));
        }
    }
}

pub(super) fn requote(item: &mut Item, random: &mut Random) {
    if has_blocks(item) {
        return;
    }
    for line in &mut item.lines {
        if let Some(at) = simple_value(line) {
            let quote = random.pick(&["'", "\"", ""]);
            let value = line.split_off(at);
            line.push_str(&format!("{quote}{value}{quote}"));
        }
    }
}

pub(super) fn drop_comments(item: &mut Item) {
    item.above.clear();
    if has_blocks(item) {
        return;
    }
    item.lines.retain(|line| !line.trim_start().starts_with('#'));
    for line in &mut item.lines {
        if let Some(at) = line.find(" #").filter(|at| !line[*at..].contains(['\'', '"'])) {
            line.truncate(line[..at].trim_end().len());
        }
    }
}

pub(super) fn add_comments(item: &mut Item, random: &mut Random) {
    if has_blocks(item) {
        return;
    }
    for line in &mut item.lines {
        if simple_value(line).is_some() && random.once_in(4) {
            line.push_str(" # added");
        }
    }
    for range in item.keys().into_iter().rev() {
        if range.start > 0 && random.once_in(3) {
            item.lines.insert(range.start, "# added above".to_owned());
        }
    }
}

pub(super) fn forget_origin(item: &mut Item) {
    let ours = |line: &String| line.contains("config.kubernetes.io/") || line.contains("config.k8s.io/");
    if item.lines.iter().any(|line| line.contains("annotations: {")) {
        return;
    }
    item.lines.retain(|line| !ours(line));
    if let Some(at) = position(item, "  annotations:")
        && item.lines.get(at + 1).is_none_or(|next| indent(next) < 4)
    {
        item.lines.remove(at);
    }
}

pub(super) fn rename(item: &mut Item, seed: u64) {
    if let Some(line) = item.lines.iter_mut().find(|line| line.starts_with("  name: ")) {
        *line = format!("  name: renamed-{seed}");
    }
}

pub(super) fn remove_name(item: &mut Item) {
    item.lines.retain(|line| !line.starts_with("  name: "));
}

pub(super) fn scalar_to_map(item: &mut Item) {
    if let Some((line, at)) = item.lines.iter_mut().find_map(|line| simple_value(line).map(|at| (line, at))) {
        line.truncate(at);
        line.push_str("{was: scalar}");
    }
}

pub(super) fn set_path(item: &mut Item, path: &str, groups: &[&str]) {
    for line in &mut item.lines {
        for group in groups {
            let key = format!("    {group}.kubernetes.io/path: ");
            if line.starts_with(&key) {
                *line = format!("{key}'{path}'");
            }
        }
    }
}

pub(super) fn move_file(item: &mut Item, seed: u64, groups: &[&str]) {
    let paths = ["moved.yaml", "sub/moved.yaml", "./moved.yaml", "deep/er/moved.yml"];
    let path = paths[usize::try_from(seed).unwrap_or(0) % paths.len()];
    set_path(item, path, groups);
    set_index(item, &(seed % 90 + 10).to_string());
}

pub(super) fn set_index(item: &mut Item, index: &str) {
    for line in &mut item.lines {
        for group in ["config", "internal.config"] {
            let key = format!("    {group}.kubernetes.io/index: ");
            if line.starts_with(&key) {
                *line = format!("{key}'{index}'");
            }
        }
    }
}

pub(super) fn other_indent(item: &mut Item) {
    for line in &mut item.lines {
        if line.contains("config.kubernetes.io/seqindent") {
            *line =
                if line.contains("wide") { line.replace("wide", "compact") } else { line.replace("compact", "wide") };
        }
    }
}

/// Reverses the top-level keys, or those of `spec`.
pub(super) fn reverse_keys(item: &mut Item, random: &mut Random) {
    if has_blocks(item) || item.lines.iter().any(|line| line.contains('&') || line.contains('*')) {
        return;
    }
    let deep = random.once_in(2);
    let Some((start, level)) = (if deep { position(item, "spec:").map(|at| (at + 1, 2)) } else { Some((0, 0)) }) else {
        return;
    };
    let end = if deep {
        item.lines[start..].iter().position(|line| indent(line) == 0).map_or(item.lines.len(), |at| start + at)
    } else {
        item.lines.len()
    };
    let part = item.lines[start..end].to_vec();
    if part.first().is_none_or(|line| indent(line) != level) {
        return;
    }
    let mut out: Vec<String> = Vec::new();
    for range in blocks(&part, level).into_iter().rev() {
        out.extend_from_slice(&part[range]);
    }
    // The first line carries the item's dash, so it cannot be a comment.
    if start == 0 {
        let comments = out.iter().take_while(|line| line.starts_with('#')).count();
        item.above.extend(out.drain(..comments));
    }
    if out.len() + usize::from(start == 0) >= part.len() {
        item.lines.splice(start..end, out);
    }
}

/// Changes the elements of each list that hangs below a key.
pub(super) fn lists(item: &mut Item, random: &mut Random, change: Change) {
    if has_blocks(item) {
        return;
    }
    let mut at = 0;
    while at < item.lines.len() {
        let key = item.lines[at].clone();
        at += 1;
        if !key.trim_end().ends_with(':') || random.once_in(4) {
            continue;
        }
        let level = indent(&key) + if key.trim_start().starts_with("- ") { 2 } else { 0 };
        let dash = |line: &String| indent(line) == level && line.trim_start().starts_with("- ");
        let belongs = |line: &String| {
            line.is_empty()
                || dash(line)
                || indent(line) > level
                || (indent(line) == level && line.trim_start().starts_with('#'))
        };
        let mut length = item.lines[at..].iter().take_while(|line| belongs(line)).count();
        // Comments at the end may belong to the next key.
        while length > 0 && item.lines[at + length - 1].trim_start().starts_with('#') {
            length -= 1;
        }
        let part = item.lines[at..at + length].to_vec();
        if !part.iter().any(dash) || part.iter().any(|line| line.contains('&') || line.contains('*')) {
            continue;
        }
        let mut elements: Vec<Vec<String>> =
            blocks(&part, level).into_iter().map(|range| part[range].to_vec()).collect();
        match change {
            Change::Rotate => elements.rotate_left(1),
            Change::Shorten if elements.len() > 1 => drop(elements.remove(0)),
            Change::Shorten => {}
            Change::Prepend => {
                let mapping = elements[0].iter().any(|line| dash(line) && line.contains(": "));
                let text = if mapping { "- name: prepended" } else { "- prepended" };
                elements.insert(0, vec![format!("{}{text}", " ".repeat(level))]);
            }
        }
        let new: Vec<String> = elements.concat();
        let step = new.len();
        item.lines.splice(at..at + length, new);
        at += step;
    }
}

/// Takes one key of `spec` or `data` away.
pub(super) fn delete_key(item: &mut Item, random: &mut Random) {
    edit_body(item, |part, ranges| {
        if ranges.len() > 1 {
            let range = ranges[random.below(ranges.len())].clone();
            part.drain(range);
        }
    });
}

/// Puts a new key before another one of `spec` or `data`.
pub(super) fn add_key(item: &mut Item, random: &mut Random) {
    // Keys have to differ: what kpt does to a key that is there twice is not copied.
    let number = item.lines.iter().filter(|line| line.contains("inserted")).count();
    edit_body(item, |part, ranges| {
        let at = ranges.get(random.below(ranges.len())).map_or(0, |range| range.start);
        let new = [
            "  inserted: {flow: [1, two]} # new",
            "  inserted: >-\n      folded\n      value",
            "  inserted: |\n      literal\n",
            "  inserted:\n      deep:\n      - 1",
        ];
        part.insert(at, random.pick(&new).replace("inserted", &format!("inserted-{number}")));
    });
}

fn edit_body(item: &mut Item, edit: impl FnOnce(&mut Vec<String>, &[std::ops::Range<usize>])) {
    if item.lines.iter().any(|line| line.contains('&') || line.contains('*')) {
        return;
    }
    let Some(start) = position(item, "spec:").or_else(|| position(item, "data:")).map(|at| at + 1) else { return };
    let end = item.lines[start..]
        .iter()
        .position(|line| indent(line) == 0 && !line.is_empty())
        .map_or(item.lines.len(), |at| start + at);
    let mut part = item.lines[start..end].to_vec();
    let ranges = blocks(&part, 2);
    if !ranges.is_empty() {
        edit(&mut part, &ranges);
        item.lines.splice(start..end, part);
    }
}

/// Writes a short block list of plain scalars in flow style.
pub(super) fn flatten(item: &mut Item, _random: &mut Random) {
    if has_blocks(item) {
        return;
    }
    let mut at = 0;
    while at + 1 < item.lines.len() {
        let level = indent(&item.lines[at]);
        let plain = |line: &String| {
            let text = line.trim_start().strip_prefix("- ").unwrap_or("#");
            indent(line) == level && text.chars().all(|c| c.is_ascii_alphanumeric())
        };
        let count = item.lines[at + 1..].iter().take_while(|line| plain(line)).count();
        let ends = item
            .lines
            .get(at + 1 + count)
            .is_none_or(|line| indent(line) < level || !line.trim_start().starts_with(['-', '#']));
        if item.lines[at].ends_with(':') && !item.lines[at].trim_start().starts_with("- ") && count > 0 && ends {
            let words: Vec<String> =
                item.lines[at + 1..=at + count].iter().map(|line| line.trim_start()[2..].to_owned()).collect();
            item.lines[at].push_str(&format!(" [{}]", words.join(", ")));
            item.lines.drain(at + 1..=at + count);
        }
        at += 1;
    }
}
