//! The programs a case finds on its `PATH`: a `docker` that runs stand-ins, and a `kpt` that is the program under test.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::function_map::FunctionMap;
use crate::process::Run;
use crate::program::{Dialect, Profile, Program};

/// A folder of small scripts, removed when dropped.
#[derive(Debug)]
pub struct Tools {
    folder: tempfile::TempDir,
    path: OsString,
    /// The mapping file, where it names modules, which no `docker` runs.
    modules: Option<PathBuf>,
}

impl Tools {
    /// Writes the scripts.
    ///
    /// # Errors
    /// What the file system refuses.
    pub fn new(program: &Program, functions: &FunctionMap) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("conformance-").tempdir()?;
        let mut folders = vec![folder.path().to_owned()];
        folders.extend(functions.search.iter().cloned());
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let path = std::env::join_paths(folders).map_err(io::Error::other)?;
        let tools = Self { folder, path, modules: functions.modules().map(Path::to_owned) };
        tools.script("docker", &functions.container_command())?;
        tools.script("kpt", &tools.kpt(program))?;
        Ok(tools)
    }

    fn script(&self, name: &str, text: &str) -> io::Result<()> {
        let path = self.folder.path().join(name);
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
    }

    /// `kpt` as the scripts of a case call it.
    fn kpt(&self, program: &Program) -> String {
        let path = program.path.display();
        match program.dialect {
            Dialect::Kpt { .. } => format!("#!/bin/sh\nexec '{path}' \"$@\"\n"),
            Dialect::Porchlight { .. } => {
                let mut script = String::from("#!/bin/sh\nflags=\"--kpt-compat $CONFORMANCE_PROFILE");
                script.push_str(&containers(program).map(|flag| format!(" {flag}")).unwrap_or_default());
                if let Some(file) = &self.modules {
                    script.push_str(&format!(" --function-map {}", file.display()));
                }
                script.push_str("\"\ncase \"$1 $2\" in\n");
                script.push_str(&format!("'fn render') shift 2; exec '{path}' render $flags \"$@\" ;;\n"));
                script.push_str(&format!("'fn eval') shift 2; exec '{path}' fn eval $flags \"$@\" ;;\n"));
                script.push_str(&format!("*) exec '{path}' \"$@\" ;;\nesac\n"));
                script
            }
        }
    }

    /// The flags that Porchlight needs to act as `profile` and run the stand-ins; none for kpt.
    #[must_use]
    pub fn flags(&self, program: &Program, profile: Profile) -> Vec<String> {
        match program.dialect {
            Dialect::Kpt { .. } => Vec::new(),
            Dialect::Porchlight { .. } => {
                let mut flags = vec!["--kpt-compat".to_owned(), profile.to_string()];
                flags.extend(containers(program).map(str::to_owned));
                if let Some(file) = &self.modules {
                    flags.extend(["--function-map".to_owned(), file.display().to_string()]);
                }
                flags
            }
        }
    }

    /// The environment of every run: these scripts first on `PATH`, and none of the variables that steer kpt.
    #[must_use]
    pub fn prepared(&self, run: Run, profile: Profile) -> Run {
        self.environment(run, profile, &self.path)
    }

    /// The same with the programs of `folder` before all others.
    pub(crate) fn prepared_with(&self, run: Run, profile: Profile, folder: &Path) -> Run {
        let mut path = folder.as_os_str().to_owned();
        path.push(":");
        path.push(&self.path);
        self.environment(run, profile, &path)
    }

    #[expect(clippy::unused_self, reason = "the environment is that of these tools")]
    fn environment(&self, run: Run, profile: Profile, path: &OsStr) -> Run {
        let run =
            run.variable("PATH", path).variable("CONFORMANCE_PROFILE", profile.to_string()).variable("LC_ALL", "C");
        std::env::vars_os()
            .map(|(name, _)| name)
            .filter(|name| {
                let name = name.to_string_lossy();
                ["KPT_", "KRM_", "PORCHLIGHT_", "COBRA_"].iter().any(|prefix| name.starts_with(prefix))
            })
            .fold(run, Run::without)
    }

    /// Where the scripts are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The flag that lets Porchlight run the `docker` of these tools.
fn containers(program: &Program) -> Option<&'static str> {
    matches!(program.dialect, Dialect::Porchlight { runs_containers: true, .. }).then_some("--allow-container")
}
