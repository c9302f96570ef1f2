//! `.expected/config.yaml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::decode;
use crate::program::Profile;

/// The keys of a case's configuration. Keys that kpt's driver does not know are ignored, as it ignores them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CaseConfig {
    /// Which command the case runs.
    pub test_type: TestType,
    /// The exit code it must have.
    pub exit_code: i32,
    /// A text that standard error must contain.
    pub std_err: String,
    /// A regular expression that must match standard error.
    pub std_err_reg_ex: String,
    /// Lines taken out of standard error before it is compared.
    pub std_err_strip_lines: Vec<String>,
    /// A text that standard output must contain.
    pub std_out: String,
    /// Lines taken out of the written results before they are compared.
    pub actual_strip_lines: Vec<String>,
    /// Lines that match are taken out of both diffs; their `index` and hunk headers then do not count either.
    pub diff_strip_reg_ex: String,
    /// Pass `--allow-exec`.
    pub allow_exec: bool,
    /// Read, and not passed on, as in kpt's driver.
    pub allow_network: bool,
    /// Pass `--allow-alpha-wasm`.
    pub allow_wasm: bool,
    /// Pass `--image-pull-policy`.
    pub image_pull_policy: String,
    /// Pass `--truncate-output=false`.
    pub disable_output_truncate: bool,
    /// Container runtimes the case is for; empty means every one.
    pub runtimes: Vec<String>,
    /// Not beside other cases.
    pub sequential: bool,
    /// Leave the case out.
    pub skip: bool,
    /// Keep the temporary folder.
    pub debug: bool,
    /// Environment variables of the program.
    pub env: BTreeMap<String, String>,
    /// `eval`: the function as an image.
    pub image: String,
    /// `eval`: the function as an executable, relative to `.expected`.
    pub exec_path: String,
    /// `eval`: pass `--tag`.
    pub tag: String,
    /// `eval`: `key=value` words after `--`, in the order of their keys.
    pub args: BTreeMap<String, String>,
    /// `eval`: the function's configuration, relative to `.expected`.
    pub fn_config: String,
    /// `eval`: pass `--network`.
    pub network: bool,
    /// `eval`: pass `--include-meta-resources`.
    pub include_meta_resources: bool,
    /// Ours: the kpt whose behaviour the case shows; the caller's choice where it is absent.
    pub profile: Option<String>,
    /// Ours: further words for the command, such as `--output=stdout`.
    pub flags: Vec<String>,
    /// Ours: what Porchlight does on purpose in another way; the case is then for kpt alone.
    pub deviation: String,
}

/// The command of a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestType {
    /// `fn render`.
    #[default]
    Render,
    /// `fn eval`.
    Eval,
}

impl CaseConfig {
    /// Reads the text of a `config.yaml`; an empty one is all defaults.
    ///
    /// # Errors
    /// Not YAML, a value of the wrong type, an unknown `testType` or `profile`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = decode::first(text)?.unwrap_or_default();
        config.profile()?;
        Ok(config)
    }

    /// The profile the case asks for.
    ///
    /// # Errors
    /// It is none.
    pub fn profile(&self) -> Result<Option<Profile>, String> {
        self.profile.as_deref().map(str::parse).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_and_keys() {
        assert_eq!(CaseConfig::parse("# nothing\n").unwrap(), CaseConfig::default());
        let text =
            "testType: eval\nexitCode: 1\nstdErr: |\n  a\n  b\nargs: {b: c}\nruntimes: [podman]\nStdErrRegEx: x\n";
        let config = CaseConfig::parse(text).unwrap();
        assert_eq!(config.test_type, TestType::Eval);
        assert_eq!((config.exit_code, config.std_err.as_str()), (1, "a\nb\n"));
        assert_eq!(config.args["b"], "c");
        assert_eq!(config.runtimes, ["podman"]);
        assert_eq!(config.std_err_reg_ex, "", "keys are case-sensitive");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for text in ["testType: sink\n", "exitCode: many\n", "profile: newest\n", "a: b: c\n"] {
            assert!(CaseConfig::parse(text).is_err(), "{text}");
        }
    }
}
