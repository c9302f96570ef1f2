//! Numbers of scalars, by the type that is asked for.

use crate::Scalar;

/// The scalar as a whole number; `1e3` and `5.0` are whole, text is no number.
pub(super) fn whole(scalar: &Scalar<'_>) -> Option<i128> {
    match scalar {
        Scalar::Int(value) => Some((*value).into()),
        Scalar::Uint(value) => Some((*value).into()),
        // Beyond 2^53 a float no longer says which whole number was meant.
        Scalar::Float(value) if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            Some(*value as i128)
        }
        _ => None,
    }
}

/// The scalar as a floating point number.
pub(super) fn float(scalar: &Scalar<'_>) -> Option<f64> {
    match scalar {
        #[expect(clippy::cast_precision_loss, reason = "a float field takes the nearest float")]
        Scalar::Int(value) => Some(*value as f64),
        #[expect(clippy::cast_precision_loss, reason = "a float field takes the nearest float")]
        Scalar::Uint(value) => Some(*value as f64),
        Scalar::Float(value) => Some(*value),
        _ => None,
    }
}

/// What an integer type expects, in words.
pub(super) fn range(least: i128, most: i128) -> String {
    match (least, most) {
        (0, most) if most == u64::MAX.into() => "a whole number, not negative".to_owned(),
        (least, _) if least == i64::MIN.into() => "a whole number".to_owned(),
        (least, most) => format!("a whole number from {least} to {most}"),
    }
}

/// A float as Go's `strconv.FormatFloat(value, 'g', -1, 64)` writes it, which is what go-yaml uses.
pub(super) fn format(value: f64) -> String {
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    // %g turns to an exponent below 10^-4 and, in the shortest form, from 10^6.
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn floats_are_written_as_go_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.5, "0.5"),
            (-2.25, "-2.25"),
            (100_000.0, "100000"),
            (1_000_000.0, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (1e300, "1e+300"),
            (f64::INFINITY, ".inf"),
            (f64::NEG_INFINITY, "-.inf"),
            (f64::NAN, ".nan"),
        ] {
            assert_eq!(format(value), text);
        }
    }
}
