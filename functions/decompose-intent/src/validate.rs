//! From an intent as written to a [`Slice`]: checks every value, fills in every default, and goes on after a fault so
//! that one run tells all of them.

mod data_networks;
mod identity;
mod network_functions;
mod service;

use porchlight_api::coverage::Area;
use porchlight_api::network_slice_intent::{MAX_NAME, NetworkSliceIntent, Sharing};
use porchlight_krm::{Code, FieldPath, Notice, Resource};

use crate::config::Config;
use crate::data::{Data, SliceTypeRules};
use crate::problem::{Problem, Problems};
use crate::read::{Reading, read};
use crate::sites::{self, Clusters};
use crate::slice::{RrmShares, Slice};
use crate::statements;
use crate::time::Time;

/// Middle of the range.
const DEFAULT_PRIORITY: i64 = 50;

/// Checks one intent. The notices tell what will not be as the intent says.
pub(crate) fn validate(
    intent: &Resource,
    clusters: &Clusters,
    config: &Config,
) -> Result<(Slice, Vec<Notice>), Vec<Problem>> {
    let mut problems = Problems::default();
    let mut reading = read(intent, &mut problems);
    let statements = statements::complete(&mut reading.spec, &mut problems);
    let mut check = Check { reading: &reading, problems, notices: Vec::new() };

    let name = check_name(intent.name(), &mut check);
    let identity = identity::check(&mut check);
    let (rules, basis) = Data::get().slice_type(identity.slice_type);
    if let Some(basis) = basis {
        check.notices.push(Notice::info(
            Code::IntentUnsupported,
            "spec.sliceType",
            format!(
                "{} has no rules of its own here; those of {} are used ({})",
                identity.slice_type, basis.like, basis.source
            ),
        ));
    }
    let service = service::check(rules, &mut check);
    let data_networks = data_networks::check(intent.name(), rules, &mut check);
    let sites = sites::resolve(clusters, &mut check);
    let network_functions = network_functions::check(&mut check);
    let service_chain = network_functions::check_chain(&network_functions, &mut check);
    check_coverage(&mut check);
    let rrm = check_ran(rules, &mut check);
    let shared_subnet = check_subnet(&mut check);
    check_validity(&mut check);
    if let Some(priority) = reading.spec.priority.filter(|priority| !(1..=100).contains(priority)) {
        check.problems.invalid("spec.priority", priority, "expected a number from 1 to 100; the higher one wins");
    }

    let Check { mut problems, mut notices, .. } = check;
    problems.0.iter_mut().for_each(|problem| statements.relocate(problem));
    notices.iter_mut().for_each(|notice| statements.relocate_notice(notice));
    if !problems.is_empty() {
        return Err(problems.0);
    }
    let spec = &reading.spec;
    let mut recorded_only = recorded_only(spec, config.now.is_some());
    recorded_only.extend(statements.recorded);
    let slice = Slice {
        name,
        generation: intent.get(&FieldPath::of(["metadata", "generation"])).ok().flatten(),
        slice_type: identity.slice_type,
        rules,
        sst: identity.sst,
        sd: identity.sd,
        plmns: identity.plmns,
        data_networks,
        service,
        sharing: spec.sharing.unwrap_or(rules.sharing),
        shared_subnet,
        priority: spec.priority.unwrap_or(DEFAULT_PRIORITY),
        preemptible: spec.preemptible.unwrap_or_default(),
        rrm,
        coverage: spec.coverage.clone().filter(|area| !area.is_empty()),
        sites,
        network_functions,
        service_chain,
        placement: spec.placement.unwrap_or(config.placement),
        recorded_only,
        imported: statements.imported,
        folder: folder(intent),
        spec: reading.spec,
    };
    Ok((slice, notices))
}

/// Folder of the intent's file: what is generated stands beside the intent.
fn folder(intent: &Resource) -> String {
    let path = intent.file().0.unwrap_or_default();
    path.rfind('/').map_or_else(String::new, |slash| path[..=slash].to_owned())
}

/// What a check needs: the readable part of the intent, and where to put what it finds.
pub(crate) struct Check<'a> {
    pub(crate) reading: &'a Reading,
    pub(crate) problems: Problems,
    pub(crate) notices: Vec<Notice>,
}

impl<'a> Check<'a> {
    pub(crate) fn spec(&self) -> &'a NetworkSliceIntent {
        &self.reading.spec
    }

    /// Reports an absent section, unless it is absent because it could not be read.
    pub(crate) fn missing_section(&mut self, section: &str, message: &str) {
        if self.reading.is_readable(section) && self.reading.is_readable("spec") {
            self.problems.missing(format!("spec.{section}"), message);
        }
    }
}

fn check_name(name: &str, check: &mut Check<'_>) -> String {
    let field = "metadata.name";
    if name.is_empty() {
        check.problems.missing(field, "give the intent a name; it identifies the slice");
    } else if name.contains('.') {
        check.problems.invalid(field, name, "dots are not possible: Nephio's condition types are split at dots");
    } else if name.len() > MAX_NAME {
        check.problems.invalid(
            field,
            name,
            format!("{} characters are too many: at most {MAX_NAME}, it becomes part of other names", name.len()),
        );
    } else if !is_dns_label(name) {
        check.problems.invalid(field, name, DNS_LABEL);
    }
    name.to_owned()
}

/// What [`is_dns_label`] wants, in words.
pub(crate) const DNS_LABEL: &str =
    "expected lower-case letters, digits and dashes, starting and ending with a letter or digit (RFC 1123 label)";

