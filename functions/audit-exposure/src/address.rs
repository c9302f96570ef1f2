//! Networks as people write them.

use std::net::IpAddr;

use crate::data::Data;

/// What a text says about who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Network {
    /// Everybody, or a great part of the internet.
    World,
    /// Some.
    Part,
    /// It is no network; why.
    Malformed(&'static str),
}

/// Reads an address, a network in CIDR notation, or a word for everyone.
pub(crate) fn network(text: &str) -> Network {
    let facts = Data::facts();
    let text = text.trim();
    if facts.everyone.iter().any(|word| word.value.eq_ignore_ascii_case(text)) {
        return Network::World;
    }
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return Network::Malformed("the address cannot be read") };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let Some(prefix) = prefix else {
        return if address.is_unspecified() { Network::World } else { Network::Part };
    };
    let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    match prefix.parse::<u8>().ok().filter(|_| digits) {
        Some(bits) if bits > most => Network::Malformed(if most == 32 {
            "the prefix length ends at 32"
        } else {
            "the prefix length ends at 128"
        }),
        Some(bits) if bits < facts.world_prefix.bits => Network::World,
        Some(_) => Network::Part,
        None => Network::Malformed("the prefix length cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, network};

    #[test]
    fn networks_are_read() {
        for text in ["0.0.0.0/0", "::/0", "0.0.0.0/1", "2000::/3", "*", "Internet", " 0.0.0.0/0 ", "0.0.0.0"] {
            assert_eq!(network(text), Network::World, "{text}");
        }
        for text in ["10.0.0.0/8", "192.168.1.7/32", "2001:db8::/32", "10.1.2.3", "fe80::1"] {
            assert_eq!(network(text), Network::Part, "{text}");
        }
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "300.0.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "web",
            "10.0.0.0/8/8",
            "０.0.0.0/0",
        ] {
            assert!(matches!(network(text), Network::Malformed(_)), "{text}");
        }
    }
}
