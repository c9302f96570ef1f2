//! The elements and who asks for them, from `data/minimum_elements.yaml`.

use std::sync::OnceLock;

use porchlight_api::sbom_config::SbomFailOn;
use porchlight_krm::Severity;
use porchlight_yaml::serde::{FromNode, embedded_packed};
use serde::Deserialize;

/// The file.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalogue {
    pub(super) frameworks: Vec<FrameworkEntry>,
    pub(super) elements: Vec<Element>,
}

/// Who asks for elements.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(super) struct FrameworkEntry {
    pub(super) id: Framework,
    pub(super) title: String,
    pub(super) source: String,
}

#[derive(Clone, Copy, Debug, Deserialize, FromNode, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Framework {
    Ntia,
    #[serde(rename = "cisa-2025")]
    Cisa2025,
    #[serde(rename = "o-ran-wg11")]
    OranWg11,
}

impl Framework {
    pub(super) fn fails(self, fail_on: SbomFailOn) -> bool {
        match self {
            Self::Ntia => fail_on.ntia,
            Self::Cisa2025 => fail_on.cisa2025,
            Self::OranWg11 => fail_on.oran_wg11,
        }
    }
}

/// An element of a bill of materials.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Element {
    pub(super) id: ElementId,
    pub(super) of: Vec<What>,
    pub(super) absent: String,
    pub(super) fix: String,
    pub(super) severity: Severity,
    pub(super) asked_by: Vec<Demand>,
}

/// One framework's word for an element.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(super) struct Demand {
    pub(super) framework: Framework,
    #[serde(rename = "as")]
    pub(super) word: String,
}

#[derive(Clone, Copy, Debug, Deserialize, FromNode, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ElementId {
    Format,
    Author,
    Timestamp,
    ToolName,
    GenerationContext,
    NoVulnerabilities,
    Name,
    Version,
    Supplier,
    Identifier,
    Relationship,
    Hash,
    License,
}

impl ElementId {
    /// As it is written in the file.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Author => "author",
            Self::Timestamp => "timestamp",
            Self::ToolName => "tool-name",
            Self::GenerationContext => "generation-context",
            Self::NoVulnerabilities => "no-vulnerabilities",
            Self::Name => "name",
            Self::Version => "version",
            Self::Supplier => "supplier",
            Self::Identifier => "identifier",
            Self::Relationship => "relationship",
            Self::Hash => "hash",
            Self::License => "license",
        }
    }
}

/// What an element belongs to.
#[derive(Clone, Copy, Debug, Deserialize, FromNode, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    Document,
    Package,
    Image,
    Chart,
    Program,
}

impl Catalogue {
    /// The catalogue, which the build packed, read once per process.
    pub(super) fn get() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| {
            let texts = include_str!(concat!(env!("OUT_DIR"), "/minimum_elements.texts"));
            embedded_packed(texts, include_bytes!(concat!(env!("OUT_DIR"), "/minimum_elements.nodes")))
        })
    }

    pub(super) fn title(&self, framework: Framework) -> &str {
        self.frameworks.iter().find(|entry| entry.id == framework).map_or("", |entry| &entry.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_complete() {
        let catalogue = Catalogue::get();
        for framework in [Framework::Ntia, Framework::Cisa2025, Framework::OranWg11] {
            assert!(!catalogue.title(framework).is_empty(), "{framework:?}");
            assert!(
                catalogue.elements.iter().any(|element| element.asked_by.iter().any(|by| by.framework == framework))
            );
        }
        assert!(catalogue.frameworks.iter().all(|entry| entry.source.len() > 20));
        for element in &catalogue.elements {
            assert!(!element.of.is_empty() && !element.asked_by.is_empty(), "{element:?}");
            let is_of_document = element.of.contains(&What::Document);
            assert!(!is_of_document || element.of.len() == 1, "{element:?}");
        }
        // NTIA's seven data fields and its formats, CISA's eleven and its formats.
        let asked = |framework| {
            let asks = |element: &&Element| element.asked_by.iter().any(|by| by.framework == framework);
            catalogue.elements.iter().filter(asks).count()
        };
        assert_eq!((asked(Framework::Ntia), asked(Framework::Cisa2025)), (8, 12));
    }
}
