//! Rewriting the expectations of a case (`--update`).

use std::fs;
use std::io;

use super::{Case, EXPECTED, Source};

/// What a run showed, as it is to be expected from now on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expectations {
    pub(crate) exit_code: i32,
    pub(crate) stderr: String,
    pub(crate) stdout: String,
    pub(crate) diff: String,
    pub(crate) results: Option<String>,
}

impl Case {
    /// Writes what a run showed into the case. `config.yaml` keeps its text: only `exitCode`, and `stdErr` and `stdOut` where
    /// they are there and empty or no longer true, are replaced.
    pub(crate) fn rewrite(&mut self, shown: &Expectations) -> io::Result<()> {
        let finished = |text: &str| (!text.is_empty()).then(|| format!("{text}\n"));
        let config = self.expected("config.yaml").unwrap_or_default();
        let config = self.rewritten_config(config, shown);
        self.set("config.yaml", (!config.is_empty()).then_some(config.as_str()))?;
        self.set("diff.patch", finished(&shown.diff).as_deref())?;
        if self.expected("results.yaml").is_some() {
            // An empty file stays, because its presence is what asks for results.
            let results = shown.results.as_deref().and_then(finished).unwrap_or_default();
            self.set("results.yaml", Some(&results))?;
        }
        match &self.source {
            Source::Archive { file, archive } => fs::write(file, archive.to_text()),
            Source::Folder(folder) => fs::create_dir_all(folder.join(EXPECTED)),
        }
    }

    fn rewritten_config(&self, mut text: String, shown: &Expectations) -> String {
        let Ok(config) = &self.config else { return text };
        if config.exit_code != shown.exit_code {
            text = with_key(&text, "exitCode", (shown.exit_code != 0).then(|| shown.exit_code.to_string()));
        }
        let outputs = [("stdErr", &config.std_err, &shown.stderr), ("stdOut", &config.std_out, &shown.stdout)];
        for (key, old, new) in outputs {
            if has_key(&text, key) && (old.is_empty() || !new.contains(old.as_str())) {
                text = with_key(&text, key, Some(block(new)));
            }
        }
        text
    }

    fn set(&mut self, file: &str, text: Option<&str>) -> io::Result<()> {
        match &mut self.source {
            Source::Archive { archive, .. } => {
                archive.set_file(&format!("{EXPECTED}/{file}"), text);
                Ok(())
            }
            Source::Folder(folder) => {
                let path = folder.join(EXPECTED).join(file);
                match text {
                    Some(text) => {
                        fs::create_dir_all(folder.join(EXPECTED))?;
                        fs::write(path, text)
                    }
                    None => match fs::remove_file(path) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                        _ => Ok(()),
                    },
                }
            }
        }
    }
}

fn has_key(text: &str, key: &str) -> bool {
    text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')))
}

/// The text with a top-level key replaced, added at the end or, with `None`, taken out.
fn with_key(text: &str, key: &str, value: Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut value = value.map(|value| format!("{key}: {value}\n"));
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        let starts = line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
        let continues = inside && (line.starts_with([' ', '\t', '-']) || line.trim().is_empty());
        inside = starts || continues;
        if starts {
            out.push_str(&value.take().unwrap_or_default());
        } else if !continues {
            out.push_str(line);
        }
    }
    if let Some(value) = value {
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(&value);
    }
    out
}

/// A text as a YAML literal block, or quoted as JSON where a block cannot hold it.
fn block(text: &str) -> String {
    let plain = text.ends_with('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with(['\n', ' '])
        && !text.chars().any(|c| c.is_control() && c != '\n');
    if !plain {
        return serde_json::Value::from(text).to_string();
    }
    let mut out = String::from("|");
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            out.push_str("  ");
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::case::CaseConfig;

    #[test]
    fn keys_are_replaced_where_they_stand() {
        let text = "# why\nstdErr: |\n  old\n\n  text\nexitCode: 1\n";
        assert_eq!(with_key(text, "stdErr", Some("|\n  new".into())), "# why\nstdErr: |\n  new\nexitCode: 1\n");
        assert_eq!(with_key(text, "exitCode", None), "# why\nstdErr: |\n  old\n\n  text\n");
        assert_eq!(with_key("a: b", "exitCode", Some("2".into())), "a: b\nexitCode: 2\n");
    }

    #[test]
    fn an_updated_archive_expects_what_was_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.txtar");
        let text =
            "Why.\n-- Kptfile --\nx\n-- .expected/config.yaml --\nstdErr: \"\"\n-- .expected/diff.patch --\nold\n";
        let archive = Archive::parse(text).unwrap();
        let config = CaseConfig::parse("stdErr: \"\"\n");
        let mut case = Case { name: "c".to_owned(), source: Source::Archive { file: file.clone(), archive }, config };
        let stderr = "Package \"c\": \n\nError: x\n".to_owned();
        case.rewrite(&Expectations { exit_code: 1, stderr: stderr.clone(), ..Expectations::default() }).unwrap();
        let written = Archive::parse(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(written.comment, "Why.\n");
        assert_eq!(written.file(".expected/diff.patch"), None);
        let config = String::from_utf8(written.file(".expected/config.yaml").unwrap().to_vec()).unwrap();
        let config = CaseConfig::parse(&config).unwrap();
        assert_eq!((config.exit_code, config.std_err), (1, stderr));
    }
}
