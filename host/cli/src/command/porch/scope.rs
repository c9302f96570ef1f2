//! Which package revisions of a namespace are meant.

use clap::Args;
use porchlight_porch::Filter;
use porchlight_repository::Lifecycle;

#[derive(Debug, Args)]
pub(super) struct ScopeFlags {
    /// Only revisions in this repository
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    /// Only revisions of this package
    #[arg(long, value_name = "PATH")]
    package: Option<String>,
}

impl ScopeFlags {
    pub(super) fn filter(&self, lifecycle: Option<Lifecycle>) -> Filter {
        Filter { repository: self.repository.clone(), package: self.package.clone(), lifecycle }
    }
}
