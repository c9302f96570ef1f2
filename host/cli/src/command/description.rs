//! What a new package says of itself.

use clap::Args;
use porchlight_repository::InitTask;

#[derive(Debug, Args)]
pub(super) struct DescriptionFlags {
    /// What the package is for
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
    /// What one finds it by; may be given several times
    #[arg(long = "keyword", value_name = "WORD")]
    keywords: Vec<String>,
    /// Page about it
    #[arg(long, value_name = "URL", default_value = "", hide_default_value = true)]
    site: String,
}

impl DescriptionFlags {
    /// The task of Porch that makes the package.
    pub(super) fn task(&self) -> InitTask {
        InitTask {
            description: self.description.clone(),
            keywords: self.keywords.clone(),
            site: self.site.clone(),
            ..InitTask::default()
        }
    }
}
