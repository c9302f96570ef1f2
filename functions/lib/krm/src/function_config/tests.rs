use std::collections::BTreeMap;

use porchlight_yaml::serde::FromNode;
use serde::Deserialize;

use super::read;
use crate::Resource;

#[derive(Debug, Default, PartialEq, Deserialize, FromNode)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    formats: Vec<String>,
    require_digest: bool,
    replicas: Option<u8>,
    hpa: Hpa,
    labels: BTreeMap<String, String>,
    location: String,
    mode: Mode,
}

#[derive(Debug, Default, PartialEq, Deserialize, FromNode)]
#[serde(default)]
struct Hpa {
    target: f64,
    profile: Option<String>,
}

#[derive(Debug, Default, PartialEq, Deserialize, FromNode)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Enforce,
    Warn,
}

fn object(text: &str) -> Resource {
    Resource::from_document(porchlight_yaml::parse(text.into()).unwrap().remove(0)).unwrap()
}

fn config_map(data: &str) -> Resource {
    object(&format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: function-input}}\ndata:{data}\n"))
}

fn typed(spec: &str) -> Resource {
    object(&format!(
        "apiVersion: orchestration.nephio-oran.io/v1alpha1\nkind: SbomConfig\nmetadata: {{name: c}}\nspec:{spec}\n"
    ))
}

fn ok(config: &Resource) -> Config {
    read(Some(config), "SbomConfig").unwrap()
}

fn error(config: &Resource) -> String {
    read::<Config>(Some(config), "SbomConfig").unwrap_err().to_string()
}

#[test]
fn both_forms_give_the_same_configuration() {
    let expected = Config {
        formats: vec!["cyclonedx".into(), "spdx".into()],
        require_digest: true,
        replicas: Some(5),
        hpa: Hpa { target: 80.0, profile: Some("010".into()) },
        labels: BTreeMap::from([("a".into(), "true".into()), ("b".into(), "2".into())]),
        location: "no".into(),
        mode: Mode::Warn,
    };
    let spec = "
  formats: [cyclonedx, spdx]
  requireDigest: true
  replicas: 5
  hpa: {target: 80, profile: 010}
  labels: {a: 'true', b: '2'}
  location: no
  mode: warn";
    assert_eq!(ok(&typed(spec)), expected);
    let flat = "
  formats: cyclonedx, spdx
  requireDigest: 'true'
  replicas: \"5\"
  hpa.target: '80'
  hpa.profile: '010'
  labels.a: 'true'
  labels.b: '2'
  location: 'no'
  mode: warn";
    assert_eq!(ok(&config_map(flat)), expected);
    let embedded = "
  formats: |
    - cyclonedx
    - spdx
  requireDigest: yes
  replicas: 5
  hpa: '{target: 80, profile: 010}'
  labels: |
    a: true
    b: 2
  location: no
  mode: warn";
    assert_eq!(ok(&config_map(embedded)), expected);
}

#[test]
fn nothing_given_is_the_default() {
    assert_eq!(read::<Config>(None, "SbomConfig").unwrap(), Config::default());
    for config in
        [config_map(""), config_map(" {}"), config_map("\n  replicas: ''\n  formats: ''"), typed(""), typed(" {}")]
    {
        assert_eq!(ok(&config), Config::default());
    }
    assert_eq!(ok(&object("apiVersion: v1\nkind: ConfigMap\n")), Config::default());
}

#[test]
fn every_bad_configuration_has_its_message() {
    for (config, expected) in [
        (
            config_map("\n  format: spdx"),
            "functionConfig `data.format` (line 5): unknown field `format`, did you mean `formats`?",
        ),
        (
            config_map("\n  hpa.targt: 1"),
            "functionConfig `data.hpa.targt` (line 5): unknown field `targt`, did you mean `target`?",
        ),
        (
            config_map("\n  colour: red"),
            "functionConfig `data.colour` (line 5): unknown field `colour`; known fields are `formats`, `requireDigest`, \
             `replicas`, `hpa`, `labels`, `location`, `mode`",
        ),
        (
            config_map("\n  replicas: '300'"),
            "functionConfig `data.replicas` (line 5): expected a whole number from 0 to 255, found the number `300`",
        ),
        (
            config_map("\n  requireDigest: maybe"),
            "functionConfig `data.requireDigest` (line 5): expected `true` or `false`, found the text `maybe`",
        ),
        (
            config_map("\n  mode: wran"),
            "functionConfig `data.mode` (line 5): unknown value `wran`, did you mean `warn`?; known are `enforce`, `warn`",
        ),
        (
            config_map("\n  hpa: '{target: x}'"),
            "functionConfig `data.hpa.target` (line 5): expected a number, found the text `x`",
        ),
        (config_map("\n  hpa: word"), "functionConfig `data.hpa` (line 5): expected a mapping, found the text `word`"),
        (
            config_map("\n  hpa: {target: 1}"),
            "functionConfig `data.hpa` (line 5): expected text, found a mapping; a ConfigMap holds only text, put the YAML \
             in a block (`|`)",
        ),
        (
            config_map("\n  hpa: ''\n  hpa.target: 1"),
            "functionConfig `data.hpa.target` (line 6): `hpa` is given both as a value and as keys below it",
        ),
        (
            config_map("\n  hpa.target: 1\n  hpa: ''"),
            "functionConfig `data.hpa` (line 6): `hpa` is given both as a value and as keys below it",
        ),
        (config_map(" [a]"), "functionConfig `data`: expected a mapping of texts, found a list"),
        (
            typed("\n  format: []"),
            "functionConfig `spec.format` (line 5): unknown field `format`, did you mean `formats`?",
        ),
        (
            typed("\n  hpa: {targett: 1}"),
            "functionConfig `spec.hpa.targett` (line 5): unknown field `targett`, did you mean `target`?",
        ),
        (
            typed("\n  replicas: '3'"),
            "functionConfig `spec.replicas` (line 5): expected a whole number from 0 to 255, found the text `3`",
        ),
        (typed("\n  formats: spdx"), "functionConfig `spec.formats` (line 5): expected a list, found the text `spdx`"),
        (typed(" 3"), "functionConfig `spec` (line 4): expected a mapping, found the number `3`"),
        (typed(" {}\nspecs: {}"), "functionConfig (line 5): unknown field `specs`; did you mean `spec`?"),
        (
            typed(" {}\nformats: []"),
            "functionConfig (line 5): unknown field `formats`; the configuration belongs in `spec`",
        ),
        (
            object("apiVersion: v1\nkind: Secret\n"),
            "functionConfig is `v1` `Secret`; expected orchestration.nephio-oran.io/v1alpha1 SbomConfig or v1 ConfigMap",
        ),
        (
            object("kind: SbomConfig\n"),
            "functionConfig is (nothing) `SbomConfig`; expected orchestration.nephio-oran.io/v1alpha1 SbomConfig or v1 \
             ConfigMap",
        ),
    ] {
        assert_eq!(error(&config), format!("[FN_CONFIG_INVALID] Function: {expected}"));
    }
}

#[test]
fn the_result_names_object_field_and_value() {
    let error = read::<Config>(Some(&config_map("\n  replicas: '300'")), "SbomConfig").unwrap_err();
    let field = error.place.field.unwrap();
    assert_eq!((field.path.as_str(), field.current_value.as_deref()), ("data.replicas", Some("300")));
    assert_eq!(error.place.resource_ref.unwrap().name, "function-input");
}
