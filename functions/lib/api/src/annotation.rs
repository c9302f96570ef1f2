//! Annotation keys of Nephio and of Porchlight; those of kpt are in [`porchlight_krm::annotations`].

/// Condition type string of the object that owns this one (Nephio's specializer protocol).
///
/// An object that carries it is not seen by specializers that merely *watch* its kind, so kinds such as `Network`
/// must not have it.
pub const SPECIALIZER_OWNER: &str = "specializer.nephio.org/owner";

/// Condition type string of the object the whole specialization works for; Nephio's functions take the last segment
/// as the first part of the names they generate.
pub const SPECIALIZER_FOR: &str = "specializer.nephio.org/for";

/// Namespace that generated children are to have.
pub const SPECIALIZER_NAMESPACE: &str = "specializer.nephio.org/namespace";

/// Name of the network inside a network instance; IP claims select prefixes by it.
pub const NETWORK_NAME: &str = "nephio.org/network-name";

/// When Nephio's approval controller may publish a package revision: `initial` or `always`.
pub const APPROVAL_POLICY: &str = "approval.nephio.org/policy";

/// Names of the intents an object was derived from, comma separated, sorted.
pub const INTENT: &str = "orchestration.nephio-oran.io/intent";

/// `metadata.generation` of the intent, where it has one.
pub const INTENT_GENERATION: &str = "orchestration.nephio-oran.io/intent-generation";

/// Intent fields an object was derived from, comma separated, in the order of the intent's schema.
pub const DERIVED_FROM: &str = "orchestration.nephio-oran.io/derived-from";

/// Whether session and subscriber figures count ones or thousands. Value `one`.
pub const CAPACITY_UNIT: &str = "orchestration.nephio-oran.io/capacity-unit";

/// Names the document that describes an object's package: `ConfigMap/<name>/<data key>`.
pub const SBOM_REF: &str = "orchestration.nephio-oran.io/sbom-ref";

/// `sha256:` of the canonical JSON (RFC 8785) of the document that [`SBOM_REF`] names.
pub const SBOM_DIGEST: &str = "orchestration.nephio-oran.io/sbom-digest";

/// `urn:uuid:` of the document that [`SBOM_REF`] names; on the package's Kptfile only.
pub const SBOM_SERIAL: &str = "orchestration.nephio-oran.io/sbom-serial";

/// `"false"` on an object: policies leave it as it is, and say so.
pub const MANAGED: &str = "orchestration.nephio-oran.io/managed";

/// Controls that ask for what was injected, `<id>@<version of its document>`, comma separated, sorted.
pub const CONTROLS: &str = "orchestration.nephio-oran.io/controls";

/// Fields that policies set in an object of a user, with what stood there before, as JSON: what is needed to take them
/// back.
pub const POLICY_FIELDS: &str = "orchestration.nephio-oran.io/policy-fields";

/// `sha256:` of the rules that were applied, on the package's policy report: sites with the same digest have the same
/// policies.
pub const POLICY_DIGEST: &str = "orchestration.nephio-oran.io/policy-digest";

/// Network function that a plain workload is, such as `upf`: the rules it is sized by.
pub const NF_TYPE: &str = "orchestration.nephio-oran.io/nf-type";

/// Rule that gave the values of an object: `<profile>/<network function>`.
pub const SIZING_RULE: &str = "orchestration.nephio-oran.io/sizing-rule";

/// Where the rule of [`SIZING_RULE`] comes from.
pub const SIZING_SOURCE: &str = "orchestration.nephio-oran.io/sizing-source";

/// Values of an object before its capacity was expanded: `<field>=<quantity>`, comma separated.
pub const CAPACITY_BASELINE: &str = "orchestration.nephio-oran.io/capacity-baseline";

/// What the expansion made of the fields of [`CAPACITY_BASELINE`]; a field that differs from it was edited since.
pub const CAPACITY_PLANNED: &str = "orchestration.nephio-oran.io/capacity-planned";
