//! The profiles that apply: built in, of the package, or named by intents; read, checked, and with what they extend.

use porchlight_api::network_slice_intent::NetworkSliceIntent;
use porchlight_api::policy_config::PolicyConfig;
use porchlight_api::policy_profile::{PolicyCategory, PolicyMode, PolicyProfile, PolicyRule, PolicySelector};
use porchlight_api::{Kind, Object};
use porchlight_krm::order::{Arrange, Gather, SortedMap, SortedSet};
use porchlight_krm::{Code, CodedError, FieldPath, Resource};
use porchlight_yaml::serde::nearest;
use serde_json::Value;

use crate::data::{Data, RuleSpec};
use crate::params;

/// A profile with every rule it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) category: PolicyCategory,
    pub(crate) priority: i64,
    pub(crate) selector: PolicySelector,
    pub(crate) frameworks: Vec<String>,
    /// Names of the profiles it builds on, near and far.
    pub(crate) bases: SortedSet<String>,
    pub(crate) rules: SortedMap<String, Rule>,
}

/// A rule of a profile, its parameters complete.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) mode: PolicyMode,
    pub(crate) controls: Vec<String>,
    pub(crate) params: SortedMap<String, Value>,
}

/// The profiles to apply, by name. Every fault of every profile of the package is reported.
pub(crate) fn active(items: &[Resource], config: &PolicyConfig) -> Result<Vec<Profile>, Vec<CodedError>> {
    let mut errors = Vec::new();
    let mut library: SortedMap<String, PolicyProfile> =
        Data::get().profiles.iter().map(|profile| (profile.name.clone(), profile.spec.clone())).gather();
    let mut wanted: SortedSet<String> = config.profiles.iter().cloned().gather();
    let mut own = SortedMap::new();
    for item in items.iter().filter(|item| is_ours(item, PolicyProfile::KIND)) {
        match read(item, &mut errors) {
            Some(_) if own.contains_key(item.name()) => {
                errors.push(
                    invalid(item, format!("two profiles are called `{}`", item.name()))
                        .field("metadata.name", item.name()),
                );
            }
            Some(spec) => {
                own.insert(item.name().to_owned(), item);
                wanted.insert(item.name().to_owned());
                library.insert(item.name().to_owned(), spec);
            }
            None => {}
        }
    }
    for (item, name) in items.iter().flat_map(named_by_intent) {
        if library.contains_key(&name) {
            wanted.insert(name);
        } else {
            let message = format!("no profile is called `{name}`{}", near(&name, library.keys()));
            errors.push(invalid(item, message).field("spec.policies", name));
        }
    }
    let mut profiles = Vec::new();
    let mut known = SortedMap::new();
    for name in &wanted {
        match complete(name, &library, &mut Vec::new(), &mut known) {
            Ok(profile) => profiles.push(profile),
            Err(message) => errors.push(match own.get(name) {
                Some(item) => invalid(item, message).field("spec.extends", name),
                None => CodedError::new(Code::PolicyInvalid, format!("functionConfig `profiles`: {message}")),
            }),
        }
    }
    if errors.is_empty() { Ok(profiles) } else { Err(errors) }
}

fn is_ours(item: &Resource, kind: &str) -> bool {
    item.kind() == kind && item.api_version().starts_with(&format!("{}/", porchlight_api::GROUP))
}

fn named_by_intent(item: &Resource) -> Vec<(&Resource, String)> {
    if !item.is(NetworkSliceIntent::API_VERSION, NetworkSliceIntent::KIND) {
        return Vec::new();
    }
    // An intent that does not read is for decompose-intent to complain about.
    let names = item.get::<Vec<String>>(&FieldPath::of(["spec", "policies"]));
    names.ok().flatten().unwrap_or_default().into_iter().map(|name| (item, name)).collect()
}

fn invalid(item: &Resource, message: impl Into<String>) -> CodedError {
    CodedError::new(Code::PolicyInvalid, message).intent(item.kind()).on(item)
}

fn near<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let known: Vec<&str> = known.map(String::as_str).collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; there are `{}`", known.join("`, `")),
    }
}

