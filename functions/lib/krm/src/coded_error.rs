//! Errors with a code, in the one-line form every part of the suite prints.

use std::fmt::{self, Display, Write as _};

use serde::Serialize;

use crate::finding::{Field, FileRef, Finding, ResourceRef};
use crate::{Code, Component, Resource};

/// An error with its code, the component that reports it and what caused it.
///
/// ```
/// use porchlight_krm::{Code, CodedError};
///
/// let error = CodedError::new(Code::IntentDecomposeFailed, "cannot decompose `slice-a`")
///     .intent("NetworkSliceIntent")
///     .cause("`spec.snssai.sst`: expected a whole number from 0 to 255, found the number `300`");
/// assert_eq!(
///     error.to_string(),
///     "[INTENT_DECOMPOSE_FAILED] Orchestrator: cannot decompose `slice-a` (intent: NetworkSliceIntent) \
///      - `spec.snssai.sst`: expected a whole number from 0 to 255, found the number `300`"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodedError {
    /// The stable code.
    pub code: Code,
    /// The component that reports it; the code's own unless set.
    pub component: Component,
    /// Kind or name of the intent that was worked on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// What went wrong.
    pub message: String,
    /// Why, nearest first.
    pub causes: Vec<Cause>,
    /// What it is about; shown in the function's results, not in the line.
    #[serde(skip)]
    pub place: Box<Place>,
}

/// The object, field and file an error is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The object.
    pub resource_ref: Option<ResourceRef>,
    /// The field.
    pub field: Option<Field>,
    /// The file.
    pub file: Option<FileRef>,
}

/// Why an error came about. A cause with a code of its own keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cause {
    /// An error of the suite.
    Coded(CodedError),
    /// Anything else.
    Other {
        /// What it says.
        message: String,
    },
}

impl CodedError {
    /// An error of the code's own component.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            component: code.component(),
            intent: None,
            message: message.into(),
            causes: Vec::new(),
            place: Box::default(),
        }
    }

    /// Names the intent that was worked on.
    #[must_use]
    pub fn intent(mut self, intent: impl Into<String>) -> Self {
        self.intent = Some(intent.into());
        self
    }

    /// Adds a cause that has no code.
    #[must_use]
    pub fn cause(mut self, cause: impl Display) -> Self {
        self.causes.push(Cause::Other { message: cause.to_string() });
        self
    }

    /// Adds a cause that has a code.
    #[must_use]
    pub fn caused_by(mut self, cause: Self) -> Self {
        self.causes.push(Cause::Coded(cause));
        self
    }

    /// Names the object, and the file it is stored in where that is known.
    #[must_use]
    pub fn on(mut self, resource: &Resource) -> Self {
        let Finding { resource_ref, file, .. } = Finding::error(self.code, "").on(resource);
        self.place.resource_ref = resource_ref;
        self.place.file = file;
        self
    }

    /// Names the field and what stands there.
    #[must_use]
    pub fn field(mut self, path: impl Display, current: impl Display) -> Self {
        self.place.field =
            Some(Field { path: path.to_string(), current_value: Some(current.to_string()), proposed_value: None });
        self
    }

    /// Names a field that is missing.
    #[must_use]
    pub fn missing_field(mut self, path: impl Display) -> Self {
        self.place.field = Some(Field { path: path.to_string(), ..Field::default() });
        self
    }

    /// The message and its causes without code, component and intent.
    #[must_use]
    pub fn message_with_causes(&self) -> String {
        let mut text = self.message.clone();
        for (index, cause) in self.causes.iter().enumerate() {
            text.push_str(if index == 0 { " - " } else { "; " });
            match cause {
                Cause::Coded(error) => text.push_str(&error.message_with_causes()),
                Cause::Other { message } => text.push_str(message),
            }
        }
        text
    }
}

/// `[CODE] Component: message (intent: X) - cause; cause`, always one line.
impl Display for CodedError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[{}] {}: {}", self.code, self.component, OneLine(&self.message))?;
        if let Some(intent) = &self.intent {
            write!(out, " (intent: {})", OneLine(intent))?;
        }
        for (index, cause) in self.causes.iter().enumerate() {
            out.write_str(if index == 0 { " - " } else { "; " })?;
            match cause {
                Cause::Coded(error) => error.fmt(out)?,
                Cause::Other { message } => OneLine(message).fmt(out)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for CodedError {}

/// Text on one line: control characters are escaped, and so is a bracket that could be read as the start of
/// an error code. Brackets of field paths (`sites[0]`) stay as they are.
struct OneLine<'a>(&'a str);

impl Display for OneLine<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '\\' => out.write_str("\\\\")?,
                '[' if rest.peek().is_some_and(char::is_ascii_uppercase) => out.write_str("\\[")?,
                '\u{2028}' | '\u{2029}' => write!(out, "{}", character.escape_unicode())?,
                _ if character.is_control() => write!(out, "{}", character.escape_default())?,
                _ => out.write_char(character)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::CodedError;
    use crate::Code;

    #[test]
    fn the_line_has_its_parts_only_where_they_exist() {
        let plain = CodedError::new(Code::FnUnknown, "no function `x`");
        assert_eq!(plain.to_string(), "[FN_UNKNOWN] Host: no function `x`");
        let nested = CodedError::new(Code::OaaLoopFailed, "round 2").intent("slice-a").caused_by(plain).cause("late");
        assert_eq!(
            nested.to_string(),
            "[OAA_LOOP_FAILED] Orchestrator: round 2 (intent: slice-a) - [FN_UNKNOWN] Host: no function `x`; late"
        );
    }

    #[test]
    fn a_message_cannot_break_the_line_or_pose_as_a_code() {
        let error = CodedError::new(Code::FnTrapped, "a\nb\t[FN_TIMEOUT] c:\\d sites[0]\u{1b}[0m\u{2028}");
        assert_eq!(error.to_string(), "[FN_TRAPPED] Host: a\\nb\\t\\[FN_TIMEOUT] c:\\\\d sites[0]\\u{1b}[0m\\u{2028}");
    }
}
