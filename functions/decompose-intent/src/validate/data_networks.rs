//! The data networks of a slice and their address pools.

use std::net::IpAddr;

use porchlight_api::network_slice_intent::{DataNetwork as Written, Pool as WrittenPool, SessionType};

use super::{Check, DNS_LABEL, is_dns_label};
use crate::data::{Data, SliceTypeRules};
use crate::problem::Problems;
use crate::slice::{DataNetwork, Pool};

pub(super) fn check(slice: &str, rules: &SliceTypeRules, check: &mut Check<'_>) -> Vec<DataNetwork> {
    let default = [Written { name: Data::get().defaults.data_network.value.clone(), ..Written::default() }];
    let written = &check.spec().data_networks;
    let written = if written.is_empty() { default.as_slice() } else { written.as_slice() };
    let mut networks: Vec<DataNetwork> = Vec::new();
    for (index, network) in written.iter().enumerate() {
        let field = format!("spec.dataNetworks[{index}]");
        if !is_dns_label(&network.name) {
            check.problems.invalid(
                format!("{field}.name"),
                &network.name,
                format!(
                    "the name becomes that of a DataNetwork: {DNS_LABEL}; dots would break Nephio's condition types"
                ),
            );
        } else if networks.iter().any(|other| other.name == network.name) {
            check.problems.invalid(format!("{field}.name"), &network.name, "this data network is listed twice");
        }
        if let Some(dns) = network.dns.as_ref().filter(|dns| dns.parse::<IpAddr>().is_err()) {
            check.problems.invalid(format!("{field}.dns"), dns, "expected an IP address");
        }
        if let Some(instance) = network.network_instance.as_ref().filter(|instance| !is_dns_label(instance)) {
            check.problems.invalid(format!("{field}.networkInstance"), instance, DNS_LABEL);
        }
        let session_type = network.session_type.unwrap_or_default();
        let instance = network.network_instance.clone();
        networks.push(DataNetwork {
            name: network.name.clone(),
            session_type,
            dns: network.dns.clone(),
            pools: check_pools(&network.pools, session_type, &field, &mut check.problems),
            network_instance: instance.unwrap_or_else(|| rules.user_plane_network.replace("{slice}", slice)),
        });
    }
    networks
}

fn check_pools(written: &[WrittenPool], session_type: SessionType, field: &str, problems: &mut Problems) -> Vec<Pool> {
    let default = [WrittenPool { name: Data::get().defaults.pool.value.clone(), ..WrittenPool::default() }];
    let written = if written.is_empty() { default.as_slice() } else { written };
    let mut pools: Vec<Pool> = Vec::new();
    for (index, pool) in written.iter().enumerate() {
        let field = format!("{field}.pools[{index}]");
        if !is_dns_label(&pool.name) {
            problems.invalid(format!("{field}.name"), &pool.name, DNS_LABEL);
        } else if pools.iter().any(|other| other.name == pool.name) {
            problems.invalid(format!("{field}.name"), &pool.name, "this pool is listed twice");
        }
        let longest = if session_type == SessionType::Ipv6 { 64 } else { 30 };
        let prefix_length = pool.prefix_length.and_then(|length| {
            let valid = u8::try_from(length).ok().filter(|length| (8..=longest).contains(length));
            if valid.is_none() {
                problems.invalid(
                    format!("{field}.prefixLength"),
                    length,
                    format!("expected a prefix length from 8 to {longest}"),
                );
            }
            valid
        });
        if let Some(prefix) = pool.prefix.as_ref().filter(|prefix| !is_prefix(prefix)) {
            problems.invalid(
                format!("{field}.prefix"),
                prefix,
                "expected addresses in CIDR notation, such as 10.1.0.0/16",
            );
        }
        pools.push(Pool { name: pool.name.clone(), prefix_length, prefix: pool.prefix.clone() });
    }
    pools
}

fn is_prefix(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let bits = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u8>().is_ok_and(|length| length <= bits)
}

#[cfg(test)]
mod tests {
    use super::is_prefix;

    #[test]
    fn prefixes() {
        for text in ["10.1.0.0/16", "1000::/32", "0.0.0.0/0"] {
            assert!(is_prefix(text), "{text}");
        }
        for text in ["10.1.0.0", "10.1.0.0/33", "10.1/16", "/8", "10.1.0.0/", "1000::/129"] {
            assert!(!is_prefix(text), "{text}");
        }
    }
}
