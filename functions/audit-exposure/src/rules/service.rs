//! Services and Ingresses: what can be reached from outside the cluster.

use serde_json::Value;

use super::opening::{is_world, open};
use crate::data::Data;
use crate::object::{Object, texts};
use crate::ports::{Ports, number};
use crate::report::{Hit, Report};

pub(super) fn check(object: &Object<'_>, report: &mut Report<'_>) {
    let name = object.resource.name();
    match object.text("/spec/type") {
        "LoadBalancer" => load_balancer(object, report),
        "NodePort" => {
            for (position, port) in object.list("/spec/ports") {
                let number = port.get("port").map(Value::to_string).unwrap_or_default();
                let message = format!("every node opens a port for port {number} of `{name}`");
                report.add(object, Hit::new("node-port", message).at(format!("spec.ports[{position}].nodePort")));
            }
        }
        _ => {}
    }
    for (position, address) in object.list("/spec/externalIPs") {
        let message = format!("`{name}` takes the external address {}", address.as_str().unwrap_or_default());
        let hit = Hit::new("external-ips", message).at(format!("spec.externalIPs[{position}]"));
        report.add(object, hit.current(address.as_str().unwrap_or_default()));
    }
}

/// A load balancer without source ranges lets everybody in, unless it has no public address.
fn load_balancer(object: &Object<'_>, report: &mut Report<'_>) {
    let internal = Data::facts().internal_load_balancers.iter();
    let inside = internal.into_iter().any(|entry| {
        object.resource.annotation(&entry.key).is_some_and(|value| value.eq_ignore_ascii_case(&entry.value))
    });
    let ranges = texts(object.value().pointer("/spec/loadBalancerSourceRanges"));
    let mut world = Vec::new();
    for (position, range) in ranges.iter().enumerate() {
        let path = format!("spec.loadBalancerSourceRanges[{position}]");
        if is_world(object, range, &path, report) {
            world.push((path, (*range).to_owned()));
        }
    }
    if ranges.is_empty() {
        world.push(("spec.loadBalancerSourceRanges".to_owned(), String::new()));
    }
    if inside {
        return;
    }
    for (path, current) in world {
        for (_, port) in object.list("/spec/ports") {
            if let Some(ports) = port.get("port").and_then(number).and_then(|port| Ports::of(port, port)) {
                open(object, ports, "the world", &path, &current, report);
            }
        }
    }
}

pub(super) fn ingress(object: &Object<'_>, report: &mut Report<'_>) {
    let name = object.resource.name();
    if object.list("/spec/tls").next().is_none() {
        let message = format!("the Ingress `{name}` carries plain HTTP");
        report.add(object, Hit::new("plain-http", message).at("spec.tls"));
    }
    for (position, rule) in object.list("/spec/rules") {
        let host = rule.get("host").and_then(Value::as_str).unwrap_or_default();
        if host.is_empty() || host == "*" {
            let message = format!("the Ingress `{name}` answers to any host");
            report.add(object, Hit::new("any-host", message).at(format!("spec.rules[{position}].host")).current(host));
        }
    }
}
