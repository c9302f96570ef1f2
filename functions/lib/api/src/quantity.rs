//! Kubernetes quantities (`500m`, `5G`, `2304Mi`, `1e3`) as exact numbers.
//!
//! A quantity is a whole number of billionths, as in `k8s.io/apimachinery/pkg/api/resource`: no rounding hides in
//! sums and products. Text that Kubernetes would accept parses; what it would cut off silently (values beyond 2⁶³−1) is
//! an error here. A finer fraction than one billionth is rounded up, as Kubernetes does.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use porchlight_yaml::serde::{Failure, Fill, FromNode, NodeReader};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NANO: i128 = 1_000_000_000;
/// Kubernetes caps quantities at the largest 64-bit integer.
const LIMIT: i128 = i64::MAX as i128 * NANO;

/// Which family of suffixes a quantity is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Powers of 1000: `n u m k M G T P E`, or none.
    Decimal,
    /// Powers of 1024: `Ki Mi Gi Ti Pi Ei`.
    Binary,
    /// `1e3`.
    Exponent,
}

/// An exact Kubernetes quantity. Two quantities are equal when their values are, however they are written.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    nanos: i128,
    family: Family,
}

/// Why a text is not a quantity, or a calculation has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text is not `<number><suffix>`.
    #[error(
        "`{text}` is not a quantity: write a number and one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, such as `20G`{}",
        hint(text)
    )]
    Syntax {
        /// What was written.
        text: String,
    },
    /// The value does not fit.
    #[error("`{text}` is out of range: quantities end at 9223372036854775807")]
    Range {
        /// What was written, or the calculation.
        text: String,
    },
}

/// The slip people make with rates.
fn hint(text: &str) -> &'static str {
    if text.ends_with("bps") || text.ends_with("bit/s") { " (the unit bit/s is implied)" } else { "" }
}

/// Decimal suffixes with the power of ten relative to one billionth.
const DECIMAL: [(&str, u32); 10] =
    [("n", 0), ("u", 3), ("m", 6), ("", 9), ("k", 12), ("M", 15), ("G", 18), ("T", 21), ("P", 24), ("E", 27)];
/// Binary suffixes with the power of 1024.
const BINARY: [(&str, u32); 6] = [("Ki", 1), ("Mi", 2), ("Gi", 3), ("Ti", 4), ("Pi", 5), ("Ei", 6)];

impl Quantity {
    /// Zero.
    pub const ZERO: Self = Self { nanos: 0, family: Family::Decimal };

    /// A whole number, written with decimal suffixes.
    pub fn from_integer(value: u64) -> Result<Self, QuantityError> {
        Self::checked(i128::from(value) * NANO, Family::Decimal, || value.to_string())
    }

    /// Thousandths, as CPU is counted.
    pub fn from_milli(value: u64) -> Result<Self, QuantityError> {
        Self::checked(i128::from(value) * (NANO / 1000), Family::Decimal, || format!("{value}m"))
    }

    /// A number of bytes, written with binary suffixes.
    pub fn from_bytes(value: u64) -> Result<Self, QuantityError> {
        Self::checked(i128::from(value) * NANO, Family::Binary, || value.to_string())
    }

    fn checked(nanos: i128, family: Family, text: impl FnOnce() -> String) -> Result<Self, QuantityError> {
        if nanos.abs() > LIMIT { Err(QuantityError::Range { text: text() }) } else { Ok(Self { nanos, family }) }
    }

    /// Another whole number, written in the same family of suffixes.
    pub fn with_value(self, value: u64) -> Result<Self, QuantityError> {
        Self::checked(i128::from(value) * NANO, self.family, || value.to_string())
    }

    /// The suffix family it was written with.
    pub fn family(self) -> Family {
        self.family
    }

    /// Whether the value is above zero.
    pub fn is_positive(self) -> bool {
        self.nanos > 0
    }

    /// The smallest whole number not below the value; `None` for negative values.
    pub fn ceil(self) -> Option<u64> {
        let whole = self.nanos.div_euclid(NANO) + i128::from(self.nanos.rem_euclid(NANO) != 0);
        u64::try_from(whole).ok()
    }

    /// The value in thousandths, rounded up; `None` for negative values.
    pub fn ceil_milli(self) -> Option<u64> {
        let unit = NANO / 1000;
        u64::try_from(self.nanos.div_euclid(unit) + i128::from(self.nanos.rem_euclid(unit) != 0)).ok()
    }

    /// The sum, written like `self`.
    pub fn checked_add(self, other: Self) -> Result<Self, QuantityError> {
        Self::checked(self.nanos + other.nanos, self.family, || format!("{self} + {other}"))
    }

