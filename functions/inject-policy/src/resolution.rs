//! What holds for an object when several profiles speak about it: security before operation (nephio-domain F.6, 3), then the
//! higher priority, then the stricter value, then the more specific selector, then the name that comes first. Every
//! disagreement is reported once.

use std::cmp::Ordering;

use porchlight_api::policy_profile::{PolicyCategory, PolicyMode};
use porchlight_krm::order::{Arrange, Gather, SortedMap, SortedSet};
use porchlight_krm::{Code, Finding};
use serde_json::Value;

use crate::data::{Data, RuleSpec};
use crate::params;
use crate::profiles::{Profile, Rule};

/// What a selector looks at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) labels: SortedMap<String, String>,
    pub(crate) nf_types: SortedSet<String>,
}

/// A rule as it holds for one subject.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) rule: &'static RuleSpec,
    pub(crate) mode: PolicyMode,
    pub(crate) params: SortedMap<String, Value>,
    /// Profiles that ask for it, sorted, comma separated.
    pub(crate) profiles: String,
    /// Control ids with the version of their document.
    pub(crate) controls: SortedSet<String>,
}

impl Applied {
    pub(crate) fn text(&self, param: &str) -> &str {
        self.params.get(param).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn number(&self, param: &str) -> u64 {
        self.params.get(param).and_then(Value::as_u64).unwrap_or_default()
    }

    pub(crate) fn flag(&self, param: &str) -> bool {
        self.params.get(param).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(crate) fn texts(&self, param: &str) -> Vec<&str> {
        let items = self.params.get(param).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// The profiles, and what they disagreed about so far.
pub(crate) struct Resolution {
    profiles: Vec<Profile>,
    /// By rule and what of it, winner and loser.
    conflicts: SortedMap<(String, String, String, String), Conflict>,
}

struct Conflict {
    won: String,
    lost: String,
    why: &'static str,
}

/// Tag `conflict` of results about aims that cannot be had together, in the words of TS 28.312.
pub(crate) const TARGET_CONFLICT: &str = "TARGET_CONFLICT";

const SECURITY_FIRST: &str = "security comes before operation";

/// One profile's word on a rule.
struct Contender<'a> {
    profile: &'a Profile,
    rule: &'a Rule,
}

impl Resolution {
    pub(crate) fn new(profiles: Vec<Profile>) -> Self {
        Self { profiles, conflicts: SortedMap::new() }
    }

    pub(crate) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The rule as it holds for the subject; `None` where no profile asks for it, or it is off.
    pub(crate) fn rule(&mut self, id: &str, subject: &Subject) -> Option<Applied> {
        let spec = Data::get().rule(id)?;
        let contenders: Vec<Contender<'_>> = self
            .profiles
            .iter()
            .filter(|profile| selects(profile, subject))
            .filter_map(|profile| Some(Contender { profile, rule: profile.rules.get(id)? }))
            .collect();
        let mut found = Vec::new();
        let mode = pick(
            &contenders,
            "mode",
            &mut found,
            |contender| Some(&contender.rule.mode),
            Ord::cmp,
            |mode| format!("{mode:?}").to_lowercase(),
        )?
        .to_owned();
        let mut values = SortedMap::new();
        let speaking: Vec<Contender<'_>> =
            contenders.into_iter().filter(|contender| contender.rule.mode != PolicyMode::Off).collect();
        if mode != PolicyMode::Off {
            for param in &spec.params {
                let order = |left: &Value, right: &Value| params::strictness(param, left, right);
                let value = pick(
                    &speaking,
                    &param.name,
                    &mut found,
                    |contender| contender.rule.params.get(&param.name),
                    order,
                    params::shown,
                );
                values.extend(value.map(|value| (param.name.clone(), value.clone())));
            }
        }
        let mut controls: SortedSet<String> =
            speaking.iter().flat_map(|contender| contender.rule.controls.iter().cloned()).gather();
        let frameworks: SortedSet<&str> =
            speaking.iter().flat_map(|contender| contender.profile.frameworks.iter().map(String::as_str)).gather();
        controls.extend(frameworks.into_iter().flat_map(|framework| controls_of(framework, id)));
        let profiles = speaking.iter().map(|contender| contender.profile.name.as_str()).collect::<Vec<_>>().join(",");
        let silent = speaking.is_empty();
        for (what, conflict, winner, loser) in found {
            self.conflicts.entry((id.to_owned(), what, winner, loser)).or_insert(conflict);
        }
        if mode == PolicyMode::Off || silent {
            return None;
        }
        Some(Applied { rule: spec, mode, params: values, profiles, controls })
    }

    /// A finding for every disagreement met.
    pub(crate) fn findings(&self, strict: bool) -> Vec<Finding> {
        let finding = |((rule, what, winner, loser), conflict): (&(String, String, String, String), &Conflict)| {
            let message = format!(
                "profiles `{winner}` and `{loser}` disagree on `{what}` of rule `{rule}`: `{}` of `{winner}` holds, not `{}`; \
                 {}",
                conflict.won, conflict.lost, conflict.why
            );
            let finding = if strict {
                Finding::error(Code::PolicyConflict, message)
            } else {
                Finding::warning(Code::PolicyConflict, message)
            };
            let finding = finding.tag("rule", rule).tag("winner", winner).tag("loser", loser);
            if conflict.why == SECURITY_FIRST {
                return finding
                    .tag("conflict", TARGET_CONFLICT)
                    .hint("a PolicyException takes the rule off the objects that cannot do with it");
            }
            finding.hint("give one of the profiles another priority or selector, or let one extend the other")
        };
        self.conflicts.iter().map(finding).collect()
    }
}

/// Controls of a framework that ask for a rule, with the version of their document.
pub(crate) fn controls_of(framework: &str, rule: &str) -> Vec<String> {
    let controls = &Data::get().controls;
    let Some(document) = controls.document(framework) else { return Vec::new() };
    let asking = controls
        .controls
        .iter()
        .filter(|control| control.framework == framework && control.rules.iter().any(|id| id == rule));
    asking.flat_map(|control| control.ids.iter().map(|id| format!("{id}@{}", document.version))).collect()
}

fn selects(profile: &Profile, subject: &Subject) -> bool {
    let selector = &profile.selector;
    (selector.kinds.is_empty() || selector.kinds.contains(&subject.kind))
        && (selector.namespaces.is_empty() || selector.namespaces.contains(&subject.namespace))
        && selector.labels.iter().all(|(key, value)| subject.labels.get(key) == Some(value))
        && (selector.nf_types.is_empty() || selector.nf_types.iter().any(|nf| subject.nf_types.contains(nf)))
}

type Found = (String, Conflict, String, String);

/// The value that holds, and the conflicts it won.
fn pick<'a, T: PartialEq>(
    contenders: &'a [Contender<'a>],
    what: &str,
    found: &mut Vec<Found>,
    value: impl Fn(&'a Contender<'a>) -> Option<&'a T>,
    strictness: impl Fn(&T, &T) -> Ordering,
    shown: impl Fn(&T) -> String,
) -> Option<&'a T> {
    let mut voices: Vec<(&Contender<'a>, &T)> =
        contenders.iter().filter_map(|contender| Some((contender, value(contender)?))).collect();
    let secured = voices.iter().any(|(voice, _)| voice.profile.category == PolicyCategory::Security);
    let yields = |voice: &Contender<'_>| secured && voice.profile.category == PolicyCategory::Operational;
    voices.arrange_by(|(left, left_value), (right, right_value)| {
        (yields(left).cmp(&yields(right)))
            .then_with(|| right.profile.priority.cmp(&left.profile.priority))
            .then_with(|| strictness(right_value, left_value))
            .then_with(|| right.profile.selector.specificity().cmp(&left.profile.selector.specificity()))
            .then_with(|| left.profile.name.cmp(&right.profile.name))
    });
    let (winner, won) = *voices.first()?;
    for (loser, lost) in &voices[1..] {
        let related =
            winner.profile.bases.contains(&loser.profile.name) || loser.profile.bases.contains(&winner.profile.name);
        if *lost == won || related {
            continue;
        }
        let security_won = winner.profile.category == PolicyCategory::Security && yields(loser);
        let why = if security_won {
            SECURITY_FIRST
        } else if winner.profile.priority != loser.profile.priority {
            "it has the higher priority"
        } else if strictness(won, lost) == Ordering::Greater {
            "it is the stricter one"
        } else if winner.profile.selector.specificity() != loser.profile.selector.specificity() {
            "its selector is more specific"
        } else {
            "its name comes first"
        };
        let conflict = Conflict { won: shown(won), lost: shown(lost), why };
        found.push((what.to_owned(), conflict, winner.profile.name.clone(), loser.profile.name.clone()));
    }
    Some(won)
}

#[cfg(test)]
mod tests;
