//! What a command says when it cannot do its work.

use std::fmt;

use porchlight_krm::{Code, CodedError, Component};

use crate::{exit, output};

/// An error for the person at the terminal, and its exit code.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    wording: Wording,
    pub(crate) code: Option<Code>,
    pub(crate) message: String,
    hints: Vec<String>,
    pub(crate) exit: u8,
}

/// How an error is put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wording {
    /// Ours: `[CODE] Component: message`, one line.
    Coded,
    /// kpt's, which may be several lines: `Error: message`; the code stands below.
    Kpt,
    /// The surroundings: `error: message`.
    Plain,
    /// It has been told already.
    Told,
}

impl Failure {
    /// An error of ours.
    pub(crate) fn coded(code: Code, message: impl fmt::Display) -> Self {
        Self::new(Wording::Coded, Some(code), message)
    }

    /// An error kpt has too, in its words. A Kptfile that cannot be used counts as wrong use.
    pub(crate) fn kpt(code: Option<Code>, message: impl fmt::Display) -> Self {
        let exit = if code == Some(Code::KptfileInvalid) { exit::USAGE } else { exit::FAILED };
        Self::new(Wording::Kpt, code, message).exit(exit)
    }

    /// A failure of the surroundings, in plain words.
    pub(crate) fn plain(message: impl fmt::Display) -> Self {
        Self::new(Wording::Plain, None, message)
    }

    /// A failure that progress has shown.
    pub(crate) fn told(code: Code, message: impl fmt::Display) -> Self {
        Self::new(Wording::Told, Some(code), message)
    }

    fn new(wording: Wording, code: Option<Code>, message: impl fmt::Display) -> Self {
        Self { wording, code, message: message.to_string(), hints: Vec::new(), exit: exit::FAILED }
    }

    pub(crate) fn exit(mut self, exit: u8) -> Self {
        self.exit = exit;
        self
    }

    /// Gives a failure of the surroundings a code.
    pub(crate) fn code(mut self, code: Code) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds something to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }

    pub(crate) fn component(&self) -> Component {
        self.code.map_or(Component::Host, Code::component)
    }

    /// Shows it on stderr.
    pub(crate) fn print(&self) {
        let text = self.to_string();
        if !text.is_empty() {
            output::error(&text);
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        match (self.wording, self.code) {
            (Wording::Coded, Some(code)) => lines.push(CodedError::new(code, &self.message).to_string()),
            (Wording::Kpt, code) => {
                let message = self.message.trim_end();
                let start = if message.starts_with("Error: ") { "" } else { "Error: " };
                lines.push(format!("{start}{message}"));
                lines.extend(code.map(|code| format!("code: {code}")));
            }
            (Wording::Coded | Wording::Plain, _) => lines.push(format!("error: {}", self.message)),
            (Wording::Told, _) => {}
        }
        lines.extend(self.hints.iter().map(|hint| format!("hint: {hint}")));
        f.write_str(&lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings() {
        let coded = Failure::coded(Code::FnUnknown, "no `x`\n[y]").hint("try `z`");
        assert_eq!(coded.to_string(), "[FN_UNKNOWN] Host: no `x`\\n[y]\nhint: try `z`");
        assert_eq!(
            Failure::kpt(Some(Code::KptfileInvalid), "Kptfile is invalid:\nField: `x`\n").to_string(),
            "Error: Kptfile is invalid:\nField: `x`\ncode: KPTFILE_INVALID"
        );
        assert_eq!(Failure::kpt(None, "Error: no Kptfile").to_string(), "Error: no Kptfile");
        assert_eq!(Failure::plain("disk full").to_string(), "error: disk full");
        assert_eq!(Failure::told(Code::FnTrapped, "exit code 1").to_string(), "");
    }
}
