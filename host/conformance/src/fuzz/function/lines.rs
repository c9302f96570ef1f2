//! A ResourceList as lines.

/// The list: what is above the items, the items, what is below.
#[derive(Debug, Clone)]
pub(super) struct List {
    head: String,
    pub(super) items: Vec<Item>,
    pub(super) tail: String,
}

/// One item: comment lines above it, and its lines without dash and indentation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) above: Vec<String>,
    pub(super) lines: Vec<String>,
}

impl List {
    pub(super) fn parse(text: &str) -> Self {
        let mut list = Self { head: String::new(), items: Vec::new(), tail: String::new() };
        let mut above = Vec::new();
        let mut lines = text.lines();
        for line in lines.by_ref() {
            list.head.push_str(line);
            list.head.push('\n');
            if line.starts_with("items:") {
                break;
            }
        }
        for line in lines {
            if !list.tail.is_empty() {
                list.tail.push_str(line);
                list.tail.push('\n');
            } else if let Some(first) = line.strip_prefix("- ") {
                list.items.push(Item { above: std::mem::take(&mut above), lines: vec![first.to_owned()] });
            } else if line.starts_with('#') {
                above.push(line.to_owned());
            } else if line.is_empty() || line.starts_with(' ') {
                match list.items.last_mut() {
                    Some(item) if above.is_empty() => {
                        item.lines.push(line.strip_prefix("  ").unwrap_or(line).to_owned());
                    }
                    _ => above.push(line.to_owned()),
                }
            } else {
                list.tail = above.drain(..).chain([line.to_owned()]).map(|line| line + "\n").collect();
            }
        }
        list.tail.extend(above.into_iter().map(|line| line + "\n"));
        list
    }

    pub(super) fn to_text(&self) -> String {
        let mut out = self.head.clone();
        if self.items.is_empty() {
            out = out.replace("items:\n", "items: []\n");
        } else if out.ends_with("items: []\n") {
            out.truncate(out.len() - "items: []\n".len());
            out.push_str("items:\n");
        }
        for item in &self.items {
            for line in &item.above {
                out.push_str(line);
                out.push('\n');
            }
            for (at, line) in item.lines.iter().enumerate() {
                let start = if at == 0 {
                    "- "
                } else if line.is_empty() {
                    ""
                } else {
                    "  "
                };
                out.push_str(start);
                out.push_str(line);
                out.push('\n');
            }
        }
        out + &self.tail
    }
}

impl Item {
    /// From a text whose first line starts with `- `.
    pub(super) fn new(text: &str) -> Self {
        List::parse(&format!("items:\n{text}")).items.into_iter().next().unwrap_or_default()
    }

    /// A JSON file's item is one line and is left alone.
    pub(super) fn is_kptfile(&self) -> bool {
        self.lines.iter().any(|line| line == "kind: Kptfile")
            || self.lines.first().is_some_and(|line| line.starts_with('{'))
    }

    pub(super) fn document(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// The value of an annotation that is written on its own line, without quotes.
    pub(super) fn annotation(&self, key: &str) -> Option<String> {
        let line = self.lines.iter().find_map(|line| line.trim_start().strip_prefix(key)?.strip_prefix(": "))?;
        Some(line.trim_matches(['\'', '"']).to_owned())
    }

    /// The ranges of lines of the top-level keys, comments above a key included.
    pub(super) fn keys(&self) -> Vec<std::ops::Range<usize>> {
        blocks(&self.lines, 0)
    }
}

/// How far a line is indented.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The blocks of lines that start at `level` in `lines`: the entries of a mapping or the items of a list, whichever the first
/// line begins. Each starts at its own first line, or at the comments right above it.
pub(super) fn blocks(lines: &[String], level: usize) -> Vec<std::ops::Range<usize>> {
    let here = |line: &&String| indent(line) == level && !line.is_empty() && !line.trim_start().starts_with('#');
    let dash = |line: &String| line[level..].starts_with("- ") || &line[level..] == "-";
    // Below a key, a list may stand at the level of the key.
    let list = lines.iter().find(here).is_some_and(dash);
    let mut starts = Vec::new();
    let mut comment = None;
    for (at, line) in lines.iter().enumerate() {
        if indent(line) == level && line.trim_start().starts_with('#') {
            comment.get_or_insert(at);
        } else {
            let above = comment.take();
            if here(&line) && dash(line) == list {
                starts.push(above.unwrap_or(at));
            }
        }
    }
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}
