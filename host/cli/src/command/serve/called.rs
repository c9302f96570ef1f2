//! The names under which Porch's manifests start programs, so that only the image in them has to change.

use std::ffi::OsString;
use std::path::Path;

/// The command line as it is meant: under one of Porch's names, a `serve` with the flags in Go's form, which may have one
/// dash only.
pub(crate) fn as_called(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.into_iter();
    let Some(program) = arguments.next() else { return Vec::new() };
    let name = Path::new(&program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_probe = match name.as_str() {
        "server" | "function-runner" | "wrapper-server" => false,
        "grpc-health-probe" | "grpc_health_probe" => true,
        _ => return std::iter::once(program).chain(arguments).collect(),
    };
    let mut meant = vec![program, "serve".into()];
    let mut is_over = false;
    for argument in arguments {
        is_over |= argument == "--";
        meant.push(if is_over { argument } else { two_dashes(argument, is_probe) });
    }
    meant
}

/// `-flag` as `--flag`; the address of a probe as that of ours.
fn two_dashes(argument: OsString, is_probe: bool) -> OsString {
    let Some(text) = argument.to_str() else { return argument };
    let Some(flag) = text.strip_prefix("--").or_else(|| text.strip_prefix('-')).filter(|flag| !flag.is_empty()) else {
        return argument;
    };
    let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
    let name = if is_probe && name == "addr" { "probe" } else { name };
    match value {
        Some(value) => format!("--{name}={value}").into(),
        // `-h` and `-V` are ours.
        None if name.len() == 1 => argument,
        None => format!("--{name}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_porch_are_understood() {
        for (called, meant) in [
            ("porchlight render -j 2", "porchlight render -j 2"),
            ("opt/porch/server --port=1 -functions /x", "opt/porch/server serve --port=1 --functions /x"),
            ("wrapper-server --port 9446 -- /bin/fn -a --b", "wrapper-server serve --port 9446 -- /bin/fn -a --b"),
            ("a/grpc-health-probe -addr localhost:9445", "a/grpc-health-probe serve --probe localhost:9445"),
            ("grpc-health-probe -addr=x:1", "grpc-health-probe serve --probe=x:1"),
            ("server -h", "server serve -h"),
        ] {
            let words = called.split(' ').map(OsString::from);
            let expected: Vec<OsString> = meant.split(' ').map(OsString::from).collect();
            assert_eq!(as_called(words), expected, "{called}");
        }
        assert!(as_called([]).is_empty());
    }
}
