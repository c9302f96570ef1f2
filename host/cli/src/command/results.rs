//! The file of what functions reported.

use std::fs;
use std::path::Path;

use porchlight_pipeline::{Event, RESULTS_FILE, Reporter};

use crate::failure::Failure;

/// Writes `results.yaml` into `directory` and tells so; with `apart`, behind an empty line.
pub(super) fn save(directory: &Path, text: &str, reporter: &mut dyn Reporter, apart: bool) -> Result<(), Failure> {
    let file = directory.join(RESULTS_FILE);
    fs::create_dir_all(directory).and_then(|()| fs::write(&file, text)).map_err(|error| {
        Failure::plain(format_args!("cannot write the results `{}`: {error}", file.display()))
            .hint("name a directory that can be written with `--results-dir`")
    })?;
    reporter.report(Event::ResultsSaved { file: &file, apart });
    Ok(())
}
