//! Trees as bytes, for programs that hand each other documents without writing and reading text.
//!
//! A packed tree is its nodes in the order of the text, each a few bytes, beside the texts of all of them in one
//! string. It keeps all that a reader of the text would see, lines and columns included. Unpacking copies no text: the
//! nodes point into the string, which any number of trees share.
//!
//! A tree may have a *gap*: entries at the end of one of its mappings, one a line, that are left out when it is packed
//! and given when it is unpacked. So one packed tree serves for texts that differ in those entries only.

mod read;
mod write;

#[cfg(test)]
mod tests;

pub use read::{Malformed, ROOT, Texts, unpack};
pub use write::{Gap, Packed};

/// Bits of the first byte of a node.
mod layout {
    use crate::tree::{Kind, Style};

    pub(super) const KINDS: [Kind; 4] = [Kind::Scalar, Kind::Mapping, Kind::Sequence, Kind::Alias];
    pub(super) const STYLES: [Style; 6] =
        [Style::Plain, Style::SingleQuoted, Style::DoubleQuoted, Style::Literal, Style::Folded, Style::Flow];
    pub(super) const STYLE_SHIFT: u32 = 2;
    /// Tag, anchor and comments follow.
    pub(super) const EXTRA: u8 = 1 << 5;
    /// Stands in place of a node, for a gap.
    pub(super) const GAP: u8 = 0xff;
}
