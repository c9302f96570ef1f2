//! What makes a profile usable: sources, figures above 0, sizes that never get smaller with the load.

use porchlight_api::Quantity;
use porchlight_api::sizing_profile::{LinearSize, Metric, SizingProfile, SizingRule, SizingStep};
use porchlight_yaml::order::SortedMap;

use crate::size::MAX_INSTANCES;

/// Something in a profile that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileProblem {
    /// Field path below `spec`.
    pub field: String,
    /// The value that is there.
    pub current: Option<String>,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// Everything that is wrong with a profile.
#[must_use]
pub fn check(profile: &SizingProfile) -> Vec<ProfileProblem> {
    let mut check = Check::default();
    if let Some(bytes) = profile.packet_bytes
        && !(20..=9000).contains(&bytes)
    {
        check.add("packetBytes", bytes, "must be 20 to 9000 bytes");
    }
    if profile.rules.is_empty() {
        check.missing("rules", "the profile has no rule");
    }
    for (index, rule) in profile.rules.iter().enumerate() {
        check.rule(&format!("rules[{index}]"), rule);
    }
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<ProfileProblem>,
}

impl Check {
    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and texts alike")]
    fn add(&mut self, field: impl Into<String>, current: impl ToString, message: impl Into<String>) {
        let current = Some(current.to_string());
        self.problems.push(ProfileProblem { field: field.into(), current, message: message.into() });
    }

    fn missing(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.problems.push(ProfileProblem { field: field.into(), current: None, message: message.into() });
    }

    fn source(&mut self, field: &str, source: &str) {
        if source.trim().is_empty() {
            self.missing(format!("{field}.source"), "every figure names where it comes from");
        }
    }

    fn positive(&mut self, field: String, value: Quantity) {
        if !value.is_positive() {
            self.add(field, value, "must be above 0");
        }
    }

    fn rule(&mut self, field: &str, rule: &SizingRule) {
        if rule.nf_type.is_empty() {
            self.missing(format!("{field}.nfType"), "say which network function the rule is for");
        }
        self.source(field, &rule.source);
        for (index, limit) in rule.per_instance.iter().enumerate() {
            let field = format!("{field}.perInstance[{index}]");
            self.positive(format!("{field}.atMost"), limit.at_most);
            self.not_workers(&field, limit.metric);
            self.source(&field, &limit.source);
        }
        let (min, max) = (rule.min_instances.unwrap_or(1), rule.max_instances.unwrap_or(MAX_INSTANCES));
        if min == 0 {
            self.add(format!("{field}.minInstances"), min, "must be at least 1");
        }
        if max > MAX_INSTANCES {
            self.add(format!("{field}.maxInstances"), max, format!("must be at most {MAX_INSTANCES}"));
        }
        if min > max {
            self.add(format!("{field}.minInstances"), min, format!("is above maxInstances ({max})"));
        }
        if !rule.steps.is_empty() && rule.linear.is_some() {
            self.missing(format!("{field}.linear"), "keep either `steps` or `linear`");
        }
        self.steps(field, &rule.steps);
        if let Some(linear) = &rule.linear {
            self.linear(&format!("{field}.linear"), linear);
        }
        if let Some(autoscaling) = &rule.autoscaling {
            let field = format!("{field}.autoscaling");
            if !(1..=100).contains(&autoscaling.target_percent) {
                self.add(format!("{field}.targetPercent"), autoscaling.target_percent, "must be 1 to 100");
            }
            if !["cpu", "memory"].contains(&autoscaling.resource.as_str()) {
                self.add(format!("{field}.resource"), &autoscaling.resource, "must be `cpu` or `memory`");
            }
            self.source(&field, &autoscaling.source);
        }
        if let Some(priority) = &rule.priority_class {
            let field = format!("{field}.priorityClass");
            if !(-2_147_483_648..=1_000_000_000).contains(&priority.value) {
                self.add(format!("{field}.value"), priority.value, "must be -2147483648 to 1000000000");
            }
            if priority.name.is_empty() || priority.name.starts_with("system-") {
                self.add(format!("{field}.name"), &priority.name, "must be a name that does not begin with `system-`");
            }
            self.source(&field, &priority.source);
        }
    }

    fn not_workers(&mut self, field: &str, metric: Metric) {
        if metric == Metric::Workers {
            self.add(format!("{field}.metric"), "workers", "workers are known only inside `linear.resources`");
        }
    }

    fn steps(&mut self, field: &str, steps: &[SizingStep]) {
        for (index, step) in steps.iter().enumerate() {
            let field = format!("{field}.steps[{index}]");
            self.amounts(&format!("{field}.resources"), &step.resources);
            for (name, request) in &step.requests {
                if step.resources.get(name).is_none_or(|limit| limit < request) {
                    self.add(format!("{field}.requests.{name}"), request, "must not be above the limit in `resources`");
                }
            }
            for metric in step.at_most.keys() {
                self.not_workers(&field, *metric);
            }
            let last = index + 1 == steps.len();
            if last && !step.at_most.is_empty() {
                self.missing(format!("{field}.atMost"), "the last step has no bound, or larger loads have no size");
            }
            if !last && step.at_most.is_empty() {
                self.missing(format!("{field}.atMost"), "a step without a bound hides the ones after it");
            }
        }
        for (index, pair) in steps.windows(2).enumerate() {
            for (name, amount) in &pair[0].resources {
                let next = pair[1].resources.get(name).copied().unwrap_or(Quantity::ZERO);
                if next < *amount {
                    let field = format!("{field}.steps[{}].resources.{name}", index + 1);
                    self.add(
                        field,
                        next,
                        format!("is below the step before it ({amount}): more load must not give less"),
                    );
                }
            }
        }
    }

    fn amounts(&mut self, field: &str, amounts: &SortedMap<String, Quantity>) {
        for (name, amount) in amounts {
            self.positive(format!("{field}.{name}"), *amount);
        }
    }

    fn linear(&mut self, field: &str, linear: &LinearSize) {
        for (index, worker) in linear.workers.iter().enumerate() {
            let field = format!("{field}.workers[{index}]");
            self.positive(format!("{field}.perWorker"), worker.per_worker);
            self.not_workers(&field, worker.metric);
            self.source(&field, &worker.source);
        }
        for (name, resource) in &linear.resources {
            let field = format!("{field}.resources.{name}");
            self.source(&field, &resource.source);
            if resource.base < Quantity::ZERO {
                self.add(format!("{field}.base"), resource.base, "must not be below 0");
            }
            if let Some(step) = resource.step {
                self.positive(format!("{field}.step"), step);
            }
            for (index, term) in resource.add.iter().enumerate() {
                let field = format!("{field}.add[{index}]");
                self.positive(format!("{field}.each"), term.each);
                if let Some(per) = term.per {
                    self.positive(format!("{field}.per"), per);
                }
                if let Some(above) = term.above
                    && above < Quantity::ZERO
                {
                    self.add(format!("{field}.above"), above, "must not be below 0");
                }
            }
        }
    }
}
