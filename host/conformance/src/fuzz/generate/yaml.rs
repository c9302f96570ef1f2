//! YAML as people write it: the same few words in every style, with comments in every place.

use crate::fuzz::random::Random;

/// Writes text line by line.
pub(super) struct Writer<'a> {
    pub(super) random: &'a mut Random,
    pub(super) out: String,
    /// Anchors set so far, for aliases.
    anchors: Vec<String>,
    /// How likely odd things are: one in this many places.
    rarity: usize,
    words: usize,
}

const WORDS: [&str; 14] = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "upf",
    "amf",
    "n3",
    "edge-1",
    "slice",
    "Porch",
    "app.kubernetes.io/name",
    "x_y",
    "image",
    "äöü",
];
const PLAIN: [&str; 26] = [
    "alpha",
    "beta gamma",
    "nginx:1.2.3",
    "10.0.0.1/24",
    "1",
    "0",
    "-7",
    "1.5",
    "1e3",
    "0x1F",
    "0o17",
    "017",
    "true",
    "False",
    "yes",
    "off",
    "null",
    "~",
    "2001-12-14",
    "1:30",
    ".inf",
    "a#b",
    "a:b",
    "\u{fc}ber",
    "-x",
    "v1",
];
const QUOTED: [&str; 14] = [
    "alpha",
    "",
    "true",
    "1",
    "yes",
    "null",
    "0644",
    "a: b",
    "# no comment",
    "it''s",
    " lead",
    "trail ",
    "a, b",
    "{{ x }}",
];
const DOUBLE: [&str; 8] = ["alpha", "", "tab\\there", "line\\nbreak", "\\u00e9", "\\x41", "q\\\"q", "1.10"];
const LINES: [&str; 9] =
    ["one line", "  indented", "key: value", "# looks like a comment", "", "- item", "trail ", "last", "tab\there"];

impl<'a> Writer<'a> {
    pub(super) fn new(random: &'a mut Random, rarity: usize) -> Self {
        Self { random, out: String::new(), anchors: Vec::new(), rarity, words: 0 }
    }

    fn odd(&mut self) -> bool {
        self.random.once_in(self.rarity)
    }

