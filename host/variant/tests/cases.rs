//! Golden cases below `testdata/variants/`: what becomes of variants, and that a second run changes nothing.
//!
//! | file of a case | what |
//! |---|---|
//! | `input.txtar` | `variants.yaml`, objects of the cluster in `cluster/*.yaml`, packages in `repos/<repository>/…` as [`Folder`] reads them, `porch-compat` with a release where its rules apply, and `not-idempotent` with the reason where a second run does change something |
//! | `expected.txtar` | `report.txt`, the files of all packages, and `again.txt`: the report of a second run on top of the first |
//!
//! `UPDATE=1` writes what is made instead of comparing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use porchlight_conformance::archive::{Archive, Content, Entry};
use porchlight_variant::report::{Detail, text};
use porchlight_variant::{Action, Compat, Fault, Folder, Inputs, Options, Plan, Stores, plan, write};
use similar::TextDiff;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/variants");
    let trials: Vec<Trial> = match cases(&folder) {
        Ok(cases) => cases.into_iter().map(|case| trial(&folder, case)).collect(),
        Err(error) => vec![Trial::test("cases", move || Err(Failed::from(error)))],
    };
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn cases(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> =
        entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    if names.is_empty() { Err(format!("{}: no case", folder.display())) } else { Ok(names) }
}

fn trial(folder: &Path, case: String) -> Trial {
    let folder = folder.join(&case);
    Trial::test(case, move || check(&folder).map_err(Failed::from))
}

fn check(case: &Path) -> Result<(), String> {
    let path = case.join("input.txtar");
    let input = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let input = Archive::parse(&input).map_err(|error| format!("{}: {error}", path.display()))?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    input.unpack(scratch.path()).map_err(|error| error.to_string())?;
    let compat = match fs::read_to_string(scratch.path().join("porch-compat")) {
        Ok(release) => release.trim().parse().map_err(|error| format!("{error}"))?,
        Err(_) => Compat::Natural,
    };
    let (first, report) = run(scratch.path(), &input, compat, Detail::Differences)?;
    let repos = scratch.path().join("repos");
    for outcome in &first.outcomes {
        write(outcome, &repos).map_err(|error| error.to_string())?;
    }
    let (second, again) = run(scratch.path(), &input, compat, Detail::Names)?;
    let expected_path = case.join("expected.txtar");
    let made = expected(&first, report, again).to_text();
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&expected_path, made).map_err(|error| error.to_string())?;
    } else {
        let expected = fs::read_to_string(&expected_path).map_err(|error| format!("{}: {error}", case.display()))?;
        if expected != made {
            let diff = TextDiff::from_lines(&expected, &made).unified_diff().to_string();
            return Err(format!("{}:\n{diff}", expected_path.display()));
        }
    }
    let settled = second_changes_nothing(&first, &second);
    match (settled, input.file("not-idempotent")) {
        (Ok(()), Some(_)) => Err("`not-idempotent` is there, and a second run changes nothing".to_owned()),
        (Err(_), Some(_)) => Ok(()),
        (settled, None) => settled,
    }
}

fn told(fault: &Fault) -> String {
    let hints = fault.hints.iter().map(|hint| format!("hint: {hint}\n"));
    format!("error: [{}] {fault}\n{}", fault.code, hints.collect::<String>())
}

fn run(folder: &Path, input: &Archive, compat: Compat, detail: Detail) -> Result<(Plan, String), String> {
    let mut inputs = Inputs::default();
    for Entry { path, content } in &input.entries {
        if let Content::File { bytes, .. } = content
            && (path == "variants.yaml" || path.starts_with("cluster/"))
            && let Err(fault) = inputs.add(Path::new(path), &String::from_utf8_lossy(bytes))
        {
            return Ok((Plan::default(), told(&fault)));
        }
    }
    let mut stores = Stores::new();
    let mut repos: Vec<PathBuf> = fs::read_dir(folder.join("repos"))
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
        .unwrap_or_default();
    repos.sort();
    for repo in repos {
        let name = repo.file_name().unwrap_or_default().to_string_lossy().into_owned();
        stores.insert(name, Box::new(Folder::open(&repo).map_err(|fault| fault.to_string())?));
    }
    let plan = plan(&inputs, &stores, Options { compat, ..Options::default() });
    let report = text(&plan, detail, compat);
    Ok((plan, report))
}

fn expected(plan: &Plan, report: String, again: String) -> Archive {
    let file = |path: String, bytes: Vec<u8>| Entry { path, content: Content::File { bytes, executable: false } };
    let mut entries = vec![file("report.txt".to_owned(), report.into_bytes())];
    let mut files: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
    for outcome in plan.outcomes.iter().filter(|outcome| outcome.action != Action::Unchanged) {
        let folder = format!("{}/{}", outcome.target(), outcome.workspace);
        files.extend(outcome.after.iter().map(|(path, bytes)| (format!("{folder}/{path}"), Arc::clone(bytes))));
    }
    entries.extend(files.into_iter().map(|(path, bytes)| file(path, bytes.to_vec())));
    entries.push(file("again.txt".to_owned(), again.into_bytes()));
    Archive { comment: String::new(), entries }
}

fn second_changes_nothing(first: &Plan, second: &Plan) -> Result<(), String> {
    if first.outcomes.len() != second.outcomes.len() {
        return Err(format!("{} packages at first, {} then", first.outcomes.len(), second.outcomes.len()));
    }
    for (before, after) in first.outcomes.iter().zip(&second.outcomes) {
        let settled = match before.action {
            Action::Fail => after.action == Action::Fail,
            _ => after.action == Action::Unchanged && after.after == before.after,
        };
        if !settled {
            return Err(format!("{}: a second run would {}", after.target(), after.action));
        }
    }
    Ok(())
}
