//! Ports that are open to a network.

use crate::address::{Network, network};
use crate::object::Object;
use crate::ports::Ports;
use crate::report::{Hit, Report};

/// Reports ports that are open to the world; `from` says to whom in words, `path` and `current` where it stands.
pub(super) fn open(object: &Object<'_>, ports: Ports, from: &str, path: &str, current: &str, report: &mut Report<'_>) {
    let name = object.resource.name();
    let verb = if ports.is_all() || ports.first == ports.last { "is" } else { "are" };
    let message = format!("{ports} of `{name}` {verb} open to {from}");
    let hit = if ports.is_all() {
        Hit::new("open-all-ports", message)
    } else if let Some(port) = ports.admin_port() {
        let note = if ports.first == ports.last { String::new() } else { format!(", {port} with it") };
        Hit::new("open-admin-port", message + &note)
    } else {
        Hit::new("open-port", message)
    };
    report.add(object, hit.at(path).current(current));
}

/// Reads a network; one that cannot be read is reported and is not the world.
pub(super) fn is_world(object: &Object<'_>, text: &str, path: &str, report: &mut Report<'_>) -> bool {
    match network(text) {
        Network::World => true,
        Network::Part => false,
        Network::Malformed(why) => {
            let message = format!("`{text}` is no network: {why}");
            report.add(object, Hit::new("malformed-cidr", message).at(path).current(text));
            false
        }
    }
}
