//! Random small packages come out as from the real kpt: which files are read, in which order they are written,
//! what stays, what is dropped.
//!
//! `PORCHLIGHT_PACKAGES` sets how many are tried, `PORCHLIGHT_SEED` where they start.

use std::fs;
use std::path::Path;
use std::process::Command;

use porchlight_package::{Compat, PlanOptions};

use crate::reading::{Package, files, has_kpt};

/// A small generator of numbers: the same everywhere for one seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.roll(choices.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

const DIRECTORIES: [&str; 8] = ["", "a", "a/b", "a-b", ".hidden", "Z", "é", "a/b/c"];
const NAMES: [&str; 14] = [
    "x.yaml",
    "y.yml",
    "a.yaml",
    "a-b.yaml",
    "a10.yaml",
    "a2.yaml",
    ".dot.yaml",
    "z.json",
    "B.yaml",
    "no.txt",
    "README.md",
    "kustomization.yaml",
    "x.YAML",
    "ö.yaml",
];
const IGNORES: [&str; 10] = [
    "a/\n",
    "*.yml\n",
    "/x.yaml\n",
    "b\n",
    "a/*.yaml\n!a10.yaml\n",
    "# a\n\n",
    "**/x.yaml\n",
    ".*\n",
    "[a-b]*\n",
    "!x.yaml\nx.yaml\n",
];

fn document(dice: &mut Dice, number: usize) -> String {
    let mut out = String::new();
    out.push_str(dice.pick(&["", "", "", "# head\n", "# licence\n\n", "\n\n"]));
    let api = dice.pick(&["v1", "apps/v1", "storage.cnrm.cloud.google.com/v1beta1"]);
    out.push_str(&format!(
        "apiVersion: {api}{}\nkind: {}\n",
        dice.pick(&["", " # c", "   "]),
        dice.pick(&["ConfigMap", "Deployment", "'A'"])
    ));
    out.push_str(&format!("metadata:\n  name: n{number}\n"));
    out.push_str(dice.pick(&[
        "",
        "",
        "  annotations: {}\n",
        "  annotations:\n",
        "  annotations:\n    a: b # c\n    config.kubernetes.io/index: \"7\"\n",
        "  annotations:\n    config.kubernetes.io/path: old.yaml\n  labels: {x: y}\n",
        "  annotations:\n    # about\n    internal.config.kubernetes.io/index: 3\n    z: 'y'\n",
        "  annotations: {config.k8s.io/id: '77'}\n",
        "  annotations:\n    cnrm.cloud.google.com/blueprint: x,kpt-pkg\n",
        "  annotations:\n    internal.config.kubernetes.io/seqindent: wide\n",
    ]));
    out.push_str(dice.pick(&[
        "",
        "data:\n  a: 1\n  b: \"yes\"\n",
        "spec:\n  list:\n  - a\n  - b: c\n    d: e\n",
        "spec:\n  list:\n    - a\n    - b: c\n      d: e\n",
        "spec:\n    deep:\n          list:\n            - x # y\n            # z\n            - w\n",
        "data:\n  script: |\n    - not a list\n    # not a comment\n",
        "x: {a: [1,2], b: {}}\ny: >-\n  folded\n  text\n",
        "anchor: &a {k: v}\nalias: *a\n",
        "long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccccc\n",
    ]));
    out.push_str(dice.pick(&["", "", "# tail\n", "\n\n"]));
    out
}

fn file(dice: &mut Dice, name: &str, number: &mut usize) -> String {
    if name.ends_with(".json") && dice.chance(80) {
        *number += 1;
        return format!(
            "{{\"kind\": \"A\", \"apiVersion\": \"v1\", \"metadata\": {{\"name\": \"j{number}\"}}, \"x\": [1.0, \"<\", null]}}"
        );
    }
    match dice.roll(20) {
        0 => return String::new(),
        1 => return "# only a comment\n".to_owned(),
        2 => return "null\n".to_owned(),
        // What neither takes; rare, so that most packages are rendered.
        3 if dice.chance(12) => {
            return dice
                .pick(&[
                    "abc\n",
                    "- a\n",
                    "a: b\n",
                    "apiVersion: v1\nkind: A\n",
                    "a: b: c\n",
                    "\tx: 1\n",
                    "a: [\n",
                    "metadata: x\n",
                    "a: b\n--- c\nd: e\n",
                ])
                .to_owned();
        }
        _ => {}
    }
    let mut out = dice.pick(&["", "", "", "---\n", "# first\n---\n", "--- # start\n"]).to_owned();
    for part in 0..=dice.roll(3) {
        if part > 0 {
            out.push_str(dice.pick(&[
                "---\n",
                "---\n",
                "--- # next\n",
                "---\n\n---\n",
                "---   \n",
                "---\n# nothing\n---\n",
            ]));
        }
        *number += 1;
        let document = document(dice, *number);
        out.push_str(&document);
    }
    match dice.roll(12) {
        0 => out = out.replace('\n', "\r\n"),
        1 => out.push_str("---\n"),
        2 => out = out.trim_end().to_owned(),
        3 => out.push_str("---"),
        4 => out.insert(0, '\u{feff}'),
        _ => {}
    }
    out
}

