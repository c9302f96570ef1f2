//! Title, legend, scale bar and north arrow.

use crate::Map;
use crate::areas::tints;
use crate::canvas::{Canvas, TITLE};
use crate::sectors::COLOURS;
use crate::xml::{Px, Svg};

/// Height of a line of the legend.
const LINE: f64 = 18.0;
/// Tracking areas the legend names; more would not be told apart.
const MAX_AREAS: usize = 16;

/// What the map is called.
pub(crate) fn title(map: &Map) -> String {
    let names: Vec<&str> = map.plans.iter().map(|(name, _)| name.as_str()).collect();
    format!("Coverage {}", names.join(", "))
}

/// Draws everything around the map.
pub(crate) fn draw(map: &Map, canvas: &Canvas, svg: &mut Svg) {
    let sites: usize = map.plans.iter().map(|(_, plan)| plan.sites.len()).sum();
    let cells: usize = map.plans.iter().map(|(_, plan)| plan.cells.len()).sum();
    let relations: usize = map.plans.iter().flat_map(|(_, plan)| &plan.cells).map(|cell| cell.neighbours.len()).sum();
    svg.label(16.0, 22.0, "font-size=\"16\" font-weight=\"bold\"", &title(map));
    let counts = format!("{sites} sites, {cells} cells, {} neighbour relations", relations / 2);
    svg.label(16.0, 38.0, "fill=\"#444b54\"", &counts);
    svg.open("id=\"legend\"");
    let mut y = TITLE + 70.0;
    north(canvas, svg);
    y = identities(canvas, y, svg);
    y = carriers(map, canvas, y, svg);
    y = signs(map, canvas, y, svg);
    tracking_areas(map, canvas, y, svg);
    svg.close();
    scale(canvas, svg);
}

fn heading(canvas: &Canvas, y: f64, text: &str, svg: &mut Svg) -> f64 {
    svg.label(canvas.legend_x, y, "font-weight=\"bold\"", text);
    y + LINE
}

fn swatch(canvas: &Canvas, y: f64, attributes: &str, text: &str, svg: &mut Svg) -> f64 {
    let (x, top) = (Px(canvas.legend_x), Px(y - 10.0));
    svg.element("rect", &format!("x=\"{x}\" y=\"{top}\" width=\"18\" height=\"12\" {attributes}"));
    svg.label(canvas.legend_x + 26.0, y, "", text);
    y + LINE
}

fn identities(canvas: &Canvas, y: f64, svg: &mut Svg) -> f64 {
    let mut y = heading(canvas, y, "Physical cell identity", svg);
    for (class, colour) in COLOURS.iter().enumerate() {
        y = swatch(canvas, y, &format!("fill=\"{colour}\" fill-opacity=\"0.85\""), &format!("mod 3 = {class}"), svg);
    }
    y + LINE / 2.0
}

/// Several carriers are rings of their own.
fn carriers(map: &Map, canvas: &Canvas, y: f64, svg: &mut Svg) -> f64 {
    let carriers = map.plans.iter().flat_map(|(_, plan)| plan.carriers.iter().enumerate());
    let mut y = heading(canvas, y, "Carriers, from the outside", svg);
    for (index, carrier) in carriers {
        let text = format!(
            "{}: n{}, {} MHz, ARFCN {}",
            index + 1,
            carrier.band,
            carrier.channel_bandwidth_mhz,
            carrier.arfcn_dl
        );
        svg.label(canvas.legend_x, y, "", &text);
        y += LINE;
    }
    y + LINE / 2.0
}

fn signs(map: &Map, canvas: &Canvas, y: f64, svg: &mut Svg) -> f64 {
    let mut y = heading(canvas, y, "Signs", svg);
    let x = canvas.legend_x;
    svg.element("circle", &format!("cx=\"{}\" cy=\"{}\" r=\"2.6\" fill=\"#111111\"", Px(x + 9.0), Px(y - 4.0)));
    svg.label(x + 26.0, y, "", "site");
    y += LINE;
    let line = |y: f64, attributes: &str| {
        format!("x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {attributes}", Px(x), Px(y - 4.0), Px(x + 18.0), Px(y - 4.0))
    };
    svg.element("line", &line(y, "stroke=\"#6b7280\" stroke-width=\"0.8\""));
    svg.label(x + 26.0, y, "", "neighbour relation");
    y += LINE;
    if !map.polygons.is_empty() {
        svg.element("line", &line(y, "stroke=\"#444b54\" stroke-width=\"1.5\" stroke-dasharray=\"7 4\""));
        svg.label(x + 26.0, y, "", "area to be covered");
        y += LINE;
    }
    y + LINE / 2.0
}

fn tracking_areas(map: &Map, canvas: &Canvas, y: f64, svg: &mut Svg) {
    let tints = tints(map);
    let mut y = heading(canvas, y, "Tracking areas", svg);
    for (code, tint) in tints.iter().take(MAX_AREAS) {
        y = swatch(canvas, y, &format!("fill=\"{tint}\" stroke=\"#c8ccd2\""), &format!("TAC {code}"), svg);
    }
    if tints.len() > MAX_AREAS {
        svg.label(canvas.legend_x, y, "", &format!("and {} more", tints.len() - MAX_AREAS));
    }
}

fn north(canvas: &Canvas, svg: &mut Svg) {
    let (x, y) = (canvas.legend_x + 12.0, TITLE + 4.0);
    let arrow = format!("M{},{} l-7,22 l7,-5 l7,5 Z", Px(x), Px(y));
    svg.element("path", &format!("d=\"{arrow}\" fill=\"#111111\""));
    svg.label(x, y + 38.0, "text-anchor=\"middle\" font-weight=\"bold\"", "N");
}

/// A bar of a round length, about a fifth of the map.
fn scale(canvas: &Canvas, svg: &mut Svg) {
    let wanted = (canvas.legend_x / 5.0) / canvas.pixels_per_metre;
    let metres = round_length(wanted);
    let (x, y, width) = (40.0, canvas.height - 14.0, metres * canvas.pixels_per_metre);
    let text = if metres >= 1000.0 { format!("{} km", metres / 1000.0) } else { format!("{metres} m") };
    svg.open("id=\"scale\" stroke=\"#111111\" fill=\"none\"");
    let path = format!("M{},{} v6 h{} v-6", Px(x), Px(y - 6.0), Px(width));
    svg.element("path", &format!("d=\"{path}\" stroke-width=\"1.5\""));
    svg.label(x + width + 8.0, y, "fill=\"#111111\" stroke=\"none\"", &text);
    svg.close();
}

/// The largest of 1, 2 and 5 times a power of ten that is not longer.
fn round_length(metres: f64) -> f64 {
    let mut length = 1.0;
    for step in [2.0, 2.5, 2.0].into_iter().cycle().take(30) {
        if length * step > metres {
            break;
        }
        length *= step;
    }
    length
}

#[cfg(test)]
mod tests {
    #[test]
    fn bars_have_round_lengths() {
        assert_eq!([1.0, 3.0, 99.0, 260.0, 5400.0].map(super::round_length), [1.0, 2.0, 50.0, 200.0, 5000.0]);
    }
}
