//! What the function tells about images.

use std::collections::HashMap;

use porchlight_krm::{Code, Finding, Resource};

use crate::collect::Collected;
use crate::image_reference::{DEFAULT_TAG, ImageReference, ReferenceError};
use crate::inventory::Role;
use crate::settings::Settings;
use crate::sighting::Sighting;

/// Tag that says which rule a finding is about.
pub(crate) const RULE: &str = "rule";

/// Texts that are no image references.
pub(crate) fn malformed(items: &[Resource], sightings: &[Sighting]) -> Vec<Finding> {
    sightings
        .iter()
        .filter_map(|sighting| {
            let reason = sighting.reference.as_ref().err()?;
            let finding = if sighting.certain {
                let message =
                    format!("image reference `{}` at {} is malformed: {reason}", sighting.text, sighting.field);
                Finding::error(Code::SbomRefInvalid, message)
            } else {
                let message = format!(
                    "`{}` stands where a container's image would, but is no reference and was left out: {reason}",
                    sighting.text
                );
                Finding::warning(Code::SbomRefInvalid, message)
            };
            let finding = place(finding, items, sighting).tag(RULE, "malformed-reference");
            Some(match reason {
                ReferenceError::UpperCase(_) => finding.proposing(lower_case_name(&sighting.text)),
                _ => finding,
            })
        })
        .collect()
}

/// Images whose bytes may change under the same name: no digest, or not even a fixed tag. One finding per image, at
/// the first place that names it.
///
/// A function of a pipeline that has a fixed tag is told as information only: it builds the package and does not run in
/// the cluster.
pub(crate) fn unpinned(
    items: &[Resource],
    collected: &Collected,
    first: &FirstSightings<'_>,
    settings: &Settings,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for image in collected.inventory.images().filter(|image| image.reference.digest().is_none()) {
        let Some(sighting) = first.get(&image.reference) else { continue };
        let is_latest = image.reference.effective_tag() == Some(DEFAULT_TAG);
        let is_error = settings.fail_on.missing_digest || (is_latest && settings.fail_on.latest_tag);
        let (rule, problem) = match (is_latest, image.reference.tag()) {
            (true, Some(_)) => ("latest-tag", "has the tag `latest`, which moves with every release"),
            (true, None) => ("latest-tag", "has neither tag nor digest, so the tag `latest` is taken, which moves"),
            (false, _) => ("missing-digest", "has a tag only, which can be moved to other content"),
        };
        let others = match image.places().count() {
            0 | 1 => String::new(),
            2 => " (and 1 more place)".to_owned(),
            count => format!(" (and {} more places)", count - 1),
        };
        let message = format!("image `{}` {problem}; pin it with `@sha256:…`{others}", image.reference);
        let finding = if is_error {
            Finding::error(Code::SbomRefInvalid, message)
        } else if image.workloads.is_empty() && !is_latest {
            Finding::info(Code::SbomRefInvalid, message)
        } else {
            Finding::warning(Code::SbomRefInvalid, message)
        };
        findings.push(place(finding, items, sighting).tag(RULE, rule));
    }
    findings
}

/// Of each image one place that names it.
pub(crate) type FirstSightings<'a> = HashMap<&'a ImageReference, &'a Sighting>;

/// The place to show for each image: the first by object and field, one that runs it before one that builds with it.
pub(crate) fn first_sightings<'a>(items: &[Resource], collected: &'a Collected) -> FirstSightings<'a> {
    let order =
        |sighting: &Sighting| (sighting.role == Role::Function, items[sighting.item].id(), sighting.field.clone());
    let mut first = FirstSightings::new();
    for sighting in &collected.sightings {
        let Some(image) = sighting.reference.as_ref().ok().and_then(|reference| collected.inventory.image(reference))
        else {
            continue;
        };
        first
            .entry(&image.reference)
            .and_modify(|known| {
                if order(sighting) < order(known) {
                    *known = sighting;
                }
            })
            .or_insert(sighting);
    }
    first
}

fn place(finding: Finding, items: &[Resource], sighting: &Sighting) -> Finding {
    finding.on(&items[sighting.item]).field(&sighting.field, &sighting.text)
}

/// The reference with everything before its tag or digest in lower case.
fn lower_case_name(text: &str) -> String {
    let name = text.split('@').next().unwrap_or(text);
    let path = name.rfind('/').map_or(0, |slash| slash + 1);
    let end = name[path..].find(':').map_or(name.len(), |colon| path + colon);
    format!("{}{}", text[..end].to_lowercase(), &text[end..])
}
