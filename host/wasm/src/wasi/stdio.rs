//! The three standard streams, kept in memory.

use std::sync::Arc;

use wasmtime::{Caller, Linker};

use super::MODULE;
use super::abi::{Errno, answer, errno, split};
use crate::guest::{Guest, Stop};

/// Input to be read once, and outputs with a bound.
#[derive(Debug)]
pub(crate) struct Stdio {
    stdin: Arc<Vec<u8>>,
    read: usize,
    stdout: Sink,
    stderr: Sink,
    open: [bool; 3],
}

#[derive(Debug)]
struct Sink {
    name: &'static str,
    bytes: Vec<u8>,
    limit: usize,
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let room = self.limit - self.bytes.len();
        if bytes.len() > room {
            self.bytes.extend_from_slice(&bytes[..room]);
            return Err(Stop::Output { stream: self.name });
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

impl Stdio {
    pub(crate) fn new(stdin: Arc<Vec<u8>>, stdout: usize, stderr: usize) -> Self {
        Self {
            stdin,
            read: 0,
            stdout: Sink { name: "stdout", bytes: Vec::new(), limit: stdout },
            stderr: Sink { name: "stderr", bytes: Vec::new(), limit: stderr },
            open: [true; 3],
        }
    }

    /// Standard output and standard error.
    pub(crate) fn into_output(self) -> (Vec<u8>, Vec<u8>) {
        (self.stdout.bytes, self.stderr.bytes)
    }

    /// All of standard input, for guests that get it at once.
    pub(crate) fn take_input(&mut self) -> Vec<u8> {
        Arc::unwrap_or_clone(std::mem::take(&mut self.stdin))
    }

    pub(crate) fn write_output(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.stdout.write(bytes)
    }

    pub(crate) fn write_error(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.stderr.write(bytes)
    }

    fn is_open(&self, fd: u32) -> bool {
        self.open.get(fd as usize).copied().unwrap_or(false)
    }

    fn check(&self, fd: u32) -> Result<(), Errno> {
        if self.is_open(fd) { Ok(()) } else { Err(Errno(errno::BADF)) }
    }

    fn sink(&mut self, fd: u32) -> Result<&mut Sink, Errno> {
        self.check(fd)?;
        match fd {
            1 => Ok(&mut self.stdout),
            2 => Ok(&mut self.stderr),
            _ => Err(Errno(errno::BADF)),
        }
    }
}

pub(super) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    linker
        .func_wrap(MODULE, "fd_read", |mut caller: Caller<'_, Guest>, fd: u32, vectors: u32, count: u32, read: u32| {
            answer(read_stream(&mut caller, fd, vectors, count, read))
        })?
        .func_wrap(
            MODULE,
            "fd_write",
            |mut caller: Caller<'_, Guest>, fd: u32, vectors: u32, count: u32, written: u32| {
                write_stream(&mut caller, fd, vectors, count, written)
            },
        )?
        .func_wrap(MODULE, "fd_close", |mut caller: Caller<'_, Guest>, fd: u32| answer(close(&mut caller, fd)))?
        .func_wrap(MODULE, "fd_sync", |caller: Caller<'_, Guest>, fd: u32| answer(caller.data().stdio.check(fd)))?
        .func_wrap(MODULE, "fd_fdstat_get", |mut caller: Caller<'_, Guest>, fd: u32, at: u32| {
            answer(status(&mut caller, fd, at))
        })?
        .func_wrap(MODULE, "fd_fdstat_set_flags", |caller: Caller<'_, Guest>, fd: u32, _flags: u32| {
            answer(caller.data().stdio.check(fd))
        })?
        .func_wrap(MODULE, "fd_filestat_get", |mut caller: Caller<'_, Guest>, fd: u32, at: u32| {
            answer(file_status(&mut caller, fd, at))
        })?
        // No directory is open: this answer ends the search every WASI start-up makes.
        .func_wrap(MODULE, "fd_prestat_get", |_fd: u32, _at: u32| errno::BADF)?;
    Ok(())
}

fn read_stream(caller: &mut Caller<'_, Guest>, fd: u32, vectors: u32, count: u32, read: u32) -> Result<(), Errno> {
    let (mut memory, guest) = split(caller)?;
    let stdio = &mut guest.stdio;
    stdio.check(fd)?;
    if fd != 0 {
        return Err(Errno(errno::BADF));
    }
    let before = stdio.read;
    for index in 0..count {
        let rest = &stdio.stdin[stdio.read..];
        if rest.is_empty() {
            break;
        }
        let (at, length) = memory.vector(vectors, index)?;
        let target = memory.get_mut(at, length)?;
        let taken = target.len().min(rest.len());
        target[..taken].copy_from_slice(&rest[..taken]);
        stdio.read += taken;
    }
    let taken = u32::try_from(stdio.read - before).map_err(|_| Errno(errno::INVAL))?;
    memory.put_u32(read, taken)
}

fn write_stream(
    caller: &mut Caller<'_, Guest>,
    fd: u32,
    vectors: u32,
    count: u32,
    written: u32,
) -> wasmtime::Result<i32> {
    let (mut memory, guest) = match split(caller) {
        Ok(parts) => parts,
        Err(Errno(number)) => return Ok(number),
    };
    let sink = match guest.stdio.sink(fd) {
        Ok(sink) => sink,
        Err(Errno(number)) => return Ok(number),
    };
    let mut total: u32 = 0;
    for index in 0..count {
        let chunk = memory.vector(vectors, index).and_then(|(at, length)| memory.get(at, length));
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(Errno(number)) => return Ok(number),
        };
        sink.write(chunk)?;
        // A slice of 32-bit memory: its length fits, and so does a sum bounded by the sink.
        total = total.saturating_add(u32::try_from(chunk.len()).unwrap_or(u32::MAX));
    }
    Ok(answer(memory.put_u32(written, total)))
}

fn close(caller: &mut Caller<'_, Guest>, fd: u32) -> Result<(), Errno> {
    let stdio = &mut caller.data_mut().stdio;
    stdio.check(fd)?;
    stdio.open[fd as usize] = false;
    Ok(())
}

/// A stream that can be read or written, and nothing else; its kind is "unknown", so that nobody takes it for a
/// terminal and writes it line by line.
fn status(caller: &mut Caller<'_, Guest>, fd: u32, at: u32) -> Result<(), Errno> {
    const READ: u64 = 1 << 1;
    const WRITE: u64 = 1 << 6;
    let (mut memory, guest) = split(caller)?;
    guest.stdio.check(fd)?;
    let mut status = [0; 24];
    status[8..16].copy_from_slice(&if fd == 0 { READ } else { WRITE }.to_le_bytes());
    memory.put(at, &status)
}

fn file_status(caller: &mut Caller<'_, Guest>, fd: u32, at: u32) -> Result<(), Errno> {
    let (mut memory, guest) = split(caller)?;
    guest.stdio.check(fd)?;
    memory.put(at, &[0; 64])
}
