//! The sectors of a site, and the identities somebody fixed for their cells.

use porchlight_api::coverage::Sector as Written;
use porchlight_radio::identity::ranges;

use super::Check;
use super::area::{CELL_IDENTITY, cell_identity};
use super::rules::Rules;
use crate::data::Data;

/// Most sectors of a site.
const MAX_SECTORS: usize = 6;

/// A sector.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sector {
    /// Degrees clockwise from north.
    pub(crate) azimuth: f64,
    /// Half-power beam width in degrees.
    pub(crate) beam_width: f64,
    /// Identities that are fixed, one for each carrier.
    pub(crate) fixed: Vec<Fixed>,
}

/// Identities of a cell that somebody fixed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fixed {
    pub(crate) pci: Option<u16>,
    pub(crate) cell_id: Option<u64>,
}

/// Sectors spread evenly from north.
pub(super) fn default(rules: &Rules, carriers: usize) -> Vec<Sector> {
    spread(usize::from(rules.sectors_per_site), carriers)
}

fn spread(count: usize, carriers: usize) -> Vec<Sector> {
    (0..count)
        .map(|index| Sector {
            azimuth: azimuth(index, count),
            beam_width: beam_width(count),
            fixed: vec![Fixed::default(); carriers],
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "at most six sectors")]
fn azimuth(index: usize, count: usize) -> f64 {
    360.0 * index as f64 / count as f64
}

fn beam_width(count: usize) -> f64 {
    if count == 1 { 360.0 } else { Data::get().planning.beam_width.real() }
}

pub(super) fn check(
    field: &str,
    site: &str,
    written: &[Written],
    rules: &Rules,
    carriers: usize,
    check: &mut Check<'_, '_>,
) -> Vec<Sector> {
    if written.is_empty() {
        return default(rules, carriers);
    }
    if written.len() > MAX_SECTORS {
        check.invalid(field, written.len(), format!("site `{site}`: expected at most {MAX_SECTORS} sectors"));
    }
    let count = written.len();
    written
        .iter()
        .enumerate()
        .map(|(index, sector)| {
            let field = format!("{field}[{index}]");
            if let Some(degrees) = sector.azimuth_degrees.filter(|degrees| !(0.0..360.0).contains(degrees)) {
                let message = format!("site `{site}`: expected 0 to below 360 degrees from north");
                check.invalid(format!("{field}.azimuthDegrees"), degrees, message);
            }
            let width = sector.beam_width_degrees;
            if let Some(degrees) = width.filter(|degrees| !(*degrees > 0.0 && *degrees <= 360.0)) {
                let message = format!("site `{site}`: expected degrees above 0, at most 360");
                check.invalid(format!("{field}.beamWidthDegrees"), degrees, message);
            }
            Sector {
                azimuth: sector.azimuth_degrees.unwrap_or_else(|| azimuth(index, count)),
                // An only sector that looks somewhere is not one that looks everywhere.
                beam_width: width
                    .unwrap_or_else(|| beam_width(count.max(1 + usize::from(sector.azimuth_degrees.is_some())))),
                fixed: fixed(&field, site, sector, carriers, check),
            }
        })
        .collect()
}

fn fixed(field: &str, site: &str, sector: &Written, carriers: usize, check: &mut Check<'_, '_>) -> Vec<Fixed> {
    if sector.cells.len() > carriers {
        let message = format!("site `{site}`: there are {carriers} carriers, expected at most one entry for each");
        check.invalid(format!("{field}.cells"), sector.cells.len(), message);
    }
    let mut all = vec![Fixed::default(); carriers];
    for (index, (cell, fixed)) in sector.cells.iter().zip(&mut all).enumerate() {
        let field = format!("{field}.cells[{index}]");
        if let Some(pci) = cell.pci {
            let range = &ranges().pci;
            fixed.pci = u16::try_from(pci).ok().filter(|_| range.contains(pci));
            if fixed.pci.is_none() {
                let message = format!("site `{site}`: expected {} to {} ({})", range.first, range.last, range.source);
                check.invalid(format!("{field}.pci"), pci, message);
            }
        }
        if let Some(identity) = cell.cell_id {
            fixed.cell_id = cell_identity(identity);
            if fixed.cell_id.is_none() {
                check.invalid(format!("{field}.cellId"), identity, format!("site `{site}`: {CELL_IDENTITY}"));
            }
        }
    }
    all
}
