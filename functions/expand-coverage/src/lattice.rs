//! From an area to sites: how many, and where on a hexagonal grid.

use porchlight_api::coverage::GeoCoordinate;
use porchlight_krm::order::Arrange;
use porchlight_radio::geo::{self, Plane, Point};

/// A place for a site.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spot {
    /// Row and column of the grid as compass steps from its origin, such as `n2e3`.
    pub(crate) name: String,
    pub(crate) place: GeoCoordinate,
    /// Area of its hexagon inside the polygons, in square metres.
    covered: f64,
    row: i64,
    column: i64,
}

/// Spots of an area.
pub(crate) struct Grid {
    pub(crate) spots: Vec<Spot>,
    /// Share of the area inside the spots' hexagons, in percent.
    pub(crate) covered_percent: f64,
}

/// Area that one site of a hexagonal grid serves, in square metres.
pub(crate) fn site_area(isd_metres: f64) -> f64 {
    3_f64.sqrt() / 2.0 * isd_metres * isd_metres
}

/// Sites an area needs: the share of it to be covered by the area of a site, rounded up.
pub(crate) fn site_count(square_metres: f64, percent: f64, isd_metres: f64) -> f64 {
    (square_metres * percent / 100.0 / site_area(isd_metres)).ceil().max(1.0)
}

/// Chooses that many spots of the grid: those `kept` first, then those whose hexagon lies furthest inside.
///
/// The grid starts at the first corner of the first polygon, so that it stays when polygons are added.
pub(crate) fn spots(
    polygons: &[Vec<GeoCoordinate>],
    isd_metres: f64,
    count: usize,
    kept: impl Fn(&str) -> bool,
) -> Grid {
    let Some(&origin) = polygons.first().and_then(|polygon| polygon.first()) else {
        return Grid { spots: Vec::new(), covered_percent: 0.0 };
    };
    let plane = Plane::around(origin);
    let rings: Vec<Vec<Point>> =
        polygons.iter().map(|polygon| polygon.iter().map(|place| plane.point(*place)).collect()).collect();
    let mut spots = candidates(&rings, isd_metres, &plane);
    let first = |spot: &Spot| !kept(&spot.name);
    spots.arrange_by(|left, right| {
        (first(left).cmp(&first(right)))
            .then(right.covered.total_cmp(&left.covered))
            .then((left.row, left.column).cmp(&(right.row, right.column)))
    });
    spots.truncate(count);
    let total: f64 = rings.iter().map(|ring| geo::area(ring)).sum();
    let covered: f64 = spots.iter().map(|spot| spot.covered).sum();
    spots.arrange_by_key(|spot| (spot.row, spot.column));
    Grid { spots, covered_percent: (covered / total * 100.0).min(100.0) }
}

/// Every point of the grid whose hexagon shares area with a polygon.
fn candidates(rings: &[Vec<Point>], isd_metres: f64, plane: &Plane) -> Vec<Spot> {
    let height = isd_metres * 3_f64.sqrt() / 2.0;
    let hexagon = hexagon(isd_metres);
    let mut spots: Vec<Spot> = Vec::new();
    let corners = || rings.iter().flatten();
    let (south, north) = extent(corners().map(|point| point.y / height));
    for row in south..=north {
        let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
        let (west, east) = extent(corners().map(|point| point.x / isd_metres - shift));
        for column in west..=east {
            let centre = Point { x: (real(column) + shift) * isd_metres, y: real(row) * height };
            let around = hexagon.map(|corner| Point { x: corner.x + centre.x, y: corner.y + centre.y });
            let shared: f64 = rings.iter().map(|ring| geo::area(&geo::clip(ring, &around))).sum();
            let covered = shared.min(site_area(isd_metres));
            // Less than a square metre is a rounding error of a hexagon that only touches.
            if covered > 1.0 {
                spots.push(Spot { name: name(row, column), place: plane.place(centre), covered, row, column });
            }
        }
    }
    spots
}

/// First and last grid line that reach over values, one beyond on each side.
fn extent(values: impl Iterator<Item = f64>) -> (i64, i64) {
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    #[expect(clippy::cast_possible_truncation, reason = "the number of sites was checked before")]
    let lines = (low.floor() as i64 - 1, high.ceil() as i64 + 1);
    lines
}

#[expect(clippy::cast_precision_loss, reason = "grid lines are few")]
fn real(line: i64) -> f64 {
    line as f64
}

/// Corners of the hexagon around a site, against the clock; flat sides look at the neighbours.
fn hexagon(isd_metres: f64) -> [Point; 6] {
    let radius = isd_metres / 3_f64.sqrt();
    let (wide, half) = (isd_metres / 2.0, radius / 2.0);
    [(0.0, -radius), (wide, -half), (wide, half), (0.0, radius), (-wide, half), (-wide, -half)]
        .map(|(x, y)| Point { x, y })
}

fn name(row: i64, column: i64) -> String {
    let (vertical, horizontal) = (if row < 0 { 's' } else { 'n' }, if column < 0 { 'w' } else { 'e' });
    format!("{vertical}{}{horizontal}{}", row.abs(), column.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(side_metres: f64) -> Vec<GeoCoordinate> {
        let plane = Plane::around(GeoCoordinate { latitude: 48.0, longitude: 11.0 });
        [(0.0, 0.0), (side_metres, 0.0), (side_metres, side_metres), (0.0, side_metres)]
            .map(|(x, y)| plane.place(Point { x, y }))
            .to_vec()
    }

    #[test]
    fn counts_are_those_of_the_formula() {
        // 10 km², 95 %: the distances of dense urban, urban macro and rural surroundings.
        let counts = [200.0, 500.0, 1732.0].map(|isd| site_count(10e6, 95.0, isd));
        assert_eq!(counts, [275.0, 44.0, 4.0]);
        assert_eq!(site_count(1.0, 95.0, 500.0), 1.0);
    }

    #[test]
    fn spots_fill_the_area_at_the_distance() {
        let polygon = square(3162.28);
        let grid = spots(std::slice::from_ref(&polygon), 500.0, 44, |_| false);
        assert_eq!(grid.spots.len(), 44);
        assert!(grid.covered_percent > 85.0, "{}", grid.covered_percent);
        let nearest = |spot: &Spot| {
            let here = geo::Direction::of(spot.place);
            let others = grid.spots.iter().filter(|other| other.name != spot.name);
            others.map(|other| here.distance_metres(geo::Direction::of(other.place))).fold(f64::MAX, f64::min)
        };
        assert!(grid.spots.iter().all(|spot| (nearest(spot) - 500.0).abs() < 2.0));
    }

    #[test]
    fn spots_that_were_there_stay() {
        let polygon = square(3000.0);
        let few = spots(std::slice::from_ref(&polygon), 500.0, 20, |_| false);
        let names: Vec<&str> = few.spots.iter().map(|spot| spot.name.as_str()).collect();
        let outlying = "n0e6";
        let more = spots(std::slice::from_ref(&polygon), 500.0, 25, |name| names.contains(&name) || name == outlying);
        for name in names {
            assert!(more.spots.iter().any(|spot| spot.name == name), "{name}");
        }
        assert!(more.spots.iter().any(|spot| spot.name == outlying));
    }
}
