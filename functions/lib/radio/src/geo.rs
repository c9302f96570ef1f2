//! Places on earth: distances, directions, areas, and a plane around a place.
//!
//! The earth is a sphere of the mean radius; at the size of a radio network that is right to 0.5 %. Functions such as
//! sine come from `libm`, so that the result is the same bits wherever this runs.

use std::f64::consts::PI;

use porchlight_api::coverage::GeoCoordinate;

/// Mean radius of the earth in metres (IUGG, of the WGS 84 ellipsoid).
pub const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// Degrees as radians.
fn radians(degrees: f64) -> f64 {
    degrees * PI / 180.0
}

/// A place as a unit vector, for many distances between the same places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direction([f64; 3]);

impl Direction {
    /// The vector of a place.
    pub fn of(place: GeoCoordinate) -> Self {
        let (latitude, longitude) = (radians(place.latitude), radians(place.longitude));
        let flat = libm::cos(latitude);
        Self([flat * libm::cos(longitude), flat * libm::sin(longitude), libm::sin(latitude)])
    }

    /// Length of the straight line to another place, in earth radii, squared. Grows with the distance.
    pub fn chord_squared(self, other: Self) -> f64 {
        let part = |axis: usize| {
            let difference = self.0[axis] - other.0[axis];
            difference * difference
        };
        part(0) + part(1) + part(2)
    }

    /// Distance along the surface in metres.
    pub fn distance_metres(self, other: Self) -> f64 {
        let half = (self.chord_squared(other).sqrt() / 2.0).min(1.0);
        2.0 * EARTH_RADIUS_METRES * libm::asin(half)
    }
}

/// [`Direction::chord_squared`] of places at a distance.
pub fn chord_squared_of(metres: f64) -> f64 {
    let half = (metres / (2.0 * EARTH_RADIUS_METRES)).min(PI / 2.0);
    let chord = 2.0 * libm::sin(half);
    chord * chord
}

/// Direction from one place to another, in degrees clockwise from north, 0 to below 360.
pub fn bearing_degrees(from: GeoCoordinate, to: GeoCoordinate) -> f64 {
    let (south, north) = (radians(from.latitude), radians(to.latitude));
    let east = radians(to.longitude - from.longitude);
    let y = libm::sin(east) * libm::cos(north);
    let x = libm::cos(south) * libm::sin(north) - libm::sin(south) * libm::cos(north) * libm::cos(east);
    let degrees = libm::atan2(y, x) * 180.0 / PI;
    if degrees < 0.0 { degrees + 360.0 } else { degrees }
}

/// Smallest angle between two directions in degrees, 0 to 180.
pub fn angle_between(left: f64, right: f64) -> f64 {
    let difference = (left - right).abs() % 360.0;
    if difference > 180.0 { 360.0 - difference } else { difference }
}

/// The step of one metre in a direction, degrees clockwise from north.
pub fn step(degrees: f64) -> Point {
    Point { x: libm::sin(radians(degrees)), y: libm::cos(radians(degrees)) }
}

/// A point of a plane in metres: east and north of its origin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Metres east.
    pub x: f64,
    /// Metres north.
    pub y: f64,
}

/// The plane that touches the earth at a place (equirectangular projection around it).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    origin: GeoCoordinate,
    /// Metres per degree east.
    east: f64,
    /// Metres per degree north.
    north: f64,
}

impl Plane {
    /// The plane around a place. Near the poles it is that of 89.9 degrees.
    pub fn around(origin: GeoCoordinate) -> Self {
        let north = radians(1.0) * EARTH_RADIUS_METRES;
        let latitude = origin.latitude.clamp(-89.9, 89.9);
        Self { origin, east: north * libm::cos(radians(latitude)), north }
    }

    /// The point of a place.
    pub fn point(&self, place: GeoCoordinate) -> Point {
        Point {
            x: wrap(place.longitude - self.origin.longitude) * self.east,
            y: (place.latitude - self.origin.latitude) * self.north,
        }
    }

