//! Functions in containers: kpt's own invocation of `docker`, `podman` or `nerdctl` (kpt-render §6.2).

mod engine;
mod mount;
mod noise;
mod pull;

pub use engine::{Engine, UnknownEngine};
pub use mount::{Mount, MountError};
pub use pull::{PullPolicy, UnknownPullPolicy};

/// How containers are run, where they are allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Containers {
    /// The program that runs them.
    pub engine: Engine,
    /// When an image is pulled.
    pub pull: PullPolicy,
    /// The network of this machine instead of none.
    pub network: bool,
    /// `UID:GID` to run as; `nobody` where absent.
    pub user: Option<String>,
    /// Folders of this machine inside the container.
    pub mounts: Vec<Mount>,
    /// `NAME=VALUE`, or `NAME` for a variable of this process.
    pub environment: Vec<String>,
}

impl Containers {
    /// The arguments of the engine for one run of `image`, in kpt's order. `name` is ours: a container can outlive the
    /// command that started it, and must have a name to be ended by.
    pub(crate) fn arguments(&self, image: &str, name: &str) -> Vec<String> {
        let network = if self.network { "host" } else { "none" };
        let user = self.user.as_deref().unwrap_or("nobody");
        let mut arguments: Vec<String> = ["run", "--rm", "-i"].map(str::to_owned).into();
        arguments.push(format!("--name={name}"));
        arguments.extend(["--network", network, "--user", user, "--security-opt=no-new-privileges"].map(str::to_owned));
        arguments.extend(["--pull", self.pull.word()].map(str::to_owned));
        for mount in &self.mounts {
            arguments.extend(["--mount".to_owned(), mount.to_string()]);
        }
        for variable in self.variables() {
            arguments.extend(["-e", variable].map(str::to_owned));
        }
        arguments.push(image.to_owned());
        arguments
    }

    /// Values first, sorted by name, the last one of a name; then the names to take over, once each.
    fn variables(&self) -> Vec<&str> {
        let mut values = std::collections::BTreeMap::new();
        let mut names: Vec<&str> = Vec::new();
        for variable in &self.environment {
            match variable.split_once('=') {
                Some((name, _)) => drop(values.insert(name, variable.as_str())),
                None if names.contains(&variable.as_str()) => {}
                None => names.push(variable),
            }
        }
        values.into_values().chain(names).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(containers: &Containers) -> String {
        containers.arguments("a.io/x:v1", "porchlight-1").join(" ")
    }

    #[test]
    fn the_invocation_is_that_of_kpt() {
        // What kpt 1.0.0-beta.56 calls, but for the name.
        assert_eq!(
            words(&Containers::default()),
            "run --rm -i --name=porchlight-1 --network none --user nobody --security-opt=no-new-privileges --pull \
             missing a.io/x:v1"
        );
        let all = Containers {
            engine: Engine::Podman,
            pull: PullPolicy::Always,
            network: true,
            user: Some("1000:100".to_owned()),
            mounts: vec![
                "type=bind,source=/a,target=/b".parse().unwrap(),
                "type=bind,src=/c,dst=/d,rw=true".parse().unwrap(),
            ],
            environment: ["Z=1", "HOME", "A=x=y", "Z=2", "HOME"].map(str::to_owned).into(),
        };
        assert_eq!(
            words(&all),
            "run --rm -i --name=porchlight-1 --network host --user 1000:100 --security-opt=no-new-privileges --pull \
             always --mount type=bind,source=/a,target=/b,readonly --mount type=bind,source=/c,target=/d -e A=x=y -e \
             Z=2 -e HOME a.io/x:v1"
        );
    }
}
