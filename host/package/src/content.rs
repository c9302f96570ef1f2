//! What is in a file, in as few system calls as tell it for sure.
//!
//! `std::fs::read` asks for the length of a file before it reads and for more after it has read all. Of a small file
//! one read tells both.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// In bytes: longer than nearly all files of packages.
const USUAL: usize = 16 * 1024;

/// In bytes. Systems read pages of at least so many, each wholly or not at all. So a read from the start of a page that
/// brings fewer has met the end of the file, whereas one that brings more may have been stopped by a signal or by a place
/// on the disk that cannot be read: what follows has to be asked for.
const PAGE: usize = 4096;

/// In bytes. The length of a disk, the only thing beside files that has an end, is a multiple of it.
const SECTOR: usize = 512;

thread_local! {
    /// Of [`USUAL`] bytes once it is needed; empty while it is in use.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What `take` makes of the bytes of a regular file, or of what the kernel tells as one.
pub(crate) fn of<T>(path: &Path, take: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
    let mut file = File::open(path)?;
    with_buffer(|buffer| {
        let length = fill(buffer, |room, _| file.read(room))?;
        if length < buffer.len() {
            return Ok(take(&buffer[..length]));
        }
        let mut whole = buffer.to_vec();
        file.read_to_end(&mut whole)?;
        Ok(take(&whole))
    })
}

/// True for a regular file with these bytes and no more. `file` was just opened; nothing is taken out of a pipe.
pub(crate) fn is(file: &File, bytes: &[u8]) -> io::Result<bool> {
    let is_same = with_buffer(|buffer| has(file, bytes, buffer));
    match is_same {
        Ok(false) => Ok(false),
        Ok(true) if !bytes.len().is_multiple_of(SECTOR) => Ok(true),
        _ => {
            let metadata = file.metadata()?;
            Ok(metadata.is_file() && metadata.len() == bytes.len() as u64 && is_same?)
        }
    }
}

fn has(file: &File, bytes: &[u8], buffer: &mut [u8]) -> io::Result<bool> {
    let mut rest = bytes;
    loop {
        let start = bytes.len() - rest.len();
        let length = fill(buffer, |room, at| read_at(file, room, start + at))?;
        match rest.strip_prefix(&buffer[..length]) {
            Some(after) if length == buffer.len() => rest = after,
            Some(after) => return Ok(after.is_empty()),
            None => return Ok(false),
        }
    }
}

/// Fails for a pipe, which has no places.
#[cfg(unix)]
fn read_at(file: &File, room: &mut [u8], at: usize) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, room, at as u64)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, room: &mut [u8], _at: usize) -> io::Result<usize> {
    file.read(room)
}

/// Another read of the same thread, should there be one meanwhile, gets a buffer of its own.
fn with_buffer<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    let mut buffer = BUFFER.take();
    buffer.resize(USUAL, 0);
    let done = work(&mut buffer);
    BUFFER.set(buffer);
    done
}

/// Reads until the buffer is full or the file is at its end: the number of bytes. `read` is given the room that is left
/// and where in the buffer it starts; the buffer starts at a page of the file.
fn fill(buffer: &mut [u8], mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match read(&mut buffer[length..], length) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if length < PAGE {
            break;
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at / 7 % 251) as u8).collect()
    }

    #[test]
    fn a_file_of_any_length_is_read_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        for length in [0, 1, PAGE - 1, PAGE, PAGE + 1, USUAL - 1, USUAL, USUAL + 1, 5 * USUAL + 3] {
            std::fs::write(&path, bytes(length)).unwrap();
            assert_eq!(of(&path, <[u8]>::to_vec).unwrap(), bytes(length), "{length}");
        }
        assert_eq!(of(&directory.path().join("none"), |_| ()).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn content_of_any_length_is_told_from_other_content() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        for length in [0, 1, SECTOR, SECTOR + 1, PAGE, PAGE + 1, USUAL, USUAL + 1, 2 * USUAL, 2 * USUAL + 3] {
            std::fs::write(&path, bytes(length)).unwrap();
            let is = |bytes: &[u8]| is(&File::open(&path).unwrap(), bytes).unwrap();
            assert!(is(&bytes(length)), "{length}");
            assert!(!is(&bytes(length + 1)), "{length}: shorter than thought");
            assert!(length == 0 || !is(&bytes(length - 1)), "{length}: longer than thought");
            for at in [0, length / 2, length.saturating_sub(1)] {
                let mut other = bytes(length);
                if let Some(byte) = other.get_mut(at) {
                    *byte ^= 1;
                    assert!(!is(&other), "{length}: other at {at}");
                }
            }
        }
    }

    #[test]
    fn one_read_within_another_does_not_disturb_it() {
        let directory = tempfile::tempdir().unwrap();
        let [outer, inner] = ["outer", "inner"].map(|name| directory.path().join(name));
        std::fs::write(&outer, "outer").unwrap();
        std::fs::write(&inner, "inner").unwrap();
        let seen = of(&outer, |bytes| (of(&inner, <[u8]>::to_vec).unwrap(), bytes.to_vec())).unwrap();
        assert_eq!(seen, (b"inner".to_vec(), b"outer".to_vec()));
    }

    /// A file that is read in the given steps: so many bytes, or an error.
    fn steps(steps: &[Result<usize, io::ErrorKind>]) -> (io::Result<usize>, usize) {
        let mut reads = 0;
        let read = |room: &mut [u8], _: usize| {
            let step = steps.get(reads).copied().unwrap_or(Ok(0));
            reads += 1;
            step.map(|most| most.min(room.len())).map_err(io::Error::from)
        };
        let length = fill(&mut [0; USUAL], read);
        (length, reads)
    }

    #[test]
    fn a_read_that_stopped_within_a_file_goes_on() {
        let broken = io::ErrorKind::Other;
        for (parts, length, reads) in [
            (&[Ok(640)][..], Some(640), 1),
            (&[Ok(0)], Some(0), 1),
            (&[Err(io::ErrorKind::Interrupted), Ok(640)], Some(640), 2),
            (&[Ok(PAGE), Ok(10)], Some(PAGE + 10), 3),
            (&[Ok(PAGE + 1)], Some(PAGE + 1), 2),
            (&[Ok(PAGE), Err(broken)], None, 2),
            (&[Ok(USUAL)], Some(USUAL), 1),
        ] {
            let (found, made) = steps(parts);
            assert_eq!((found.ok(), made), (length, reads), "{parts:?}");
        }
    }
}
