//! The sizing profiles a package can use: its own before the built-in ones.

use porchlight_api::sizing_profile::{CapacityUnit, SizingProfile, SizingRule};
use porchlight_api::{API_VERSION, Kind, Object};
use porchlight_krm::order::{Gather, SortedMap};
use porchlight_krm::{CodedError, Resource};
use porchlight_sizing::profile;

use crate::problem::{invalid, missing};

/// Profiles by name.
pub(crate) struct Profiles(SortedMap<String, SizingProfile>);

/// A rule of a profile.
#[derive(Clone)]
pub(crate) struct Rule {
    /// `<profile>/<network function>`.
    pub(crate) name: String,
    pub(crate) rule: SizingRule,
    /// Sessions and subscribers are counted in so many ones.
    pub(crate) unit: u64,
    pub(crate) packet_bytes: u64,
    pub(crate) sriov_resources: Vec<String>,
}

/// Where neither demand nor profile says.
const PACKET_BYTES: u64 = 700;

impl Profiles {
    /// The built-in profiles and those of the package, which are checked.
    pub(crate) fn find(items: &[Resource], errors: &mut Vec<CodedError>) -> Self {
        let built_in = profile::built_in().iter();
        let mut profiles: SortedMap<String, SizingProfile> =
            built_in.map(|profile| (profile.metadata.name.clone(), profile.spec.clone())).gather();
        for item in items.iter().filter(|item| item.is(API_VERSION, SizingProfile::KIND)) {
            match item.typed::<Object<SizingProfile>>() {
                Err(error) => {
                    let field = if error.path.is_empty() { "spec" } else { &error.path };
                    errors.push(match &error.value {
                        Some(value) => invalid(item, field, value, &error.message),
                        None => missing(item, field, &error.message),
                    });
                }
                Ok(profile) => {
                    errors.extend(profile::check(&profile.spec).into_iter().map(|problem| {
                        let field = format!("spec.{}", problem.field);
                        match problem.current {
                            Some(current) => invalid(item, &field, current, &problem.message),
                            None => missing(item, &field, &problem.message),
                        }
                    }));
                    profiles.insert(item.name().to_owned(), profile.spec);
                }
            }
        }
        Self(profiles)
    }

    /// Names, for messages.
    fn names(&self) -> String {
        self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn has(&self, name: &str) -> Result<(), String> {
        if self.0.contains_key(name) {
            return Ok(());
        }
        Err(format!("no such SizingProfile, neither in the package nor built in: use one of {}", self.names()))
    }

    /// The rule of a profile for a network function.
    pub(crate) fn rule(&self, name: &str, nf_type: &str, provider: Option<&str>) -> Result<Rule, String> {
        self.has(name)?;
        let profile = &self.0[name];
        let Some(rule) = profile::rule(profile, nf_type, provider) else {
            let others: Vec<&str> = self
                .0
                .iter()
                .filter(|(_, profile)| profile::rule(profile, nf_type, provider).is_some())
                .map(|(name, _)| name.as_str())
                .collect();
            let of = provider.map_or_else(String::new, |provider| format!(" of {provider}"));
            let advice = if others.is_empty() {
                "add a SizingProfile that has one".to_owned()
            } else {
                format!("set `sizingProfileRef` to one that has: {}", others.join(", "))
            };
            return Err(format!("the profile `{name}` has no rule for the network function `{nf_type}`{of}: {advice}"));
        };
        Ok(Rule {
            name: format!("{name}/{nf_type}"),
            rule: rule.clone(),
            unit: if profile.capacity_unit == CapacityUnit::Thousand { 1000 } else { 1 },
            packet_bytes: profile.packet_bytes.unwrap_or(PACKET_BYTES),
            sriov_resources: profile.sriov_resources.clone(),
        })
    }
}
