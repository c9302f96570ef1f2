//! `porchlight fn schema [NAME|KIND]`

use clap::Args;
use porchlight_api::schema;
use porchlight_embedded::EmbeddedFunction;
use porchlight_krm::Code;

use super::entry::metadata;
use super::or_nearest;
use crate::failure::Failure;
use crate::{exit, output};

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Name of a function, for the kind of its configuration, or a kind; without it, the kinds are listed
    #[arg(value_name = "NAME|KIND")]
    name: Option<String>,
    /// Print the CustomResourceDefinition instead of the JSON Schema
    #[arg(long, requires = "name")]
    crd: bool,
}

pub(crate) fn run(arguments: &Schema) -> Result<u8, Failure> {
    let Some(name) = &arguments.name else {
        let list: String = schema::kinds().iter().map(|kind| format!("{}\n", kind.kind)).collect();
        output::data(list.as_bytes())?;
        return Ok(exit::SUCCESS);
    };
    let configured = porchlight_embedded::find(name).map(metadata).transpose()?;
    let kind = configured.map_or_else(|| name.clone(), |metadata| metadata.config_kind);
    let Some(kind) = schema::find(&kind) else {
        let kinds: Vec<&str> = schema::kinds().iter().map(|kind| kind.kind).collect();
        let functions = porchlight_embedded::all().iter().map(EmbeddedFunction::name);
        let known: Vec<&str> = kinds.iter().copied().chain(functions).collect();
        let near = or_nearest(name, &known);
        return Err(Failure::coded(
            Code::FnUnknown,
            format_args!("neither a function nor a kind is called `{name}`{near}"),
        )
        .hint(format!("the kinds are: {}", kinds.join(", ")))
        .hint("`porchlight fn list` shows the functions")
        .exit(exit::USAGE));
    };
    let text = if arguments.crd { kind.crd_text() } else { kind.json_schema_text() };
    output::data(text.as_bytes())?;
    Ok(exit::SUCCESS)
}
