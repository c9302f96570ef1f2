//! Lists and descriptions, for people or for programs.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::failure::Failure;
use crate::output;

/// How a list or a description is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs; the keys are stable
    Json,
}

// What lists and descriptions have in common.
#[derive(Debug, Clone, Args)]
pub(super) struct Listing {
    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Listing {
    /// Prints `value` for programs, or `text` for people.
    pub(super) fn print(
        &self,
        value: &(impl Serialize + ?Sized),
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let text = match self.format {
            Format::Text => text(),
            Format::Json => {
                serde_json::to_string_pretty(value).map_err(|error| Failure::plain(error.to_string()))? + "\n"
            }
        };
        output::data(text.as_bytes())
    }
}

/// Columns as wide as their widest cell, two blanks between them.
pub(super) fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
