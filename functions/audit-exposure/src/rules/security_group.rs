//! Firewall rules of clouds, in the shapes of Crossplane's providers, Terraform's resources and Google's and Azure's APIs:
//! a mapping with networks, ports and a direction, at whatever depth.

use serde_json::{Map, Value};

use super::opening::{is_world, open};
use crate::object::Object;
use crate::ports::{Ports, number};
use crate::report::{Hit, Report};

/// Fields that hold networks traffic may come from.
const SOURCES: [&str; 15] = [
    "cidr",
    "cidrIp",
    "cidrIpv4",
    "cidrIpv6",
    "cidr_ipv4",
    "cidr_ipv6",
    "cidrBlocks",
    "cidr_blocks",
    "ipv6CidrBlocks",
    "ipv6_cidr_blocks",
    "sourceRanges",
    "source_ranges",
    "sourceAddressPrefix",
    "source_address_prefix",
    "sourceAddressPrefixes",
];

/// Mappings of which each holds one network: `ipRanges: [{cidrIp: …}]`.
const RANGES: [&str; 2] = ["ipRanges", "ipv6Ranges"];

/// What is in the fields that say which ports a rule is about; every rule has one of them.
const WORDS: [&str; 6] =
    ["rotocol", "fromPort", "from_port", "allow", "destinationPortRange", "destination_port_range"];

pub(super) fn check(object: &Object<'_>, report: &mut Report<'_>) {
    // Nephio's networks and claims are not firewalls.
    if object.group().ends_with("nephio.org") || object.group().ends_with("nephio-oran.io") {
        return;
    }
    if !WORDS.iter().any(|word| object.resource.may_mention(word)) {
        return;
    }
    if let Some(root) = object.value().as_object() {
        for key in ["spec", "resource", "resources"] {
            if let Some(value) = root.get(key) {
                walk(object, value, key, false, report);
            }
        }
    }
}

fn walk(object: &Object<'_>, value: &Value, path: &str, outwards: bool, report: &mut Report<'_>) {
    match value {
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                walk(object, item, &format!("{path}[{position}]"), outwards, report);
            }
        }
        Value::Object(entries) => {
            let outwards = outwards || is_outwards(entries);
            if let Some(ports) = ports(object, entries, path, report)
                && !refuses(entries)
            {
                rule(object, entries, path, &ports, outwards, report);
            }
            for (key, item) in entries {
                let egress = key.to_lowercase().starts_with("egress");
                walk(object, item, &format!("{path}.{key}"), outwards || egress, report);
            }
        }
        _ => {}
    }
}

fn text<'v>(entries: &'v Map<String, Value>, keys: &[&str]) -> &'v str {
    keys.iter().find_map(|key| entries.get(*key)?.as_str()).unwrap_or_default()
}

fn is_outwards(entries: &Map<String, Value>) -> bool {
    let direction = text(entries, &["direction", "type"]).to_lowercase();
    matches!(direction.as_str(), "egress" | "outbound")
}

fn refuses(entries: &Map<String, Value>) -> bool {
    let access = text(entries, &["access", "action"]).to_lowercase();
    access == "deny" || entries.contains_key("deny")
}