/// Reads a profile of the package; faults go to `errors`.
fn read(item: &Resource, errors: &mut Vec<CodedError>) -> Option<PolicyProfile> {
    if item.api_version() != PolicyProfile::API_VERSION {
        let message = format!("`{}` is not known here; write `{}`", item.api_version(), PolicyProfile::API_VERSION);
        errors.push(invalid(item, message).field("apiVersion", item.api_version()));
        return None;
    }
    let spec = match item.typed::<Object<PolicyProfile>>() {
        Ok(object) => object.spec,
        Err(error) => {
            let at = if error.line > 0 { format!(" (line {} of the object)", error.line) } else { String::new() };
            let coded = invalid(item, format!("`{}`{at}: {}", error.path, error.message));
            errors.push(match &error.value {
                Some(value) => coded.field(&error.path, value),
                None => coded.missing_field(&error.path),
            });
            return None;
        }
    };
    let before = errors.len();
    if !(0..=1000).contains(&spec.priority) {
        let message = format!("`spec.priority`: {} is not from 0 to 1000", spec.priority);
        errors.push(invalid(item, message).field("spec.priority", spec.priority));
    }
    for framework in &spec.frameworks {
        if Data::get().controls.document(framework).is_none() {
            let known = Data::get().controls.documents.iter().map(|document| &document.framework);
            let message = format!("no catalogue of controls is called `{framework}`{}", near(framework, known));
            errors.push(invalid(item, message).field("spec.frameworks", framework));
        }
    }
    for kind in spec.selector.kinds.iter().filter(|kind| !kind.starts_with(|first: char| first.is_ascii_uppercase())) {
        let message = format!("`spec.selector.kinds`: `{kind}` is no kind; kinds are written like `Deployment`");
        errors.push(invalid(item, message).field("spec.selector.kinds", kind));
    }
    for nf_type in &spec.selector.nf_types {
        if !Data::get().roles.iter().any(|role| &role.name == nf_type) {
            let message = format!(
                "`spec.selector.nfTypes`: no role is called `{nf_type}`{}",
                near(nf_type, Data::get().roles.iter().map(|role| &role.name))
            );
            errors.push(invalid(item, message).field("spec.selector.nfTypes", nf_type));
        }
    }
    let mut seen = SortedSet::new();
    for (index, rule) in spec.rules.iter().enumerate() {
        let mut fault = |field: String, current: String, message: String| {
            errors.push(invalid(item, format!("`{field}`: {message}")).field(field, current));
        };
        if !seen.insert(&rule.id) {
            fault(format!("spec.rules[{index}].id"), rule.id.clone(), format!("`{}` stands there twice", rule.id));
        }
        let Some(known) = Data::get().rule(&rule.id) else {
            let ids = Data::get().rules.iter().map(|known| &known.id);
            let message = format!("no rule is called `{}`{}", rule.id, near(&rule.id, ids));
            fault(format!("spec.rules[{index}].id"), rule.id.clone(), message);
            continue;
        };
        check_params(known, rule, |param, current, message| {
            fault(format!("spec.rules[{index}].params.{param}"), current, message);
        });
    }
    (errors.len() == before).then_some(spec)
}

fn check_params(known: &RuleSpec, rule: &PolicyRule, mut fault: impl FnMut(&str, String, String)) {
    for (name, value) in &rule.params {
        match known.params.iter().find(|param| &param.name == name) {
            None if known.params.is_empty() => {
                fault(name, params::shown(value), format!("rule `{}` has no parameters", known.id));
            }
            None => {
                let names = known.params.iter().map(|param| &param.name);
                fault(
                    name,
                    params::shown(value),
                    format!("rule `{}` has no such parameter{}", known.id, near(name, names)),
                );
            }
            Some(param) => {
                if let Err(message) = params::check(param, value) {
                    fault(name, params::shown(value), message);
                }
            }
        }
    }
}

/// Longest chain of profiles that extend each other; nobody finds their way through more.
const MAX_CHAIN: usize = 16;

/// A profile with the rules of those it extends, each completed once; the message where that cannot be.
fn complete(
    name: &str,
    library: &SortedMap<String, PolicyProfile>,
    way: &mut Vec<String>,
    known: &mut SortedMap<String, Profile>,
) -> Result<Profile, String> {
    if let Some(profile) = known.get(name) {
        return Ok(profile.clone());
    }
    let Some(spec) = library.get(name) else {
        return Err(format!("no profile is called `{name}`{}", near(name, library.keys())));
    };
    if way.iter().any(|passed| passed == name) {
        return Err(format!("profiles extend each other: `{}` -> `{name}`", way.join("` -> `")));
    }
    if way.len() == MAX_CHAIN {
        return Err(format!("more than {MAX_CHAIN} profiles extend each other: `{}` -> …", way.join("` -> `")));
    }
    way.push(name.to_owned());
    let mut profile = Profile {
        name: name.to_owned(),
        category: spec.category,
        priority: spec.priority,
        selector: spec.selector.clone(),
        frameworks: spec.frameworks.clone(),
        bases: SortedSet::new(),
        rules: SortedMap::new(),
    };
    for base in &spec.extends {
        let base = complete(base, library, way, known)?;
        profile.rules.extend(base.rules);
        profile.bases.extend(base.bases);
        profile.bases.insert(base.name);
        if spec.frameworks.is_empty() {
            profile.frameworks.extend(base.frameworks);
        }
    }
    way.pop();
    profile.frameworks.arrange();
    profile.frameworks.dedup();
    for rule in &spec.rules {
        let Some(known) = Data::get().rule(&rule.id) else { continue };
        let given = |param: &str| rule.params.get(param).cloned();
        let params = known
            .params
            .iter()
            .map(|param| (param.name.clone(), given(&param.name).unwrap_or_else(|| param.default.clone())))
            .gather();
        profile.rules.insert(rule.id.clone(), Rule { mode: rule.mode, controls: rule.controls.clone(), params });
    }
    known.insert(name.to_owned(), profile.clone());
    Ok(profile)
}
