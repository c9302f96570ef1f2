//! The fields of a `Kptfile` and the Go types kpt reads them into, which its messages name.

use crate::compat::Compat;

/// A type as kpt decodes it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    /// Text; other scalars are taken as written, null as "".
    Text(&'static str),
    /// A whole number.
    Integer,
    /// Text by text.
    TextMap,
    /// A list of texts.
    TextList,
    /// Fields.
    Object(&'static Object),
    /// A list of objects.
    List(&'static Object),
    /// Anything.
    Any,
}

/// A Go struct.
#[derive(Debug)]
pub(crate) struct Object {
    /// Name in messages.
    pub(crate) name: &'static str,
    /// Known fields.
    pub(crate) fields: &'static [Field],
}

/// A field of a struct.
#[derive(Debug)]
pub(crate) struct Field {
    /// Key in YAML.
    pub(crate) key: &'static str,
    /// What it holds.
    pub(crate) holds: Type,
    /// True where beta.56 does not know it.
    pub(crate) recent: bool,
    /// True where kpt writes it also when it is empty.
    pub(crate) always: bool,
}

impl Object {
    /// The field `key`, where the profile knows it.
    pub(crate) fn field(&self, key: &str, compat: Compat) -> Option<&'static Field> {
        self.known(compat).find(|field| field.key == key)
    }

    /// All fields the profile knows.
    pub(crate) fn known(&self, compat: Compat) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(move |field| !field.recent || compat == Compat::Latest)
    }
}

impl Type {
    /// Go's name of the type; the names of two types changed after beta.56.
    pub(crate) fn go_name(self) -> String {
        match self {
            Self::Text(name) => name.to_owned(),
            Self::Integer => "int".to_owned(),
            Self::TextMap => "map[string]string".to_owned(),
            Self::TextList => "[]string".to_owned(),
            Self::Object(object) => object.name.to_owned(),
            Self::List(object) => format!("[]{}", object.name),
            Self::Any => "interface {}".to_owned(),
        }
    }
}

const TEXT: Type = Type::Text("string");

const fn field(key: &'static str, holds: Type) -> Field {
    Field { key, holds, recent: false, always: false }
}

const fn recent(key: &'static str, holds: Type) -> Field {
    Field { key, holds, recent: true, always: false }
}

const fn always(key: &'static str, holds: Type) -> Field {
    Field { key, holds, recent: false, always: true }
}

/// The whole file.
pub(crate) static KPTFILE: Object = Object {
    name: "v1.KptFile",
    fields: &[
        field("apiVersion", TEXT),
        field("kind", TEXT),
        field("metadata", Type::Object(&METADATA)),
        field("upstream", Type::Object(&UPSTREAM)),
        field("upstreamLock", Type::Object(&UPSTREAM_LOCK)),
        field("info", Type::Object(&INFO)),
        field("pipeline", Type::Object(&PIPELINE)),
        field("inventory", Type::Object(&INVENTORY)),
        field("status", Type::Object(&STATUS)),
    ],
};

static METADATA: Object = Object {
    name: "yaml.ObjectMeta",
    fields: &[
        field("name", TEXT),
        field("namespace", TEXT),
        field("labels", Type::TextMap),
        field("annotations", Type::TextMap),
    ],
};

static UPSTREAM: Object = Object {
    name: "v1.Upstream",
    fields: &[
        field("type", Type::Text("v1.OriginType")),
        field("git", Type::Object(&GIT)),
        field("updateStrategy", Type::Text("v1.UpdateStrategyType")),
    ],
};

static GIT: Object =
    Object { name: "v1.Git", fields: &[field("repo", TEXT), field("directory", TEXT), field("ref", TEXT)] };

static UPSTREAM_LOCK: Object = Object {
    name: "v1.UpstreamLock",
    fields: &[
        field("type", Type::Text("v1.OriginType")),
        field("git", Type::Object(&GIT_LOCK)),
        recent("generic", Type::Object(&GENERIC_LOCK)),
    ],
};

static GIT_LOCK: Object = Object {
    name: "v1.GitLock",
    fields: &[field("repo", TEXT), field("directory", TEXT), field("ref", TEXT), field("commit", TEXT)],
};

static GENERIC_LOCK: Object = Object {
    name: "v1.GenericLock",
    fields: &[field("storeID", TEXT), field("resourceID", TEXT), field("resourceVersion", TEXT)],
};

static INFO: Object = Object {
    name: "v1.PackageInfo",
    fields: &[
        field("site", TEXT),
        field("emails", Type::TextList),
        field("license", TEXT),
        field("licenseFile", TEXT),
        field("description", TEXT),
        field("keywords", Type::TextList),
        field("man", TEXT),
        field("readinessGates", Type::List(&READINESS_GATE)),
    ],
};

static READINESS_GATE: Object = Object { name: "v1.ReadinessGate", fields: &[always("conditionType", TEXT)] };

pub(crate) static PIPELINE: Object = Object {
    name: "v1.Pipeline",
    fields: &[field("mutators", Type::List(&FUNCTION)), field("validators", Type::List(&FUNCTION))],
};

pub(crate) static FUNCTION: Object = Object {
    name: "v1.Function",
    fields: &[
        field("image", TEXT),
        field("exec", TEXT),
        field("configPath", TEXT),
        field("configMap", Type::TextMap),
        field("name", TEXT),
        recent("tag", TEXT),
        field("selectors", Type::List(&SELECTOR)),
        field("exclude", Type::List(&SELECTOR)),
    ],
};

static SELECTOR: Object = Object {
    name: "v1.Selector",
    fields: &[
        field("apiVersion", TEXT),
        field("kind", TEXT),
        field("name", TEXT),
        field("namespace", TEXT),
        field("labels", Type::TextMap),
        field("annotations", Type::TextMap),
    ],
};

static INVENTORY: Object = Object {
    name: "v1.Inventory",
    fields: &[
        field("namespace", TEXT),
        field("name", TEXT),
        field("inventoryID", TEXT),
        field("labels", Type::TextMap),
        field("annotations", Type::TextMap),
    ],
};

static STATUS: Object = Object {
    name: "v1.Status",
    fields: &[field("conditions", Type::List(&CONDITION)), recent("renderStatus", Type::Object(&RENDER_STATUS))],
};

static CONDITION: Object = Object {
    name: "v1.Condition",
    fields: &[
        always("type", TEXT),
        always("status", Type::Text("v1.ConditionStatus")),
        field("reason", TEXT),
        field("message", TEXT),
    ],
};

static RENDER_STATUS: Object = Object {
    name: "v1.RenderStatus",
    fields: &[
        field("mutationSteps", Type::List(&STEP_RESULT)),
        field("validationSteps", Type::List(&STEP_RESULT)),
        field("errorSummary", TEXT),
    ],
};

static STEP_RESULT: Object = Object {
    name: "v1.PipelineStepResult",
    fields: &[
        field("name", TEXT),
        field("image", TEXT),
        field("exec", TEXT),
        field("executionError", TEXT),
        field("stderr", TEXT),
        always("exitCode", Type::Integer),
        field("results", Type::List(&RESULT_ITEM)),
        field("errorResults", Type::List(&RESULT_ITEM)),
    ],
};

static RESULT_ITEM: Object = Object {
    name: "v1.ResultItem",
    fields: &[
        field("message", TEXT),
        field("severity", TEXT),
        field("resourceRef", Type::Any),
        field("field", Type::Any),
        field("file", Type::Any),
        field("tags", Type::TextMap),
    ],
};
