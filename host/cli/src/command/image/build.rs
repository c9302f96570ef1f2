//! `porchlight image build`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use porchlight_oci::{Layout, Parts, Target};
use porchlight_runtime::OUR_PREFIX;

use super::{failure, tell};
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// Functions [default: all there are in `--binaries`]
    #[arg(value_name = "NAME")]
    functions: Vec<String>,
    /// Folder with the programs and modules, as `scripts/build-functions` fills it
    #[arg(long, value_name = "DIR", default_value = "target/functions")]
    binaries: PathBuf,
    /// New folder for the OCI image layout
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Platforms: `linux/amd64`, `linux/arm64`, `js/wasm`, `wasi/wasm` [default: all four]
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    platform: Vec<Target>,
    /// Where the images will live
    #[arg(long, value_name = "PREFIX", default_value = OUR_PREFIX)]
    image_prefix: String,
}

pub(super) fn run(arguments: &Build) -> Result<u8, Failure> {
    let mut targets = if arguments.platform.is_empty() { Target::ALL.to_vec() } else { arguments.platform.clone() };
    targets.sort_unstable();
    targets.dedup();
    let parts = Parts::open(&arguments.binaries).map_err(|error| failure(&error))?;
    let functions = match arguments.functions.as_slice() {
        [] => parts.functions(&targets).map_err(|error| failure(&error))?,
        named => named.to_vec(),
    };
    let mut layout = Layout::create(&arguments.output).map_err(|error| failure(&error))?;
    for function in functions {
        let built = porchlight_oci::build(&mut layout, &parts, &function, &arguments.image_prefix, &targets)
            .map_err(|error| failure(&error))?;
        let mut sizes = String::new();
        for (target, size) in &built.sizes {
            let _ = write!(sizes, "{}{target} {} KiB", if sizes.is_empty() { "" } else { ", " }, size.div_ceil(1024));
        }
        output::error(&format!("{function}: {sizes}"));
        tell(&built.name, built.digest)?;
    }
    Ok(exit::SUCCESS)
}
