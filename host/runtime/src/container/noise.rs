//! What the engines say on stderr while they pull an image. It is not the function's, and differs from run to run.

use super::engine::Engine;

const DOCKER: &[&str] = &[
    ": Already exists",
    ": Pulling fs layer",
    ": Verifying Checksum",
    ": Download complete",
    ": Pulling from",
    ": Waiting",
    ": Pull complete",
    "Digest: sha256",
    "Status: Downloaded newer image",
    "Status: Image is up to date for",
    "Unable to find image",
];

const PODMAN: &[&str] = &[
    "Trying to pull",
    "Getting image source signatures",
    "Copying blob sha256:",
    "Copying config sha256:",
    "Writing manifest to image destination",
    "Storing signatures",
];

const NERDCTL: &[&str] = &[
    "index-sha256:",
    "Copying blob sha256:",
    "manifest-sha256:",
    "config-sha256:",
    "layer-sha256:",
    "elapsed:",
    "++++++++++++++++++++++++++++++++++++++",
    "--------------------------------------",
];

/// `stderr` without the engine's progress. As with kpt, no line break is left at the end.
pub(super) fn without(engine: Engine, stderr: &[u8]) -> Vec<u8> {
    if stderr.is_empty() {
        return Vec::new();
    }
    let stderr = stderr.strip_suffix(b"\n").unwrap_or(stderr);
    let lines = stderr.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !is_noise(engine, line)).collect::<Vec<_>>().join(&b'\n')
}

fn is_noise(engine: Engine, line: &[u8]) -> bool {
    let (marks, digests) = match engine {
        Engine::Docker => (DOCKER, false),
        Engine::Podman => (PODMAN, true),
        Engine::Nerdctl => (NERDCTL, true),
    };
    let line = String::from_utf8_lossy(line);
    marks.iter().any(|mark| line.contains(mark)) || (digests && is_digest(&line))
}

fn is_digest(line: &str) -> bool {
    line.len() == 64 && line.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_function_is_heard() {
        let digest = "17ce4f65660717ba0afbd143578dfd1c5b9822bd3ad3945c10d6878e057265f1";
        for (engine, stderr, left) in [
            (Engine::Docker, "", ""),
            (Engine::Docker, "one\n\ntwo\n", "one\n\ntwo"),
            (
                Engine::Docker,
                "Unable to find image 'a/x:v1' locally\nv1: Pulling from a/x\n4e9f2cdf4387: Already exists\n\
                 Digest: sha256:00\nStatus: Downloaded newer image for a/x:v1\r\nsaid\r\n",
                "said",
            ),
            (Engine::Docker, "Unable to find image 'a/x:v1' locally\n", ""),
            (
                Engine::Podman,
                &format!(
                    "Trying to pull a/x...\nCopying blob sha256:00\nWriting manifest to image destination\n{digest}\n\
                     Digest: sha256:11\nsaid\n"
                ),
                "Digest: sha256:11\nsaid",
            ),
            (
                Engine::Nerdctl,
                &format!(
                    "a/x:v1: resolving |--------------------------------------|\nelapsed: 2.4 s total: 4.4 Ki\n\
                     {digest}\nTrying to pull\n"
                ),
                "Trying to pull",
            ),
        ] {
            let heard = without(engine, stderr.as_bytes());
            assert_eq!(String::from_utf8(heard).unwrap(), left, "{engine}: {stderr}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(without(Engine::Docker, b"\xff\nx: Waiting\n\xfe\n"), b"\xff\n\xfe");
    }
}
