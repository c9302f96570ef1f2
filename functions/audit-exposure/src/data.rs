//! The rules' severities and facts, read from `data/`.

use std::sync::OnceLock;

use porchlight_yaml::serde::{FromNode, embedded};
use serde::Deserialize;

/// What is in `data/`, each file read once per process, when it is asked for: in most lists nothing is found, and reading
/// costs more than looking.
pub(crate) struct Data;

/// How bad something is, worst first.
#[derive(Clone, Copy, Debug, Deserialize, FromNode, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Level {
    Critical,
    High,
    Medium,
    Low,
}

impl Level {
    pub(crate) const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
        }
    }
}

/// A rule of the audit.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) severity: Level,
    pub(crate) fix: String,
    pub(crate) source: String,
}

/// What words mean.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Facts {
    pub(crate) admin_ports: Vec<AdminPort>,
    pub(crate) everyone: Vec<Word>,
    pub(crate) world_prefix: WorldPrefix,
    pub(crate) strong_capabilities: Vec<Word>,
    pub(crate) network_capabilities: Vec<Word>,
    pub(crate) control_paths: Vec<Word>,
    pub(crate) escalation_verbs: Vec<Word>,
    pub(crate) everybody: Vec<Word>,
    pub(crate) internal_load_balancers: Vec<InternalLoadBalancer>,
}

/// What names mean.
#[derive(Debug, FromNode)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Names {
    pub(crate) secret_words: Vec<Word>,
    pub(crate) place_endings: Vec<Word>,
}

/// A word with its source.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    pub(crate) value: String,
    pub(crate) source: String,
}

/// A port of remote administration.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdminPort {
    pub(crate) port: u32,
    pub(crate) source: String,
}

/// Networks with a shorter prefix count as the world.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorldPrefix {
    pub(crate) bits: u8,
    pub(crate) source: String,
}

/// An annotation that keeps a LoadBalancer inside.
#[derive(Debug, FromNode)]
#[serde(deny_unknown_fields)]
pub(crate) struct InternalLoadBalancer {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) source: String,
}

impl Data {
    pub(crate) fn rules() -> &'static [Rule] {
        static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
        RULES.get_or_init(|| embedded(include_str!("../data/rules.yaml")))
    }

    pub(crate) fn facts() -> &'static Facts {
        static FACTS: OnceLock<Facts> = OnceLock::new();
        FACTS.get_or_init(|| embedded(include_str!("../data/facts.yaml")))
    }

    pub(crate) fn names() -> &'static Names {
        static NAMES: OnceLock<Names> = OnceLock::new();
        NAMES.get_or_init(|| embedded(include_str!("../data/names.yaml")))
    }

    pub(crate) fn rule(id: &str) -> &'static Rule {
        Self::rules()
            .iter()
            .find(|rule| rule.id == id)
            .expect("invariant: every rule of the code is in the data, see the cases")
    }
}

/// Whether a list of words holds a text, without regard to case.
pub(crate) fn holds(words: &[Word], text: &str) -> bool {
    words.iter().any(|word| word.value.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::Data;

    /// Ids in the code are those of the data, and the other way round.
    #[test]
    fn the_code_and_the_data_name_the_same_rules() {
        let code = [
            include_str!("rules/network.rs"),
            include_str!("rules/security_group.rs"),
            include_str!("rules/service.rs"),
            include_str!("rules/pod.rs"),
            include_str!("rules/rbac.rs"),
            include_str!("rules/secret.rs"),
            include_str!("rules/opening.rs"),
        ]
        .concat();
        for rule in Data::rules() {
            assert!(code.contains(&format!("\"{}\"", rule.id)), "{} is in the data only", rule.id);
            assert!(!rule.source.is_empty() && !rule.fix.is_empty());
        }
        for id in code.split("Hit::new(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(Data::rules().iter().any(|rule| rule.id == id), "{id} is in the code only");
        }
    }
}
