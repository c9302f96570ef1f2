//! Writing SVG elements.

use std::fmt::{self, Write as _};

/// A document being written.
pub(crate) struct Svg {
    text: String,
    depth: usize,
}

/// A length in pixels, to a tenth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Px(pub(crate) f64);

impl fmt::Display for Px {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() / 10.0;
        // No minus before nothing.
        write!(out, "{}", if tenths == 0.0 { 0.0 } else { tenths })
    }
}

impl Svg {
    pub(crate) fn new(width: f64, height: f64, title: &str) -> Self {
        let (width, height) = (Px(width), Px(height));
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
             <title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            escape(title)
        );
        Self { text, depth: 0 }
    }

    /// Opens a group with attributes.
    pub(crate) fn open(&mut self, attributes: &str) {
        self.indent();
        _ = writeln!(self.text, "<g {attributes}>");
        self.depth += 1;
    }

    /// Closes the last group.
    pub(crate) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.text.push_str("</g>\n");
    }

    /// An element without content.
    pub(crate) fn element(&mut self, name: &str, attributes: &str) {
        self.indent();
        _ = writeln!(self.text, "<{name} {attributes}/>");
    }

    /// A text at a point.
    pub(crate) fn label(&mut self, x: f64, y: f64, attributes: &str, text: &str) {
        self.indent();
        let space = if attributes.is_empty() { "" } else { " " };
        _ = writeln!(self.text, "<text x=\"{}\" y=\"{}\"{space}{attributes}>{}</text>", Px(x), Px(y), escape(text));
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }
}

/// Text as XML has it; characters XML does not know become `?`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(' '),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => escaped.push('?'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Points of a polygon or line, as SVG writes them.
pub(crate) fn points(points: impl Iterator<Item = (f64, f64)>) -> String {
    let texts: Vec<String> = points.map(|(x, y)| format!("{},{}", Px(x), Px(y))).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a<b>&\"c\"\u{1}\n"), "a&lt;b&gt;&amp;&quot;c&quot;? ");
        assert_eq!([Px(-0.01), Px(1.25), Px(3.0)].map(|px| px.to_string()), ["0", "1.3", "3"]);
    }
}
