//! How a text indents its lists.

use crate::write::SequenceIndent;

/// The indentation of the first list of a document, found in its text as kyaml finds it (kpt-render §2.5): the
/// first line that starts with `- ` and stands below a line `key:` either at the same column or two further
/// right. Text inside of block scalars counts. Compact where there is no such line.
#[must_use]
pub fn derive_sequence_indent(text: &str) -> SequenceIndent {
    // The nearest line above that is not a comment, cut at its first `#`.
    let mut above: Option<&str> = None;
    for line in text.split('\n') {
        let trimmed = line.trim_start_matches(' ');
        if trimmed.starts_with("- ")
            && let Some(key) = above
        {
            let key_indent = key.len() - key.trim_start_matches(' ').len();
            let key = key.trim_matches(' ');
            if key.find(':') == key.len().checked_sub(1) && !key.is_empty() {
                let indent = line.len() - trimmed.len();
                if indent == key_indent {
                    return SequenceIndent::Compact;
                }
                if indent == key_indent + 2 {
                    return SequenceIndent::Wide;
                }
            }
        }
        if !trimmed.starts_with('#') {
            above = Some(line.find('#').map_or(line, |end| &line[..end]));
        }
    }
    SequenceIndent::Compact
}
