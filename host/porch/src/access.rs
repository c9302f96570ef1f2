//! Where the API is, and who asks.

mod kubeconfig;
mod plugin;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Folder of a pod's service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Where to look for an API.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// URL of a server that needs no credentials, like that of `kubectl proxy`.
    pub server: Option<String>,
    /// Files of `KUBECONFIG`, in their order; none: the service account of the pod this runs in.
    pub kubeconfigs: Vec<PathBuf>,
    /// Context of the kubeconfig in place of its current one.
    pub context: Option<String>,
    /// Namespace in place of that of the context.
    pub namespace: Option<String>,
}

/// An API server, and what lets this user in.
#[derive(Clone, Debug)]
pub struct Access {
    /// URL without a slash at its end.
    pub(crate) server: String,
    pub(crate) namespace: String,
    /// PEM of the authorities the server's certificate is checked with; none: those this machine trusts.
    pub(crate) authorities: Option<Vec<u8>>,
    /// Value of the `Authorization` header.
    pub(crate) authorization: Option<String>,
    /// PEM of a certificate and its key.
    pub(crate) certificate: Option<(Vec<u8>, Vec<u8>)>,
}

/// Why there is no access.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Neither a kubeconfig nor a pod.
    #[error("it is not known which cluster is meant")]
    Nothing,
    /// A file cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A kubeconfig is none, or lacks what its context names.
    #[error("{place}: {problem}")]
    Config {
        /// File, or context.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// The kubeconfig asks for a server that anybody could be.
    #[error("the certificate of `{0}` would not be checked: `insecure-skip-tls-verify` is set")]
    Insecure(String),
    /// Nobody could tell who reads along.
    #[error("`{0}` is not https: only servers of this machine are spoken to without TLS")]
    Plain(String),
    /// The program that gets credentials failed.
    #[error("`{command}` gave no credentials: {problem}")]
    Plugin {
        /// The program.
        command: String,
        /// What went wrong.
        problem: String,
    },
}

impl AccessError {
    /// What to do next.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Nothing => {
                "set `KUBECONFIG` or `--kubeconfig`, or start `kubectl proxy` and say `--server http://127.0.0.1:8001`"
            }
            Self::Insecure(_) => "put the authority of the server into `certificate-authority-data`",
            Self::Plain(_) => "use the https address of the API server, or `kubectl proxy` on this machine",
            Self::Config { .. } => "`kubectl config view` shows what there is; `--context` chooses",
            Self::Plugin { .. } => "log in again; the program has to work without asking anything",
            Self::File { .. } => "",
        }
    }
}

impl Access {
    /// Finds the API.
    ///
    /// # Errors
    /// There is none, or no way to it that is safe.
    pub fn find(place: &Place) -> Result<Self, AccessError> {
        let mut access = match (&place.server, place.kubeconfigs.as_slice()) {
            (Some(server), _) => Self::open(server),
            (None, []) => Self::in_cluster(Path::new(SERVICE_ACCOUNT))?,
            (None, files) => kubeconfig::access(files, place.context.as_deref())?,
        };
        if let Some(namespace) = &place.namespace {
            access.namespace.clone_from(namespace);
        }
        access.server.truncate(access.server.trim_end_matches('/').len());
        if !access.server.starts_with("https://") && !is_loopback(&access.server) {
            return Err(AccessError::Plain(access.server));
        }
        Ok(access)
    }

    /// The namespace that is asked.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    fn open(server: &str) -> Self {
        Self {
            server: server.to_owned(),
            namespace: "default".to_owned(),
            authorities: None,
            authorization: None,
            certificate: None,
        }
    }

    /// The service account of a pod.
    fn in_cluster(folder: &Path) -> Result<Self, AccessError> {
        let variable = |name: &str| env::var(name).ok().filter(|text| !text.is_empty());
        let (Some(host), Some(port)) = (variable("KUBERNETES_SERVICE_HOST"), variable("KUBERNETES_SERVICE_PORT"))
        else {
            return Err(AccessError::Nothing);
        };
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let token = String::from_utf8_lossy(&read(&folder.join("token"))?).trim().to_owned();
        let namespace = read(&folder.join("namespace")).unwrap_or_else(|_| b"default".to_vec());
        Ok(Self {
            namespace: String::from_utf8_lossy(&namespace).trim().to_owned(),
            authorities: Some(read(&folder.join("ca.crt"))?),
            authorization: Some(bearer(&token)),
            ..Self::open(&format!("https://{host}:{port}"))
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, AccessError> {
    fs::read(path).map_err(|source| AccessError::File { path: path.to_owned(), source })
}

fn bearer(token: &str) -> String {
    format!("Bearer {}", token.trim())
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// True for plain HTTP to this machine.
fn is_loopback(server: &str) -> bool {
    let Some(rest) = server.strip_prefix("http://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        for server in ["http://127.0.0.1:8001", "http://localhost", "http://[::1]:80/x"] {
            assert!(is_loopback(server), "{server}");
        }
        for server in
            ["http://10.0.0.1", "http://localhost.evil.example", "http://localhost@evil.example/", "ftp://localhost"]
        {
            assert!(!is_loopback(server), "{server}");
            let place = Place { server: Some(server.to_owned()), ..Place::default() };
            assert!(matches!(Access::find(&place), Err(AccessError::Plain(_))), "{server}");
        }
    }
}
