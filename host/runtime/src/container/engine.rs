//! The programs that run containers.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

use porchlight_oci::Digest;
use porchlight_package::tag;

use super::noise;
use crate::executable;
use crate::process::{Ended, Finished, ProcessLimits, Processes, run};

/// A program that runs containers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    /// `docker`, at least version 20.10.
    #[default]
    Docker,
    /// `podman`.
    Podman,
    /// `nerdctl`.
    Nerdctl,
}

/// A word that names no engine; kpt's message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unsupported runtime: {:?} the runtime must be one of [docker podman nerdctl]", .0)]
pub struct UnknownEngine(String);

/// How long an engine may take to tell its version or its images.
const PATIENCE: Duration = Duration::from_secs(5);

/// A megabyte of tags is no repository of functions.
const ANSWER: ProcessLimits = ProcessLimits { time: PATIENCE, stdout: 1 << 20, stderr: 1 << 16 };

const OLDEST_DOCKER: semver::Version = semver::Version::new(20, 10, 0);

impl Engine {
    /// The program's name.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Nerdctl => "nerdctl",
        }
    }

    /// Finds the program and asks for its version, as kpt does before the first container.
    ///
    /// # Errors
    /// What keeps it from running containers, and where to get it; one line.
    pub(crate) fn find(self, processes: &Processes) -> Result<PathBuf, String> {
        let unusable = |reason: String| format!("{reason}; {}", self.advice());
        let program = executable::find(self.program(), std::env::var_os("PATH").as_deref()).map_err(unusable)?;
        let arguments: &[&str] = match self {
            Self::Docker => &["version", "--format", "{{.Client.Version}}"],
            Self::Podman | Self::Nerdctl => &["version"],
        };
        let answer = self.ask(processes, &program, arguments).map_err(unusable)?;
        if self == Self::Docker {
            let version = answer.trim();
            let found = tag::version(version)
                .ok_or_else(|| unusable(format!("`docker version` says `{version}`, which is no version")))?;
            if found < OLDEST_DOCKER {
                return Err(format!("docker client version must be v{OLDEST_DOCKER} or greater: found v{version}"));
            }
        }
        Ok(program)
    }

    /// The tags of a repository that are on this machine.
    pub(crate) fn tags(
        self,
        processes: &Processes,
        program: &std::path::Path,
        repository: &str,
    ) -> Result<Vec<String>, String> {
        let filter = format!("reference={repository}");
        let answer = self.ask(processes, program, &["image", "ls", "--filter", &filter, "--format", "{{ .Tag }}"])?;
        Ok(answer.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// The digest by which a registry knows an image of this machine; none where it came from no registry.
    pub(crate) fn digest(self, processes: &Processes, program: &std::path::Path, image: &str) -> Option<Digest> {
        let format = "{{range .RepoDigests}}{{println .}}{{end}}";
        let answer = self.ask(processes, program, &["image", "inspect", "--format", format, image]).ok()?;
        answer.lines().find_map(|line| line.trim().rsplit_once('@')?.1.parse().ok())
    }

    /// The engine's stderr without its progress.
    pub(crate) fn quiet(self, stderr: &[u8]) -> Vec<u8> {
        noise::without(self, stderr)
    }

    /// Ends a container. It is removed by the `--rm` it was started with.
    pub(crate) fn end(self, name: &str) -> [&str; 2] {
        ["kill", name]
    }

    fn ask(self, processes: &Processes, program: &std::path::Path, arguments: &[&str]) -> Result<String, String> {
        let told = || format!("`{} {}`", self.program(), arguments.first().copied().unwrap_or_default());
        match run(processes, Command::new(program).args(arguments), None, "", &ANSWER) {
            Ok(Finished { stdout, exit_code: 0, .. }) => Ok(String::from_utf8_lossy(&stdout).into_owned()),
            Ok(Finished { stderr, exit_code, .. }) => {
                let stderr = String::from_utf8_lossy(&stderr);
                let said = stderr.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing");
                Err(format!("{} ended with exit code {exit_code} and said: {said}", told()))
            }
            Err(Ended::NotStarted(error)) => Err(executable::start_failure(program, &error)),
            // Nobody can cancel this one.
            Err(Ended::Timeout { .. } | Ended::Cancelled { .. }) => {
                Err(format!("{} gave no answer within {PATIENCE:?}", told()))
            }
            Err(Ended::OutputExceeded { .. }) => Err(format!("{} does not stop talking", told())),
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Docker => {
                "docker must be running, or choose another engine by `KRM_FN_RUNTIME=podman` or `nerdctl`; how to \
                 install docker: https://docs.docker.com/get-docker/"
            }
            Self::Podman => "podman must be installed; how to: https://podman.io/getting-started/installation",
            Self::Nerdctl => "nerdctl must be installed; how to: https://github.com/containerd/nerdctl#install",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program())
    }
}

/// The name in any case; nothing means docker.
impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, UnknownEngine> {
        if text.is_empty() {
            return Ok(Self::Docker);
        }
        [Self::Docker, Self::Podman, Self::Nerdctl]
            .into_iter()
            .find(|engine| engine.program().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownEngine(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_named_in_any_case() {
        for (text, engine) in
            [("", Engine::Docker), ("Podman", Engine::Podman), ("NERDCTL", Engine::Nerdctl), ("docker", Engine::Docker)]
        {
            assert_eq!(text.parse(), Ok(engine), "{text}");
        }
        assert_eq!(
            "runc".parse::<Engine>().unwrap_err().to_string(),
            "unsupported runtime: \"runc\" the runtime must be one of [docker podman nerdctl]"
        );
    }
}
