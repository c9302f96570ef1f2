//! JSON Schemas and CustomResourceDefinitions of our kinds, made from the types (feature `schema`).
//!
//! A kind is one line in [`kinds`]. Its descriptions are the doc comments of its fields; a range that the type does not
//! say by itself is `#[cfg_attr(feature = "schema", schemars(range(min = 1)))]`.
//! `UPDATE=1 cargo test -p porchlight-api --test schemas` writes what [`files`] says below `docs/reference`.

mod crd;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::object::{Kind, Metadata};
use crate::{
    GROUP, audit_config, capacity_expansion, capacity_report, coverage, decompose_intent_config, edge_site,
    expand_coverage_config, intent_report, network_slice_intent, policy_config, policy_exception, policy_profile,
    sbom_config, sizing_profile, validate_config, variant_plan,
};

/// Every kind of ours, in alphabetical order.
#[must_use]
pub fn kinds() -> Vec<KindSchema> {
    vec![
        KindSchema::of::<audit_config::AuditExposureConfig>(),
        KindSchema::of::<capacity_expansion::CapacityExpansion>(),
        KindSchema::of::<capacity_report::CapacityReport>(),
        KindSchema::of::<coverage::CoverageExpansion>(),
        KindSchema::of::<coverage::CoveragePlan>(),
        KindSchema::of::<decompose_intent_config::DecomposeIntentConfig>(),
        KindSchema::of::<edge_site::EdgeSite>(),
        KindSchema::of::<expand_coverage_config::ExpandCoverageConfig>(),
        KindSchema::of::<intent_report::IntentReport>(),
        KindSchema::of::<network_slice_intent::NetworkSliceIntent>(),
        KindSchema::of::<policy_config::PolicyConfig>(),
        KindSchema::of::<policy_exception::PolicyException>(),
        KindSchema::of::<policy_profile::PolicyProfile>(),
        KindSchema::of::<sbom_config::SbomConfig>(),
        KindSchema::of::<sizing_profile::SizingProfile>(),
        KindSchema::of::<validate_config::ValidateSpecializationConfig>(),
        KindSchema::of::<variant_plan::VariantPlan>(),
    ]
}

/// The kind called `name`, without regard to case.
#[must_use]
pub fn find(name: &str) -> Option<KindSchema> {
    kinds().into_iter().find(|kind| kind.kind.eq_ignore_ascii_case(name))
}

/// Every generated file: path below `docs/reference`, and content.
#[must_use]
pub fn files() -> Vec<(String, String)> {
    kinds().iter().flat_map(|kind| [kind.json_schema_file(), kind.crd_file()]).collect()
}

/// A kind of ours and the schema of its spec.
#[derive(Clone, Debug)]
pub struct KindSchema {
    /// Group and version.
    pub api_version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The spec with references to shared parts, for editors.
    spec: Schema,
    /// The spec with every part in its place, as a CustomResourceDefinition wants it.
    inlined: Schema,
}

impl KindSchema {
    fn of<S: Kind + JsonSchema>() -> Self {
        // Draft 7 is what every editor's YAML support understands.
        let spec = SchemaSettings::draft07().into_generator().into_root_schema_for::<S>();
        let inlined = SchemaSettings::openapi3().with(|settings| settings.inline_subschemas = true);
        let inlined = inlined.into_generator().into_root_schema_for::<S>();
        Self { api_version: S::API_VERSION, kind: S::KIND, spec, inlined }
    }

    /// The kind in lower case and plural, as in the URLs of an API server.
    #[must_use]
    pub fn plural(&self) -> String {
        let singular = self.kind.to_lowercase();
        match singular.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None if singular.ends_with(['s', 'x']) => format!("{singular}es"),
            None => format!("{singular}s"),
        }
    }

    /// JSON Schema (draft 7) of a whole object: `apiVersion`, `kind`, `metadata` and `spec`.
    #[must_use]
    pub fn json_schema(&self) -> Value {
        let mut spec = self.spec.as_value().clone();
        let mut definitions = Value::Null;
        let mut description = Value::Null;
        if let Some(spec) = spec.as_object_mut() {
            definitions = spec.remove("definitions").unwrap_or_default();
            description = spec.remove("description").unwrap_or_default();
            spec.remove("$schema");
            spec.remove("title");
        }
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        schema.insert("title".to_owned(), json!(self.kind));
        schema.insert("description".to_owned(), description);
        schema.insert("type".to_owned(), json!("object"));
        schema.insert(
            "properties".to_owned(),
            json!({
                "apiVersion": {"const": self.api_version},
                "kind": {"const": self.kind},
                "metadata": metadata(),
                "spec": spec,
            }),
        );
        schema.insert("required".to_owned(), json!(["apiVersion", "kind", "metadata", "spec"]));
        schema.insert("additionalProperties".to_owned(), json!(false));
        if !definitions.is_null() {
            schema.insert("definitions".to_owned(), definitions);
        }
        Value::Object(schema)
    }

    /// CustomResourceDefinition (apiextensions.k8s.io/v1) with a structural schema.
    ///
    /// Our kinds stay in packages (local-config) and are never applied; the definition serves tools that read schemas from
    /// definitions, and Porch's injection, which takes objects from the management cluster.
    #[must_use]
    pub fn crd(&self) -> Value {
        crd::definition(self)
    }

    /// [`KindSchema::json_schema`] as text.
    #[must_use]
    pub fn json_schema_text(&self) -> String {
        serde_json::to_string_pretty(&self.json_schema()).expect("invariant: a JSON value can be written") + "\n"
    }

    /// [`KindSchema::crd`] as YAML.
    #[must_use]
    pub fn crd_text(&self) -> String {
        crd::text(&self.crd())
    }

    fn json_schema_file(&self) -> (String, String) {
        (format!("schemas/{}.json", self.kind.to_lowercase()), self.json_schema_text())
    }

    fn crd_file(&self) -> (String, String) {
        (format!("crds/{GROUP}_{}.yaml", self.plural()), self.crd_text())
    }
}

/// What may stand in `metadata`: what an API server accepts; the name is required.
fn metadata() -> Value {
    let mut metadata = SchemaSettings::draft07().into_generator().into_root_schema_for::<Metadata>().to_value();
    if let Some(metadata) = metadata.as_object_mut() {
        metadata.remove("$schema");
        metadata.remove("title");
        metadata.insert("required".to_owned(), json!(["name"]));
    }
    metadata
}
