//! Which download locations every reader accepts.
//!
//! SPDX 2.3 §7.7 allows any host, but readers in use (spdx-tools) know only names that end in a domain of two to five
//! letters: no addresses, no names of a cluster (`gitea-server`), no longer domains. Such a location is written as
//! `NOASSERTION`, and stands in the package's `sourceInfo` and package URL instead.

const SCHEMES: [&str; 5] = ["http", "https", "ssh", "git", "ftp"];

/// True for `git+<scheme>://[user@]host.domain[:port][/path]` that every reader takes.
pub(super) fn is_accepted(location: &str) -> bool {
    let Some((scheme, rest)) = location.strip_prefix("git+").and_then(|location| location.split_once("://")) else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port)));
    let is_port =
        port.is_none_or(|port| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()));
    let label = |label: &str| {
        label.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    let Some((names, domain)) = host.rsplit_once('.') else { return false };
    let is_domain = (2..=5).contains(&domain.len()) && domain.bytes().all(|byte| byte.is_ascii_alphabetic());
    SCHEMES.contains(&scheme) && is_port && is_domain && names.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_accepted;

    #[test]
    fn locations() {
        for location in [
            "git+https://github.com/nephio-project/catalog.git@0a1b#workloads/core",
            "git+ssh://git@git.example.org:2222/r",
            "git+http://my-git.example.co.uk/r@main",
        ] {
            assert!(is_accepted(location), "{location}");
        }
        for location in [
            "git+http://gitea-server:3000/nephio/mgmt.git@main",
            "git+https://10.0.0.1/r",
            "git+https://git.example.telecom/r",
            "git+https://[2001:db8::1]/r",
            "git+file:///srv/r",
            "git+https://git..example.org/r",
            "git+https://example.org:port/r",
            "https://example.org/r",
        ] {
            assert!(!is_accepted(location), "{location}");
        }
    }
}
