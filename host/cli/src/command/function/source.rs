//! `porchlight fn source [DIR]`

use std::path::{Path, PathBuf, absolute};

use clap::Args;
use porchlight_krm::{Resource, ResourceList};
use porchlight_package::quote;

use super::stream;
use crate::failure::Failure;
use crate::report::{ReportFlags, Run, Work};
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Source {
    /// Directory, or a single file
    #[arg(default_value = ".", value_name = "DIR")]
    directory: PathBuf,
    /// Form of the output: `stdout` (a ResourceList) or `unwrap` (documents)
    #[arg(short, long, value_name = "stdout|unwrap", default_value = "stdout")]
    output: String,
    /// File with the functionConfig of the list
    #[arg(long, value_name = "FILE")]
    fn_config: Option<PathBuf>,
    #[arg(long, hide = true)]
    include_meta_resources: bool,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) fn run(arguments: &Source) -> Result<u8, Failure> {
    if arguments.include_meta_resources {
        return Err(Failure::plain(
            "--include-meta-resources is no longer necessary because meta resources are now included by default",
        ));
    }
    let unwrap = match arguments.output.as_str() {
        "stdout" => false,
        "unwrap" => true,
        other => {
            let name = quote(other);
            let message = format!("invalid input for --output flag {name}, must be \"stdout\" or \"unwrap\"");
            return Err(Failure::plain(message));
        }
    };
    arguments.report.beside(true)?;
    let work = Work { command: "fn source", done: "read" };
    arguments.report.around(Run::start(work, arguments.directory.display(), false), |run| {
        let function_config = arguments.fn_config.as_deref().map(function_config).transpose()?;
        let path = absolute(&arguments.directory).unwrap_or_else(|_| arguments.directory.clone());
        let resources = run.stage("read", || read(&path))?;
        if unwrap {
            stream::print_documents(resources)?;
        } else {
            let mut list = ResourceList::default();
            list.items = resources;
            list.function_config = function_config;
            output::data(list.to_text().as_bytes())?;
        }
        Ok(exit::SUCCESS)
    })
}

fn read(path: &Path) -> Result<Vec<Resource>, Failure> {
    let contents = stream::open(path)?.read().map_err(stream::package)?;
    Ok(contents.resources)
}

fn function_config(file: &Path) -> Result<Resource, Failure> {
    let path = absolute(file).unwrap_or_else(|_| file.to_owned());
    let mut configs = read(&path)?;
    match (configs.pop(), configs.len()) {
        (Some(config), 0) => Ok(config),
        (last, others) => {
            let found = others + usize::from(last.is_some());
            Err(Failure::plain(format_args!("expected exactly 1 functionConfig, found {found}"))
                .hint("name a file with one object with `--fn-config`"))
        }
    }
}
