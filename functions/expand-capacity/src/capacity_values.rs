//! The values of a `Capacity`, of `NFDeployment.spec.capacity`, and what they are read from.

use porchlight_api::Quantity;
use porchlight_api::sizing_profile::Metric;
use porchlight_krm::order::SortedMap;
use porchlight_krm::{CodedError, FieldPath, Resource};
use porchlight_sizing::{CapacityField, Load};

use crate::baseline;
use crate::problem::{invalid, missing};

/// More than any network carries; keeps every product of the sizing rules in range.
pub(crate) const MOST_BITS_PER_SECOND: u64 = 1_000_000_000_000_000;
/// More subscribers than people.
pub(crate) const MOST_COUNTED: u64 = 10_000_000_000;

/// The fields that have a value, counts as whole quantities.
pub(crate) type Values = SortedMap<CapacityField, Quantity>;

/// Every field, by name.
const FIELDS: [CapacityField; 5] = [
    CapacityField::Downlink,
    CapacityField::Connections,
    CapacityField::Sessions,
    CapacityField::Subscribers,
    CapacityField::Uplink,
];

/// Reads the fields below `at`, such as `spec`. `zero_is_unset` where Nephio's functions write 0 for nothing.
pub(crate) fn read(item: &Resource, at: &str, zero_is_unset: bool, errors: &mut Vec<CodedError>) -> Values {
    let mut values = Values::new();
    let parent: FieldPath = at.parse().unwrap_or_else(|_| FieldPath::of([at]));
    for field in FIELDS {
        let name = format!("{at}.{}", field.name());
        let path = parent.key(field.name());
        match item.get::<Option<Quantity>>(&path) {
            Err(error) => {
                errors.push(match error.value {
                    Some(value) => invalid(item, &name, value, &error.message),
                    None => missing(item, &name, &error.message),
                });
            }
            Ok(None | Some(None)) => {}
            Ok(Some(Some(value))) if value == Quantity::ZERO && zero_is_unset => {}
            Ok(Some(Some(value))) => match check(field, value) {
                Ok(()) => {
                    values.insert(field, value);
                }
                Err(message) => {
                    let written = item.str_at(&name).map_or_else(|| value.to_string(), ToOwned::to_owned);
                    errors.push(invalid(item, &name, written, &message));
                }
            },
        }
    }
    values
}

/// Whether a value of a field makes sense.
fn check(field: CapacityField, value: Quantity) -> Result<(), String> {
    let whole = value.ceil().filter(|whole| Quantity::from_integer(*whole).is_ok_and(|rounded| rounded == value));
    match field {
        CapacityField::Uplink | CapacityField::Downlink => rate(value),
        CapacityField::Connections if whole.is_none_or(|count| count > u64::from(u16::MAX)) => {
            Err("must be a whole number from 0 to 65535".to_owned())
        }
        _ if whole.is_none_or(|count| count > MOST_COUNTED) => {
            Err(format!("must be a whole number from 0 to {MOST_COUNTED}"))
        }
        _ => Ok(()),
    }
}

/// Whether a bit rate makes sense.
pub(crate) fn rate(value: Quantity) -> Result<(), String> {
    if !value.is_positive() {
        return Err("must be above 0 bit/s".to_owned());
    }
    match value.ceil() {
        Some(bits) if bits <= MOST_BITS_PER_SECOND => Ok(()),
        _ => Err("must be at most 1P (10^15 bit/s)".to_owned()),
    }
}

/// As Kubernetes spells a value of any field.
pub(crate) fn canonical(_: &str, value: Quantity) -> String {
    value.to_string()
}

/// Writes the fields below `at`; throughput as quantities, spelled as `spelling` says of the field's name and value, counts
/// as numbers.
pub(crate) fn write(item: &mut Resource, at: &str, values: &Values, spelling: impl Fn(&str, Quantity) -> String) {
    let parent: FieldPath = at.parse().unwrap_or_else(|_| FieldPath::of([at]));
    for (field, value) in FIELDS.iter().filter_map(|field| Some((field, values.get(field)?))) {
        let path = parent.key(field.name());
        let same = matches!(item.get::<Option<Quantity>>(&path), Ok(Some(Some(there))) if there == *value);
        if same {
            continue;
        }
        match (field, value.ceil()) {
            (CapacityField::Uplink | CapacityField::Downlink, _) | (_, None) => {
                baseline::put(item, &path, &spelling(field.name(), *value), *value)
            }
            (_, Some(count)) => item.set(&path, &count),
        };
    }
}

/// The load the values stand for; counts are of `unit` ones each.
pub(crate) fn load(values: &Values, unit: u64) -> Load {
    let whole = |field| values.get(&field).and_then(|value: &Quantity| value.ceil());
    let counted = |field| whole(field).map(|count: u64| count.saturating_mul(unit));
    Load {
        uplink: whole(CapacityField::Uplink),
        downlink: whole(CapacityField::Downlink),
        sessions: counted(CapacityField::Sessions),
        subscribers: counted(CapacityField::Subscribers),
        connections: whole(CapacityField::Connections),
        cells: None,
        packet_bytes: 1,
    }
}

/// A field's value in a load, in units of `unit` ones, rounded up; `None` where it is not known.
pub(crate) fn of_load(field: CapacityField, load: Load, unit: u64) -> Option<u64> {
    match field {
        CapacityField::Uplink => load.uplink,
        CapacityField::Downlink => load.downlink,
        CapacityField::Sessions => load.sessions.map(|count| count.div_ceil(unit)),
        CapacityField::Subscribers => load.subscribers.map(|count| count.div_ceil(unit)),
        CapacityField::Connections => load.connections.map(|count| count.min(u64::from(u16::MAX))),
    }
}

/// The metric a field is.
pub(crate) fn metric(field: CapacityField) -> Metric {
    match field {
        CapacityField::Uplink => Metric::MaxUplinkThroughput,
        CapacityField::Downlink => Metric::MaxDownlinkThroughput,
        CapacityField::Sessions => Metric::MaxSessions,
        CapacityField::Subscribers => Metric::MaxSubscribers,
        CapacityField::Connections => Metric::MaxNfConnections,
    }
}
