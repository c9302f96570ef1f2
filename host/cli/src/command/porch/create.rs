//! `porchlight porch init`, `copy` and `clone`

use clap::Args;
use porchlight_porch::{Draft, Origin, Porch};
use porchlight_repository::InitTask;

use super::failure;
use super::open::ClusterFlags;
use crate::command::description::DescriptionFlags;
use crate::failure::Failure;
use crate::{exit, output};

// The draft that is made.
#[derive(Debug, Args)]
struct Target {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Path and name of the package in its repository, like `edge/upf`
    #[arg(value_name = "PACKAGE")]
    package: String,
    /// Name of the repository
    #[arg(long, value_name = "NAME")]
    repository: String,
    /// Workspace of the draft: its name until it is published, and after
    #[arg(long, value_name = "NAME")]
    workspace: String,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    description: DescriptionFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Copy {
    #[command(flatten)]
    cluster: ClusterFlags,
    /// Name of the published revision, like `blueprints.edge.upf.v1`
    #[arg(value_name = "NAME")]
    source: String,
    /// Workspace of the draft: its name until it is published, and after
    #[arg(long, value_name = "NAME")]
    workspace: String,
}

#[derive(Debug, Args)]
pub(crate) struct Clone {
    /// What is cloned: the name of a package revision, or the URL of a git repository that Porch need not know
    #[arg(value_name = "UPSTREAM")]
    upstream: String,
    #[command(flatten)]
    target: Target,
    /// Of a git repository: branch, tag or commit
    #[arg(long = "ref", value_name = "REF", default_value = "main")]
    reference: String,
    /// Of a git repository: directory of the package
    #[arg(long, value_name = "PATH", default_value = "/")]
    directory: String,
    /// Of a git repository: secret in the namespace with its credentials
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    secret: String,
}

pub(crate) fn init(arguments: &Init) -> Result<u8, Failure> {
    let InitTask { description, keywords, site, .. } = arguments.description.task();
    arguments.target.create(Origin::Empty { description, keywords, site })
}

pub(crate) fn copy(arguments: &Copy) -> Result<u8, Failure> {
    let porch = arguments.cluster.open()?;
    // Where the source is, the copy goes.
    let source = porch.get(&arguments.source).map_err(|error| failure(&error))?;
    let draft = Draft {
        repository: source.repository().to_owned(),
        package: source.package().to_owned(),
        workspace: arguments.workspace.clone(),
        origin: Origin::Copy(arguments.source.clone()),
    };
    make(&porch, &draft)
}

pub(crate) fn clone(arguments: &Clone) -> Result<u8, Failure> {
    let Clone { upstream, target, reference, directory, secret } = arguments;
    // No name of an object has a slash or a colon.
    target.create(if upstream.contains(['/', ':']) {
        Origin::Git {
            repository: upstream.clone(),
            reference: reference.clone(),
            directory: directory.clone(),
            secret: secret.clone(),
        }
    } else {
        Origin::Clone(upstream.clone())
    })
}

impl Target {
    fn create(&self, origin: Origin) -> Result<u8, Failure> {
        let porch = self.cluster.open()?;
        let draft = Draft {
            repository: self.repository.clone(),
            package: self.package.clone(),
            workspace: self.workspace.clone(),
            origin,
        };
        make(&porch, &draft)
    }
}

fn make(porch: &Porch, draft: &Draft) -> Result<u8, Failure> {
    let made = porch.create(draft).map_err(|error| failure(&error))?;
    output::data(format!("{}\n", made.name()).as_bytes())?;
    Ok(exit::SUCCESS)
}
