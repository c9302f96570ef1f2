//! Ranges of ports.

use serde_json::Value;

use crate::data::Data;

/// Ports from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ports {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Ports {
    pub(crate) const ALL: Self = Self { first: 0, last: 65_535 };

    pub(crate) fn of(first: u32, last: u32) -> Option<Self> {
        (first <= last && last <= Self::ALL.last).then_some(Self { first, last })
    }

    /// Every port, or all but 0.
    pub(crate) fn is_all(self) -> bool {
        self.first <= 1 && self.last == Self::ALL.last
    }

    /// A port of remote administration in the range.
    pub(crate) fn admin_port(self) -> Option<u32> {
        Data::facts().admin_ports.iter().map(|entry| entry.port).find(|port| (self.first..=self.last).contains(port))
    }

    /// Reads `22`, `20-25`, `*` or a number.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Number(_) => number(value).and_then(|port| Self::of(port, port)),
            Value::String(text) if text.trim() == "*" => Some(Self::ALL),
            Value::String(text) => {
                let (first, last) = text.split_once('-').unwrap_or((text, text));
                Self::of(first.trim().parse().ok()?, last.trim().parse().ok()?)
            }
            _ => None,
        }
    }
}

/// A port as a number or as text.
pub(crate) fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => u32::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

impl std::fmt::Display for Ports {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_all() {
            out.write_str("every port")
        } else if self.first == self.last {
            write!(out, "port {}", self.first)
        } else {
            write!(out, "ports {}–{}", self.first, self.last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ports;
    use serde_json::json;

    #[test]
    fn ranges_are_read() {
        assert_eq!(Ports::read(&json!("0-65535")), Some(Ports::ALL));
        assert_eq!(Ports::read(&json!("*")), Some(Ports::ALL));
        assert!(Ports::read(&json!("1-65535")).unwrap().is_all());
        assert_eq!(Ports::read(&json!("20-25")).unwrap().admin_port(), Some(22));
        assert_eq!(Ports::read(&json!(443)).unwrap().admin_port(), None);
        for bad in [json!("25-20"), json!(65536), json!("ssh"), json!(-1), json!(null), json!("-")] {
            assert_eq!(Ports::read(&bad), None, "{bad}");
        }
    }
}
