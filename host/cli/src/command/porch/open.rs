//! Flags that say which cluster is meant.

use std::env;
use std::path::PathBuf;

use clap::Args;
use porchlight_porch::{Access, Place, Porch, PorchError};

use super::failure;
use crate::failure::Failure;

// A cluster, as kubectl finds it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cluster")]
pub(super) struct ClusterFlags {
    /// Kubeconfig [default: `KUBECONFIG`, `~/.kube/config`, the service account of a pod]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Namespace of the package revisions [default: that of the context]
    #[arg(short, long, value_name = "NAME")]
    namespace: Option<String>,
    /// URL of a server on this machine that needs no credentials, like that of `kubectl proxy`
    #[arg(long, value_name = "URL", conflicts_with_all = ["kubeconfig", "context"])]
    server: Option<String>,
}

impl ClusterFlags {
    pub(super) fn open(&self) -> Result<Porch, Failure> {
        let place = Place {
            server: self.server.clone(),
            kubeconfigs: self.kubeconfigs(),
            context: self.context.clone(),
            namespace: self.namespace.clone(),
        };
        let access = Access::find(&place).map_err(|error| failure(&PorchError::from(error)))?;
        Porch::new(access).map_err(|error| failure(&error))
    }

    /// The kubeconfigs that kubectl would read.
    fn kubeconfigs(&self) -> Vec<PathBuf> {
        if let Some(file) = &self.kubeconfig {
            return vec![file.clone()];
        }
        if let Some(files) = env::var_os("KUBECONFIG").filter(|files| !files.is_empty()) {
            // A file of the list that is not there is left out, as kubectl does.
            return env::split_paths(&files).filter(|file| file.is_file()).collect();
        }
        let home = env::var_os("HOME").map(|home| PathBuf::from(home).join(".kube/config"));
        home.filter(|file| file.is_file()).into_iter().collect()
    }
}
