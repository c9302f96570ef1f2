//! Folders of this machine inside a container.

use std::fmt;
use std::str::FromStr;

/// A mount, as kpt's `--mount` describes it: `type=bind,source=/a,target=/b`, read-only unless `rw=true` is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    kind: String,
    source: String,
    target: String,
    writable: bool,
}

/// A mount without a part it needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("has no `{0}`; write `type=bind,source=DIR,target=DIR`, and `,rw=true` to let the function write")]
pub struct MountError(&'static str);

impl FromStr for Mount {
    type Err = MountError;

    fn from_str(text: &str) -> Result<Self, MountError> {
        let option = |names: &[&str]| {
            let mut options = text.split(',').filter_map(|option| option.split_once('='));
            options.rfind(|(name, _)| names.contains(name)).map(|(_, value)| value.to_owned())
        };
        Ok(Self {
            kind: option(&["type"]).ok_or(MountError("type"))?,
            // A volume without a name has no source.
            source: option(&["src", "source"]).unwrap_or_default(),
            target: option(&["dst", "target"]).ok_or(MountError("target"))?,
            writable: option(&["rw"]).as_deref() == Some("true"),
        })
    }
}

/// As the engines take it.
impl fmt::Display for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, source, target, writable } = self;
        write!(f, "type={kind},source={source},target={target}{}", if *writable { "" } else { ",readonly" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_read_only_unless_told_otherwise() {
        for (text, mount) in [
            ("type=bind,src=/a,dst=/b", "type=bind,source=/a,target=/b,readonly"),
            ("target=/b,type=bind,source=/a,rw=false", "type=bind,source=/a,target=/b,readonly"),
            ("type=bind,source=/a,target=/b,rw=true", "type=bind,source=/a,target=/b"),
            ("type=tmpfs,dst=/b,size=3", "type=tmpfs,source=,target=/b,readonly"),
        ] {
            assert_eq!(text.parse::<Mount>().unwrap().to_string(), mount);
        }
        assert_eq!("/a:/b".parse::<Mount>(), Err(MountError("type")));
        assert_eq!("type=bind,src=/a".parse::<Mount>(), Err(MountError("target")));
    }
}
