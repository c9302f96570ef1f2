//! The rules of identities and numbers.

use porchlight_api::coverage::{GnbScope, PciReuse, PlanRules};
use porchlight_api::network_slice_intent::NfType;
use porchlight_radio::identity::{CellIdentityLayout, ranges};

use super::Check;
use crate::data::{Data, Provider};

/// Valid rules, defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rules {
    pub(crate) sectors_per_site: u8,
    /// First and last physical cell identity.
    pub(crate) pci: (u16, u16),
    pub(crate) reuse: PciReuse,
    pub(crate) tac_start: u32,
    pub(crate) layout: CellIdentityLayout,
    pub(crate) gnb_start: u64,
    pub(crate) cell_start: u64,
    pub(crate) gnb_scope: GnbScope,
    /// As asked for, before what the provider takes.
    pub(crate) cells_per_du: u32,
}

pub(super) fn check(check: &mut Check<'_, '_>) -> Rules {
    let planning = &Data::get().planning;
    let written = check.spec().plan.clone().unwrap_or_default();
    let mut number = |part: &str, value: Option<i64>, default: u32, first: i64, last: i64| -> u32 {
        let value = value.unwrap_or(i64::from(default));
        if !(first..=last).contains(&value) {
            check.invalid(format!("spec.plan.{part}"), value, format!("expected {first} to {last}"));
            return default;
        }
        u32::try_from(value).unwrap_or(default)
    };
    let PlanRules { sectors_per_site, tac_start, cells_per_du, gnb_id_length, gnb_id_start, cell_id_start, .. } =
        written;
    let sectors = number("sectorsPerSite", sectors_per_site, planning.sectors_per_site.value, 1, 6);
    let tac_last = (1 << ranges().tracking_area_bits.value) - 1;
    let tac_start = number("tacStart", tac_start, planning.tac_start.value, 0, tac_last);
    let cells_per_du = number("cellsPerDu", cells_per_du, planning.cells_per_du.value, 1, 64);
    let lengths = &ranges().gnb_identity_bits;
    let length = number("gnbIdLength", gnb_id_length, planning.gnb_id_length.value, lengths.first, lengths.last);
    let layout = CellIdentityLayout::new(i64::from(length)).expect("invariant: the length was checked");
    let last = |count: u64| i64::try_from(count - 1).unwrap_or(i64::MAX);
    let gnb_start = number("gnbIdStart", gnb_id_start, planning.gnb_id_start.value, 0, last(layout.gnbs()));
    let cell_start =
        number("cellIdStart", cell_id_start, planning.cell_id_start.value, 0, last(layout.cells_per_gnb()));
    if tac_start != planning.tac_start.value && !check.spec().area.tai_list.is_empty() {
        check.invalid("spec.plan.tacStart", tac_start, "area.taiList names the tracking areas: leave one of them out");
    }
    Rules {
        sectors_per_site: u8::try_from(sectors).unwrap_or(1),
        pci: check_pci(&written, check),
        reuse: written.pci_reuse.unwrap_or_default(),
        tac_start,
        layout,
        gnb_start: u64::from(gnb_start),
        cell_start: u64::from(cell_start),
        gnb_scope: written.gnb_scope.unwrap_or_default(),
        cells_per_du,
    }
}

/// The range that was asked for and that the provider takes.
fn check_pci(written: &PlanRules, check: &mut Check<'_, '_>) -> (u16, u16) {
    let all = &ranges().pci;
    let (first, last) = (bounded(all.first), bounded(all.last));
    let spec = check.spec();
    let named = spec.providers.as_ref().and_then(|providers| providers.get(&NfType::Du));
    // Where no distributed unit is generated, nobody but the standard limits the identities.
    let planned = spec.network_functions.as_ref().is_none_or(|functions| functions.contains(&NfType::Du));
    let provider = match named {
        Some(name) => Data::get().provider(name),
        None => planned.then(|| Data::get().default_provider(NfType::Du)),
    };
    let limits = provider.and_then(|provider| provider.pci.map(|pci| (provider, pci)));
    let taken = limits.map_or((first, last), |(_, pci)| (pci.first, pci.last));
    let Some(range) = written.pci_range else { return taken };
    let mut valid = true;
    for (part, value) in [("start", range.start), ("end", range.end)] {
        if !all.contains(value) {
            let message = format!("expected {} to {} ({})", all.first, all.last, all.source);
            check.invalid(format!("spec.plan.pciRange.{part}"), value, message);
            valid = false;
        }
    }
    if valid && range.start > range.end {
        check.invalid("spec.plan.pciRange.start", range.start, format!("expected at most the end, {}", range.end));
        valid = false;
    }
    if !valid {
        return taken;
    }
    let (start, end) = (bounded(range.start), bounded(range.end));
    if let Some((Provider { name, .. }, pci)) = limits.filter(|(_, pci)| start < pci.first || end > pci.last) {
        let message = format!("{name} takes physical cell identities {} to {} only", pci.first, pci.last);
        check.invalid("spec.plan.pciRange.end", range.end, message);
    }
    (start, end)
}

fn bounded(value: i64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
