//! From places on earth to points of the picture.

use porchlight_api::coverage::GeoCoordinate;
use porchlight_radio::geo::{Plane, Point};

use crate::Map;

/// Width of the column with the legend.
const LEGEND: f64 = 210.0;
/// Room around the map.
const MARGIN: f64 = 40.0;
/// Room for the title.
pub(crate) const TITLE: f64 = 44.0;
/// The map is at least that wide and high.
const SMALLEST: f64 = 520.0;
/// The map is at most that wide or high.
const LARGEST: f64 = 8_000.0;
/// Distance between sites in the picture, so that labels can be read.
const SITE_PIXELS: f64 = 96.0;

/// Size and scale of the picture.
pub(crate) struct Canvas {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Left end of the legend.
    pub(crate) legend_x: f64,
    pub(crate) pixels_per_metre: f64,
    /// Usual distance between sites in metres.
    pub(crate) isd_metres: f64,
    plane: Plane,
    west: f64,
    north: f64,
}

impl Canvas {
    pub(crate) fn of(map: &Map) -> Option<Self> {
        let sites: Vec<GeoCoordinate> = map
            .plans
            .iter()
            .flat_map(|(_, plan)| &plan.sites)
            .map(|site| GeoCoordinate { latitude: site.latitude, longitude: site.longitude })
            .collect();
        let first = *sites.first()?;
        let plane = Plane::around(first);
        let isd_metres = map.plans.iter().map(|(_, plan)| plan.isd_metres).fold(f64::MAX, f64::min).clamp(1.0, 1e6);
        let corners = map.polygons.iter().flatten();
        let points: Vec<Point> = sites.iter().chain(corners).map(|place| plane.point(*place)).collect();
        let range = |values: &dyn Fn(&Point) -> f64| {
            let (low, high) = points
                .iter()
                .map(values)
                .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
            // Half a distance around the outermost sites, for their beams.
            (low - isd_metres * 0.6, high + isd_metres * 0.6)
        };
        let (west, east) = range(&|point| point.x);
        let (south, north) = range(&|point| point.y);
        let extent = (east - west).max(north - south);
        let pixels_per_metre = (SITE_PIXELS / isd_metres).max(SMALLEST / extent).min(LARGEST / extent);
        let map_width = ((east - west) * pixels_per_metre).max(SMALLEST);
        let map_height = ((north - south) * pixels_per_metre).max(SMALLEST);
        // The map stands in the middle of its room.
        let west = west - (map_width / pixels_per_metre - (east - west)) / 2.0;
        let north = north + (map_height / pixels_per_metre - (north - south)) / 2.0;
        Some(Self {
            width: MARGIN + map_width + MARGIN + LEGEND,
            height: TITLE + map_height + MARGIN,
            legend_x: MARGIN + map_width + MARGIN,
            pixels_per_metre,
            isd_metres,
            plane,
            west,
            north,
        })
    }

    /// Point of a place in metres east and north.
    pub(crate) fn metres(&self, latitude: f64, longitude: f64) -> Point {
        self.plane.point(GeoCoordinate { latitude, longitude })
    }

    /// Pixel of a point in metres.
    pub(crate) fn pixel(&self, point: Point) -> (f64, f64) {
        (MARGIN + (point.x - self.west) * self.pixels_per_metre, TITLE + (self.north - point.y) * self.pixels_per_metre)
    }

    /// Length of a beam in metres.
    pub(crate) fn beam_metres(&self) -> f64 {
        self.isd_metres * 0.4
    }
}