/// Whether a text can name a namespace or be part of an object name.
pub(crate) fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Checks the area.
fn check_coverage(check: &mut Check<'_>) {
    let Some(area): Option<&Area> = check.spec().coverage.as_ref() else { return };
    for (index, tai) in area.tai_list.iter().enumerate() {
        identity::check_plmn(&tai.plmn_id, &format!("spec.coverage.taiList[{index}].plmnId"), &mut check.problems);
        if tai.tac.value().is_none() {
            check.problems.missing(
                format!("spec.coverage.taiList[{index}].tac"),
                "expected a tracking area code: 0 to 16777215, or six hexadecimal digits in quotes",
            );
        }
    }
    for (index, polygon) in area.polygons.iter().enumerate() {
        let field = format!("spec.coverage.polygons[{index}]");
        if polygon.len() < 3 {
            check.problems.invalid(&field, polygon.len(), "expected at least three corners");
        }
        for (corner, point) in polygon.iter().enumerate() {
            for (name, value, limit) in [("latitude", point.latitude, 90.0), ("longitude", point.longitude, 180.0)] {
                if !(-limit..=limit).contains(&value) {
                    check.problems.invalid(
                        format!("{field}[{corner}].{name}"),
                        value,
                        format!("expected degrees from -{limit} to {limit}"),
                    );
                }
            }
        }
    }
    for (index, &cell) in area.cell_ids.iter().enumerate() {
        if !(0..1 << 36).contains(&cell) {
            check.problems.invalid(
                format!("spec.coverage.cellIds[{index}]"),
                cell,
                "expected an NR cell identity: 0 to 68719476735 (36 bits)",
            );
        }
    }
}

/// The name of the shared subnet; a slice that shares nothing has none.
fn check_subnet(check: &mut Check<'_>) -> Option<String> {
    let name = check.spec().shared_subnet.as_ref()?;
    let field = "spec.sharedSubnet";
    if !is_dns_label(name) || name.len() > MAX_NAME {
        check.problems.invalid(field, name, format!("{DNS_LABEL}, at most {MAX_NAME} characters"));
    }
    if check.spec().sharing == Some(Sharing::NonShared) {
        check.problems.add(
            Code::IntentConflict,
            field,
            Some(name.clone()),
            "the slice is NON_SHARED: leave out sharedSubnet, or say sharing: SHARED",
        );
    }
    Some(name.clone())
}

/// Times are RFC 3339 and in order.
fn check_validity(check: &mut Check<'_>) {
    let Some(validity) = &check.spec().validity else { return };
    let mut times = [None, None];
    for (index, (name, time)) in [("start", &validity.start), ("end", &validity.end)].into_iter().enumerate() {
        let Some(text) = time else { continue };
        times[index] = Time::parse(text);
        if times[index].is_none() {
            let message = "expected a time such as 2027-01-01T00:00:00Z (RFC 3339)";
            check.problems.invalid(format!("spec.validity.{name}"), text, message);
        }
    }
    if let [Some(start), Some(end)] = times
        && end <= start
    {
        let current = validity.end.clone();
        check.problems.add(Code::IntentConflict, "spec.validity.end", current, "the slice would end before it starts");
    }
}

/// TS 28.541 RRMPolicyRatio: dedicated ≤ min ≤ max ≤ 100.
fn check_ran(rules: &SliceTypeRules, check: &mut Check<'_>) -> RrmShares {
    let default = rules.dedicated_radio_percent;
    let Some(policy) = check.spec().ran.as_ref().and_then(|ran| ran.rrm_policy.as_ref()) else {
        return RrmShares { dedicated: default, min: default, max: 100 };
    };
    let steps = [
        ("dedicated", policy.dedicated.unwrap_or(0), policy.min.unwrap_or(100), "min"),
        ("min", policy.min.unwrap_or(0), policy.max.unwrap_or(100), "max"),
        ("max", policy.max.unwrap_or(100), 100, "100"),
    ];
    for (name, value, bound, bound_name) in steps {
        if value < 0 || value > bound {
            check.problems.invalid(
                format!("spec.ran.rrmPolicy.{name}"),
                value,
                format!("expected a percentage from 0 to {bound_name} ({bound})"),
            );
        }
    }
    let dedicated = policy.dedicated.unwrap_or_default();
    RrmShares { dedicated, min: policy.min.unwrap_or(dedicated), max: policy.max.unwrap_or(100) }
}

/// Fields that are set and that nothing is generated from.
fn recorded_only(spec: &NetworkSliceIntent, knows_time: bool) -> Vec<String> {
    let transport = spec.isolation.as_ref().and_then(|isolation| isolation.per_domain.transport);
    let service = spec.service.as_ref();
    let fields = [
        ("spec.service.jitterUs", service.is_some_and(|service| service.jitter_us.is_some())),
        ("spec.service.reliabilityPercent", service.is_some_and(|service| service.reliability_percent.is_some())),
        ("spec.service.survivalTimeMs", service.is_some_and(|service| service.survival_time_ms.is_some())),
        ("spec.service.termDensityPerKm2", service.is_some_and(|service| service.term_density_per_km2.is_some())),
        ("spec.service.ueSpeedKmh", service.is_some_and(|service| service.ue_speed_kmh.is_some())),
        ("spec.service.mobilityLevel", service.is_some_and(|service| service.mobility_level.is_some())),
        ("spec.isolation.perDomain.transport", transport.is_some()),
        ("spec.policies", !spec.policies.is_empty()),
        ("spec.validity", spec.validity.is_some() && !knows_time),
    ];
    fields.into_iter().filter(|&(_, is_set)| is_set).map(|(field, _)| field.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::is_dns_label;

    #[test]
    fn dns_labels() {
        for label in ["a", "edge01", "a-b", "0"] {
            assert!(is_dns_label(label), "{label}");
        }
        for text in ["", "-a", "a-", "A", "a.b", "a_b", "é", &"a".repeat(64)] {
            assert!(!is_dns_label(text), "{text}");
        }
    }
}
