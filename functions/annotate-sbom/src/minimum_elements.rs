//! What the documents lack of what NTIA, CISA and O-RAN WG11 ask for.
//!
//! Every document is read again as a stranger would read it, and every element of `data/minimum_elements.yaml` is looked
//! for in it. A gap that `failOn` asks about is an error at each component that has it; another one is told once for all
//! its components.

mod catalogue;
mod reading;
mod subject;

use porchlight_krm::{Code, Finding, Resource, Severity};

use crate::carrier::CarriedDocument;
use crate::collect::Collected;
use crate::findings::{FirstSightings, RULE};
use crate::package_tree::PackageTree;
use crate::settings::Settings;
use catalogue::{Catalogue, Element, ElementId, What};
use reading::{Elements, Reading};
use subject::{Subject, subjects};

/// How many components a message names.
const MAX_NAMED: usize = 20;

/// A finding for every gap.
pub(crate) fn check(
    items: &[Resource],
    tree: &PackageTree,
    collected: &Collected,
    first: &FirstSightings<'_>,
    settings: &Settings,
    documents: &[CarriedDocument],
) -> Vec<Finding> {
    let catalogue = Catalogue::get();
    let mut readings: Vec<(&str, Reading<'_>)> =
        documents.iter().map(|document| (document.key, Reading::of(&document.json))).collect();
    if !settings.has_timestamp {
        // The documents hold one all the same, but it says nothing.
        for (_, reading) in &mut readings {
            reading.document.remove(ElementId::Timestamp);
        }
    }
    let subjects: Vec<(Subject<'_>, Vec<Elements>)> = subjects(items, tree, collected, first)
        .into_iter()
        .map(|subject| {
            let elements = readings.iter().map(|(_, reading)| subject.elements(reading)).collect();
            (subject, elements)
        })
        .collect();
    let mut findings = Vec::new();
    for element in &catalogue.elements {
        let gap = Gap { catalogue, element, is_error: fails(element, settings) };
        if element.of.contains(&What::Document) {
            let lacking: Vec<&str> = readings
                .iter()
                .filter(|(_, reading)| !reading.document.contains(element.id))
                .map(|(key, _)| *key)
                .collect();
            if !lacking.is_empty() {
                findings.push(gap.of_documents(&lacking));
            }
        } else {
            findings.extend(gap.of_components(&subjects, &readings));
        }
    }
    findings
}

fn fails(element: &Element, settings: &Settings) -> bool {
    element.asked_by.iter().any(|demand| demand.framework.fails(settings.fail_on))
}

/// An element that is missing somewhere.
struct Gap<'a> {
    catalogue: &'a Catalogue,
    element: &'a Element,
    is_error: bool,
}

impl Gap<'_> {
    fn of_documents(&self, documents: &[&str]) -> Finding {
        self.finding(&format!("{}: {}", documents.join(" and "), self.element.absent))
    }

    fn of_components(
        &self,
        subjects: &[(Subject<'_>, Vec<Elements>)],
        readings: &[(&str, Reading<'_>)],
    ) -> Vec<Finding> {
        let id = self.element.id;
        let lacking: Vec<(&Subject<'_>, String)> = subjects
            .iter()
            .filter(|(subject, elements)| {
                self.element.of.contains(&subject.what) && elements.iter().any(|elements| !elements.contains(id))
            })
            .map(|(subject, elements)| {
                let documents = readings.iter().zip(elements).filter(|(_, elements)| !elements.contains(id));
                let documents: Vec<&str> = documents.map(|((key, _), _)| *key).collect();
                (subject, documents.join(" and "))
            })
            .collect();
        let one = |(subject, documents): &(&Subject<'_>, String)| {
            let message = format!("{}: {} in {documents}", subject.name, self.element.absent);
            subject.locate(self.finding(&message)).tag("component", &subject.bom_ref)
        };
        match lacking.as_slice() {
            [] => Vec::new(),
            [only] => vec![one(only)],
            all if self.is_error => all.iter().map(one).collect(),
            all => {
                let mut names: Vec<&str> =
                    all.iter().take(MAX_NAMED).map(|(subject, _)| subject.name.as_str()).collect();
                let others = format!("{} others", all.len().saturating_sub(MAX_NAMED));
                if all.len() > MAX_NAMED {
                    names.push(&others);
                }
                let message = format!("{} components: {}: {}", all.len(), self.element.absent, names.join(", "));
                vec![self.finding(&message)]
            }
        }
    }

    /// The finding with who asks and what to do.
    fn finding(&self, what: &str) -> Finding {
        let asked: Vec<String> = self
            .element
            .asked_by
            .iter()
            .map(|demand| format!("{} {}", self.catalogue.title(demand.framework), demand.word))
            .collect();
        let message = format!("{what}; {} (asked for by {})", self.element.fix, asked.join("; "));
        let finding = match (self.is_error, self.element.severity) {
            (true, _) => Finding::error(Code::SbomIncomplete, message),
            (false, Severity::Info) => Finding::info(Code::SbomIncomplete, message),
            (false, _) => Finding::warning(Code::SbomIncomplete, message),
        };
        let id = self.element.id.as_str();
        finding.tag(RULE, format!("missing-{id}")).tag("element", id)
    }
}
