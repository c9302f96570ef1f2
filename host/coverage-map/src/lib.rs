//! Coverage plans as maps a planner can look at: sites, sectors with their beams, physical cell identities and their
//! classes mod 3, neighbour relations, tracking areas, scale and north.
//!
//! The map is one SVG document without scripts, fonts or links, the same bytes for the same plan.

mod areas;
mod canvas;
mod furniture;
mod package;
mod sectors;
mod xml;

use porchlight_api::coverage::{CoveragePlan, GeoCoordinate};

pub use package::MapError;

use crate::canvas::Canvas;
use crate::xml::Svg;

/// What a map shows.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// Plans with their names.
    pub plans: Vec<(String, CoveragePlan)>,
    /// Areas that were to be covered.
    pub polygons: Vec<Vec<GeoCoordinate>>,
}

impl Map {
    /// The map as an SVG document; `None` where no plan has a site.
    pub fn to_svg(&self) -> Option<String> {
        let canvas = Canvas::of(self)?;
        let mut svg = Svg::new(canvas.width, canvas.height, &furniture::title(self));
        areas::draw(self, &canvas, &mut svg);
        sectors::draw_relations(self, &canvas, &mut svg);
        sectors::draw_sectors(self, &canvas, &mut svg);
        furniture::draw(self, &canvas, &mut svg);
        Some(svg.finish())
    }
}
