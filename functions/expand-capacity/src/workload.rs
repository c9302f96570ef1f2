//! Plain workloads: replicas, requests and limits of the container that does the work.

use porchlight_api::Quantity;
use porchlight_api::capacity_expansion::Guard;
use porchlight_krm::{FieldPath, Resource};

use crate::baseline::{self, Named};
use crate::planning::Plan;

const REPLICAS: &str = "replicas";

impl Plan {
    /// Replicas of today, and at most: an autoscaler moves between them.
    pub(crate) fn replicas(&self) -> (u64, u64) {
        let today = self.size_today.instances;
        (today.min(self.size.instances), self.size.instances)
    }

    /// Whether a horizontal autoscaler of ours keeps the number of replicas.
    pub(crate) fn is_autoscaled(&self) -> bool {
        let (least, most) = self.replicas();
        !self.has_autoscaler
            && self.wants(Guard::HorizontalPodAutoscaler)
            && self.rule.rule.autoscaling.is_some()
            && most > least
    }

    /// Position of the container that does the work; the first where the rule names none.
    pub(crate) fn container(&self, item: &Resource) -> usize {
        let Some(name) = &self.rule.rule.container else { return 0 };
        let name_of =
            |index: usize| item.str_at(&format!("spec.template.spec.containers[{index}].name")).map(str::to_owned);
        (0..)
            .map_while(|index| Some((index, name_of(index)?)))
            .find(|(_, own)| own == name)
            .map_or(0, |(index, _)| index)
    }

    /// Limits and requests of the container and the replicas, as planned; never below what the user wrote, unless they may
    /// shrink.
    fn wanted(&self, container: usize, before: &Named) -> Named {
        let mut wanted = Named::new();
        for (group, amounts) in [("limits", &self.size.limits), ("requests", &self.size.requests)] {
            let amounts = amounts.iter();
            wanted.extend(amounts.map(|(name, amount)| (format!("{}{group}.{name}", prefix(container)), *amount)));
        }
        if !self.is_autoscaled()
            && !self.has_autoscaler
            && let Ok(replicas) = Quantity::from_integer(self.size.instances)
        {
            wanted.insert(REPLICAS.to_owned(), replicas);
        }
        if !self.target.expansion.spec.allow_shrink {
            for (name, amount) in &mut wanted {
                if let Some(before) = before.get(name).filter(|before| *before > amount) {
                    *amount = *before;
                }
            }
        }
        // A request must not be above its limit, and those of huge pages and devices must equal it.
        let of_limits = format!("{}limits.", prefix(container));
        let limits: Vec<(String, Quantity)> = wanted
            .iter()
            .filter_map(|(name, amount)| Some((name.strip_prefix(&of_limits)?.to_owned(), *amount)))
            .collect();
        for (resource, limit) in limits {
            if let Some(request) = wanted.get_mut(&format!("{}requests.{resource}", prefix(container))) {
                let is_exact = !["cpu", "memory"].contains(&&*resource);
                *request = if is_exact { limit } else { (*request).min(limit) };
            }
        }
        wanted
    }

    /// What the container and the workload are to have, by name of the field.
    pub(crate) fn amounts(&self, item: &Resource) -> (Named, Named) {
        let container = self.container(item);
        let names: Vec<String> = self.wanted(container, &Named::new()).into_keys().collect();
        let mut current = Named::new();
        for name in &names {
            if let Ok(Some(amount)) = item.get::<Quantity>(&path(name)) {
                current.insert(name.clone(), amount);
            }
        }
        let before = baseline::of(item, &current);
        let wanted = self.wanted(container, &before);
        (before, wanted)
    }

    pub(crate) fn apply_to_workload(&self, items: &mut [Resource]) {
        let item = &mut items[self.target.item];
        let (before, wanted) = self.amounts(item);
        self.remember(item, &before, &wanted);
        for (name, amount) in &wanted {
            let path = path(name);
            if item.get::<Quantity>(&path).ok().flatten() == Some(*amount) {
                continue;
            }
            match (name.as_str(), amount.ceil()) {
                (REPLICAS, Some(replicas)) => item.set(&path, &replicas),
                _ => item.set(&path, amount),
            };
        }
        let path = priority_class_name();
        if self.wants(Guard::PriorityClass)
            && let Some(priority) = &self.rule.rule.priority_class
            && item.at(&path).is_none()
        {
            item.set(&path, &priority.name);
        }
    }
}

/// Start of the names of a container's amounts: `containers[0].`.
pub(crate) fn prefix(container: usize) -> String {
    format!("containers[{container}].")
}

/// The field of a name: `replicas`, or `containers[0].limits.cpu`.
pub(crate) fn path(name: &str) -> FieldPath {
    let in_container = name.strip_prefix("containers[").and_then(|rest| rest.split_once("]."));
    let Some((container, amount)) = in_container else { return FieldPath::of(["spec", name]) };
    let (group, resource) = amount.split_once('.').unwrap_or(("limits", amount));
    let containers = FieldPath::of(["spec", "template", "spec", "containers"]);
    containers.index(container.parse().unwrap_or(0)).key("resources").key(group).key(resource)
}

/// Where a pod names its priority.
pub(crate) fn priority_class_name() -> FieldPath {
    FieldPath::of(["spec", "template", "spec", "priorityClassName"])
}
