//! The documents' creation time. It comes from the configuration only: a function has no clock.

use std::fmt;

/// A moment in UTC with a resolution of one second, written `2026-01-31T12:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: i64,
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z, what stands where no time was configured.
    pub const EPOCH: Self = Self { seconds: 0 };

    /// Seconds since 1970 as in `SOURCE_DATE_EPOCH`; `None` beyond the year 9999.
    #[must_use]
    pub fn from_epoch(seconds: u64) -> Option<Self> {
        let seconds = i64::try_from(seconds).ok()?;
        (seconds < 253_402_300_800).then_some(Self { seconds })
    }

    /// Reads RFC 3339 (`2026-01-31T12:00:00Z`, `…T13:00:00.5+01:00`); fractions are cut off, offsets resolved.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = bytes.get(from..to)?;
            digits
                .iter()
                .all(u8::is_ascii_digit)
                .then(|| digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let separators = bytes[4] == b'-'
            && bytes[7] == b'-'
            && matches!(bytes[10], b'T' | b't' | b' ')
            && bytes[13] == b':'
            && bytes[16] == b':';
        // A leap second (`:60`) counts as the second after, as POSIX time does.
        if !separators
            || !(1..=12).contains(&month)
            || !(1..=days_in(year, month)).contains(&day)
            || hour > 23
            || minute > 59
            || second > 60
        {
            return None;
        }
        let mut rest = 19;
        if bytes.get(rest) == Some(&b'.') {
            let digits = bytes[rest + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return None;
            }
            rest += 1 + digits;
        }
        let offset = match bytes.get(rest)? {
            b'Z' | b'z' if bytes.len() == rest + 1 => 0,
            sign @ (b'+' | b'-') if bytes.len() == rest + 6 && bytes[rest + 3] == b':' => {
                let (hours, minutes) = (number(rest + 1, rest + 3)?, number(rest + 4, rest + 6)?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                (hours * 60 + minutes) * if *sign == b'-' { -60 } else { 60 }
            }
            _ => return None,
        };
        let seconds = days_since_epoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
        (-62_167_219_200..253_402_300_800).contains(&seconds).then_some(Self { seconds })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.seconds.div_euclid(86_400));
        let second = self.seconds.rem_euclid(86_400);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Years are counted from March, so that the leap day is
/// the last of its year.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year_of_era + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_seconds() {
        let text = |seconds| Timestamp::from_epoch(seconds).map(|time| time.to_string());
        assert_eq!(text(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(text(951_782_400).as_deref(), Some("2000-02-29T00:00:00Z"));
        assert_eq!(text(1_767_225_599).as_deref(), Some("2025-12-31T23:59:59Z"));
        assert_eq!(text(253_402_300_799).as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!(text(253_402_300_800), None);
        assert_eq!(text(u64::MAX), None);
    }

    #[test]
    fn from_text() {
        let cases = [
            ("2026-01-31T12:00:00Z", Some("2026-01-31T12:00:00Z")),
            ("2026-01-31t12:00:00.123z", Some("2026-01-31T12:00:00Z")),
            ("2026-01-01T00:30:00+01:00", Some("2025-12-31T23:30:00Z")),
            ("2024-02-28T23:30:00-00:45", Some("2024-02-29T00:15:00Z")),
            ("1900-03-01T00:00:00Z", Some("1900-03-01T00:00:00Z")),
            ("2016-12-31T23:59:60Z", Some("2017-01-01T00:00:00Z")),
            ("2025-02-29T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-01-00T00:00:00Z", None),
            ("2026-01-31", None),
            ("2026-01-31T12:00:00", None),
            ("2026-01-31T24:00:00Z", None),
            ("2026-01-31T12:00:00Zx", None),
            ("2026-01-31T12:00:00.Z", None),
            ("2026-01-31T12:00:00+1:00", None),
            ("0000-01-01T00:00:00+01:00", None),
            ("today", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Timestamp::parse_rfc3339(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_reads_as_it_was_written() {
        for day in (-170_000..170_000).step_by(1) {
            let (year, month, day_of_month) = civil(day);
            assert_eq!(days_since_epoch(year, month, day_of_month), day);
        }
    }
}
