//! Sectors as wedges in the colour of their identity mod 3, and the relations between them.

use std::collections::BTreeMap;

use porchlight_api::coverage::{CoveragePlan, PlannedCell};
use porchlight_radio::geo::{Point, step};

use crate::Map;
use crate::canvas::Canvas;
use crate::xml::{Px, Svg};

/// Colours of identities mod 3; people who see few colours can tell them apart (Okabe and Ito).
pub(crate) const COLOURS: [&str; 3] = ["#0072b2", "#e69f00", "#009e73"];

/// Beams of a carrier are that much shorter than those of the one before.
const CARRIER_STEP: f64 = 0.27;

/// Where the label of a cell stands, in metres.
fn label_point(canvas: &Canvas, site: Point, cell: &PlannedCell) -> Point {
    let length = canvas.beam_metres() * (1.0 - CARRIER_STEP * f64::from(cell.carrier - 1)).max(0.2);
    if cell.beam_width_degrees >= 360.0 {
        return Point { x: site.x, y: site.y + length * 0.6 };
    }
    towards(site, cell.azimuth_degrees, length * 0.72)
}

/// The point at a distance in a direction.
fn towards(from: Point, azimuth_degrees: f64, metres: f64) -> Point {
    let step = step(azimuth_degrees);
    Point { x: from.x + metres * step.x, y: from.y + metres * step.y }
}

fn sites<'p>(plan: &'p CoveragePlan, canvas: &Canvas) -> BTreeMap<&'p str, Point> {
    plan.sites.iter().map(|site| (site.site.as_str(), canvas.metres(site.latitude, site.longitude))).collect()
}

/// Draws a line for each pair of neighbours at different sites.
pub(crate) fn draw_relations(map: &Map, canvas: &Canvas, svg: &mut Svg) {
    svg.open("id=\"neighbours\" stroke=\"#6b7280\" stroke-width=\"0.6\" stroke-opacity=\"0.45\"");
    let mut points: BTreeMap<&str, (f64, f64, &str)> = BTreeMap::new();
    for (_, plan) in &map.plans {
        let sites = sites(plan, canvas);
        for cell in &plan.cells {
            if let Some(site) = sites.get(cell.site.as_str()) {
                let (x, y) = canvas.pixel(label_point(canvas, *site, cell));
                points.insert(&cell.cell, (x, y, &cell.site));
            }
        }
    }
    for cell in map.plans.iter().flat_map(|(_, plan)| &plan.cells) {
        let Some(&(x1, y1, site)) = points.get(cell.cell.as_str()) else { continue };
        for neighbour in cell.neighbours.iter().filter(|neighbour| neighbour.as_str() > cell.cell.as_str()) {
            let Some(&(x2, y2, other)) = points.get(neighbour.as_str()) else { continue };
            if site != other {
                let (x1, y1, x2, y2) = (Px(x1), Px(y1), Px(x2), Px(y2));
                svg.element("line", &format!("x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\""));
            }
        }
    }
    svg.close();
}

/// Draws wedges, their identities, and the sites.
pub(crate) fn draw_sectors(map: &Map, canvas: &Canvas, svg: &mut Svg) {
    for (_, plan) in &map.plans {
        let sites = sites(plan, canvas);
        svg.open("class=\"sectors\" stroke=\"#ffffff\" stroke-width=\"0.8\" fill-opacity=\"0.85\"");
        // Long beams first, so that the shorter ones of further carriers lie on them.
        let carriers = plan.cells.iter().map(|cell| cell.carrier).max().unwrap_or(1);
        for carrier in 1..=carriers {
            for cell in plan.cells.iter().filter(|cell| cell.carrier == carrier) {
                if let Some(site) = sites.get(cell.site.as_str()) {
                    draw_beam(canvas, *site, cell, svg);
                }
            }
        }
        svg.close();
        svg.open("class=\"identities\" font-size=\"9\" font-weight=\"bold\" text-anchor=\"middle\"");
        for cell in &plan.cells {
            if let Some(site) = sites.get(cell.site.as_str()) {
                let (x, y) = canvas.pixel(label_point(canvas, *site, cell));
                // Dark on the light colour, white on the dark ones.
                let fill = if cell.physical_cell_id % 3 == 1 { "fill=\"#111111\"" } else { "fill=\"#ffffff\"" };
                svg.label(x, y + 3.0, fill, &cell.physical_cell_id.to_string());
            }
        }
        svg.close();
        svg.open("class=\"sites\" font-size=\"9\" text-anchor=\"middle\" fill=\"#111111\"");
        for site in &plan.sites {
            let (x, y) = canvas.pixel(canvas.metres(site.latitude, site.longitude));
            svg.element(
                "circle",
                &format!("cx=\"{}\" cy=\"{}\" r=\"2.6\" stroke=\"#ffffff\" stroke-width=\"0.8\"", Px(x), Px(y)),
            );
            let below = y + canvas.beam_metres() * canvas.pixels_per_metre + 9.0;
            svg.label(x, below, "", &site.site);
        }
        svg.close();
    }
}

fn draw_beam(canvas: &Canvas, site: Point, cell: &PlannedCell, svg: &mut Svg) {
    let length = canvas.beam_metres() * (1.0 - CARRIER_STEP * f64::from(cell.carrier - 1)).max(0.2);
    let radius = length * canvas.pixels_per_metre;
    let (x, y) = canvas.pixel(site);
    let colour = COLOURS[usize::from(cell.physical_cell_id % 3)];
    if cell.beam_width_degrees >= 360.0 {
        svg.element("circle", &format!("cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{colour}\"", Px(x), Px(y), Px(radius)));
        return;
    }
    let half = cell.beam_width_degrees / 2.0;
    let (x1, y1) = canvas.pixel(towards(site, cell.azimuth_degrees - half, length));
    let (x2, y2) = canvas.pixel(towards(site, cell.azimuth_degrees + half, length));
    let large = u8::from(cell.beam_width_degrees > 180.0);
    let path = format!(
        "M{},{} L{},{} A{radius},{radius} 0 {large} 1 {},{} Z",
        Px(x),
        Px(y),
        Px(x1),
        Px(y1),
        Px(x2),
        Px(y2),
        radius = Px(radius)
    );
    svg.element("path", &format!("d=\"{path}\" fill=\"{colour}\""));
}
