//! The part of the SPDX 2.3 JSON format we write; names and order are the schema's (`spdx-schema.json`).

use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) spdx_version: &'static str,
    pub(crate) data_license: &'static str,
    #[serde(rename = "SPDXID")]
    pub(crate) spdx_id: &'static str,
    pub(crate) name: String,
    pub(crate) document_namespace: String,
    pub(crate) creation_info: CreationInfo,
    pub(crate) packages: Vec<Package>,
    pub(crate) relationships: Vec<Relationship>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct CreationInfo {
    pub(crate) created: String,
    pub(crate) creators: Vec<String>,
    pub(crate) comment: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub(crate) enum Purpose {
    Application,
    Container,
    File,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Package {
    #[serde(rename = "SPDXID")]
    pub(crate) spdx_id: String,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version_info: Option<String>,
    pub(crate) supplier: String,
    pub(crate) download_location: String,
    pub(crate) files_analyzed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) checksums: Vec<Checksum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_info: Option<String>,
    pub(crate) license_concluded: &'static str,
    pub(crate) license_declared: String,
    pub(crate) copyright_text: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) external_refs: Vec<ExternalRef>,
    pub(crate) primary_package_purpose: Purpose,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checksum {
    pub(crate) algorithm: &'static str,
    pub(crate) checksum_value: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExternalRef {
    pub(crate) reference_category: &'static str,
    pub(crate) reference_type: &'static str,
    pub(crate) reference_locator: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RelationshipType {
    Describes,
    Contains,
    DependsOn,
    BuildToolOf,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Relationship {
    pub(crate) spdx_element_id: String,
    pub(crate) relationship_type: RelationshipType,
    pub(crate) related_spdx_element: String,
}
