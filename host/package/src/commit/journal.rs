//! The journal: every new byte of a commit in one file.
//!
//! ```text
//! porchlight journal 1
//! write 12 340         path and content lengths in bytes, then both
//! a/thing.yaml…
//! delete 10            path length, then the path
//! b/old.yaml
//! end HEX              SHA-256 of all before this line
//! ```
//!
//! Without its last line it says nothing: a journal takes effect only once it is whole.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::change::Change;

/// Name of the journal in the directory of the package that is written: hidden, and of no kind that is read as
/// a resource. It exists only during a commit and after one that was interrupted.
pub const JOURNAL_FILE: &str = ".porchlight-journal";

const HEADER: &[u8] = b"porchlight journal 1\n";

/// One step of a journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step<'a> {
    pub(super) path: &'a str,
    /// New content; none to delete.
    pub(super) content: Option<&'a [u8]>,
}

/// The journal of `changes`.
pub(super) fn encode(changes: &[Change]) -> Vec<u8> {
    let size: usize =
        changes.iter().map(|change| change.path.len() + change.new.as_ref().map_or(0, |new| new.len()) + 64).sum();
    let mut out = Vec::with_capacity(size + 128);
    out.extend_from_slice(HEADER);
    for change in changes {
        match &change.new {
            Some(new) => {
                out.extend_from_slice(format!("write {} {}\n{}", change.path.len(), new.len(), change.path).as_bytes());
                out.extend_from_slice(new);
            }
            None => out.extend_from_slice(format!("delete {}\n{}", change.path.len(), change.path).as_bytes()),
        }
        out.push(b'\n');
    }
    let end = format!("end {}\n", hex(&out));
    out.extend_from_slice(end.as_bytes());
    out
}

/// The steps of a whole journal; `None` where it is cut off or damaged.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<Step<'_>>> {
    let mut rest = bytes.strip_prefix(HEADER)?;
    let mut steps = Vec::new();
    loop {
        let before = bytes.len() - rest.len();
        let line = std::str::from_utf8(take_line(&mut rest)?).ok()?;
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["write", path, content] => {
                let path = take_text(&mut rest, path)?;
                let content = take(&mut rest, content)?;
                steps.push(Step { path, content: Some(content) });
            }
            ["delete", path] => steps.push(Step { path: take_text(&mut rest, path)?, content: None }),
            ["end", digest] => return (rest.is_empty() && digest == hex(&bytes[..before])).then_some(steps),
            _ => return None,
        }
        rest = rest.strip_prefix(b"\n")?;
    }
}

fn take_line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = &rest[..end];
    *rest = &rest[end + 1..];
    Some(line)
}

fn take<'a>(rest: &mut &'a [u8], length: &str) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length.parse().ok()?)?;
    *rest = after;
    Some(taken)
}

fn take_text<'a>(rest: &mut &'a [u8], length: &str) -> Option<&'a str> {
    std::str::from_utf8(take(rest, length)?).ok()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_says_all_or_nothing() {
        let changes = [
            Change { path: "a/ü.yaml".into(), old: None, new: Some(b"end 1\nwrite 2 3\n".as_slice().into()) },
            Change { path: "b.yaml".into(), old: Some(b"x".as_slice().into()), new: None },
            Change { path: "c.yaml".into(), old: None, new: Some(b"".as_slice().into()) },
        ];
        let journal = encode(&changes);
        let steps = decode(&journal).expect("whole");
        assert_eq!(steps.len(), 3);
        assert_eq!(steps[0], Step { path: "a/ü.yaml", content: Some(b"end 1\nwrite 2 3\n") });
        assert_eq!(steps[1], Step { path: "b.yaml", content: None });
        for length in 0..journal.len() {
            assert_eq!(decode(&journal[..length]), None, "cut at {length}");
        }
        for position in 0..journal.len() {
            let mut damaged = journal.clone();
            damaged[position] ^= 1;
            assert_eq!(decode(&damaged), None, "damaged at {position}");
        }
    }
}
