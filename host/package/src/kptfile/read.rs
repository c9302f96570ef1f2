//! From the bytes of a `Kptfile` to a [`Kptfile`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use porchlight_yaml::{Document, Kind, NodeId, Scalar, parse_first};

use super::decode::{Fields, Misfit, decode};
use super::{FunctionRef, KPTFILE, Kptfile, KptfileError, KptfileProblem, Pipeline, Selector, schema};
use crate::compat::Compat;
use crate::content;

impl Kptfile {
    /// Reads the Kptfile of the package in `directory`. Links are followed only to a regular file in the same
    /// directory tree; a directory or device of that name is an error.
    ///
    /// # Errors
    /// Everything of [`Kptfile::parse`], and a file that is missing or cannot be read.
    pub fn read(directory: &Path, compat: Compat) -> Result<Self, KptfileError> {
        load(directory).and_then(|text| Self::parse(&text, compat)).map_err(|problem| KptfileError {
            package: directory.to_owned(),
            compat,
            problem,
        })
    }

    /// Reads the text of a Kptfile; only its first document counts.
    ///
    /// # Errors
    /// Text that is not YAML, an object of another kind, unknown or repeated fields, values of the wrong kind.
    pub fn parse(text: &str, compat: Compat) -> Result<Self, KptfileProblem> {
        fields(text, compat).map(|(_, fields)| Self::from_fields(fields))
    }

    fn from_fields(mut fields: Fields) -> Self {
        let mut metadata = fields.object("metadata");
        let mut pipeline = fields.object("pipeline");
        let mut functions = |key| pipeline.list(key).into_iter().map(function).collect();
        Self {
            name: metadata.text("name"),
            annotations: metadata.text_map("annotations"),
            pipeline: Pipeline { mutators: functions("mutators"), validators: functions("validators") },
        }
    }
}

/// The first document of a Kptfile and what is in it.
pub(super) fn fields(text: &str, compat: Compat) -> Result<(Document, Fields), KptfileProblem> {
    let document = parse_first(Arc::from(text))
        .map_err(|error| KptfileProblem::Syntax { line: error.line, message: error.message })?;
    let Some((document, root)) = document.and_then(|document| document.root().map(|root| (document, root))) else {
        return Err(KptfileProblem::Empty);
    };
    check_type(&document, root)?;
    match decode(&document, root, &schema::KPTFILE, compat) {
        Ok(fields) => Ok((document, fields)),
        Err(Misfit::Whole(line, message)) => Err(KptfileProblem::Syntax { line, message }),
        Err(Misfit::Fields(problems)) => Err(KptfileProblem::Fields(problems)),
    }
}

fn function(mut fields: Fields) -> FunctionRef {
    FunctionRef {
        image: fields.text("image"),
        exec: fields.text("exec"),
        config_path: fields.text("configPath"),
        config_map: fields.text_map("configMap"),
        name: fields.text("name"),
        tag: fields.text("tag"),
        selectors: fields.list("selectors").into_iter().map(selector).collect(),
        exclude: fields.list("exclude").into_iter().map(selector).collect(),
        line: fields.line,
    }
}

fn selector(mut fields: Fields) -> Selector {
    Selector {
        api_version: fields.text("apiVersion"),
        kind: fields.text("kind"),
        name: fields.text("name"),
        namespace: fields.text("namespace"),
        labels: fields.text_map("labels"),
        annotations: fields.text_map("annotations"),
    }
}

/// Where the file `name` (cleaned) of the package in `directory` really is, and what is there; none where a link leads
/// out of the package.
pub(super) fn within(directory: &Path, name: &str) -> io::Result<Option<(PathBuf, fs::Metadata)>> {
    let path = directory.join(name);
    let metadata = fs::symlink_metadata(&path)?;
    // Where the way has a single step, nothing but its end can be a link.
    if !metadata.is_symlink() && !name.contains('/') && name != ".." {
        return Ok(Some((path, metadata)));
    }
    let real = fs::canonicalize(&path)?;
    if !fs::canonicalize(directory).is_ok_and(|directory| real.starts_with(directory)) {
        return Ok(None);
    }
    let metadata = fs::metadata(&real)?;
    Ok(Some((real, metadata)))
}

fn load(directory: &Path) -> Result<String, KptfileProblem> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => KptfileProblem::Missing,
        _ => KptfileProblem::Unreadable(format!("open {}: {error}", directory.join(KPTFILE).display())),
    };
    let Some((path, metadata)) = within(directory, KPTFILE).map_err(unreadable)? else {
        return Err(KptfileProblem::NotAFile("a symbolic link out of the package, which is not followed"));
    };
    if metadata.is_dir() {
        return Err(KptfileProblem::NotAFile("a directory"));
    }
    if !metadata.is_file() {
        return Err(KptfileProblem::NotAFile("neither a file nor a directory"));
    }
    let text = content::of(&path, |bytes| std::str::from_utf8(bytes).map(str::to_owned)).map_err(unreadable)?;
    text.map_err(|error| KptfileProblem::NotUtf8(error.valid_up_to()))
}

/// Looks at apiVersion and kind before anything else, as kpt does.
fn check_type(document: &Document, root: NodeId) -> Result<(), KptfileProblem> {
    let text = |key: &str| {
        let value = document.get(root, key)?;
        let present = document.kind(value) == Kind::Scalar && !matches!(document.resolve(value), Scalar::Null);
        present.then(|| document.text(value))
    };
    let (api_version, kind) = (text("apiVersion").unwrap_or_default(), text("kind").unwrap_or_default());
    let is_there = |key: &str| {
        document.get(root, key).is_some_and(|value| match document.kind(value) {
            Kind::Scalar => !matches!(document.resolve(value), Scalar::Null),
            Kind::Mapping | Kind::Sequence => document.first_child(value).is_some(),
            Kind::Alias => true,
        })
    };
    if document.kind(root) != Kind::Mapping || !["apiVersion", "kind", "metadata"].into_iter().any(is_there) {
        return Err(KptfileProblem::NoMetadata);
    }
    let (group, version) = match api_version.split_once('/') {
        Some((_, version)) if version.contains('/') => {
            return Err(KptfileProblem::BadApiVersion(api_version.to_owned()));
        }
        Some((group, version)) => (group, version),
        None => ("", api_version),
    };
    match (group, version, kind) {
        ("kpt.dev", "v1", "Kptfile") => Ok(()),
        ("kpt.dev", "v1alpha1" | "v1alpha2", "Kptfile") => Err(KptfileProblem::OldVersion(version.to_owned())),
        _ => Err(KptfileProblem::UnknownType {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
        }),
    }
}