fn generate(seed: u64, root: &Path) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        dice.roll(2);
    }
    let kptfile = |name: &str| format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: {name} # it\n");
    fs::create_dir_all(root).expect("creates");
    fs::write(root.join("Kptfile"), kptfile("root")).expect("writes");
    let mut number = 0;
    for _ in 0..=dice.roll(7) {
        let (directory, name) = (dice.pick(&DIRECTORIES), dice.pick(&NAMES));
        let text = file(&mut dice, name, &mut number);
        fs::create_dir_all(root.join(directory)).expect("creates");
        fs::write(root.join(directory).join(name), text).expect("writes");
    }
    for _ in 0..dice.roll(3) {
        let directory = root.join(dice.pick(&DIRECTORIES[1..]));
        fs::create_dir_all(&directory).expect("creates");
        fs::write(directory.join("Kptfile"), kptfile("sub")).expect("writes");
    }
    for _ in 0..dice.roll(3) {
        let directory = root.join(dice.pick(&["", "", "a", "a/b"]));
        if directory.is_dir() {
            fs::write(directory.join(".krmignore"), dice.pick(&IGNORES)).expect("writes");
        }
    }
}

/// What a pipeline without functions does; the error where it cannot.
fn rewrite(root: &Path) -> Result<(), String> {
    let package = Package::read(root, Compat::Beta56).map_err(|error| error.to_string())?;
    if let Some(problem) = package.items.iter().find_map(porchlight_package::krm_problem) {
        return Err(problem.to_owned());
    }
    let options = PlanOptions { allow_empty: true, ..PlanOptions::default() };
    let plan = package.plan(package.items.clone(), options).map_err(|error| error.to_string())?;
    plan.commit().map_err(|error| error.to_string())
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn random_packages_come_out_as_from_kpt() {
    if !has_kpt() {
        return;
    }
    let (count, first) = (number("PORCHLIGHT_PACKAGES", 40), number("PORCHLIGHT_SEED", 1));
    let (mut rendered, mut wrong) = (0, Vec::new());
    for seed in first..first + count {
        let directory = tempfile::tempdir().expect("a directory");
        let (theirs, ours) = (directory.path().join("kpt/package"), directory.path().join("ours/package"));
        generate(seed, &theirs);
        generate(seed, &ours);
        let output = Command::new("kpt").args(["fn", "render"]).arg(&theirs).output().expect("runs");
        let result = rewrite(&ours);
        if output.status.success() != result.is_ok() {
            wrong.push(format!("seed {seed}: kpt {} ours {result:?}", String::from_utf8_lossy(&output.stderr)));
            continue;
        }
        rendered += u64::from(result.is_ok());
        let (theirs, ours) = (files(&theirs), files(&ours));
        if theirs != ours {
            for path in theirs.keys().chain(ours.keys().filter(|path| !theirs.contains_key(*path))) {
                if theirs.get(path) != ours.get(path) {
                    wrong.push(format!(
                        "seed {seed}: {}\n-- kpt --\n{:?}\n-- ours --\n{:?}",
                        path.display(),
                        theirs.get(path).map(|bytes| String::from_utf8_lossy(bytes)),
                        ours.get(path).map(|bytes| String::from_utf8_lossy(bytes))
                    ));
                }
            }
        }
    }
    println!("{count} packages from seed {first}, {rendered} rendered by both");
    assert!(rendered * 2 > count, "most packages are good ones: {rendered} of {count}");
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong[..wrong.len().min(8)].join("\n\n"));
}
