//! The area of an expansion.

use porchlight_api::coverage::GeoCoordinate;
use porchlight_radio::geo::{self, NotConvex, Plane};
use porchlight_radio::identity::ranges;

use super::Check;
use crate::data::Data;
use crate::edges::check_place;

/// A valid area.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Area {
    pub(crate) polygons: Vec<Vec<GeoCoordinate>>,
    /// Sum over the polygons.
    pub(crate) square_metres: f64,
    /// Share to be covered.
    pub(crate) percent: f64,
    /// Tracking area codes, in the order of the list.
    pub(crate) tacs: Vec<u32>,
    /// NR cell identities that exist already.
    pub(crate) cell_ids: Vec<u64>,
}

pub(super) fn check(check: &mut Check<'_, '_>) -> Area {
    let written = check.spec().area.clone();
    let mut area = Area { percent: percent(check), ..Area::default() };
    for (index, polygon) in written.polygons.iter().enumerate() {
        if let Some(polygon) = check_polygon(&format!("spec.area.polygons[{index}]"), polygon, check) {
            area.square_metres += geo::area_square_metres(&polygon);
            area.polygons.push(polygon);
        }
    }
    for (index, tai) in written.tai_list.iter().enumerate() {
        match tai.tac.value() {
            Some(tac) => area.tacs.push(tac),
            None => {
                let text = format!("{:?}", tai.tac);
                let current = text.trim_start_matches(|c: char| c != '(').trim_matches(['(', ')', '"']).to_owned();
                let message = "expected 0 to 16777215, or six hexadecimal digits as text";
                check.invalid(format!("spec.area.taiList[{index}].tac"), current, message);
            }
        }
    }
    for (index, identity) in written.cell_ids.iter().enumerate() {
        let field = format!("spec.area.cellIds[{index}]");
        match cell_identity(*identity) {
            None => check.invalid(field, identity, CELL_IDENTITY),
            Some(identity) if area.cell_ids.contains(&identity) => {
                check.invalid(field, identity, "this cell identity is listed twice");
            }
            Some(identity) => area.cell_ids.push(identity),
        }
    }
    area
}

/// What an NR cell identity must be, for messages.
pub(super) const CELL_IDENTITY: &str = "expected an NR cell identity of 36 bits: 0 to 68719476735";

/// A valid NR cell identity.
pub(super) fn cell_identity(value: i64) -> Option<u64> {
    u64::try_from(value).ok().filter(|identity| *identity < 1 << ranges().cell_identity_bits.value)
}

fn percent(check: &mut Check<'_, '_>) -> f64 {
    let default = Data::get().planning.area_percent.real();
    let written = check.spec().targets.as_ref().and_then(|targets| targets.area_percent);
    let Some(percent) = written else { return default };
    if percent > 0.0 && percent <= 100.0 {
        return percent;
    }
    check.invalid("spec.targets.areaPercent", percent, "expected a percentage above 0, at most 100");
    default
}

/// Targets that a plan records only.
pub(super) fn targets(check: &mut Check<'_, '_>) {
    let Some(targets) = check.spec().targets.clone() else { return };
    let ranges = [
        ("rsrpDbm", targets.rsrp_dbm, -156.0, -31.0, "dBm (TS 38.133 §10.1.6)"),
        ("sinrDb", targets.sinr_db, -23.0, 40.0, "dB (TS 38.133 §10.1.16)"),
    ];
    for (part, value, first, last, unit) in ranges {
        if let Some(value) = value.filter(|value| !(first..=last).contains(value)) {
            check.invalid(format!("spec.targets.{part}"), value, format!("expected {first} to {last} {unit}"));
        }
    }
    for (part, value) in [("dlUserMbps", targets.dl_user_mbps), ("ulUserMbps", targets.ul_user_mbps)] {
        if let Some(value) = value.filter(|value| !(*value > 0.0 && value.is_finite())) {
            check.invalid(format!("spec.targets.{part}"), value, "expected Mbit/s above 0");
        }
    }
}

fn check_polygon(field: &str, written: &[GeoCoordinate], check: &mut Check<'_, '_>) -> Option<Vec<GeoCoordinate>> {
    let mut polygon = written.to_vec();
    // People often close the ring; the last corner then repeats the first.
    if polygon.len() > 1 && polygon.first() == polygon.last() {
        polygon.pop();
    }
    if polygon.len() < 3 {
        check.invalid(field, format!("{} corners", polygon.len()), "expected at least three corners");
        return None;
    }
    let mut on_earth = true;
    for (corner, place) in polygon.iter().enumerate() {
        on_earth &= check_place(check.object, &format!("{field}[{corner}]"), *place, check.faults);
    }
    if !on_earth {
        return None;
    }
    let plane = Plane::around(polygon[0]);
    let points: Vec<_> = polygon.iter().map(|place| plane.point(*place)).collect();
    match geo::check_convex(&points) {
        Ok(()) => Some(polygon),
        Err(NotConvex::Flat) => {
            check.invalid(field, "area 0", "the corners enclose no area");
            None
        }
        Err(NotConvex::Corner(corner)) => {
            let place = polygon[corner];
            check.invalid(
                format!("{field}[{corner}]"),
                format!("{}, {}", place.latitude, place.longitude),
                "the polygon is not convex here (TS 28.623 convexGeoPolygon): split it into convex ones",
            );
            None
        }
    }
}
