//! Why resources cannot become files.

use std::fmt;

use porchlight_krm::{Resource, ResourceId};

/// A resource that cannot be written where it says. Nothing was written.
///
/// Displayed in kpt's words where kpt refuses it too, then the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// The resource; none where the whole file is meant.
    pub resource: Option<Box<ResourceId>>,
    /// The path it names, as far as known.
    pub path: String,
    /// What is wrong with it.
    pub problem: PlanProblem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanProblem {
    /// No path annotation, or an empty one.
    NoPath,
    /// The path starts with `/`.
    Absolute,
    /// The path contains `..` or leads out of the package; the package's directory.
    Outside {
        /// The package's directory.
        root: String,
    },
    /// A package-path annotation that is not absolute; its value.
    PackagePathRelative(String),
    /// A package-path annotation that is not below the root.
    PackagePathOutside {
        /// The annotation.
        package: String,
        /// The root.
        root: String,
    },
    /// The path goes through `.git` or another hidden directory; its name.
    Hidden(String),
    /// The name is none that is read again.
    NotAResourceFile,
    /// A control character in the path.
    ControlCharacter,
    /// The path or one of its components is longer than file systems allow, in bytes.
    TooLong {
        /// Length in bytes.
        length: usize,
        /// Most bytes allowed.
        most: usize,
    },
    /// A directory of that name exists.
    IsDirectory,
    /// A file stands, or is to be written, where a directory is needed; its path.
    ParentIsFile(String),
    /// A symbolic link stands on the way; its path.
    ThroughLink(String),
    /// Something other than a file has that name.
    NotAFile,
    /// Not a Kptfile, to be written into one.
    IntoKptfile,
    /// An index annotation that is no whole number of 63 bits, from 0; its value.
    Index(String),
    /// `metadata` or `annotations` of a kind that can hold no annotations.
    Metadata(crate::annotation::NotAMapping),
    /// JSON cannot hold the resource; why.
    Json(String),
    /// The path is a link, and the file it leads to is to get other content.
    LinkDiffers {
        /// What it leads to.
        target: String,
    },
    /// A file of that name exists and cannot be read.
    Unreadable {
        /// The system's answer.
        reason: String,
    },
    /// There is no resource left, and no consent to that.
    Empties {
        /// Files that would be deleted.
        files: usize,
    },
}

impl PlanError {
    pub(super) fn new(resource: Option<&Resource>, path: &str, problem: PlanProblem) -> Self {
        Self { resource: resource.map(|resource| Box::new(resource.id())), path: path.to_owned(), problem }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.problem {
            PlanProblem::NoPath => {
                f.write_str("resource has no path annotation, or an empty one: set `config.kubernetes.io/path`")
            }
            PlanProblem::Absolute => {
                write!(f, "package paths may not be absolute paths: `{path}`: make it relative to the package")
            }
            PlanProblem::Outside { root } => write!(f, "resource must be written under package {root}: {path}"),
            PlanProblem::PackagePathRelative(package) => {
                write!(f, "subpackage path {} must be absolute", crate::go::quote(package))
            }
            PlanProblem::PackagePathOutside { package, root } => {
                write!(f, "subpackage {} is not a descendant of {}", crate::go::quote(package), crate::go::quote(root))
            }
            PlanProblem::Hidden(name) => {
                write!(
                    f,
                    "resource must not be written to `{path}`: `{name}` is a hidden directory: choose another path"
                )
            }
            PlanProblem::NotAResourceFile => {
                write!(
                    f,
                    "resource must not be written to `{path}`: the file name must be Kptfile or end in .yaml, .yml or .json"
                )
            }
            PlanProblem::ControlCharacter => {
                write!(
                    f,
                    "resource must not be written to {}: a path holds no control characters",
                    crate::go::quote(path)
                )
            }
            PlanProblem::TooLong { length, most } => {
                let start: String = path.chars().take(40).collect();
                write!(
                    f,
                    "resource must not be written to `{start}…`: {length} bytes are more than the {most} a file system allows"
                )
            }
            PlanProblem::IsDirectory => write!(f, "config.kubernetes.io/path cannot be a directory: {path}"),
            PlanProblem::ParentIsFile(parent) => {
                write!(f, "resource must not be written to `{path}`: `{parent}` is a file: choose another path")
            }
            PlanProblem::ThroughLink(link) => {
                write!(
                    f,
                    "resource must not be written to `{path}`: `{link}` is a symbolic link, which is not followed"
                )
            }
            PlanProblem::NotAFile => write!(f, "resource must not be written to `{path}`: it is no regular file"),
            PlanProblem::IntoKptfile => {
                write!(
                    f,
                    "resource must not be written to `{path}`: only a resource of kind Kptfile belongs there: choose another path"
                )
            }
            PlanProblem::Index(value) => {
                let reason = if value.parse::<i64>().is_ok() {
                    "an index is 0 or more"
                } else if value.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'+') && value.len() > 18 {
                    "value out of range"
                } else {
                    "invalid syntax"
                };
                let quoted = crate::go::quote(value);
                write!(
                    f,
                    "unable to parse config.kubernetes.io/index {value} :strconv.Atoi: parsing {quoted}: {reason}"
                )
            }
            PlanProblem::Metadata(problem) => write!(f, "{problem}"),
            PlanProblem::Json(reason) => write!(f, "`{path}` cannot be written as JSON: {reason}"),
            PlanProblem::LinkDiffers { target } => {
                write!(
                    f,
                    "`{path}` is a symbolic link to `{target}`, and the two would get different content: replace the link by a file"
                )
            }
            PlanProblem::Unreadable { reason } => write!(f, "cannot read `{path}`: {reason}"),
            PlanProblem::Empties { files } => {
                write!(
                    f,
                    "the result has no resources: all {files} files that were read would be deleted: allow it with --allow-empty if that is meant"
                )
            }
        }?;
        match &self.resource {
            Some(resource) => write!(f, " (resource {resource})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for PlanError {}
