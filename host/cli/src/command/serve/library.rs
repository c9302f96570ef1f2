//! The functions of this program, as the server asks for them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use porchlight_krm::Code;
use porchlight_package::{FunctionRef, OUR_PREFIX};
use porchlight_pipeline::{PrepareContext, Prepared, Runtime, RuntimeError};
use porchlight_runtime::Functions;
use porchlight_serve::{Inside, Source};

/// Calls come without a package.
pub(super) fn nowhere() -> PrepareContext<'static> {
    PrepareContext { package_directory: Path::new("/") }
}

/// What the flags of the command allow to be run.
pub(super) struct Library {
    functions: Functions,
    allow_exec: bool,
}

impl Library {
    pub(super) fn new(functions: Functions, allow_exec: bool) -> Self {
        Self { functions, allow_exec }
    }
}

impl Source for Library {
    fn image(&self, image: &str, tag: &str) -> Result<Box<dyn Prepared>, RuntimeError> {
        let function = FunctionRef { image: image.to_owned(), tag: tag.to_owned(), ..FunctionRef::default() };
        self.functions.prepare(&function, &nowhere())
    }

    fn file(&self, path: &Path) -> Result<Box<dyn Prepared>, RuntimeError> {
        if is_module(path) {
            return self.functions.module(path);
        }
        if !self.allow_exec {
            let message = format!(
                "`{}` is no WebAssembly module; allow programs of this machine, outside the sandbox, with `--allow-exec`",
                path.display()
            );
            return Err(RuntimeError::new(Code::FnImageUnresolved, message));
        }
        let exec = command_line(&[path.to_string_lossy().into_owned()]);
        self.functions.prepare(&FunctionRef { exec, ..FunctionRef::default() }, &nowhere())
    }

    fn inside(&self) -> Vec<Inside> {
        inside(OUR_PREFIX)
    }
}

/// The functions inside this program, their images below `prefix`.
pub(super) fn inside(prefix: &str) -> Vec<Inside> {
    let prefix = prefix.trim_end_matches('/');
    let inside = porchlight_embedded::all().iter().map(|function| Inside {
        name: function.name().to_owned(),
        repository: format!("{prefix}/{}", function.name()),
        tag: format!("v{}", function.version()),
    });
    inside.collect()
}

/// The words of a command as the text of an `exec:`, each in quotes.
pub(super) fn command_line(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
    quoted.join(" ")
}

fn is_module(path: &Path) -> bool {
    let mut start = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"\0asm"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_through_a_command_line() {
        assert_eq!(command_line(&["a b".to_owned(), "it's".to_owned()]), r"'a b' 'it'\''s'");
    }
}
