//! Rendering a package with both programs, at the same path, and comparing what is left.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::compare;
use crate::process::{Finished, Run};
use crate::program::{Dialect, Profile, Program};
use crate::tools::Tools;
use crate::tree::{self, Entry, Tree};

/// The files of a package by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What differs between two renders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// One succeeded, the other did not.
    Exit,
    /// The files of the package.
    Tree,
    /// `results.yaml`.
    Results,
    /// What was printed.
    Console,
}

/// A difference between two renders of one package.
#[derive(Debug, Clone)]
pub struct Difference {
    /// What differs.
    pub aspect: Aspect,
    /// Where, and how: kpt's side first.
    pub text: String,
    /// What both said, for whoever looks.
    pub consoles: String,
    /// The beginning of the reference's error, which tells one difference from another while a package is made small.
    pub cause: String,
}

/// What a render left.
#[derive(Debug, Clone)]
struct Left {
    code: i32,
    tree: Tree,
    results: String,
    console: String,
}

/// Two programs and a folder to work in.
#[derive(Debug)]
pub struct Judge<'a> {
    /// The one that is right.
    pub reference: &'a Program,
    /// The one under test.
    pub subject: &'a Program,
    /// Their environment.
    pub tools: &'a Tools,
    /// What both are to be like.
    pub profile: Profile,
    /// Whether printed text counts.
    pub console: bool,
    /// A folder of this judge's own; `PACKAGE` is made in it.
    pub folder: PathBuf,
    /// Words that the subject is always given.
    pub flags: Vec<String>,
}

const PACKAGE: &str = "pkg";

impl Judge<'_> {
    /// Renders with both. `Ok(None)` is: no difference.
    ///
    /// # Errors
    /// A program cannot be run, or the package cannot be written.
    pub fn differ(&self, files: &Files) -> io::Result<Option<Difference>> {
        let reference = self.render(self.reference, files)?;
        let subject = self.render(self.subject, files)?;
        Ok(self.compare(&reference, &subject))
    }

    /// Whether both render this with success and leave the same.
    ///
    /// # Errors
    /// As [`Judge::differ`].
    pub fn agree_on_success(&self, files: &Files) -> io::Result<bool> {
        let reference = self.render(self.reference, files)?;
        Ok(reference.code == 0 && self.compare(&reference, &self.render(self.subject, files)?).is_none())
    }

    fn render(&self, program: &Program, files: &Files) -> io::Result<Left> {
        let package = self.folder.join(PACKAGE);
        let results = self.folder.join("results");
        for folder in [&package, &results] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        write(&package, files)?;
        let mut words: Vec<String> = match program.dialect {
            Dialect::Kpt { .. } => vec!["fn".to_owned(), "render".to_owned()],
            Dialect::Porchlight { .. } => vec!["render".to_owned()],
        };
        words.push(package.display().to_string());
        words.extend(["--allow-exec".to_owned(), "--results-dir".to_owned(), results.display().to_string()]);
        words.extend(self.tools.flags(program, self.profile));
        if matches!(program.dialect, Dialect::Porchlight { .. }) {
            words.extend(self.flags.iter().cloned());
        }
        let run = Run::new(&program.path, &self.folder).arguments(words).limit(Duration::from_secs(60));
        let Finished { code, stderr, .. } = self.tools.prepared(run, self.profile).finish()?;
        Ok(Left {
            code,
            tree: tree::read(&package)?,
            results: fs::read_to_string(results.join("results.yaml")).unwrap_or_default(),
            console: compare::steady(&stderr, &self.folder.display().to_string()),
        })
    }

    fn compare(&self, reference: &Left, subject: &Left) -> Option<Difference> {
        let consoles =
            format!("--- {}\n{}--- {}\n{}", self.reference, reference.console, self.subject, subject.console);
        let cause = cause(&reference.console);
        let difference =
            |aspect, text| Some(Difference { aspect, text, consoles: consoles.clone(), cause: cause.clone() });
        if (reference.code == 0) != (subject.code == 0) {
            return difference(Aspect::Exit, format!("exit code {} and {}\n", reference.code, subject.code));
        }
        let tree = trees(&reference.tree, &subject.tree);
        if !tree.is_empty() {
            return difference(Aspect::Tree, tree);
        }
        if reference.results != subject.results {
            return difference(Aspect::Results, texts(&reference.results, &subject.results));
        }
        if self.console && reference.console != subject.console {
            return difference(Aspect::Console, texts(&reference.console, &subject.console));
        }
        None
    }
}

/// Writes a package; a path that ends in `.sh` is executable.
pub(crate) fn write(folder: &Path, files: &Files) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (path, bytes) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// The first words of the last error a render told.
fn cause(console: &str) -> String {
    let error = console.lines().rev().find(|line| line.to_ascii_lowercase().starts_with("error"));
    error.unwrap_or_default().split(' ').take(5).collect::<Vec<_>>().join(" ")
}

fn texts(left: &str, right: &str) -> String {
    similar::TextDiff::from_lines(left, right).unified_diff().context_radius(4).to_string()
}

/// The differences of two trees, empty where there are none.
fn trees(left: &Tree, right: &Tree) -> String {
    let mut out = String::new();
    for (path, entry) in left {
        match right.get(path) {
            None => out.push_str(&format!("only the first has {path}\n")),
            Some(other) if other == entry => {}
            Some(other) => {
                out.push_str(&format!("{path} differs\n"));
                if let (Entry::File(..), Entry::File(..)) = (entry, other) {
                    out.push_str(&texts(&entry.text(), &other.text()));
                }
            }
        }
    }
    for path in right.keys().filter(|path| !left.contains_key(*path)) {
        out.push_str(&format!("only the second has {path}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_differ_by_presence_and_by_bytes() {
        let file = |text: &str| Entry::File(text.as_bytes().to_vec(), false);
        let left = Tree::from([("a".to_owned(), file("1\n")), ("b".to_owned(), file("1\n"))]);
        let right = Tree::from([("b".to_owned(), file("2\n")), ("c".to_owned(), file("1\n"))]);
        assert_eq!(trees(&left, &left), "");
        let text = trees(&left, &right);
        for part in ["only the first has a", "b differs", "-1\n+2\n", "only the second has c"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
