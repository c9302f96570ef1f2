//! Where the rendered resources go.

use std::path::PathBuf;

use porchlight_krm::ResourceList;
use porchlight_package::{ChangeKind, Format, PackageTree, PlanOptions, WritePlan, plan_new, to_text};
use porchlight_pipeline::{RenderStatus, Rendered};

use super::{Render, attribution, errors, status};
use crate::exit;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output;
use crate::report::Run;

/// What `-o`, `--dry-run` and `--check` choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// Back into the package.
    InPlace,
    /// Nowhere: a diff on stdout.
    DryRun,
    /// Nowhere: only whether anything would change.
    Check,
    /// A ResourceList on stdout.
    List,
    /// Documents on stdout.
    Documents,
    /// A directory that does not exist yet.
    Directory(PathBuf),
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// The package is up to date.
    InPlace,
    /// Printed, or written to another directory.
    Elsewhere,
    /// `--check` found differences.
    Differences,
}

impl Destination {
    pub(super) fn of(arguments: &Render) -> Result<Self, Failure> {
        let destination = match arguments.output.as_deref() {
            _ if arguments.dry_run => Self::DryRun,
            _ if arguments.check => Self::Check,
            None => Self::InPlace,
            Some("stdout") => Self::List,
            Some("unwrap") => Self::Documents,
            Some("") => return Err(Failure::plain("`--output` names no directory").exit(exit::USAGE)),
            Some(directory) => Self::Directory(PathBuf::from(directory)),
        };
        arguments.report.beside(destination.takes_stdout())?;
        if let Self::Directory(directory) = &destination
            && directory.symlink_metadata().is_ok()
        {
            let message = format!(
                "directory {:?} already exists, please delete the directory and retry",
                directory.display().to_string()
            );
            return Err(Failure::plain(message));
        }
        Ok(destination)
    }

    /// True where what was rendered is printed.
    pub(super) fn takes_stdout(&self) -> bool {
        matches!(self, Self::DryRun | Self::List | Self::Documents)
    }

    /// True where the package itself may change.
    pub(super) fn writes_package(&self) -> bool {
        *self == Self::InPlace
    }

    pub(super) fn write(
        &self,
        tree: &PackageTree,
        rendered: Rendered,
        options: PlanOptions,
        status: Option<&RenderStatus>,
        interrupts: &Interrupts,
        run: &mut Run,
    ) -> Result<Written, Failure> {
        let Rendered { mut resources, sources } = rendered;
        tree.settle(&mut resources, attribution(tree.compat())).map_err(|error| errors::plan(&error))?;
        match self {
            Self::List => {
                let mut list = ResourceList::default();
                list.items = resources;
                output::data(list.to_text().as_bytes())?;
                return Ok(Written::Elsewhere);
            }
            Self::Documents => {
                let text = to_text(resources).map_err(|error| errors::plan(&error))?;
                output::data(text.as_bytes())?;
                return Ok(Written::Elsewhere);
            }
            Self::Directory(directory) => {
                let plan = match options.format {
                    Format::Kpt => plan_new(directory, resources),
                    Format::Minimal => tree.plan(resources, &sources, options),
                };
                let plan = plan.map_err(|error| errors::plan(&error))?;
                run.stage("write", || plan.write_to(directory).map_err(|error| errors::directory(&error)))?;
                return Ok(Written::Elsewhere);
            }
            Self::InPlace | Self::DryRun | Self::Check => {}
        }
        let names = run.names(&resources);
        let plan = run.stage("plan", || {
            let plan = tree.plan(resources, &sources, options).map_err(|error| errors::plan(&error))?;
            status::added(plan, tree, status, options.format)
        })?;
        run.planned(&plan, names);
        match self {
            Self::DryRun => {
                output::data(plan.diff().as_bytes())?;
                output::error(&format!("dry run: {} file(s) would change, nothing was written", plan.changes().len()));
                Ok(Written::Elsewhere)
            }
            Self::Check => Ok(check(&plan)),
            _ => {
                let _whole = interrupts.hold();
                run.stage("write", || plan.commit().map_err(|error| errors::commit(&error)))?;
                Ok(Written::InPlace)
            }
        }
    }
}

fn check(plan: &WritePlan) -> Written {
    for change in plan.changes() {
        let verb = match change.kind() {
            ChangeKind::Create => "create",
            ChangeKind::Modify => "change",
            ChangeKind::Delete => "delete",
        };
        output::error(&format!("would {verb}: {}", change.path));
    }
    if plan.is_empty() { Written::Elsewhere } else { Written::Differences }
}
