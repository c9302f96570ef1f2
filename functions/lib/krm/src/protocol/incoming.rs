//! A request on its way into a function.
//!
//! Most of a request is texts. They are read to where they stay: pages that are written for the first time cost a function
//! in the sandbox more than what it does with them.

#![cfg_attr(
    target_os = "wasi",
    expect(unsafe_code, reason = "memory of zeros for the texts, and bytes that were found to be text")
)]

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use std::io::{self, Read};
use std::sync::Arc;

use super::MARK;

/// How a request starts: the mark, and how long its texts are.
const START: usize = MARK.len() + 4;

/// The parts of a request.
pub(crate) struct Incoming {
    /// All texts; `None` where they are none.
    pub(super) texts: Option<Arc<str>>,
    /// What is behind them, from `start` on.
    pub(super) rest: Vec<u8>,
    pub(super) start: usize,
}

/// What a process is given.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub(crate) enum Input {
    Request(Incoming),
    /// The text of a list, or what is meant as one.
    Text(Vec<u8>),
}

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
impl Input {
    /// Reads all input.
    pub(crate) fn read(mut input: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        input.by_ref().take(START as u64).read_to_end(&mut bytes)?;
        let Some(length) = length(&bytes) else {
            input.read_to_end(&mut bytes)?;
            return Ok(Self::Text(bytes));
        };
        let texts = texts(&mut input, length)?;
        let mut rest = Vec::new();
        input.read_to_end(&mut rest)?;
        Ok(Self::Request(Incoming { texts, rest, start: 0 }))
    }
}

impl Incoming {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        let texts = length(&bytes).and_then(|length| bytes.get(START..START.checked_add(length)?));
        let start = START + texts.map_or(0, <[u8]>::len);
        let texts = texts.and_then(|texts| str::from_utf8(texts).ok()).map(Arc::from);
        Self { texts, rest: bytes, start }
    }
}

/// How long the texts of a request are; `None` for what is no request.
fn length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.strip_prefix(&MARK)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}

/// So many bytes of text.
#[cfg(target_os = "wasi")]
fn texts(input: &mut impl Read, length: usize) -> io::Result<Option<Arc<str>>> {
    // SAFETY: zeros are bytes.
    let mut bytes = unsafe { Arc::<[u8]>::new_zeroed_slice(length).assume_init() };
    let place = Arc::get_mut(&mut bytes).expect("invariant: made above");
    match input.read_exact(place) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        ended => ended?,
    }
    if str::from_utf8(behind_ascii(&bytes)).is_err() {
        return Ok(None);
    }
    // SAFETY: a `str` is bytes of text, as those are.
    Ok(Some(unsafe { Arc::from_raw(Arc::into_raw(bytes) as *const str) }))
}

/// The bytes from the first part on that is not all ASCII.
#[cfg(any(test, target_os = "wasi"))]
fn behind_ascii(bytes: &[u8]) -> &[u8] {
    const PART: usize = 64;
    let is_ascii = |part: &[u8; PART]| {
        let words = part.as_chunks::<8>().0.iter();
        words.fold(0, |all, word| all | u64::from_ne_bytes(*word)) & 0x8080_8080_8080_8080 == 0
    };
    let parts = bytes.as_chunks().0;
    &bytes[parts.iter().take_while(|part| is_ascii(part)).count() * PART..]
}

/// So many bytes of text.
#[cfg(not(target_family = "wasm"))]
fn texts(input: &mut impl Read, length: usize) -> io::Result<Option<Arc<str>>> {
    let mut bytes = Vec::new();
    input.take(length as u64).read_to_end(&mut bytes)?;
    let is_whole = bytes.len() == length;
    Ok(String::from_utf8(bytes).ok().filter(|_| is_whole).map(Arc::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(length: u32, texts: &[u8]) -> Vec<u8> {
        [&MARK[..], &length.to_le_bytes(), texts, b"rest"].concat()
    }

    #[test]
    fn a_request_is_the_same_read_or_had() {
        for (bytes, texts) in [
            (request(4, "aé\n".as_bytes()), Some("aé\n")),
            (request(0, b""), Some("")),
            (request(3, b"\xff\xff\xff"), None),
            (request(9, b""), None),
            (request(u32::MAX, b""), None),
        ] {
            let had = Incoming::of(bytes.clone());
            assert_eq!(had.texts.as_deref(), texts);
            let Ok(Input::Request(read)) = Input::read(bytes.as_slice()) else { panic!("{bytes:?}") };
            assert_eq!(read.texts.as_deref(), texts);
            if texts.is_some() {
                assert_eq!((&read.rest[read.start..], &had.rest[had.start..]), (&b"rest"[..], &b"rest"[..]));
            }
        }
    }

    #[test]
    fn ascii_is_known_in_parts() {
        for place in 0..300 {
            let mut bytes = vec![b'a'; 300];
            bytes[place] = 0x80;
            assert_eq!(behind_ascii(&bytes), &bytes[place / 64 * 64..], "{place}");
        }
        assert!(behind_ascii(&[b'a'; 128]).is_empty() && behind_ascii(b"a") == b"a");
    }

    #[test]
    fn what_is_no_request_is_text() {
        for text in ["", "\0", "kind: ResourceList", "\0krm-1\0", "\0krm-1\0\0abc"] {
            let Ok(Input::Text(read)) = Input::read(text.as_bytes()) else { panic!("{text}") };
            assert_eq!(read, text.as_bytes());
            assert!(Incoming::of(read).texts.is_none());
        }
    }
}
