//! What users get: numbers of devices and sessions, bit rates, delay, availability.

use porchlight_api::Quantity;
use porchlight_api::network_slice_intent::{Rate, Service as Written, Throughput};
use porchlight_krm::{Code, Notice};

use super::Check;
use crate::data::{Data, SliceTypeRules};
use crate::problem::Problems;
use crate::slice::Service;

/// More than any network has; keeps every product of the sizing formulas in range.
const MAX_DEVICES: i64 = 1_000_000_000_000;
/// bit/s; the same for rates.
const MAX_BIT_RATE: u64 = 1_000_000_000_000_000;

pub(super) fn check(rules: &SliceTypeRules, check: &mut Check<'_>) -> Service {
    let default = Written::default();
    let written = check.spec().service.as_ref().unwrap_or(&default);
    let devices = check_devices(written, check);
    let sessions = written
        .max_number_of_pdu_sessions
        .and_then(|sessions| count(sessions, "spec.service.maxNumberOfPduSessions", &mut check.problems));
    let activity = percent(written.activity_factor_percent, "activityFactorPercent", &mut check.problems);
    percent(written.reliability_percent, "reliabilityPercent", &mut check.problems);
    let availability = percent(written.availability_percent, "availabilityPercent", &mut check.problems);
    for (name, value) in [
        ("jitterUs", written.jitter_us),
        ("survivalTimeMs", written.survival_time_ms),
        ("termDensityPerKm2", written.term_density_per_km2),
        ("ueSpeedKmh", written.ue_speed_kmh),
    ] {
        if let Some(value) = value.filter(|value| !(*value >= 0.0 && value.is_finite())) {
            check.problems.invalid(format!("spec.service.{name}"), value, "expected a number from 0");
        }
    }
    let packet_bytes = written.packet_size_bytes.map_or(rules.mean_packet_bytes, |bytes| {
        u64::try_from(bytes).ok().filter(|bytes| (1..=65_535).contains(bytes)).unwrap_or_else(|| {
            check.problems.invalid("spec.service.packetSizeBytes", bytes, "expected 1 to 65535 bytes");
            rules.mean_packet_bytes
        })
    });
    let rates = rates(written.throughput.as_ref(), devices, activity.unwrap_or(100.0), check);
    let stated_latency = stated_latency(written, check);
    let latency_ms = stated_latency.map(|(_, value)| value).or(rules.latency_ms);
    let five_qi = check_five_qi(written, rules, latency_ms, check);
    check_promise(stated_latency, &five_qi, check);
    Service {
        devices,
        sessions,
        downlink: rates.downlink,
        uplink: rates.uplink,
        throughput_field: rates.field,
        packet_bytes,
        availability_percent: availability.unwrap_or(rules.availability_percent),
        latency_ms,
        five_qi,
    }
}

fn check_devices(written: &Written, check: &mut Check<'_>) -> u64 {
    let field = "spec.service.maxNumberOfUEs";
    match written.max_number_of_ues {
        Some(devices) => count(devices, field, &mut check.problems).unwrap_or_default(),
        None => {
            if check.spec().service.is_none() {
                check.missing_section("service", "say how many devices the slice serves and at which bit rate");
            } else {
                check.problems.missing(field, "say how many devices the slice serves; sizes depend on it");
            }
            0
        }
    }
}

fn count(value: i64, field: &str, problems: &mut Problems) -> Option<u64> {
    if !(1..=MAX_DEVICES).contains(&value) {
        problems.invalid(field, value, format!("expected a number from 1 to {MAX_DEVICES}"));
        return None;
    }
    u64::try_from(value).ok()
}

fn percent(value: Option<f64>, name: &str, problems: &mut Problems) -> Option<f64> {
    let value = value?;
    if value > 0.0 && value <= 100.0 {
        return Some(value);
    }
    problems.invalid(format!("spec.service.{name}"), value, "expected a percentage above 0, at most 100");
    None
}

struct Rates {
    downlink: u64,
    uplink: u64,
    field: &'static str,
}

/// Rates of the slice, or of its devices times their number times the share of active ones.
fn rates(written: Option<&Throughput>, devices: u64, activity: f64, check: &mut Check<'_>) -> Rates {
    let default = Throughput::default();
    let written = written.unwrap_or(&default);
    // Thousandths of a percent are exact enough for a share of devices.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be above 0, at most 100")]
    let active = ((activity * 1000.0).ceil() as u64, 100_000_u64);
    let mut derived = false;
    let mut one = |per_slice: Option<&Rate>, slice_name, per_ue: Option<&Rate>, ue_name: &'static str| {
        if let Some(rate) = per_slice {
            return bit_rate(rate, slice_name, &mut check.problems);
        }
        let rate = bit_rate(per_ue?, ue_name, &mut check.problems)?;
        derived = true;
        let total = u128::from(rate) * u128::from(devices) * u128::from(active.0) / u128::from(active.1);
        let total = u64::try_from(total).ok().filter(|total| *total <= MAX_BIT_RATE);
        if total.is_none() {
            check.problems.invalid(
                format!("spec.service.throughput.{ue_name}"),
                rate,
                format!("{devices} devices at this rate are beyond 1P bit/s"),
            );
        }
        total
    };
    let downlink = one(written.dl_per_slice.as_ref(), "dlPerSlice", written.dl_per_ue.as_ref(), "dlPerUe");
    let uplink = one(written.ul_per_slice.as_ref(), "ulPerSlice", written.ul_per_ue.as_ref(), "ulPerUe");
    for (direction, slice, ue, is_absent) in [
        ("downlink", "dlPerSlice", "dlPerUe", written.dl_per_slice.is_none() && written.dl_per_ue.is_none()),
        ("uplink", "ulPerSlice", "ulPerUe", written.ul_per_slice.is_none() && written.ul_per_ue.is_none()),
    ] {
        if is_absent && check.spec().service.is_some() {
            check.problems.missing(
                format!("spec.service.throughput.{slice}"),
                format!("say the {direction} bit rate of the slice ({slice}.max), or of one device ({ue}.max)"),
            );
        }
    }
    Rates {
        downlink: downlink.unwrap_or_default(),
        uplink: uplink.unwrap_or_default(),
        field: if derived { "spec.service.throughput (per device)" } else { "spec.service.throughput" },
    }
}

