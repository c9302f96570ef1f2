//! A whole package: files, subpackages, pipelines.

use std::collections::BTreeMap;

use super::resource::{self, LABELS, NAMES, NAMESPACES};
use super::{json, yaml};
use crate::fuzz::function;
use crate::fuzz::random::Random;

/// A generated package: its files by path, and whether its render is meant to succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Bytes by `/`-separated path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Nothing in it is meant to make a render fail, so it can be rendered beside others.
    pub tame: bool,
}

/// The package of a seed. `command` is how a Kptfile calls the functions of [`function`].
#[must_use]
pub fn package(seed: u64, command: &str) -> Generated {
    let mut random = Random::new(seed);
    let tame = !random.once_in(8);
    let rarity = random.pick(&[3, 6, 6, 12, 40]);
    let mut maker = Maker { random, command, tame, rarity, files: BTreeMap::new(), number: 0 };
    let depth = maker.random.below(3);
    maker.folder("", depth);
    Generated { files: maker.files, tame }
}

struct Maker<'a> {
    random: Random,
    command: &'a str,
    tame: bool,
    rarity: usize,
    files: BTreeMap<String, Vec<u8>>,
    number: usize,
}

impl Maker<'_> {
    /// A package at `prefix` (empty or ending in `/`) with up to `depth` levels of subpackages.
    fn folder(&mut self, prefix: &str, depth: usize) {
        for at in 0..=self.random.below(3) {
            let name = self.random.pick(&[
                "a.yaml",
                "b.yml",
                "z.yaml",
                "sub/in.yaml",
                "Upper.yaml",
                ".hidden.yaml",
                "a-b.yaml",
            ]);
            let name = if at == 0 { name.to_owned() } else { name.replace('.', &format!("{at}.")) };
            let text = self.stream();
            self.put(prefix, &name, text);
        }
        if self.random.once_in(5) {
            self.number += 1;
            let text = json::resource(&mut self.random, self.number);
            self.put(prefix, "object.json", text);
        }
        if self.random.once_in(8) {
            self.put(prefix, "README.md", "not yaml: [\n".to_owned());
        }
        if self.random.once_in(6) {
            let patterns = [
                "z.yaml",
                "*.yml",
                "sub",
                "sub/",
                "/a.yaml",
                "!a.yaml",
                "# note",
                "**/in.yaml",
                "[ab].yaml",
                "sub/in.yaml",
            ];
            let lines: Vec<&str> = (0..=self.random.below(2)).map(|_| self.random.pick(&patterns)).collect();
            self.put(prefix, ".krmignore", lines.join("\n") + "\n");
        }
        if depth > 0 {
            for name in ["db", "db-2", "nested/deep"] {
                if self.random.once_in(2) {
                    self.folder(&format!("{prefix}{name}/"), depth - 1);
                }
            }
        }
        let kptfile = self.kptfile(prefix);
        self.put(prefix, "Kptfile", kptfile);
    }

    fn put(&mut self, prefix: &str, name: &str, mut text: String) {
        if name != "Kptfile" && self.random.once_in(self.rarity * 6) {
            text = text.replace('\n', "\r\n");
        }
        if self.random.once_in(self.rarity * 3) && !text.ends_with("\n\n") {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        self.files.insert(format!("{prefix}{name}"), text.into_bytes());
    }

    /// The documents of one file.
    fn stream(&mut self) -> String {
        let mut text = String::new();
        if self.random.once_in(self.rarity) {
            text.push_str(self.random.pick(&["---\n", "# licence\n\n", "# licence\n---\n", "\n\n", "--- # start\n"]));
        }
        let count = 1 + self.random.below(3) * self.random.below(2);
        for at in 0..count {
            if at > 0 {
                text.push_str(self.random.pick(&[
                    "---\n",
                    "---\n",
                    "---\n",
                    "--- # next\n",
                    "---\n---\n",
                    "---\n# only a comment\n---\n",
                ]));
            }
            self.number += 1;
            let number = self.number;
            text.push_str(&resource::resource(&mut self.random, number, self.rarity));
        }
        if self.random.once_in(self.rarity * 2) {
            text.push_str(self.random.pick(&["---\n", "# the end\n", "...\n", "\n\n"]));
        }
        if !self.tame && self.random.once_in(6) {
            text.push_str(self.random.pick(&[
                "---\nno: resource\n",
                "---\n- a list\n",
                "---\na: b: c\n",
                "--- text\n",
                "---\nkind: List\napiVersion: v1\nitems: []\n",
                "---\n\tkind: Tab\n",
            ]));
        }
        text
    }

    fn kptfile(&mut self, prefix: &str) -> String {
        let name = prefix
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
            .unwrap_or("root")
            .to_owned();
        let mut text = String::from("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n");
        text.push_str(&format!("  name: {name}"));
        text.push_str(if self.random.once_in(4) { " # named\n" } else { "\n" });
        if self.random.once_in(5) {
            text.push_str("info:\n  description: \"a package\"\n  keywords: [a, 'b']\n");
        }
        let mutators = self.random.below(4);
        let validators = usize::from(self.random.once_in(4));
        if mutators + validators == 0 {
            return text;
        }
        text.push_str("pipeline:\n");
        for (list, count) in [("mutators", mutators), ("validators", validators)] {
            if count == 0 {
                continue;
            }
            text.push_str(&format!("  {list}:\n"));
            let indent = self.random.pick(&[2, 4]);
            for _ in 0..count {
                let function = self.function(prefix, list == "validators");
                for (at, line) in function.lines().enumerate() {
                    let dash = if at == 0 { "- " } else { "  " };
                    text.push_str(&format!("{}{dash}{line}\n", " ".repeat(indent)));
                }
            }
        }
        text
    }

    /// One function of a pipeline, as lines of a mapping.
    fn function(&mut self, prefix: &str, validator: bool) -> String {
        let names = if validator { function::VALIDATORS } else { function::MUTATORS };
        let mut name = self.random.pick(names);
        if !self.tame && self.random.once_in(4) {
            name = self.random.pick(function::WILD);
        }
        let seed = self.random.below(1000);
        let mut text = match name {
            "cat" => "exec: cat\n".to_owned(),
            _ => format!("exec: {} {name} {seed}\n", self.command),
        };
        if self.random.once_in(6) {
            text.push_str("name: called\n");
        }
        match self.random.below(10) {
            0 => {
                let value = yaml::Writer::new(&mut self.random, 40).string();
                text.push_str(&format!("configMap:\n  key: {value}\n"));
            }
            1 => {
                let own: Vec<String> = self
                    .files
                    .iter()
                    .filter_map(|(path, bytes)| Some((path.strip_prefix(prefix)?, bytes)))
                    .filter(|(path, _)| !self.tame || *path == "config.yaml")
                    .map(|(path, _)| path.to_owned())
                    .collect();
                let chosen = self.random.below(own.len());
                let path = own.get(chosen).filter(|_| !self.tame).map_or("config.yaml", String::as_str);
                text.push_str(&format!("configPath: {path}\n"));
                self.files.insert(
                    format!("{prefix}config.yaml"),
                    b"# of the function\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata:\n  key: value\n".to_vec(),
                );
            }
            _ => {}
        }
        for list in ["selectors", "exclude"] {
            if self.random.once_in(5) {
                text.push_str(&format!("{list}:\n"));
                for line in self.selector().lines() {
                    text.push_str(&format!("{line}\n"));
                }
            }
        }
        text
    }

    fn selector(&mut self) -> String {
        let random = &mut self.random;
        match random.below(6) {
            0 => format!("- kind: {}\n", random.pick(&["Deployment", "ConfigMap", "Widget", "Kptfile"])),
            1 => format!("- name: {}-1\n", random.pick(&NAMES)),
            2 => format!("- namespace: {}\n", random.pick(&NAMESPACES)),
            3 => {
                let (key, value) = random.pick(&LABELS);
                format!("- labels:\n    {key}: {value}\n")
            }
            4 => "- apiVersion: apps/v1\n  kind: Deployment\n".to_owned(),
            _ => "- annotations:\n    note: kept\n".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_package() {
        assert_eq!(package(5, "f"), package(5, "f"));
        assert!((0..40).all(|seed| package(seed, "f").files.contains_key("Kptfile")));
        assert!((0..40).any(|seed| package(seed, "f").files.len() > 6));
    }
}
