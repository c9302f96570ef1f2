//! Tracking areas as tints around their sites, and the areas that were to be covered.

use std::collections::BTreeMap;

use porchlight_radio::geo::{Point, clip, step};

use crate::Map;
use crate::canvas::Canvas;
use crate::xml::{Svg, points};

/// Tints of tracking areas, light enough for what is drawn over them; they come again after the last.
const TINTS: [&str; 8] = ["#e8f1fa", "#fdf3df", "#e6f5ef", "#fbe9f0", "#f0ecfa", "#f3f4e3", "#e4f6f8", "#faece4"];

/// Tint of each tracking area code, in the order of the codes.
pub(crate) fn tints(map: &Map) -> BTreeMap<u32, &'static str> {
    let mut codes: Vec<u32> = map.plans.iter().flat_map(|(_, plan)| &plan.sites).map(|site| site.tac).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().zip(TINTS.into_iter().cycle()).collect()
}

/// Draws tints and outlines.
pub(crate) fn draw(map: &Map, canvas: &Canvas, svg: &mut Svg) {
    let tints = tints(map);
    let sites: Vec<(Point, u32)> = map
        .plans
        .iter()
        .flat_map(|(_, plan)| &plan.sites)
        .map(|site| (canvas.metres(site.latitude, site.longitude), site.tac))
        .collect();
    svg.open("id=\"tracking-areas\" stroke=\"#c8ccd2\" stroke-width=\"0.6\"");
    for (index, (here, tac)) in sites.iter().enumerate() {
        let others = sites.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, (point, _))| *point);
        let region = region(*here, others, canvas.isd_metres * 0.75);
        let outline = points(region.into_iter().map(|point| canvas.pixel(point)));
        let tint = tints.get(tac).copied().unwrap_or("#ffffff");
        svg.element("polygon", &format!("points=\"{outline}\" fill=\"{tint}\""));
    }
    svg.close();
    if map.polygons.is_empty() {
        return;
    }
    svg.open("id=\"areas\" fill=\"none\" stroke=\"#444b54\" stroke-width=\"1.5\" stroke-dasharray=\"7 4\"");
    for polygon in &map.polygons {
        let corners = polygon.iter().map(|place| canvas.pixel(canvas.metres(place.latitude, place.longitude)));
        svg.element("polygon", &format!("points=\"{}\"", points(corners)));
    }
    svg.close();
}

/// Where a site is the nearest one, up to a radius: a twelve-sided polygon cut at the lines half way to other sites.
fn region(here: Point, others: impl Iterator<Item = Point>, radius: f64) -> Vec<Point> {
    let mut region: Vec<Point> = (0..12)
        .map(|corner| {
            // Against the clock, starting in the east.
            let step = step(90.0 - f64::from(corner) * 30.0);
            Point { x: here.x + radius * step.x, y: here.y + radius * step.y }
        })
        .collect();
    for there in others {
        let (x, y) = (there.x - here.x, there.y - here.y);
        let distance = (x * x + y * y).sqrt();
        if distance == 0.0 || distance > 2.0 * radius {
            continue;
        }
        // The half plane on this side of the middle, as a square far larger than the region.
        let (x, y) = (x / distance, y / distance);
        let far = radius * 4.0;
        let corner =
            |along: f64, across: f64| Point { x: here.x + x * along - y * across, y: here.y + y * along + x * across };
        let middle = distance / 2.0;
        let square = [corner(-far, -far), corner(middle, -far), corner(middle, far), corner(-far, far)];
        region = clip(&region, &square);
    }
    region
}

#[cfg(test)]
mod tests {
    use porchlight_radio::geo::area;

    use super::*;

    #[test]
    fn regions_end_half_way() {
        let origin = Point::default();
        let alone = area(&region(origin, std::iter::empty(), 100.0));
        let beside = area(&region(origin, [Point { x: 50.0, y: 0.0 }].into_iter(), 100.0));
        assert!((alone - 30_000.0).abs() < 1.0, "{alone}");
        assert!(beside < alone * 0.7 && beside > alone * 0.6, "{beside}");
    }
}
