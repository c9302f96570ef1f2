//! Distances between sites by surroundings.

use std::sync::OnceLock;

use porchlight_api::coverage::Environment;
use porchlight_yaml::serde::FromNode;

/// What the surroundings mean for a plan.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rules {
    /// The surroundings.
    pub environment: Environment,
    /// Distance between sites in metres.
    pub isd_metres: f64,
    /// Where it is written down.
    pub source: String,
}

/// The rules of some surroundings.
pub fn rules(environment: Environment) -> &'static Rules {
    static RULES: OnceLock<Vec<Rules>> = OnceLock::new();
    let rules = RULES.get_or_init(|| porchlight_yaml::serde::embedded(include_str!("../data/environments.yaml")));
    let found = rules.iter().find(|rules| rules.environment == environment);
    found.expect("invariant: the tests find rules for every environment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_environment_has_a_distance_and_a_source() {
        let all = [
            Environment::IndoorHotspot,
            Environment::DenseUrban,
            Environment::UrbanMacro,
            Environment::Suburban,
            Environment::Rural,
        ];
        let distances: Vec<f64> = all.iter().map(|environment| rules(*environment).isd_metres).collect();
        assert_eq!(distances, [20.0, 200.0, 500.0, 1000.0, 1732.0]);
        assert!(all.iter().all(|environment| !rules(*environment).source.is_empty()));
    }
}
