//! Dates and times in the four forms go-yaml v3 knows.

/// `2006-1-2T15:4:5.9Z`, the same with `t`, `2006-1-2 15:4:5.9`, and `2006-1-2`.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 4
        && bytes[4] == b'-'
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && Reader { rest: bytes }.timestamp().is_some()
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn timestamp(mut self) -> Option<()> {
        let year = self.rest[..4].iter().fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
        self.rest = &self.rest[4..];
        self.expect(b'-')?;
        let month = self.number()?;
        self.expect(b'-')?;
        let day = self.number()?;
        if !(1..=12).contains(&month) || day < 1 || day > days_in(month, year) {
            return None;
        }
        match self.rest.first() {
            None => Some(()),
            Some(b'T' | b't') => {
                self.rest = &self.rest[1..];
                self.clock()?;
                self.zone()?;
                self.rest.is_empty().then_some(())
            }
            Some(b' ') => {
                while self.rest.first() == Some(&b' ') {
                    self.rest = &self.rest[1..];
                }
                self.clock()?;
                self.rest.is_empty().then_some(())
            }
            Some(_) => None,
        }
    }

    fn clock(&mut self) -> Option<()> {
        let hour = self.number()?;
        self.expect(b':')?;
        let minute = self.number()?;
        self.expect(b':')?;
        let second = self.number()?;
        if let [b'.' | b',', digit, ..] = self.rest
            && digit.is_ascii_digit()
        {
            let digits = self.rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.rest = &self.rest[1 + digits..];
        }
        (hour < 24 && minute < 60 && second < 60).then_some(())
    }

    fn zone(&mut self) -> Option<()> {
        if self.rest.first() == Some(&b'Z') {
            self.rest = &self.rest[1..];
            return Some(());
        }
        let [b'+' | b'-', h1, h2, b':', m1, m2, ..] = self.rest else { return None };
        let pair = |high: &u8, low: &u8| {
            (high.is_ascii_digit() && low.is_ascii_digit()).then(|| (high - b'0') * 10 + (low - b'0'))
        };
        let (hours, minutes) = (pair(h1, h2)?, pair(m1, m2)?);
        self.rest = &self.rest[6..];
        // Go allows both bounds.
        (hours <= 24 && minutes <= 60).then_some(())
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        (*first == byte).then_some(())
    }

    /// One or two digits.
    fn number(&mut self) -> Option<u32> {
        let digits = self.rest.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let value = self.rest[..digits].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        self.rest = &self.rest[digits..];
        (digits > 0).then_some(value)
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}
