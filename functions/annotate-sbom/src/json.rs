//! A JSON document in one piece: its nodes in the order of the text beside the texts of all of them.
//!
//! Everything that becomes of a document is made from it: the text that is carried, the canonical text that digests are
//! of, and what a reader finds in it. A document of a large package has thousands of values; as a tree of maps and
//! strings, each with memory of its own, it costs many times as much.

mod builder;
mod text;

use serde::Serialize;

/// A document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Json {
    nodes: Vec<Node>,
    texts: String,
}

/// A value; in objects, keys and values take turns.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    /// Of a text or literal: where it starts in the texts.
    start: u32,
    /// Of a text or literal: where it ends in the texts; of a collection: the node behind all that is in it.
    end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A text that needs no escapes, with its quotes.
    Plain,
    /// A text with characters to be escaped.
    Escaped,
    /// A number, `true`, `false` or `null`.
    Literal,
    List,
    Object,
}

/// A value in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'j> {
    json: &'j Json,
    node: usize,
}

impl Json {
    /// The document of a value that has string keys only.
    ///
    /// # Panics
    /// Where it has others.
    pub(crate) fn of(value: &impl Serialize) -> Self {
        builder::build(value).expect("invariant: the model has string keys only")
    }

    pub(crate) fn root(&self) -> Value<'_> {
        Value { json: self, node: 0 }
    }

    /// Sets a text of the root.
    pub(crate) fn set(&mut self, key: &str, text: &str) {
        if let Some(Value { node, .. }) = self.root().get(key) {
            self.nodes[node] = self.text_node(text);
        }
    }

    /// A node of this text, which is not in its place yet.
    fn text_node(&mut self, text: &str) -> Node {
        if needs_escape(text.as_bytes()) {
            return self.stored(Kind::Escaped, [text]);
        }
        self.stored(Kind::Plain, ["\"", text, "\""])
    }

    fn stored<const N: usize>(&mut self, kind: Kind, parts: [&str; N]) -> Node {
        let place = |at: usize| u32::try_from(at).expect("invariant: a document has less than 4 GiB");
        let start = place(self.texts.len());
        for part in parts {
            self.texts.push_str(part);
        }
        Node { kind, start, end: place(self.texts.len()) }
    }

    fn text(&self, node: Node) -> &str {
        let quote = usize::from(node.kind == Kind::Plain);
        &self.texts[node.start as usize + quote..node.end as usize - quote]
    }

    /// The node behind a node and all that is in it.
    fn behind(&self, node: usize) -> usize {
        match self.nodes[node] {
            Node { kind: Kind::List | Kind::Object, end, .. } => end as usize,
            _ => node + 1,
        }
    }

    /// The nodes right below a collection.
    fn below(&self, node: usize) -> impl Iterator<Item = usize> {
        let end = self.behind(node);
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let here = next;
            (here < end).then(|| {
                next = self.behind(here);
                here
            })
        })
    }
}

/// True where a text has a control character, a quote or a backslash.
fn needs_escape(text: &[u8]) -> bool {
    const EVERY: u64 = u64::MAX / 255;
    // Eight bytes at a time; a byte that underflows had its highest bit not set before.
    let below = |word: u64, least: u8| word.wrapping_sub(EVERY * u64::from(least)) & !word & (EVERY << 7);
    let is = |word: u64, byte: u8| below(word ^ (EVERY * u64::from(byte)), 1);
    let (words, rest) = text.as_chunks();
    words.iter().any(|word| {
        let word = u64::from_ne_bytes(*word);
        below(word, b' ') | is(word, b'"') | is(word, b'\\') != 0
    }) || rest.iter().any(|byte| matches!(byte, ..b' ' | b'"' | b'\\'))
}

impl<'j> Value<'j> {
    /// The value of a key; `None` where there is none, or this is no object.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        if self.json.nodes.get(self.node)?.kind != Kind::Object {
            return None;
        }
        let mut nodes = self.json.below(self.node);
        while let (Some(name), Some(node)) = (nodes.next(), nodes.next()) {
            if self.json.text(self.json.nodes[name]) == key {
                return Some(Self { node, ..self });
            }
        }
        None
    }

    /// Keys and values of an object; none of anything else.
    pub(crate) fn entries(self) -> impl Iterator<Item = (&'j str, Self)> {
        let is_object = self.json.nodes.get(self.node).is_some_and(|node| node.kind == Kind::Object);
        let mut nodes = is_object.then(|| self.json.below(self.node)).into_iter().flatten();
        std::iter::from_fn(move || {
            let (name, node) = (nodes.next()?, nodes.next()?);
            Some((self.json.text(self.json.nodes[name]), Self { node, ..self }))
        })
    }

    /// The items of a list; none of anything else.
    pub(crate) fn list(self) -> impl Iterator<Item = Self> + use<'j> {
        let is_list = self.json.nodes[self.node].kind == Kind::List;
        let nodes = is_list.then(|| self.json.below(self.node)).into_iter().flatten();
        nodes.map(move |node| Self { node, ..self })
    }

    /// The text of a key, "" where there is none.
    pub(crate) fn text(self, key: &str) -> &'j str {
        self.get(key).map(Self::as_text).unwrap_or_default()
    }

    /// The text; "" for what is none.
    pub(crate) fn as_text(self) -> &'j str {
        match self.json.nodes[self.node] {
            node @ Node { kind: Kind::Plain | Kind::Escaped, .. } => self.json.text(node),
            _ => "",
        }
    }

    /// The items of the list of a key; none where there is no list.
    pub(crate) fn items(self, key: &str) -> impl Iterator<Item = Self> + use<'j> {
        self.get(key).into_iter().flat_map(Self::list)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::Json;

    #[test]
    fn values_are_found() {
        let json = Json::of(&json!({"a": [{"b": "x"}, 1, {"b": "\"y\""}], "c": {"d": []}, "e": ""}));
        let texts: Vec<&str> = json.root().items("a").map(|item| item.text("b")).collect();
        assert_eq!(texts, ["x", "", "\"y\""]);
        assert!(
            json.root().get("c").is_some_and(|value| value.get("d").is_some() && value.items("d").next().is_none())
        );
        assert!(json.root().get("b").is_none() && json.root().items("e").next().is_none());
    }

    proptest! {
        #[test]
        fn what_needs_escapes_is_known(text in "[ -~\u{0}-\u{1f}\"\\\\é\u{7f}-\u{a0}]{0,20}", plain in "[ !#-\\[^-~é]{0,20}") {
            let written = serde_json::Value::from(&*text).to_string();
            prop_assert_eq!(super::needs_escape(text.as_bytes()), written != format!("\"{text}\""));
            prop_assert!(!super::needs_escape(plain.as_bytes()));
        }
    }

    #[test]
    fn a_text_of_the_root_is_set() {
        let mut json = Json::of(&json!({"a": "", "b": {"c": ""}}));
        json.set("a", "\n");
        json.set("c", "not there");
        assert_eq!(json.canonical(), "{\"a\":\"\\n\",\"b\":{\"c\":\"\"}}");
    }
}
