//! What a command says when it cannot do its work.

use std::fmt;

use crate::exit;

/// An error for the person at the terminal: one line, what may help, and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hints: Vec<String>,
    pub(crate) exit: u8,
}

impl Failure {
    /// A failure with a stable code: `[CODE] Host: message`.
    pub(crate) fn coded(code: &str, message: impl fmt::Display) -> Self {
        Self { message: format!("[{code}] Host: {message}"), hints: Vec::new(), exit: exit::FAILED }
    }

    /// A failure of the surroundings, in plain words.
    pub(crate) fn plain(message: impl fmt::Display) -> Self {
        Self { message: format!("error: {message}"), hints: Vec::new(), exit: exit::FAILED }
    }

    pub(crate) fn exit(mut self, exit: u8) -> Self {
        self.exit = exit;
        self
    }

    /// Adds something to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hints.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}
