//! The identifiers of the slice in a blueprint's `NFConfig`. Cells and images stay the blueprint's.

use porchlight_api::Kind;
use porchlight_api::cellular::{Plmn, ServedGuami};
use porchlight_krm::{FieldPath, PathStep, Resource};

use super::copy_to;

/// Replaces the PLMN and AMF identities, and adds those that are not there. `true` where that changed something.
pub(super) fn merge(item: &mut Resource, wanted: &Resource) -> bool {
    let mut changed = false;
    for index in 0.. {
        let from = config_ref(index);
        let Some(kind) = text(wanted, &from, "kind") else { break };
        if ![Plmn::KIND, ServedGuami::KIND].contains(&kind) {
            continue;
        }
        let wish = with_subnets(item, wanted.clone(), &from);
        changed |= match position(item, text(wanted, &from, "apiVersion").unwrap_or_default(), kind) {
            Ok(position) => copy_to(item, &config_ref(position).key("spec"), &wish, &from.key("spec")),
            Err(end) => copy_to(item, &config_ref(end), &wish, &from),
        };
    }
    changed
}

fn config_ref(index: usize) -> FieldPath {
    FieldPath::of(["spec", "configRefs"]).index(index)
}

fn text<'r>(resource: &'r Resource, config_ref: &FieldPath, key: &str) -> Option<&'r str> {
    let node = resource.at(&config_ref.key(key))?;
    Some(resource.document().text(node))
}

/// Where the object of a kind is, or where the list ends.
fn position(item: &Resource, api_version: &str, kind: &str) -> Result<usize, usize> {
    let mut index = 0;
    while item.at(&config_ref(index)).is_some() {
        let here = config_ref(index);
        if text(item, &here, "apiVersion") == Some(api_version) && text(item, &here, "kind") == Some(kind) {
            return Ok(index);
        }
        index += 1;
    }
    Err(index)
}

/// Device addresses that somebody wrote into the data networks of a core PLMN stay where the intent names none.
fn with_subnets(item: &Resource, mut wanted: Resource, config_ref: &FieldPath) -> Resource {
    let api_version = text(&wanted, config_ref, "apiVersion").unwrap_or_default();
    let kind = text(&wanted, config_ref, "kind").unwrap_or_default();
    let Ok(position) = position(item, api_version, kind) else { return wanted };
    for index in 0.. {
        let network = networks(&self::config_ref(position)).index(index);
        if item.at(&network).is_none() {
            return wanted;
        }
        let (Some(name), Some(subnet)) = (text(item, &network, "name"), text(item, &network, "subnet")) else {
            continue;
        };
        let step = PathStep::Match { key: "name".to_owned(), value: name.to_owned() };
        let network = networks(config_ref).join(step);
        let path = network.key("subnet");
        if wanted.at(&network).is_some() && wanted.at(&path).is_none() {
            wanted.set(&path, subnet);
        }
    }
    wanted
}

/// Data networks of the first slice of the first PLMN.
fn networks(config_ref: &FieldPath) -> FieldPath {
    config_ref.key("spec").key("plmnInfo").index(0).key("nssai").index(0).key("dnnInfo")
}
