use proptest::prelude::*;

use super::*;

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn canonical_text_is_the_largest_exact_suffix() {
    for (written, canonical) in [
        ("0", "0"),
        ("5G", "5G"),
        ("5000M", "5G"),
        ("14.4G", "14400M"),
        ("1500", "1500"),
        ("1000", "1k"),
        ("0.5", "500m"),
        ("0.1", "100m"),
        ("1e3", "1e3"),
        ("12e-1", "1200e-3"),
        ("1Gi", "1Gi"),
        ("1024Mi", "1Gi"),
        ("2304Mi", "2304Mi"),
        ("0.5Gi", "512Mi"),
        ("512Ki", "512Ki"),
        ("0.5Ki", "512"),
        ("1.5", "1500m"),
        (".5", "500m"),
        ("5.", "5"),
        ("+3", "3"),
        ("-2k", "-2k"),
        ("1n", "1n"),
        ("0.1n", "1n"),
        ("1E", "1E"),
        ("9223372036854775807", "9223372036854775807"),
    ] {
        assert_eq!(quantity(written).to_string(), canonical, "{written}");
    }
}

#[test]
fn rejects_what_kubernetes_rejects() {
    for text in ["", "G", "5Gbps", "5 G", "5g", "1.2.3", "--1", "1e", "1e99", "0x10", "1_000", "5GiB", "."] {
        assert!(matches!(text.parse::<Quantity>(), Err(QuantityError::Syntax { .. })), "{text}");
    }
    assert!(matches!("9223372036854775808".parse::<Quantity>(), Err(QuantityError::Range { .. })));
    assert!(matches!("10E".parse::<Quantity>(), Err(QuantityError::Range { .. })));
    assert!(matches!(
        "999999999999999999999999999999999999999999".parse::<Quantity>(),
        Err(QuantityError::Range { .. })
    ));
}

#[test]
fn the_unit_slip_gets_a_hint() {
    let error = "5Gbps".parse::<Quantity>().unwrap_err().to_string();
    assert!(error.contains("`5Gbps` is not a quantity") && error.contains("bit/s is implied"), "{error}");
}

#[test]
fn families_compare_by_value() {
    assert_eq!(quantity("1024Mi"), quantity("1Gi"));
    assert!(quantity("5Gi") > quantity("5G"));
    assert_eq!(quantity("1k"), quantity("1e3"));
}

#[test]
fn scaling_rounds_up() {
    assert_eq!(quantity("20G").scaled(12, 10).unwrap().to_string(), "24G");
    assert_eq!(quantity("1").scaled(1, 3).unwrap().to_string(), "333333334n");
    assert!(quantity("9E").scaled(12, 10).is_err());
    assert!(quantity("9E").scaled(1, 0).is_err());
    assert_eq!(quantity("1.5").ceil(), Some(2));
    assert_eq!(quantity("-1").ceil(), None);
    assert_eq!(quantity("9E").ceil(), Some(9_000_000_000_000_000_000));
    assert_eq!(quantity("0.0001").ceil_milli(), Some(1));
}

#[test]
fn reads_numbers_and_strings() {
    for (json, text) in [("\"20G\"", "20G"), ("1000", "1k"), ("0.5", "500m"), ("-3", "-3")] {
        assert_eq!(serde_json::from_str::<Quantity>(json).unwrap().to_string(), text);
    }
    assert_eq!(serde_json::to_string(&quantity("24G")).unwrap(), "\"24G\"");
}

proptest! {
    #[test]
    fn text_reads_back_as_the_same_value(value in 0_u64..=i64::MAX as u64, milli in 0_u64..1_000_000) {
        for quantity in [
            Quantity::from_integer(value).unwrap(),
            Quantity::from_bytes(value).unwrap(),
            Quantity::from_milli(milli).unwrap(),
        ] {
            prop_assert_eq!(quantity.to_string().parse::<Quantity>().unwrap(), quantity);
        }
    }

    #[test]
    fn any_text_parses_or_fails_without_panic(text in "\\PC{0,24}") {
        let _ = text.parse::<Quantity>();
    }

    #[test]
    fn scaling_is_monotone(a in 0_u64..1 << 40, b in 0_u64..1 << 40, numerator in 1_u64..1000, denominator in 1_u64..1000) {
        let (low, high) = (a.min(b), a.max(b));
        let scale = |value| Quantity::from_integer(value).unwrap().scaled(numerator, denominator).unwrap();
        prop_assert!(scale(low) <= scale(high));
    }
}
