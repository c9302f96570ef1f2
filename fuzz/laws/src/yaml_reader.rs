//! Reading YAML: the short way and the full one give the same trees, and where another parser accepts the text too, it
//! sees the same values.

use std::sync::Arc;

use porchlight_yaml::{Kind, derive_sequence_indent, parse, parse_first, parse_fully, split_documents};

use crate::{events, outline};

/// The law.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let all = |documents: Vec<_>| documents.iter().map(outline::of).collect::<Vec<_>>();
    let source: Arc<str> = text.into();
    let read = parse(Arc::clone(&source));
    assert_eq!(read.clone().map(all), parse_fully(Arc::clone(&source)).map(all), "two ways");
    drop(split_documents(text));
    let _ = derive_sequence_indent(text);
    if let Ok(documents) = &read {
        let first = parse_first(source).expect("accepted as a whole");
        assert_eq!(first.as_ref().map(outline::of), documents.first().map(outline::of), "the first document");
    }
    let Ok(documents) = read else { return };
    for document in &documents {
        for repeated in document.duplicate_keys() {
            assert_eq!(document.text(repeated.first), document.text(repeated.again));
        }
        for node in outline::nodes(document).into_iter().filter(|node| document.kind(*node) == Kind::Scalar) {
            let _ = document.resolve(node);
        }
    }
    if !events::is_read_otherwise(text)
        && let Some(theirs) = events::theirs(text)
    {
        assert_eq!(events::ours(&documents), theirs, "{text}");
    }
}
