//! `porchlight man [-o DIR]`

use std::fs;
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct ManPages {
    /// Directory for a page of every command, `porchlight-render.1` and so on [default: the first page, on stdout]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &ManPages) -> Result<u8, Failure> {
    let mut command = Arguments::command();
    command.build();
    match &arguments.output {
        None => output::data(&page(&command)?)?,
        Some(directory) => {
            fs::create_dir_all(directory).map_err(|error| unwritable(directory, &error))?;
            let mut waiting = vec![command];
            while let Some(command) = waiting.pop() {
                waiting.extend(
                    command
                        .get_subcommands()
                        .filter(|below| !below.is_hide_set() && below.get_name() != "help")
                        .cloned(),
                );
                // Names of commands below others hold blanks where they are called, hyphens where they are files.
                let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
                let file = directory.join(format!("{name}.1"));
                fs::write(&file, page(&command)?).map_err(|error| unwritable(&file, &error))?;
            }
        }
    }
    Ok(exit::SUCCESS)
}

/// A page in roff.
fn page(command: &clap::Command) -> Result<Vec<u8>, Failure> {
    let mut roff = Vec::new();
    Man::new(command.clone()).render(&mut roff).map_err(Failure::plain)?;
    Ok(roff)
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::plain(format_args!("cannot write `{}`: {error}", path.display()))
        .hint("name a directory that can be written with `-o`")
}
