//! NetworkPolicy and MultiNetworkPolicy: who may come, and where pods may go.

use serde_json::Value;

use super::opening::{is_world, open};
use crate::object::{Object, items};
use crate::ports::{Ports, number};
use crate::report::{Hit, Report};

pub(super) fn check(object: &Object<'_>, report: &mut Report<'_>) {
    for (position, rule) in object.list("/spec/ingress") {
        let path = format!("spec.ingress[{position}]");
        let ports = ports(object, rule, &path, report);
        for (from, place, current) in sources(object, rule, "from", &path, report) {
            for ports in &ports {
                open(object, *ports, from, &place, &current, report);
            }
        }
    }
    for (position, rule) in object.list("/spec/egress") {
        let path = format!("spec.egress[{position}]");
        let everything = ports(object, rule, &path, report).iter().any(|ports| ports.is_all());
        for (_, place, current) in sources(object, rule, "to", &path, report) {
            if everything {
                let message = format!("the pods of `{}` may reach everything", object.resource.name());
                report.add(object, Hit::new("open-egress", message).at(place).current(current));
            }
        }
    }
}

/// The ports of a rule; without any, all of them.
fn ports(object: &Object<'_>, rule: &Value, path: &str, report: &mut Report<'_>) -> Vec<Ports> {
    let mut found = Vec::new();
    let mut count = 0;
    for (position, entry) in items(rule.get("ports")) {
        count += 1;
        let Some(first) = entry.get("port").filter(|port| !port.is_null()) else {
            found.push(Ports::ALL);
            continue;
        };
        // A port by name is one port of the pod.
        let Some(number_of_first) = number(first) else { continue };
        let last = entry.get("endPort").and_then(number).unwrap_or(number_of_first);
        match Ports::of(number_of_first, last) {
            Some(ports) => found.push(ports),
            None => {
                let message = format!("{number_of_first}–{last} is no range of ports");
                let path = format!("{path}.ports[{position}]");
                report.add(
                    object,
                    Hit::new("malformed-port", message).at(path).current(format!("{number_of_first}-{last}")),
                );
            }
        }
    }
    if count == 0 { vec![Ports::ALL] } else { found }
}

/// The peers of a rule that stand for the world: how to say it, where it stands, what stands there.
fn sources(
    object: &Object<'_>,
    rule: &Value,
    key: &str,
    path: &str,
    report: &mut Report<'_>,
) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let mut count = 0;
    for (position, peer) in items(rule.get(key)) {
        count += 1;
        let Some(block) = peer.get("ipBlock") else { continue };
        let place = format!("{path}.{key}[{position}].ipBlock");
        for (except, text) in items(block.get("except")) {
            let text = text.as_str().unwrap_or_default();
            is_world(object, text, &format!("{place}.except[{except}]"), report);
        }
        let text = block.get("cidr").and_then(Value::as_str).unwrap_or_default();
        let place = format!("{place}.cidr");
        if is_world(object, text, &place, report) {
            found.push(("the world", place, text.to_owned()));
        }
    }
    if count == 0 {
        found.push(("everybody", format!("{path}.{key}"), String::new()));
    }
    found
}
