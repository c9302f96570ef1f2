//! Sizing profiles: the built-in ones, and what makes a profile usable.

mod check;

use std::sync::OnceLock;

use porchlight_api::Object;
use porchlight_api::sizing_profile::{SizingProfile, SizingRule};

pub use check::{ProfileProblem, check};

/// The profile where nothing else is asked for.
pub const DEFAULT: &str = "operator-reference";

/// The built-in profiles.
#[must_use]
pub fn built_in() -> &'static [Object<SizingProfile>] {
    static PROFILES: OnceLock<Vec<Object<SizingProfile>>> = OnceLock::new();
    PROFILES.get_or_init(|| {
        vec![
            porchlight_yaml::serde::embedded(include_str!("../data/profiles/operator-reference.yaml")),
            porchlight_yaml::serde::embedded(include_str!("../data/profiles/linear-dpdk.yaml")),
            porchlight_yaml::serde::embedded(include_str!("../data/profiles/kernel-socket.yaml")),
        ]
    })
}

/// The built-in profile of a name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Object<SizingProfile>> {
    built_in().iter().find(|profile| profile.metadata.name == name)
}

/// The rule for a network function: one for its provider before one for any.
#[must_use]
pub fn rule<'a>(profile: &'a SizingProfile, nf_type: &str, provider: Option<&str>) -> Option<&'a SizingRule> {
    let mut rules = profile.rules.iter().filter(|rule| rule.nf_type == nf_type);
    let exact = rules.clone().find(|rule| rule.provider.is_some() && rule.provider.as_deref() == provider);
    exact.or_else(|| rules.find(|rule| rule.provider.is_none()))
}

#[cfg(test)]
mod tests;
