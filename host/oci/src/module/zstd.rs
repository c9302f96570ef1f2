//! Zstandard, frame after frame.

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::StreamingDecoder;

/// What the frames of a stream hold, one after the other (RFC 8878 §3: a file is one frame or several).
///
/// The decoder of one frame stops at its end; windows are bounded by it (128 MiB), so a stream cannot ask for memory
/// without end.
pub(super) struct Frames<R: Read> {
    state: State<BufReader<R>>,
}

enum State<R: Read> {
    Between(R),
    Within(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    Over,
}

impl<R: Read> Frames<R> {
    pub(super) fn new(source: R) -> Self {
        Self { state: State::Between(BufReader::new(source)) }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Ok(0),
                State::Between(mut source) => {
                    if source.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let decoder = StreamingDecoder::new(source).map_err(io::Error::other)?;
                    self.state = State::Within(Box::new(decoder));
                }
                State::Within(mut decoder) => match decoder.read(into)? {
                    0 => self.state = State::Between(decoder.into_inner()),
                    read => {
                        self.state = State::Within(decoder);
                        return Ok(read);
                    }
                },
            }
        }
    }
}
