//! The rules' facts, read from `data/`.

use std::sync::OnceLock;

use porchlight_yaml::serde::{FromNode, data, embedded};

/// Everything in `data/`.
pub(crate) struct Data {
    pub(crate) placeholders: Placeholders,
    pub(crate) kinds: Kinds,
    pub(crate) builtin: Vec<Builtin>,
}

/// What stands for a value that somebody has to give.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Placeholders {
    pub(crate) fields: Vec<PlaceholderField>,
    pub(crate) words: Vec<Sourced>,
    pub(crate) templates: Vec<Template>,
}

/// A field with values that mark a blueprint.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlaceholderField {
    pub(crate) kind: String,
    /// Only the object of this name.
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) path: String,
    pub(crate) values: Vec<String>,
    pub(crate) hint: String,
    pub(crate) source: String,
}

/// A value with its source.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sourced {
    pub(crate) value: String,
    pub(crate) source: String,
}

/// Brackets of a template language around a name.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    pub(crate) open: String,
    pub(crate) close: String,
    pub(crate) source: String,
}

/// How kinds are named and where they live.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Kinds {
    pub(crate) label_names: Vec<Sourced>,
    pub(crate) service_names: Vec<Sourced>,
    pub(crate) free_names: Vec<Sourced>,
    pub(crate) dotless_names: Vec<Sourced>,
    pub(crate) cluster_scoped: Vec<Sourced>,
    pub(crate) gone: Vec<Gone>,
}

/// An API version that is no longer served.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Gone {
    pub(crate) api_version: String,
    pub(crate) kinds: Vec<String>,
    pub(crate) since: String,
    pub(crate) instead: String,
    pub(crate) source: String,
}

/// Objects every cluster has.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Builtin {
    pub(crate) kind: String,
    /// `*` stands for any part of a name.
    pub(crate) name: String,
    pub(crate) source: String,
}

impl Data {
    /// The embedded data, parsed once per process.
    pub(crate) fn get() -> &'static Self {
        static DATA: OnceLock<Data> = OnceLock::new();
        DATA.get_or_init(|| Self {
            placeholders: embedded(data!("data/placeholders.yaml")),
            kinds: embedded(data!("data/kinds.yaml")),
            builtin: embedded(data!("data/builtin.yaml")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Data;

    #[test]
    fn the_data_reads() {
        let data = Data::get();
        assert!(!data.placeholders.fields.is_empty() && !data.kinds.gone.is_empty() && !data.builtin.is_empty());
    }
}