/// `max`, or `guaranteed` where there is no `max`, in bit/s.
fn bit_rate(rate: &Rate, name: &str, problems: &mut Problems) -> Option<u64> {
    let field = format!("spec.service.throughput.{name}");
    let check = |part: &str, quantity: Quantity, problems: &mut Problems| {
        let bits = quantity.ceil().filter(|bits| (1..=MAX_BIT_RATE).contains(bits));
        if bits.is_none() {
            problems.invalid(format!("{field}.{part}"), quantity, "expected a bit rate above 0, at most 1P");
        }
        bits
    };
    let guaranteed = rate.guaranteed.map(|quantity| check("guaranteed", quantity, problems));
    let max = rate.max.map(|quantity| check("max", quantity, problems));
    if let (Some(Some(guaranteed)), Some(Some(max))) = (guaranteed, max)
        && guaranteed > max
    {
        problems.add(
            Code::IntentConflict,
            format!("{field}.guaranteed"),
            rate.guaranteed.map(|quantity| quantity.to_string()),
            "the guaranteed rate is above max",
        );
    }
    if rate.guaranteed.is_none() && rate.max.is_none() {
        problems.missing(format!("{field}.max"), "say the bit rate, such as 20G");
    }
    max.or(guaranteed).flatten()
}

fn check_five_qi(
    written: &Written,
    rules: &SliceTypeRules,
    latency_ms: Option<f64>,
    check: &mut Check<'_>,
) -> Vec<i64> {
    let known = &Data::get().five_qi;
    for (index, &value) in written.five_qi.iter().enumerate() {
        if !known.is_valid(value) {
            check.problems.invalid(
                format!("spec.service.fiveQi[{index}]"),
                value,
                format!(
                    "expected a standardised 5QI ({}) or one from {} to {}",
                    known.source, known.operator_specific.from, known.operator_specific.to
                ),
            );
        }
    }
    if written.five_qi.is_empty() { default_five_qi(rules, latency_ms) } else { written.five_qi.clone() }
}

/// Those of the slice type; where they promise less than the intent asks for, the loosest that promises enough.
fn default_five_qi(rules: &SliceTypeRules, latency_ms: Option<f64>) -> Vec<i64> {
    let known = &Data::get().five_qi;
    let keeps = |wanted: f64, values: &[i64]| known.tightest(values).is_none_or(|(_, budget)| budget.ms <= wanted);
    match latency_ms {
        Some(wanted) if !keeps(wanted, &rules.five_qi) => {
            let tighter = rules.tighter_five_qi.iter().find(|value| keeps(wanted, &[**value]));
            tighter.map_or_else(|| rules.five_qi.clone(), |&value| vec![value])
        }
        _ => rules.five_qi.clone(),
    }
}

/// The smaller of both directions, with the field that states it.
fn stated_latency(written: &Written, check: &mut Check<'_>) -> Option<(&'static str, f64)> {
    let latency = written.latency.clone().unwrap_or_default();
    let mut smallest: Option<(&str, f64)> = None;
    for (name, value) in [("dlMs", latency.dl_ms), ("ulMs", latency.ul_ms)] {
        let Some(value) = value else { continue };
        if !(value > 0.0 && value.is_finite()) {
            check.problems.invalid(format!("spec.service.latency.{name}"), value, "expected milliseconds above 0");
        } else if smallest.is_none_or(|(_, other)| value < other) {
            smallest = Some((name, value));
        }
    }
    smallest
}

/// Warns when no chosen 5QI promises the delay.
fn check_promise(stated: Option<(&str, f64)>, five_qi: &[i64], check: &mut Check<'_>) {
    if let (Some((name, wanted)), Some((value, budget))) = (stated, Data::get().five_qi.tightest(five_qi))
        && wanted < budget.ms
    {
        check.notices.push(
            Notice::warning(
                Code::IntentInfeasible,
                format!("spec.service.latency.{name}"),
                format!(
                    "{wanted} ms is less than any chosen 5QI promises: the tightest, 5QI {value}, has a packet delay \
                     budget of {} ms; choose another 5QI in spec.service.fiveQi",
                    budget.ms
                ),
            )
            .with_current(wanted),
        );
    }
}
