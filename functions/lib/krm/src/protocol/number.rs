//! Numbers of any size in as few bytes as they need.

use super::frame::Damaged;

/// Adds a number: seven bits a byte, low bits first.
pub(super) fn push(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Adds a number and as many bytes.
pub(super) fn push_bytes(bytes: &mut Vec<u8>, added: &[u8]) {
    push(bytes, added.len());
    bytes.extend_from_slice(added);
}

/// Reads from the start of some bytes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pub(super) position: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn at(bytes: &'a [u8], position: usize) -> Self {
        Self { bytes, position }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.position == self.bytes.len()
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<usize, Damaged> {
        // Nearly all are of one byte.
        match self.bytes.get(self.position) {
            Some(byte) if byte & 0x80 == 0 => {
                self.position += 1;
                Ok((*byte).into())
            }
            _ => self.long_number(),
        }
    }

    #[inline(never)]
    fn long_number(&mut self) -> Result<usize, Damaged> {
        let mut number: usize = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = *self.bytes.get(self.position).ok_or(Damaged)?;
            self.position += 1;
            let bits = usize::from(byte & 0x7f);
            if shift + 7 > usize::BITS && bits >> (usize::BITS - shift) != 0 {
                return Err(Damaged);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    /// Four numbers.
    #[inline(always)]
    pub(super) fn four(&mut self) -> Result<[usize; 4], Damaged> {
        // Nearly always each is of one byte.
        match self.bytes.get(self.position..).and_then(<[u8]>::first_chunk::<4>) {
            Some(bytes) if u32::from_le_bytes(*bytes) & 0x8080_8080 == 0 => {
                self.position += 4;
                Ok(bytes.map(usize::from))
            }
            _ => self.any_four(),
        }
    }

    #[inline(never)]
    fn any_four(&mut self) -> Result<[usize; 4], Damaged> {
        Ok([self.number()?, self.number()?, self.number()?, self.number()?])
    }

    /// A number of 32 bits.
    pub(super) fn short(&mut self) -> Result<u32, Damaged> {
        self.number().and_then(|number| u32::try_from(number).map_err(|_| Damaged))
    }

    /// As many bytes as the number before them says.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Damaged> {
        let length = self.number()?;
        let end = self.position.checked_add(length).ok_or(Damaged)?;
        let bytes = self.bytes.get(self.position..end).ok_or(Damaged)?;
        self.position = end;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Damaged)
    }
}
