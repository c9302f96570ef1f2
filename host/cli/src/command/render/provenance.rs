//! How the package was rendered, as evidence.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use clap::Args;
use porchlight_package::PackageTree;
use porchlight_pipeline::Runtime;
use porchlight_provenance::{DirectoryError, DirectoryHash, Options, Witness};
use porchlight_runtime::Functions;

use super::{Destination, Render};
use crate::failure::Failure;
use crate::{exit, output};

// Where to write the evidence.
#[derive(Debug, Clone, Args)]
pub(super) struct ProvenanceFlags {
    /// Write how the package was rendered: an in-toto statement with the digests of the package before and after and of
    /// every function (SLSA provenance v1); `-` is stdout
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "check"])]
    provenance: Option<PathBuf>,
}

/// A render that is looked at, or not.
pub(super) enum Evidence<'a> {
    NotWanted(&'a Functions),
    Gathered { file: &'a Path, render: porchlight_provenance::Render, witness: Witness<'a, Functions>, root: PathBuf },
}

impl ProvenanceFlags {
    /// Makes sure that there is a package to tell of, and that it can be told, before any work is done.
    pub(super) fn check(&self, destination: &Destination, package: &Path) -> Result<(), Failure> {
        let Some(file) = &self.provenance else { return Ok(()) };
        let misused = |message: String, hint: &str| Err(Failure::plain(message).hint(hint).exit(exit::USAGE));
        if destination.takes_stdout() {
            let hint = "render in place, or into a directory with `-o DIR`";
            return misused("a statement tells of a package on disk, and `-o` prints it instead".to_owned(), hint);
        }
        if is_stdout(file) {
            return Ok(());
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A directory that `-o` is to make does not exist yet, so no file can lie in it.
        if let (Ok(folder), Ok(package)) = (fs::canonicalize(folder), fs::canonicalize(package))
            && folder.starts_with(package)
        {
            let hint = "write it beside the package: `--provenance ../provenance.json`";
            let message = format!("`{}` lies in the package, whose digest it would change", file.display());
            return misused(message, hint);
        }
        let fresh = !file.exists();
        if let Err(error) = OpenOptions::new().append(true).create(true).open(file) {
            let hint = "nothing was done; name a file in a directory that exists and can be written";
            return misused(format!("cannot write the statement `{}`: {error}", file.display()), hint);
        }
        if fresh {
            drop(fs::remove_file(file));
        }
        Ok(())
    }

    /// True where the statement goes to stdout.
    pub(super) fn is_stdout(&self) -> bool {
        self.provenance.as_deref().is_some_and(is_stdout)
    }

    /// Looks at the package before the render, and at every function from now on.
    pub(super) fn begin<'a>(
        &'a self,
        arguments: &Render,
        tree: &PackageTree,
        runtime: &'a Functions,
    ) -> Result<Evidence<'a>, Failure> {
        let Some(file) = self.provenance.as_deref() else { return Ok(Evidence::NotWanted(runtime)) };
        let options = Options {
            format: arguments.format.to_string(),
            kpt_compat: arguments.kpt_compat.to_string(),
            write_status: arguments.write_status,
        };
        let before = DirectoryHash::of(tree.root()).map_err(|error| unreadable(&error))?;
        let render = porchlight_provenance::Render::of(tree, &before, options);
        Ok(Evidence::Gathered { file, render, witness: Witness::of(runtime), root: tree.root().to_owned() })
    }
}

impl Evidence<'_> {
    /// What to render with.
    pub(super) fn runtime(&self) -> &dyn Runtime {
        match self {
            Self::NotWanted(runtime) => *runtime,
            Self::Gathered { witness, .. } => witness,
        }
    }

    /// Writes the statement, now that the package is rendered.
    pub(super) fn write(self, destination: &Destination) -> Result<(), Failure> {
        let Self::Gathered { file, render, witness, root } = self else { return Ok(()) };
        let target = match destination {
            Destination::Directory(directory) => directory,
            _ => &root,
        };
        let ran = witness.ran();
        for function in ran.iter().filter(|function| function.sha256.is_none()) {
            output::error(&format!(
                "[WARN] the statement names `{}` without a digest: it is in no registry, or its program cannot be read",
                function.name
            ));
        }
        let text = render.done(&ran, &DirectoryHash::of(target).map_err(|error| unreadable(&error))?).to_json();
        if is_stdout(file) {
            return output::data(text.as_bytes());
        }
        fs::write(file, text)
            .map_err(|error| Failure::plain(format_args!("cannot write the statement `{}`: {error}", file.display())))
    }
}

fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}

fn unreadable(error: &DirectoryError) -> Failure {
    Failure::plain(format_args!("the digest of the package cannot be computed: {error}"))
}
