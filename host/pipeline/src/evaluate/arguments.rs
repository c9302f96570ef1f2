//! The words after `--` on a command line: what a function is told without a file.

use std::collections::BTreeMap;

use super::FunctionConfig;
use crate::function::from_arguments;

/// Arguments of a function: `key=value` words, before them the kind of the config, where it is no ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    kind: Option<String>,
    /// In the order given; of a repeated key the last value, at the place of the first.
    data: Vec<(String, String)>,
}

/// A word that is no argument.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("args must have keys and values separated by =")]
pub struct ArgumentsError {
    /// The word.
    pub word: String,
}

impl Arguments {
    /// Reads the words. Only the first may be without `=`: it is the kind.
    ///
    /// # Errors
    /// A later word without `=`.
    pub fn parse<S: AsRef<str>>(words: &[S]) -> Result<Self, ArgumentsError> {
        let mut arguments = Self::default();
        for (position, word) in words.iter().map(AsRef::as_ref).enumerate() {
            match word.split_once('=') {
                Some((key, value)) => match arguments.data.iter_mut().find(|(known, _)| known == key) {
                    Some((_, known)) => value.clone_into(known),
                    None => arguments.data.push((key.to_owned(), value.to_owned())),
                },
                None if position == 0 => arguments.kind = Some(word.to_owned()),
                None => return Err(ArgumentsError { word: word.to_owned() }),
            }
        }
        Ok(arguments)
    }

    /// The functionConfig in kpt's layout: a ConfigMap, or an object of the kind given.
    #[must_use]
    pub fn config(&self) -> FunctionConfig {
        let data: Vec<(&str, &str)> = self.data.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        FunctionConfig(from_arguments(self.kind.as_deref().unwrap_or("ConfigMap"), &data))
    }

    /// The `configMap` of a Kptfile that says the same; kpt keeps no kind there.
    #[must_use]
    pub fn config_map(&self) -> BTreeMap<String, String> {
        self.data.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_yaml::{SequenceIndent, emit};

    #[test]
    fn arguments_are_written_as_kpt_writes_them() {
        let arguments = Arguments::parse(&["Kind", "b=x=y", "a=1", "c=", "b=yes"]).unwrap();
        let mut text = String::new();
        emit(&arguments.config().0, SequenceIndent::Compact, &mut text);
        assert_eq!(
            text,
            "metadata:\n  name: function-input\ndata: {b: yes, a: \"1\", c: \"\"}\nkind: Kind\napiVersion: v1\n"
        );
        assert_eq!(Arguments::parse(&["a=1", "b"]).unwrap_err().word, "b");
    }
}
