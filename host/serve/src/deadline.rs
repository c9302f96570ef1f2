//! How long a caller waits, as gRPC tells it.

use std::time::Duration;

use tonic::metadata::MetadataMap;

/// The answer has to be on its way before the library gives up by itself, which it would tell as a cancellation.
const MARGIN: Duration = Duration::from_millis(2);

/// Time left for a call, a little less than its caller allows.
pub(crate) fn of(metadata: &MetadataMap) -> Option<Duration> {
    let time = parse(metadata.get("grpc-timeout")?.to_str().ok()?)?;
    Some(time.saturating_sub(MARGIN.min(time / 2)))
}

/// At most eight digits and a unit, as in `100m`.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_grpc() {
        for (text, time) in [
            ("2H", Some(Duration::from_secs(7200))),
            ("3M", Some(Duration::from_secs(180))),
            ("4S", Some(Duration::from_secs(4))),
            ("100m", Some(Duration::from_millis(100))),
            ("99999999u", Some(Duration::from_micros(99_999_999))),
            ("5n", Some(Duration::from_nanos(5))),
            ("", None),
            ("5", None),
            ("S", None),
            ("-1S", None),
            ("123456789S", None),
            ("1é", None),
        ] {
            assert_eq!(parse(text), time, "{text}");
        }
        let mut metadata = MetadataMap::new();
        assert_eq!(of(&metadata), None);
        metadata.insert("grpc-timeout", "100m".parse().unwrap());
        assert_eq!(of(&metadata), Some(Duration::from_millis(98)));
    }
}
