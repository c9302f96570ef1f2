//! The radio units of sites and what they hang on.

use std::collections::BTreeMap;

use porchlight_api::coverage::{CoverageSite, RadioUnit as Written};
use porchlight_krm::order::Gather;

use super::Check;
use crate::names::{DNS_LABEL, is_dns_label};

/// A radio unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RadioUnit {
    /// `<site>/<unit>`.
    pub(crate) name: String,
    /// Sectors it serves, from 1.
    pub(crate) sectors: Vec<u8>,
    /// The unit before it in the cascade.
    pub(crate) parent: Option<String>,
}

/// One unit per sector, each on the distributed unit.
pub(super) fn default(site: &str, sectors: usize) -> Vec<RadioUnit> {
    (1..=sectors)
        .filter_map(|sector| u8::try_from(sector).ok())
        .map(|sector| RadioUnit { name: format!("{site}/ru{sector}"), sectors: vec![sector], parent: None })
        .collect()
}

/// The units of one site.
pub(super) fn check(
    field: &str,
    site: &str,
    written: &[Written],
    sectors: usize,
    check: &mut Check<'_, '_>,
) -> Vec<RadioUnit> {
    if written.is_empty() {
        return default(site, sectors);
    }
    let mut units: Vec<RadioUnit> = Vec::new();
    for (index, unit) in written.iter().enumerate() {
        let field = format!("{field}[{index}]");
        if !is_dns_label(&unit.name) {
            check.invalid(format!("{field}.name"), &unit.name, DNS_LABEL);
        }
        let name = format!("{site}/{}", unit.name);
        if units.iter().any(|other| other.name == name) {
            check.invalid(format!("{field}.name"), &unit.name, format!("the site `{site}` lists this unit twice"));
        }
        let mut served = Vec::new();
        for (position, sector) in unit.sectors.iter().enumerate() {
            let field = format!("{field}.sectors[{position}]");
            match u8::try_from(*sector).ok().filter(|sector| (1..=sectors).contains(&usize::from(*sector))) {
                None => check.invalid(field, sector, format!("the site `{site}` has sectors 1 to {sectors}")),
                Some(sector)
                    if units.iter().any(|other| other.sectors.contains(&sector)) || served.contains(&sector) =>
                {
                    check.invalid(field, sector, "another radio unit serves this sector");
                }
                Some(sector) => served.push(sector),
            }
        }
        let parent = unit.parent.as_ref().map(|parent| match parent.contains('/') {
            true => parent.clone(),
            false => format!("{site}/{parent}"),
        });
        units.push(RadioUnit { name, sectors: served, parent });
    }
    for sector in (1..=sectors).filter_map(|sector| u8::try_from(sector).ok()) {
        if !units.iter().any(|unit| unit.sectors.contains(&sector)) {
            check.missing(field, format!("no radio unit of the site `{site}` serves sector {sector}"));
        }
    }
    units
}

/// Checks that every cascade ends at a distributed unit.
pub(super) fn check_cascades(written: &[CoverageSite], units: &[Vec<RadioUnit>], check: &mut Check<'_, '_>) {
    let parents: BTreeMap<&str, Option<&str>> =
        units.iter().flatten().map(|unit| (unit.name.as_str(), unit.parent.as_deref())).gather();
    for (site_index, (site, of_site)) in
        written.iter().zip(units).enumerate().filter(|(_, (site, _))| !site.radio_units.is_empty())
    {
        for (index, unit) in of_site.iter().enumerate() {
            let Some(parent) = unit.parent.as_deref() else { continue };
            let field = format!("spec.sites[{site_index}].radioUnits[{index}].parent");
            if !parents.contains_key(parent) {
                let message =
                    format!("no radio unit `{parent}` is listed; leave the parent out for the distributed unit");
                check.invalid(field, parent, message);
            } else if let Some(cycle) = cycle(&unit.name, &parents) {
                let message = format!(
                    "the radio units of the site `{}` hang on each other in a circle: {}; one must be on the distributed unit",
                    site.name,
                    cycle.join(" → ")
                );
                check.invalid(field, parent, message);
            }
        }
    }
}

/// The way from a unit over its parents back to itself.
fn cycle<'a>(unit: &'a str, parents: &BTreeMap<&'a str, Option<&'a str>>) -> Option<Vec<&'a str>> {
    let mut way = vec![unit];
    let mut at = unit;
    while let Some(parent) = parents.get(at).copied().flatten() {
        if parent == unit {
            way.push(unit);
            return Some(way);
        }
        if way.contains(&parent) {
            return None;
        }
        way.push(parent);
        at = parent;
    }
    None
}