    /// The place of a point, to seven decimals of a degree (1 cm).
    pub fn place(&self, point: Point) -> GeoCoordinate {
        GeoCoordinate {
            latitude: rounded(self.origin.latitude + point.y / self.north).clamp(-90.0, 90.0),
            longitude: rounded(wrap(self.origin.longitude + point.x / self.east)),
        }
    }
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// Degrees of longitude in −180 to 180.
fn wrap(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

/// Twice the area a ring of points encloses, positive where it goes against the clock.
fn twice_signed_area(ring: impl Iterator<Item = Point> + Clone) -> f64 {
    let next = ring.clone().cycle().skip(1);
    ring.zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// Area of a polygon of the plane, in the square of its unit.
pub fn area(ring: &[Point]) -> f64 {
    (twice_signed_area(ring.iter().copied()) / 2.0).abs()
}

/// Area of a polygon on earth in square metres, by an equal-area projection.
pub fn area_square_metres(ring: &[GeoCoordinate]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    let projected: Vec<Point> = ring
        .iter()
        .map(|place| Point {
            x: radians(wrap(place.longitude - first.longitude)) * EARTH_RADIUS_METRES,
            y: (libm::sin(radians(place.latitude)) - libm::sin(radians(first.latitude))) * EARTH_RADIUS_METRES,
        })
        .collect();
    area(&projected)
}

/// Why a ring of corners is no convex polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotConvex {
    /// It encloses no area.
    Flat,
    /// It bends the wrong way at this corner, counted from 0, or its sides cross.
    Corner(usize),
}

/// Checks that a polygon of the plane is convex and its sides do not cross.
///
/// # Errors
/// What speaks against it.
pub fn check_convex(ring: &[Point]) -> Result<(), NotConvex> {
    let twice = twice_signed_area(ring.iter().copied());
    if twice == 0.0 {
        return Err(NotConvex::Flat);
    }
    let corners = ring.len();
    let mut turned = 0.0;
    for index in 0..corners {
        let (a, b, c) = (ring[index], ring[(index + 1) % corners], ring[(index + 2) % corners]);
        let (along, onward) = (Point { x: b.x - a.x, y: b.y - a.y }, Point { x: c.x - b.x, y: c.y - b.y });
        let cross = along.x * onward.y - along.y * onward.x;
        if cross * twice < 0.0 {
            return Err(NotConvex::Corner((index + 1) % corners));
        }
        turned += libm::atan2(cross, along.x * onward.x + along.y * onward.y).abs();
    }
    // A convex polygon turns once around; a star turns more often.
    if turned > 3.0 * PI { Err(NotConvex::Corner(0)) } else { Ok(()) }
}

/// The part of a polygon inside a convex one, whose corners go against the clock.
pub fn clip(subject: &[Point], convex: &[Point]) -> Vec<Point> {
    let mut ring = subject.to_vec();
    for (index, start) in convex.iter().enumerate() {
        let end = convex[(index + 1) % convex.len()];
        let side = |point: Point| (end.x - start.x) * (point.y - start.y) - (end.y - start.y) * (point.x - start.x);
        let corners = std::mem::take(&mut ring);
        for (position, &current) in corners.iter().enumerate() {
            let previous = corners[(position + corners.len() - 1) % corners.len()];
            let (before, here) = (side(previous), side(current));
            if (before >= 0.0) != (here >= 0.0) {
                let share = before / (before - here);
                ring.push(Point {
                    x: previous.x + share * (current.x - previous.x),
                    y: previous.y + share * (current.y - previous.y),
                });
            }
            if here >= 0.0 {
                ring.push(current);
            }
        }
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: GeoCoordinate = GeoCoordinate { latitude: 52.52, longitude: 13.405 };
    const PARIS: GeoCoordinate = GeoCoordinate { latitude: 48.8566, longitude: 2.3522 };

    #[test]
    fn distances_and_directions() {
        let metres = Direction::of(BERLIN).distance_metres(Direction::of(PARIS));
        assert!((metres - 877_460.0).abs() < 1_000.0, "{metres}");
        assert!((bearing_degrees(BERLIN, PARIS) - 246.8).abs() < 0.3);
        let north = GeoCoordinate { latitude: 53.0, ..BERLIN };
        assert_eq!(bearing_degrees(BERLIN, north), 0.0);
        assert_eq!(angle_between(350.0, 10.0), 20.0);
        let limit = chord_squared_of(metres);
        let chord = Direction::of(BERLIN).chord_squared(Direction::of(PARIS));
        assert!((limit - chord).abs() < 1e-12);
    }

    #[test]
    fn the_date_line_is_no_border() {
        let west = GeoCoordinate { latitude: 0.0, longitude: 179.999 };
        let east = GeoCoordinate { latitude: 0.0, longitude: -179.999 };
        let plane = Plane::around(west);
        assert!((plane.point(east).x - 222.4).abs() < 0.1);
        assert_eq!(plane.place(plane.point(east)), east);
        assert!((Direction::of(west).distance_metres(Direction::of(east)) - 222.4).abs() < 0.1);
    }

    #[test]
    fn areas() {
        let plane = Plane::around(BERLIN);
        let square = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0)].map(|(x, y)| Point { x, y });
        assert_eq!(area(&square), 1e6);
        let places = square.map(|point| plane.place(point));
        assert!((area_square_metres(&places) - 1e6).abs() < 200.0);
    }

    #[test]
    fn convex_or_not() {
        let ring = |corners: &[(f64, f64)]| corners.iter().map(|&(x, y)| Point { x, y }).collect::<Vec<_>>();
        assert_eq!(check_convex(&ring(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)])), Ok(()));
        assert_eq!(check_convex(&ring(&[(0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (2.0, 0.0)])), Ok(()));
        let dented = ring(&[(0.0, 0.0), (4.0, 0.0), (1.0, 1.0), (0.0, 4.0)]);
        assert_eq!(check_convex(&dented), Err(NotConvex::Corner(2)));
        assert_eq!(check_convex(&ring(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])), Err(NotConvex::Flat));
        let star = ring(&[(0.0, 3.0), (2.0, -3.0), (-3.0, 1.0), (3.0, 1.0), (-2.0, -3.0)]);
        assert!(check_convex(&star).is_err());
    }

    #[test]
    fn clipping_keeps_what_is_inside() {
        let square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)].map(|(x, y)| Point { x, y });
        let shifted = square.map(|point| Point { x: point.x + 1.0, y: point.y + 1.0 });
        assert_eq!(area(&clip(&shifted, &square)), 1.0);
        let far = square.map(|point| Point { x: point.x + 9.0, ..point });
        assert!(clip(&far, &square).is_empty());
    }
}
