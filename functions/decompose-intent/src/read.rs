//! Reads an intent section by section: a section whose types do not fit is reported and left out, so that the rest is
//! still checked.

use porchlight_api::network_slice_intent::NetworkSliceIntent;
use porchlight_krm::order::SortedSet;
use porchlight_krm::{Code, FieldPath, Resource};

use crate::problem::Problems;

/// The readable part of an intent.
pub(crate) struct Reading {
    pub(crate) spec: NetworkSliceIntent,
    /// Sections (fields of `spec`) that were left out.
    pub(crate) unreadable: SortedSet<String>,
}

impl Reading {
    /// Whether a section that is absent was never written, rather than unreadable.
    pub(crate) fn is_readable(&self, section: &str) -> bool {
        !self.unreadable.contains(section)
    }
}

/// Reads `spec`. Type faults and unknown fields become problems.
pub(crate) fn read(intent: &Resource, problems: &mut Problems) -> Reading {
    let mut rest = intent.clone();
    let mut unreadable = SortedSet::new();
    let spec_path = FieldPath::of(["spec"]);
    loop {
        let error = match rest.get::<NetworkSliceIntent>(&spec_path) {
            Ok(Some(spec)) => return Reading { spec, unreadable },
            Ok(None) => {
                if unreadable.is_empty() {
                    problems.missing("spec", "the intent has no spec: say at least plmns, service and sites");
                    // One message is enough: nothing in it can be readable.
                    unreadable.insert("spec".to_owned());
                }
                return Reading { spec: NetworkSliceIntent::default(), unreadable };
            }
            Err(error) => error,
        };
        let section = section_of(&error.path);
        let removed = rest.remove(&spec_path.key(section));
        let section = section.to_owned();
        let field = if error.path.is_empty() { "spec".to_owned() } else { format!("spec.{}", error.path) };
        problems.add(Code::IntentInvalid, field, error.value, error.message);
        if !removed {
            unreadable.insert("spec".to_owned());
            return Reading { spec: NetworkSliceIntent::default(), unreadable };
        }
        unreadable.insert(section);
    }
}

/// `snssai` of `snssai.sst`, `sites` of `sites[0].name`.
fn section_of(path: &str) -> &str {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    &path[..end]
}
