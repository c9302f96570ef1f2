//! Finding a word in the texts of a resource, as Horspool does: most bytes are never looked at.

/// A word that is looked for.
pub(super) struct Word<'w> {
    word: &'w [u8],
    /// How far the word moves on whose end is at such a byte: to where the byte is in the word.
    steps: [u8; 256],
}

impl<'w> Word<'w> {
    pub(super) fn new(word: &'w str) -> Self {
        let word = word.as_bytes();
        let far = |bytes: usize| u8::try_from(bytes).unwrap_or(u8::MAX);
        let mut steps = [far(word.len()); 256];
        for (at, byte) in word.iter().enumerate().take(word.len().saturating_sub(1)) {
            steps[usize::from(*byte)] = far(word.len() - 1 - at);
        }
        Self { word, steps }
    }

    /// True where the word is somewhere in the text.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let Some((last, before)) = self.word.split_last() else { return true };
        let mut end = before.len();
        while let Some(byte) = text.get(end) {
            if byte == last && text[end - before.len()..end] == *before {
                return true;
            }
            end += usize::from(self.steps[usize::from(*byte)]);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Word;

    proptest! {
        #[test]
        fn a_word_is_where_the_standard_library_finds_it(text in "[abc]{0,40}", word in "[abc]{0,5}", long in 0..600_usize) {
            prop_assert_eq!(Word::new(&word).is_in(text.as_bytes()), text.contains(&word));
            let text = text.repeat(long / 10) + "d" + &word;
            let word = &text[text.len().saturating_sub(long)..];
            prop_assert!(Word::new(word).is_in(text.as_bytes()));
            prop_assert!(!Word::new(&(word.to_owned() + "e")).is_in(text.as_bytes()));
        }
    }
}