/// The ports of a mapping that is a firewall rule; `None` for any other mapping.
fn ports(object: &Object<'_>, entries: &Map<String, Value>, path: &str, report: &mut Report<'_>) -> Option<Vec<Ports>> {
    let protocol = ["protocol", "ipProtocol", "ip_protocol"].iter().find_map(|key| entries.get(*key));
    let every_protocol = protocol.is_some_and(|value| {
        value.as_str().is_some_and(|text| matches!(text, "-1" | "all" | "*" | "ALL")) || value.as_i64() == Some(-1)
    });
    let from = ["fromPort", "from_port"].iter().find_map(|key| Some((*key, entries.get(*key)?)));
    let to = ["toPort", "to_port"].iter().find_map(|key| entries.get(*key));
    if let (Some((key, from)), to) = (from, to) {
        if every_protocol || from.as_i64() == Some(-1) {
            return Some(vec![Ports::ALL]);
        }
        let range = number(from).and_then(|first| Ports::of(first, to.map_or(Some(first), number)?));
        if range.is_none() {
            let current = format!("{from}-{}", to.unwrap_or(&Value::Null));
            let hit = Hit::new("malformed-port", format!("{current} is no range of ports"));
            report.add(object, hit.at(format!("{path}.{key}")).current(current));
        }
        return Some(range.into_iter().collect());
    }
    // Google: allow: [{protocol: tcp, ports: ["22", "80-90"]}] beside sourceRanges.
    let allowed = ["allow", "allowed"].iter().find_map(|key| Some((*key, entries.get(*key)?.as_array()?)));
    if let Some((key, allowed)) = allowed {
        let mut found = Vec::new();
        for (position, entry) in allowed.iter().enumerate() {
            match entry.get("ports").and_then(Value::as_array).filter(|ports| !ports.is_empty()) {
                Some(list) => {
                    for (place, value) in list.iter().enumerate() {
                        let path = format!("{path}.{key}[{position}].ports[{place}]");
                        found.extend(range(object, value, &path, report));
                    }
                }
                None if matches!(
                    entry.get("protocol").and_then(Value::as_str),
                    Some("icmp" | "esp" | "ah" | "ipip")
                ) => {}
                None => found.push(Ports::ALL),
            }
        }
        return Some(found);
    }
    // Azure: destinationPortRange(s).
    let single =
        ["destinationPortRange", "destination_port_range"].iter().find_map(|key| Some((*key, entries.get(*key)?)));
    if let Some((key, value)) = single {
        return Some(range(object, value, &format!("{path}.{key}"), report).into_iter().collect());
    }
    let several = ["destinationPortRanges", "destination_port_ranges"]
        .iter()
        .find_map(|key| Some((*key, entries.get(*key)?.as_array()?)));
    if let Some((key, values)) = several {
        let mut found = Vec::new();
        for (place, value) in values.iter().enumerate() {
            found.extend(range(object, value, &format!("{path}.{key}[{place}]"), report));
        }
        return Some(found);
    }
    // Amazon: every protocol needs no ports.
    (every_protocol && SOURCES.iter().chain(&RANGES).any(|key| entries.contains_key(*key))).then(|| vec![Ports::ALL])
}

fn range(object: &Object<'_>, value: &Value, path: &str, report: &mut Report<'_>) -> Option<Ports> {
    let ports = Ports::read(value);
    if ports.is_none() {
        let current = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        report.add(
            object,
            Hit::new("malformed-port", format!("`{current}` is no range of ports")).at(path).current(&current),
        );
    }
    ports
}

fn rule(
    object: &Object<'_>,
    entries: &Map<String, Value>,
    path: &str,
    ports: &[Ports],
    outwards: bool,
    report: &mut Report<'_>,
) {
    let mut world = Vec::new();
    for (place, text) in networks(entries, path) {
        if is_world(object, text, &place, report) {
            world.push((place, text.to_owned()));
        }
    }
    for (place, text) in world {
        if outwards {
            if ports.iter().any(|ports| ports.is_all()) {
                let message = format!("`{}` lets everything out to the world", object.resource.name());
                report.add(object, Hit::new("open-egress", message).at(place).current(text));
            }
            continue;
        }
        for ports in ports {
            open(object, *ports, "the world", &place, &text, report);
        }
    }
}

/// The networks of a rule, with the way to each. What a template will fill in cannot be judged.
fn networks<'v>(entries: &'v Map<String, Value>, path: &str) -> Vec<(String, &'v str)> {
    let mut found = Vec::new();
    for key in SOURCES {
        match entries.get(key) {
            Some(Value::String(text)) => found.push((format!("{path}.{key}"), text.as_str())),
            Some(Value::Array(items)) => {
                let texts = items.iter().enumerate().filter_map(|(position, item)| Some((position, item.as_str()?)));
                found.extend(texts.map(|(position, text)| (format!("{path}.{key}[{position}]"), text)));
            }
            _ => {}
        }
    }
    for key in RANGES {
        for (position, item) in entries.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
            for inner in ["cidrIp", "cidrIpv6"] {
                if let Some(text) = item.get(inner).and_then(Value::as_str) {
                    found.push((format!("{path}.{key}[{position}].{inner}"), text));
                }
            }
        }
    }
    found.retain(|(_, text)| !text.contains("${"));
    // Service tags of Azure are names of networks of its own.
    found.retain(|(place, text)| {
        !place.contains("ddressPrefix")
            || text.contains(['.', ':', '*', '/'])
            || text.eq_ignore_ascii_case("internet")
            || text.eq_ignore_ascii_case("any")
    });
    found
}
