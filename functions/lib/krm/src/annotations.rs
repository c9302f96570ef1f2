//! Annotation keys with a meaning to kpt, Nephio and this suite.

/// Path of the file a resource is stored in, relative to its package.
pub const PATH: &str = "config.kubernetes.io/path";
/// Position of a resource in its file, from 0.
pub const INDEX: &str = "config.kubernetes.io/index";
/// kpt's own twin of [`PATH`].
pub const INTERNAL_PATH: &str = "internal.config.kubernetes.io/path";
/// kpt's own twin of [`INDEX`].
pub const INTERNAL_INDEX: &str = "internal.config.kubernetes.io/index";
/// Directory of the package a resource belongs to; only while a pipeline runs.
pub const PACKAGE_PATH: &str = "internal.config.kubernetes.io/package-path";
/// Marks objects that stay in the package and are not applied to a cluster (`"true"`).
pub const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";
/// Condition string of the object that owns this one (nephio-domain §C.1).
pub const NEPHIO_OWNER: &str = "specializer.nephio.org/owner";

/// API group of this suite's own kinds.
pub const GROUP: &str = "orchestration.nephio-oran.io";
/// apiVersion of this suite's own kinds.
pub const API_VERSION: &str = "orchestration.nephio-oran.io/v1alpha1";
/// Label: the function that generated an object.
pub const GENERATED_BY: &str = "orchestration.nephio-oran.io/generated-by";
/// Annotation: what an object was generated from, usually the name of an intent.
pub const ORIGIN: &str = "orchestration.nephio-oran.io/origin";
/// Annotation: `namespace/name` an object was generated under, for functions that rename later.
pub const GENERATED_AS: &str = "orchestration.nephio-oran.io/generated-as";
/// Annotation: the fields of an object its function set, see [`crate::ownership`].
pub const OWNED_FIELDS: &str = "orchestration.nephio-oran.io/owned-fields";
