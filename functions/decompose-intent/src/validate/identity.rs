//! Who the slice is: its type, its S-NSSAI, the networks that offer it.

use porchlight_api::network_slice_intent::{PlmnId, SliceType, Snssai};
use porchlight_krm::Code;

use super::Check;
use crate::problem::Problems;

/// Identity of a slice.
pub(super) struct Identity {
    pub(super) slice_type: SliceType,
    pub(super) sst: u8,
    pub(super) sd: Option<String>,
    pub(super) plmns: Vec<PlmnId>,
}

pub(super) fn check(check: &mut Check<'_>) -> Identity {
    let spec = check.spec();
    let default = Snssai::default();
    let snssai = spec.snssai.as_ref().unwrap_or(&default);
    let sst = check_sst(snssai, check);
    let (slice_type, sst) = match (spec.slice_type, sst) {
        (Some(slice_type), Some(sst)) => {
            if let Some(standard) = slice_type.sst().filter(|standard| *standard != sst) {
                check.problems.add(
                    Code::IntentConflict,
                    "spec.snssai.sst",
                    Some(sst.to_string()),
                    format!(
                        "sliceType {slice_type} has SST {standard} (TS 23.501 table 5.15.2.2-1): change one of both"
                    ),
                );
            }
            (slice_type, sst)
        }
        (Some(slice_type), None) => {
            if slice_type.sst().is_none() && snssai.sst.is_none() && check.reading.is_readable("snssai") {
                check.problems.missing("spec.snssai.sst", "sliceType custom needs an SST: a number from 0 to 255");
            }
            (slice_type, slice_type.sst().unwrap_or_default())
        }
        (None, Some(sst)) => (SliceType::from_sst(sst), sst),
        (None, None) => {
            if snssai.sst.is_none() && check.reading.is_readable("snssai") {
                check.missing_section("sliceType", "say which slice it is: sliceType, or snssai.sst");
            }
            (SliceType::Embb, 1)
        }
    };
    Identity { slice_type, sst, sd: check_sd(snssai, check), plmns: check_plmns(check) }
}

fn check_sst(snssai: &Snssai, check: &mut Check<'_>) -> Option<u8> {
    let sst = snssai.sst?;
    let valid = u8::try_from(sst).ok();
    if valid.is_none() {
        check.problems.invalid(
            "spec.snssai.sst",
            sst,
            "expected a slice/service type from 0 to 255 (TS 23.003 §28.4.2)",
        );
    }
    valid
}

/// Lower-case digits; none for the value that stands for none.
fn check_sd(snssai: &Snssai, check: &mut Check<'_>) -> Option<String> {
    let sd = snssai.sd.as_ref()?;
    if sd.len() != 6 || !sd.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        check.problems.invalid(
            "spec.snssai.sd",
            sd,
            "expected six hexadecimal digits in quotes, such as \"000001\" (TS 23.003 §28.4.2)",
        );
        return None;
    }
    let sd = sd.to_ascii_lowercase();
    (sd != crate::data::Data::get().parameters.no_slice_differentiator.value).then_some(sd)
}

fn check_plmns(check: &mut Check<'_>) -> Vec<PlmnId> {
    let plmns = &check.spec().plmns;
    if plmns.is_empty() {
        check.missing_section("plmns", "name at least one network that offers the slice: mcc and mnc");
    }
    let mut valid: Vec<PlmnId> = Vec::new();
    for (index, plmn) in plmns.iter().enumerate() {
        let field = format!("spec.plmns[{index}]");
        check_plmn(plmn, &field, &mut check.problems);
        if valid.contains(plmn) {
            check.problems.invalid(field, format!("{}/{}", plmn.mcc, plmn.mnc), "this network is listed twice");
        }
        valid.push(plmn.clone());
    }
    valid
}

/// TS 23.003 §2.2; the first digit of the MCC is a region, of which 1 and 8 are not assigned (ITU-T E.212), and which
/// Nephio's CRD does not let through.
pub(super) fn check_plmn(plmn: &PlmnId, field: &str, problems: &mut Problems) {
    let digits =
        |text: &str, lengths: &[usize]| lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&plmn.mcc, &[3]) || plmn.mcc.starts_with(['1', '8']) {
        problems.invalid(
            format!("{field}.mcc"),
            &plmn.mcc,
            "expected three digits in quotes, the first of them 0, 2-7 or 9, such as \"001\"",
        );
    }
    if !digits(&plmn.mnc, &[2, 3]) {
        problems.invalid(format!("{field}.mnc"), &plmn.mnc, "expected two or three digits in quotes, such as \"01\"");
    }
}
