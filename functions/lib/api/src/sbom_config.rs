//! `SbomConfig`: what `annotate-sbom` puts into a software bill of materials and what it refuses.

use std::collections::BTreeMap;

use porchlight_yaml::serde::FromNode;
use serde::{Deserialize, Serialize};

use crate::object::Kind;

/// Where kpt looks for a function image without a `/` (kpt-render §0).
pub const DEFAULT_FUNCTION_IMAGE_PREFIX: &str = "ghcr.io/kptdev/krm-functions-catalog/";

/// Spec of an `SbomConfig`. Every field has a default; an absent configuration is a valid one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SbomConfig {
    /// Documents to write. Default both.
    pub format: SbomFormat,
    /// Whether the functions of Kptfile pipelines are listed, as build tools. Default true.
    pub include_functions: bool,
    /// Whether the files of the package are listed, each with a digest of what its resources say. Default false: the
    /// documents then change with every change of the package.
    pub include_files: bool,
    /// More fields that hold images: `spec.sidecar.image`, `spec.jobs[*].image`, `Backup:spec.images[*]`. `[*]` is every
    /// item of a list, `*` every entry of a mapping, a `Kind:` in front limits the path to that kind. The value is a
    /// reference, a list of references, or a mapping with `registry`, `name` and `tag`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_paths: Vec<String>,
    /// Supplier by the beginning of the place something comes from; the longest one wins. The place of an image is its
    /// repository (`docker.io/nephio`), that of a package its upstream (`github.com/nephio-project/catalog`), that of a
    /// chart its repository and name, that of a pipeline's program `exec`. What has none gets no supplier: nothing is
    /// guessed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub supplier_map: BTreeMap<String, String>,
    /// Supplier of the package itself, and of subpackages without an upstream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_supplier: Option<String>,
    /// Licence by the same places, an SPDX licence expression (`docker.io/nephio: Apache-2.0`). A package's own licence
    /// is `info.license` of its Kptfile.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub license_map: BTreeMap<String, String>,
    /// Author of the documents, an organisation unless it starts with `Person: `.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Creation time of the documents, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Creation time in seconds since 1970, as in `SOURCE_DATE_EPOCH`; instead of `timestamp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_date_epoch: Option<u64>,
    /// UUID under which the documents' own version 5 UUIDs are made. Default: Porchlight's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_namespace: Option<String>,
    /// Every image must be pinned by digest; the same as `failOn.missingDigest`. Default false.
    pub require_digest: bool,
    /// What makes the function fail instead of warn.
    pub fail_on: SbomFailOn,
    /// Name of the package where no Kptfile of it is among the items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_name: Option<String>,
    /// Version of the package where its Kptfile has no upstream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_version: Option<String>,
    /// Put in front of pipeline images without a `/`. Default `ghcr.io/kptdev/krm-functions-catalog/`, kpt's own.
    pub function_image_prefix: String,
}

impl Default for SbomConfig {
    fn default() -> Self {
        Self {
            format: SbomFormat::Both,
            include_functions: true,
            include_files: false,
            image_paths: Vec::new(),
            supplier_map: BTreeMap::new(),
            package_supplier: None,
            license_map: BTreeMap::new(),
            author: None,
            timestamp: None,
            source_date_epoch: None,
            serial_namespace: None,
            require_digest: false,
            fail_on: SbomFailOn::default(),
            package_name: None,
            package_version: None,
            function_image_prefix: DEFAULT_FUNCTION_IMAGE_PREFIX.to_owned(),
        }
    }
}

impl Kind for SbomConfig {
    const API_VERSION: &'static str = crate::API_VERSION;
    const KIND: &'static str = "SbomConfig";
}

/// Document formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SbomFormat {
    /// CycloneDX 1.6 JSON only.
    #[serde(rename = "cyclonedx-1.6")]
    CycloneDx,
    /// SPDX 2.3 JSON only.
    #[serde(rename = "spdx-2.3")]
    Spdx,
    /// Both.
    #[default]
    #[serde(rename = "both")]
    Both,
}

/// Findings that are errors instead of warnings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromNode)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SbomFailOn {
    /// An image without a digest.
    pub missing_digest: bool,
    /// An image with the tag `latest`, or with neither tag nor digest.
    pub latest_tag: bool,
    /// An element of NTIA's minimum (2021) is missing, such as supplier, version, author or timestamp.
    pub ntia: bool,
    /// An element of CISA's minimum (draft of August 2025) is missing: NTIA's, hashes, licences, tool and context.
    pub cisa2025: bool,
    /// A requirement of O-RAN WG11 (REQ-SBOM-001 to -011) is not met: NTIA's elements, no vulnerabilities, depth.
    pub oran_wg11: bool,
}
