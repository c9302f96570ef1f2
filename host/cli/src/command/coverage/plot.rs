//! `porchlight coverage plot [PKG] [-o FILE]`

use std::fs;
use std::path::{PathBuf, absolute};

use clap::Args;
use porchlight_coverage_map::{Map, MapError};
use porchlight_krm::Code;
use porchlight_package::Directory;

use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Plot {
    /// Package directory
    #[arg(default_value = ".", value_name = "PKG")]
    package: PathBuf,
    /// File to write [default: stdout]
    #[arg(short, long, value_name = "FILE.svg")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Plot) -> Result<u8, Failure> {
    let path = absolute(&arguments.package).unwrap_or_else(|_| arguments.package.clone());
    let contents = Directory::open(&path).and_then(|directory| directory.read()).map_err(|error| {
        let code = error.code();
        Failure::plain(error).code(code)
    })?;
    let map = Map::of_package(contents.resources).map_err(|error| match error {
        MapError::Planning(lines) => {
            output::foreign(lines.as_bytes());
            Failure::told(Code::CoverageInvalid, "the coverage cannot be planned")
        }
        MapError::Unreadable(message) => Failure::coded(Code::CoverageInvalid, message),
    })?;
    let svg = map.to_svg().ok_or_else(|| {
        let name = arguments.package.display();
        Failure::coded(Code::CoverageInvalid, format_args!("`{name}` holds no coverage plan with a site"))
            .hint("add a CoverageExpansion with sites or polygons; where an intent asks for one, `porchlight render` first")
            .exit(exit::USAGE)
    })?;
    match &arguments.output {
        Some(file) => fs::write(file, svg)
            .map_err(|error| Failure::plain(format_args!("cannot write `{}`: {error}", file.display())))?,
        None => output::data(svg.as_bytes())?,
    }
    Ok(exit::SUCCESS)
}