    /// The value times `numerator / denominator`, rounded up to a billionth.
    pub fn scaled(self, numerator: u64, denominator: u64) -> Result<Self, QuantityError> {
        let out_of_range = || QuantityError::Range { text: format!("{self} * {numerator} / {denominator}") };
        let product = self.nanos.checked_mul(i128::from(numerator)).ok_or_else(out_of_range)?;
        let denominator = i128::from(denominator);
        if denominator == 0 {
            return Err(out_of_range());
        }
        let nanos = product.div_euclid(denominator) + i128::from(product.rem_euclid(denominator) != 0);
        Self::checked(nanos, self.family, || format!("{self} * {numerator} / {denominator}"))
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let syntax = || QuantityError::Syntax { text: text.to_owned() };
        let range = || QuantityError::Range { text: text.to_owned() };

        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let negative = text.starts_with('-');
        let number_end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(number_end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return Err(syntax());
        }

        let (multiplier, divisor, family) = scale(suffix).ok_or_else(syntax)?;
        // Digits beyond these cannot change a value in range; they only decide whether to round up.
        let mut digits: i128 = 0;
        let mut decimals = 0_u32;
        let mut remainder = false;
        for (position, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
            let fractional = position >= whole.len();
            if fractional && decimals == 18 {
                remainder |= digit != b'0';
                continue;
            }
            digits = digits
                .checked_mul(10)
                .and_then(|value| value.checked_add(i128::from(digit - b'0')))
                .ok_or_else(range)?;
            decimals += u32::from(fractional);
        }

        let scaled = digits.checked_mul(multiplier).ok_or_else(range)?;
        let divisor = divisor.checked_mul(10_i128.pow(decimals)).ok_or_else(range)?;
        let mut nanos = scaled / divisor;
        if scaled % divisor != 0 || remainder {
            nanos += 1;
        }
        Self::checked(if negative { -nanos } else { nanos }, family, || text.to_owned())
    }
}

/// Multiplier and divisor from a number with this suffix to billionths.
fn scale(suffix: &str) -> Option<(i128, i128, Family)> {
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((10_i128.pow(*power), 1, Family::Decimal));
    }
    if let Some((_, power)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Some((1024_i128.pow(*power) * NANO, 1, Family::Binary));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    match exponent {
        0..=18 => Some((10_i128.pow(exponent.unsigned_abs()) * NANO, 1, Family::Exponent)),
        -18..0 => Some((NANO, 10_i128.pow(exponent.unsigned_abs()), Family::Exponent)),
        _ => None,
    }
}

impl fmt::Display for Quantity {
    /// The canonical text: the largest suffix of the family that leaves a whole number.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return out.write_str("0");
        }
        // Kubernetes writes binary quantities below 1024 or with a fraction in the decimal family.
        let binary = self.family == Family::Binary && self.nanos.abs() >= 1024 * NANO && self.nanos % NANO == 0;
        if binary {
            let mut value = self.nanos / NANO;
            let mut suffix = "";
            for (name, _) in BINARY {
                if value % 1024 != 0 {
                    break;
                }
                value /= 1024;
                suffix = name;
            }
            return write!(out, "{value}{suffix}");
        }
        let mut value = self.nanos;
        let mut used = DECIMAL[0];
        for step in &DECIMAL[1..] {
            if value % 1000 != 0 {
                break;
            }
            value /= 1000;
            used = *step;
        }
        match (self.family, used) {
            (Family::Exponent, (_, power)) if power != 9 => write!(out, "{value}e{}", i64::from(power) - 9),
            (_, (suffix, _)) => write!(out, "{value}{suffix}"),
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct QuantityVisitor;
        impl Visitor<'_> for QuantityVisitor {
            type Value = Quantity;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a quantity such as `20G`, `500m` or `1000`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Quantity, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Quantity, E> {
                Quantity::from_integer(value).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Quantity, E> {
                Ok(Quantity { nanos: i128::from(value) * NANO, family: Family::Decimal })
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Quantity, E> {
                // The shortest text that reads back as the same number is what was written.
                value.to_string().parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(QuantityVisitor)
    }
}

impl FromNode for Quantity {
    fn blank() -> Self {
        Self { nanos: 0, family: Family::Decimal }
    }
}

impl Fill for Quantity {
    fn fill(&mut self, reader: NodeReader<'_>) -> Result<(), Failure> {
        *self = reader.by_serde()?;
        Ok(())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Quantity {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Kubernetes quantity, such as 20G, 500m or 2Gi.",
            "anyOf": [{ "type": "integer" }, { "type": "number" }, { "type": "string" }],
            "pattern": r"^[+-]?([0-9]+|[0-9]+\.[0-9]*|\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?[0-9]+))?$",
        })
    }
}

#[cfg(test)]
mod tests;
