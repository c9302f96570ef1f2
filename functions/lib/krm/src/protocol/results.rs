//! Results in an answer: packed like resources where they can be, else the text that stands at the end of a list.

use std::sync::Arc;

use porchlight_yaml::packed::{Packed, ROOT, Texts, unpack};
use porchlight_yaml::{Document, Kind, NodeId, Style, parse_first};

use super::frame::Damaged;
use super::number::{Reader, push, push_bytes};
use crate::resource_list::{in_order, results_text};
use crate::{Field, FileRef, Finding, ResourceRef};

/// The results of a function.
#[derive(Clone, Debug)]
pub struct Results(Form);

#[derive(Clone, Debug)]
enum Form {
    /// Their list is the root.
    Tree(Box<Document>),
    /// A mapping with the one key `results`.
    Text(String),
}

/// How the two forms start, and no results.
const NONE: usize = 0;
const TREE: usize = 1;
const TEXT: usize = 2;

impl Results {
    /// True where there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Form::Text(text) if text.is_empty())
    }

    /// The document they are in, and their list; `None` for a text without one.
    #[must_use]
    pub fn list(self) -> Option<(Document, NodeId)> {
        match self.0 {
            Form::Tree(document) => Some((*document, ROOT)),
            Form::Text(text) => {
                let document = parse_first(text.into()).ok()??;
                let list = document.get(document.root()?, "results")?;
                Some((document, list))
            }
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Damaged> {
        Ok(Self(match reader.number()? {
            NONE => Form::Text(String::new()),
            TREE => {
                let texts = Texts { source: Arc::from(reader.text()?), start: 0 };
                let document = unpack(reader.bytes()?, &texts, 0, &[]).map_err(|_| Damaged)?;
                Form::Tree(Box::new(document))
            }
            TEXT => Form::Text(reader.text()?.to_owned()),
            _ => return Err(Damaged),
        }))
    }
}

/// Adds the results to an answer.
pub(super) fn write(bytes: &mut Vec<u8>, results: &[Finding]) {
    if results.is_empty() {
        return push(bytes, NONE);
    }
    let packed = pack(results);
    // A text in one line comes back from YAML as it was. Others may not, and the host is to see what a reader would.
    if packed.texts.bytes().all(|byte| byte >= b' ') {
        push(bytes, TREE);
        push_bytes(bytes, packed.texts.as_bytes());
        push_bytes(bytes, &packed.nodes);
    } else {
        push(bytes, TEXT);
        push_bytes(bytes, results_text(results).as_bytes());
    }
}

/// The list as it would be written, all texts in quotes.
fn pack(results: &[Finding]) -> Packed {
    // Amply, for most.
    let mut packed = Packed::with_capacity(results.len() * 512, results.len() * 36);
    packed.push_collection(Kind::Sequence, results.len());
    for finding in in_order(results) {
        let Finding { message, severity, resource_ref, field, file, tags } = finding;
        let parts = [resource_ref.is_some(), field.is_some(), file.is_some(), !tags.is_empty()];
        let mut writer = Writer(&mut packed);
        writer.mapping(2 + parts.into_iter().filter(|is_there| *is_there).count());
        writer.entry("message", message);
        writer.entry("severity", severity.as_str());
        if let Some(ResourceRef { api_version, kind, name, namespace }) = resource_ref {
            writer.text("resourceRef");
            let parts = [("apiVersion", api_version), ("kind", kind), ("name", name), ("namespace", namespace)];
            writer.entries(parts.map(|(key, text)| (key, Some(text).filter(|text| !text.is_empty()))));
        }
        if let Some(Field { path, current_value, proposed_value }) = field {
            writer.text("field");
            let (current, proposed) = (current_value.as_ref(), proposed_value.as_ref());
            writer.entries([("path", Some(path)), ("currentValue", current), ("proposedValue", proposed)]);
        }
        if let Some(FileRef { path, index }) = file {
            writer.text("file");
            writer.mapping(1 + usize::from(*index != 0));
            writer.entry("path", path);
            if *index != 0 {
                writer.text("index");
                writer.0.push_scalar(&index.to_string(), Style::Plain);
            }
        }
        if !tags.is_empty() {
            writer.text("tags");
            writer.mapping(tags.len());
            for (key, value) in tags {
                writer.entry(key, value);
            }
        }
    }
    packed
}

struct Writer<'p>(&'p mut Packed);

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        self.0.push_scalar(text, Style::DoubleQuoted);
    }

    fn mapping(&mut self, entries: usize) {
        self.0.push_collection(Kind::Mapping, 2 * entries);
    }

    fn entry(&mut self, key: &str, value: &str) {
        self.text(key);
        self.text(value);
    }

    /// A mapping of those entries that have a value.
    fn entries<const N: usize>(&mut self, entries: [(&str, Option<&String>); N]) {
        self.mapping(entries.iter().filter(|(_, value)| value.is_some()).count());
        for (key, value) in entries {
            if let Some(value) = value {
                self.entry(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Severity;

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[ -~]{0,12}",
            "[a-z:#' \"\\u{85}\u{2028}…-]{0,8}",
            "(yes|~|null|1|1.5|0x1|<<|: |- |# | x|x |[\n\t]{0,2}x[\n ]{0,2}|x{200} y{200})",
        ]
    }

    fn findings() -> impl Strategy<Value = Finding> {
        let object = (texts(), texts(), texts(), texts())
            .prop_map(|(api_version, kind, name, namespace)| ResourceRef { api_version, kind, name, namespace });
        let field = (texts(), proptest::option::of(texts()), proptest::option::of(texts()))
            .prop_map(|(path, current_value, proposed_value)| Field { path, current_value, proposed_value });
        let file = (texts(), -1_i64..3).prop_map(|(path, index)| FileRef { path, index });
        let severity = prop_oneof![Just(Severity::Error), Just(Severity::Warning), Just(Severity::Info)];
        let parts = (proptest::option::of(object), proptest::option::of(field), proptest::option::of(file));
        let tags = proptest::collection::btree_map(texts(), texts(), 0..3);
        (texts(), severity, parts, tags).prop_map(|(message, severity, (resource_ref, field, file), tags)| Finding {
            message,
            severity,
            resource_ref,
            field,
            file,
            tags,
        })
    }

    proptest! {
        #[test]
        fn the_host_sees_what_a_reader_of_the_text_sees(results in proptest::collection::vec(findings(), 0..4)) {
            let mut bytes = Vec::new();
            write(&mut bytes, &results);
            let read = Results::read(&mut Reader::at(&bytes, 0)).unwrap();
            prop_assert_eq!(read.is_empty(), results.is_empty());
            let seen = |(document, list): (Document, NodeId)| Finding::read_all(&document, list).ok();
            let by_text = Results(Form::Text(results_text(&results))).list().and_then(seen);
            prop_assert_eq!(read.list().and_then(seen), by_text);
        }
    }
}
