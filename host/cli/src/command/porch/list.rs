//! `porchlight porch list`

use clap::{Args, ValueEnum};
use porchlight_porch::{Filter, PackageRevision};
use porchlight_repository::Lifecycle;

use super::failure;
use super::open::ClusterFlags;
use crate::command::table::table;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Only revisions in this repository
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    /// Only revisions of this package
    #[arg(long, value_name = "PATH")]
    package: Option<String>,
    /// Only revisions of this stage: `Draft`, `Proposed`, `Published`, `DeletionProposed`
    #[arg(long, value_name = "STAGE")]
    lifecycle: Option<Lifecycle>,
    /// Form of the list; `json` has the objects as the server wrote them
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

pub(crate) fn run(arguments: &List) -> Result<u8, Failure> {
    let porch = arguments.cluster.open()?;
    let filter = Filter {
        repository: arguments.repository.clone(),
        package: arguments.package.clone(),
        lifecycle: arguments.lifecycle,
    };
    let revisions = porch.list(&filter).map_err(|error| failure(&error))?;
    let text = match arguments.format {
        Form::Text => {
            let head = ["NAME", "PACKAGE", "WORKSPACE", "REVISION", "LATEST", "LIFECYCLE"];
            table(head, revisions.iter().map(row))
        }
        Form::Json => {
            let objects: Vec<_> = revisions.iter().map(PackageRevision::object).collect();
            serde_json::to_string_pretty(&objects).map_err(|error| Failure::plain(error.to_string()))? + "\n"
        }
    };
    output::data(text.as_bytes())?;
    Ok(exit::SUCCESS)
}

fn row(revision: &PackageRevision) -> [String; 6] {
    [
        revision.name().to_owned(),
        revision.package().to_owned(),
        revision.workspace().to_owned(),
        revision.revision().to_string(),
        if revision.latest() { "yes" } else { "" }.to_owned(),
        revision.lifecycle().map(|lifecycle| lifecycle.to_string()).unwrap_or_default(),
    ]
}
