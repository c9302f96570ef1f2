//! Finding a word in the texts of a resource, as Horspool does: most bytes are never looked at.

/// A word that is looked for, in just this spelling or with letters in any case.
pub(super) struct Word<'w, const ANY_CASE: bool = false> {
    word: &'w [u8],
    /// How far the word moves on whose end is at such a byte: to where the byte is in the word.
    steps: [u8; 256],
}

impl<'w, const ANY_CASE: bool> Word<'w, ANY_CASE> {
    pub(super) fn new(word: &'w str) -> Self {
        let word = word.as_bytes();
        let far = |bytes: usize| u8::try_from(bytes).unwrap_or(u8::MAX);
        let mut steps = [far(word.len()); 256];
        for (at, byte) in word.iter().enumerate().take(word.len().saturating_sub(1)) {
            let step = far(word.len() - 1 - at);
            if ANY_CASE {
                steps[usize::from(byte.to_ascii_uppercase())] = step;
                steps[usize::from(byte.to_ascii_lowercase())] = step;
            } else {
                steps[usize::from(*byte)] = step;
            }
        }
        Self { word, steps }
    }

    /// True where the word is somewhere in the text. In any case, only letters of ASCII have two.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let Some((last, before)) = self.word.split_last() else { return true };
        let is_end = |byte: &u8| if ANY_CASE { byte.eq_ignore_ascii_case(last) } else { byte == last };
        let is_rest = |part: &[u8]| if ANY_CASE { part.eq_ignore_ascii_case(before) } else { part == before };
        let mut end = before.len();
        while let Some(byte) = text.get(end) {
            if is_end(byte) && is_rest(&text[end - before.len()..end]) {
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
            prop_assert_eq!(Word::<false>::new(&word).is_in(text.as_bytes()), text.contains(&word));
            let text = text.repeat(long / 10) + "d" + &word;
            let word = &text[text.len().saturating_sub(long)..];
            prop_assert!(Word::<false>::new(word).is_in(text.as_bytes()));
            prop_assert!(!Word::<false>::new(&(word.to_owned() + "e")).is_in(text.as_bytes()));
        }

        #[test]
        fn letters_are_of_any_case(text in "[aAbBk@`{\\[]{0,20}", word in "[aAbB@`{\\[]{0,3}") {
            let expected = text.to_ascii_lowercase().contains(&word.to_ascii_lowercase());
            prop_assert_eq!(Word::<true>::new(&word).is_in(text.as_bytes()), expected);
        }
    }
}