    pub(super) fn line(&mut self, indent: usize, text: &str) {
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A comment line, mostly at `indent`, and blank lines.
    pub(super) fn remark(&mut self, indent: usize) {
        if !self.odd() {
            return;
        }
        if self.random.once_in(4) {
            self.out.push('\n');
        }
        for _ in 0..=self.random.below(2) {
            let at = match self.random.below(8) {
                0 => 0,
                1 => indent + 2,
                2 => indent.saturating_sub(2),
                _ => indent,
            };
            self.words += 1;
            let text = match self.random.below(5) {
                0 => "#".to_owned(),
                1 => format!("#tight {}", self.words),
                _ => format!("# remark {}", self.words),
            };
            self.line(at, &text);
        }
        if self.random.once_in(4) {
            self.out.push('\n');
        }
    }

    /// What may follow a value on its line.
    fn tail(&mut self) -> String {
        if !self.odd() {
            return String::new();
        }
        self.words += 1;
        let blanks = self.random.pick(&[" ", " ", "  ", "    ", "\t"]);
        format!("{blanks}# tail {}", self.words)
    }

    fn end(&mut self, value: &str) {
        let tail = self.tail();
        if !value.is_empty() {
            self.out.push(' ');
            self.out.push_str(value);
        }
        self.out.push_str(&tail);
        self.out.push('\n');
    }

    /// A scalar on one line.
    pub(super) fn scalar(&mut self) -> String {
        let scalar = match self.random.below(8) {
            0 | 1 => format!("'{}'", self.random.pick(&QUOTED)),
            2 => format!("\"{}\"", self.random.pick(&DOUBLE)),
            3 => format!("{}", self.random.below(70_000)),
            _ => self.random.pick(&PLAIN).to_owned(),
        };
        if self.random.once_in(self.rarity * 5) {
            let tag = self.random.pick(&["!!str", "!custom", "!!int", "!!binary"]);
            return format!("{tag} {scalar}");
        }
        scalar
    }

    /// A scalar that is certainly a string.
    pub(super) fn string(&mut self) -> String {
        match self.random.below(4) {
            0 => format!("'{}'", self.random.pick(&QUOTED)),
            1 => format!("\"{}\"", self.random.pick(&DOUBLE)),
            _ => self.random.pick(&["alpha", "beta", "gamma delta", "n3-up", "v1.2.3"]).to_owned(),
        }
    }

    fn flow(&mut self, depth: usize) -> String {
        let items: Vec<String> = (0..self.random.below(4))
            .map(|at| {
                let value = if depth > 0 && self.random.once_in(4) { self.flow(depth - 1) } else { self.flow_scalar() };
                if depth.is_multiple_of(2) { value } else { format!("k{at}: {value}") }
            })
            .collect();
        let blank = if self.random.once_in(3) { " " } else { "" };
        let comma = if self.random.once_in(3) { "," } else { ", " };
        let (open, close) = if depth.is_multiple_of(2) { ('[', ']') } else { ('{', '}') };
        // `{a: b,c: d}` is fine, `[a,b]` too; without a blank a plain scalar would swallow the comma's neighbour.
        format!("{open}{blank}{}{blank}{close}", items.join(comma))
    }

    fn flow_scalar(&mut self) -> String {
        match self.random.below(3) {
            0 => format!("'{}'", self.random.pick(&QUOTED)),
            1 => format!("\"{}\"", self.random.pick(&DOUBLE)),
            _ => self.random.pick(&["alpha", "1", "true", "null", "v1", "1.50", "a b"]).to_owned(),
        }
    }

    /// A block scalar after its key.
    fn block(&mut self, indent: usize) {
        let sign = self.random.pick(&["|", "|", "|-", "|+", ">", ">-", "|2"]);
        let lines: Vec<&str> = (0..=self.random.below(3)).map(|_| self.random.pick(&LINES)).collect();
        let tail = self.tail();
        self.out.push_str(&format!(" {sign}{tail}\n"));
        // The indicator counts from the parent; two is where the text is.
        let at = indent + 2;
        // A first line that is more indented needs the indicator, so it is never one.
        self.line(at, "first");
        for line in lines {
            if line.is_empty() { self.out.push('\n') } else { self.line(at, line) }
        }
    }

    /// The value of a key that has been written up to its colon, or of a dash.
    pub(super) fn value(&mut self, indent: usize, depth: usize) {
        let anchored = self.random.once_in(self.rarity * 4);
        match self.random.below(if depth == 0 { 9 } else { 14 }) {
            0 if self.odd() => self.block(indent),
            1 => {
                let level = self.random.below(3);
                let flow = self.flow(level);
                self.end(&flow);
            }
            2 if self.odd() => {
                // A multi-line plain or quoted scalar.
                let quote = self.random.pick(&["", "'", "\""]);
                self.out.push_str(&format!(" {quote}first part\n"));
                self.line(indent + 2, &format!("second part{quote}"));
            }
            3 if self.odd() => self.end(""),
            4 if !self.anchors.is_empty() && self.odd() => {
                let name = self.anchors[self.random.below(self.anchors.len())].clone();
                self.end(&format!("*{name}"));
            }
            9..=11 => {
                if anchored {
                    let name = self.anchor();
                    self.out.push_str(&format!(" &{name}"));
                }
                self.end("");
                let step = self.random.pick(&[2, 2, 2, 2, 4, 3]);
                self.mapping(indent + step, depth - 1);
            }
            12 | 13 => {
                self.end("");
                let step = self.random.pick(&[0, 0, 2, 2, 4]);
                self.sequence(indent + step, depth - 1);
            }
            _ => {
                let scalar = self.scalar();
                if anchored && !scalar.starts_with(['!', '*']) {
                    let name = self.anchor();
                    self.end(&format!("&{name} {scalar}"));
                } else {
                    self.end(&scalar);
                }
            }
        }
    }

    fn anchor(&mut self) -> String {
        let name = format!("a{}", self.anchors.len());
        self.anchors.push(name.clone());
        name
    }

    /// One to four keys, each other than the others.
    pub(super) fn mapping(&mut self, indent: usize, depth: usize) {
        let count = 1 + self.random.below(4);
        let start = self.random.below(WORDS.len());
        for at in 0..count {
            self.remark(indent);
            let word = WORDS[(start + at * 3) % WORDS.len()];
            let key = match self.random.below(self.rarity * 3) {
                0 => format!("'{word}'"),
                1 => format!("\"{word}\""),
                2 => format!("{word} "),
                _ => word.to_owned(),
            };
            self.out.push_str(&format!("{}{key}:", " ".repeat(indent)));
            self.value(indent, depth);
        }
        self.remark(indent);
    }

    /// Up to three items.
    pub(super) fn sequence(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.random.below(3) {
            self.remark(indent);
            self.out.push_str(&" ".repeat(indent));
            match self.random.below(if depth == 0 { 3 } else { 6 }) {
                3 | 4 => {
                    let start = self.out.len();
                    self.mapping(indent + 2, depth - 1);
                    self.dash(start, indent);
                }
                5 if self.odd() => {
                    let start = self.out.len();
                    self.sequence(indent + 2, depth - 1);
                    self.dash(start, indent);
                }
                _ => {
                    let scalar = self.scalar();
                    self.out.push('-');
                    self.end(&scalar);
                }
            }
        }
    }

    /// Puts a dash before the block that starts at `start`, on its first line or, where a comment is there, above it.
    fn dash(&mut self, start: usize, indent: usize) {
        let block = self.out.split_off(start);
        let (first, rest) = block.split_once('\n').unwrap_or((&block, ""));
        if first.trim().is_empty() || first.trim_start().starts_with('#') {
            self.out.push_str("-\n");
            self.out.push_str(&block);
        } else {
            // The block was written at `indent + 2`.
            self.out.push_str("- ");
            self.out.push_str(first.get(indent + 2..).unwrap_or(first.trim_start()));
            self.out.push('\n');
            self.out.push_str(rest);
        }
    }
}
