//! Finding the cases below a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Case, CaseConfig, EXPECTED, Source};
use crate::archive::Archive;

/// Why no suite can be made of a folder.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// It cannot be read.
    #[error("cannot read `{folder}`: {source}")]
    Unreadable {
        /// The folder or file.
        folder: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// Nothing there is a case.
    #[error(
        "no case in `{0}`: a case is a folder with an `{EXPECTED}` folder, or a `.txtar` file; \
         `--update` makes a package without expectations into a case"
    )]
    Nothing(PathBuf),
}

/// What was found.
#[derive(Debug, Default)]
pub struct Suite {
    /// The cases, by name.
    pub cases: Vec<Case>,
    /// Packages that are no case because they expect nothing; kpt's driver leaves such silently out.
    pub without_expectations: Vec<String>,
}

/// Finds every case at or below `folder`. A folder that is a package without expectations is made a case when `adopt` says so.
///
/// # Errors
/// The folder cannot be read, or there is no case in it.
pub fn discover(folder: &Path, adopt: bool) -> Result<Suite, DiscoverError> {
    let unreadable = |source| DiscoverError::Unreadable { folder: folder.to_owned(), source };
    let folder = fs::canonicalize(folder).map_err(unreadable)?;
    let mut suite = Suite::default();
    if folder.is_file() {
        let name = folder.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        suite.cases.push(from_archive(name, folder));
        return Ok(suite);
    }
    let own_name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if folder.join("Kptfile").exists() && !folder.join(EXPECTED).is_dir() && adopt {
        suite.cases.push(from_folder(own_name, folder));
        return Ok(suite);
    }
    visit(&folder, &own_name, "", false, &mut suite).map_err(unreadable)?;
    if suite.cases.is_empty() {
        return Err(DiscoverError::Nothing(folder));
    }
    suite.cases.sort_by(|left, right| left.name.cmp(&right.name));
    suite.without_expectations.sort();
    Ok(suite)
}

/// Visits one folder; `relative` is its name below the suite, `inside` says that it belongs to a case or package already seen.
fn visit(folder: &Path, own_name: &str, relative: &str, inside: bool, suite: &mut Suite) -> io::Result<()> {
    let name = if relative.is_empty() { own_name } else { relative };
    let is_case = folder.join(EXPECTED).is_dir();
    let is_package = folder.join("Kptfile").exists();
    if is_case {
        suite.cases.push(from_folder(name.to_owned(), folder.to_owned()));
    } else if is_package && !inside {
        suite.without_expectations.push(name.to_owned());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file_name = entry.file_name().to_string_lossy().into_owned();
        let below = if relative.is_empty() { file_name.clone() } else { format!("{relative}/{file_name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() && file_name != ".git" && file_name != EXPECTED {
            visit(&entry.path(), own_name, &below, inside || is_case || is_package, suite)?;
        } else if let Some(stem) = below.strip_suffix(".txtar")
            && kind.is_file()
            && !inside
            && !is_case
        {
            suite.cases.push(from_archive(stem.to_owned(), entry.path()));
        }
    }
    Ok(())
}

fn from_folder(name: String, folder: PathBuf) -> Case {
    let mut case = Case { name, source: Source::Folder(folder), config: Ok(CaseConfig::default()) };
    case.read_config();
    case
}

fn from_archive(name: String, file: PathBuf) -> Case {
    let archive = fs::read_to_string(&file)
        .map_err(|error| error.to_string())
        .and_then(|text| Archive::parse(&text).map_err(|error| error.to_string()));
    match archive {
        Ok(archive) => {
            let mut case = Case { name, source: Source::Archive { file, archive }, config: Ok(CaseConfig::default()) };
            case.read_config();
            case
        }
        Err(message) => {
            let message = format!("{}: {message}", file.display());
            Case { name, source: Source::Archive { file, archive: Archive::default() }, config: Err(message) }
        }
    }
}

impl Case {
    fn read_config(&mut self) {
        let text = self.expected("config.yaml").unwrap_or_default();
        self.config = CaseConfig::parse(&text).map_err(|message| format!("{EXPECTED}/config.yaml: {message}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_archives_and_what_is_neither() {
        let folder = tempfile::tempdir().unwrap();
        let suite = "-- a/.expected/config.yaml --\n-- a/Kptfile --\n-- deep/b/.expected [folder] --\n-- none/Kptfile --\n\
                     -- none/sub/Kptfile --\n-- rules/c.txtar [escaped] --\n\\x2d- Kptfile --\n-- rules/bad.txtar [escaped] --\n\\x2d- ../x --\n";
        Archive::parse(suite).unwrap().unpack(folder.path()).unwrap();
        let found = discover(folder.path(), false).unwrap();
        let names: Vec<_> = found.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["a", "deep/b", "rules/bad", "rules/c"]);
        assert!(found.cases[2].config.is_err(), "a broken archive is a case that cannot pass");
        assert_eq!(found.without_expectations, ["none"]);
        assert!(matches!(discover(&folder.path().join("none"), false), Err(DiscoverError::Nothing(_))));
        assert_eq!(discover(&folder.path().join("none"), true).unwrap().cases[0].name, "none");
    }
}
