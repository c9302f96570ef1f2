//! Running one case: twice, each time in a fresh copy under git, once if the command fails, as kpt's driver does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::case::{Case, CaseConfig, EXPECTED, Expectations, Source, TestType};
use crate::compare::{self, Seen, Wanted};
use crate::function_map::FunctionMap;
use crate::outcome::{Aspect, Mismatch, Verdict};
use crate::process::{Finished, Run};
use crate::program::{Dialect, Profile, Program};
use crate::repository::Repository;
use crate::status;
use crate::tools::Tools;

/// How often a case that succeeds is run.
const RUNS: usize = 2;

/// What every case of a suite has in common.
#[derive(Debug)]
pub(crate) struct Runner<'a> {
    pub(crate) program: &'a Program,
    pub(crate) functions: &'a FunctionMap,
    /// The profile of cases that do not name one.
    pub(crate) profile: Profile,
    pub(crate) tools: &'a Tools,
}

impl Runner<'_> {
    /// Runs the case and compares.
    pub(crate) fn run(&self, case: &Case) -> Verdict {
        let config = match &case.config {
            Ok(config) => config,
            Err(message) => return fail(Aspect::Case, message.clone()),
        };
        if let Some(reason) = self.reason_to_skip(case, config) {
            return Verdict::Skip { reason };
        }
        for _ in 0..RUNS {
            let seen = match self.once(case, config) {
                Ok(seen) => seen,
                Err(error) => return fail(Aspect::Run, error.to_string()),
            };
            let wanted = Wanted {
                config: Some(config),
                diff: case.expected("diff.patch").unwrap_or_default(),
                results: case.expected("results.yaml"),
                without_status: !self.program.writes_status(),
                says_more: matches!(self.program.dialect, Dialect::Porchlight { .. }),
            };
            let mismatches = compare::compare(&wanted, &seen);
            if !mismatches.is_empty() {
                return match self.missing_stand_in(case, config) {
                    Some(reason) => Verdict::Skip { reason },
                    None => Verdict::Fail { mismatches },
                };
            }
            if seen.code != 0 {
                break;
            }
        }
        Verdict::Pass
    }

    /// Runs the case once and makes what it showed its expectation.
    pub(crate) fn update(&self, case: &mut Case) -> Verdict {
        let config = match &case.config {
            Ok(config) => config.clone(),
            Err(message) => return fail(Aspect::Case, message.clone()),
        };
        // What a missing image does can be recorded, so only the other reasons count.
        if let Some(reason) = self.reason_to_skip(case, &CaseConfig { exit_code: 1, ..config.clone() }) {
            return Verdict::Skip { reason };
        }
        let before = format!("{:?}", case.source) + &self.texts(case);
        let shown = self.once(case, &config).map(|seen| Expectations {
            exit_code: seen.code,
            stderr: seen.stderr,
            stdout: seen.stdout,
            diff: seen.diff,
            results: seen.results,
        });
        match shown.and_then(|shown| case.rewrite(&shown)) {
            Ok(()) => Verdict::Updated { changed: format!("{:?}", case.source) + &self.texts(case) != before },
            Err(error) => fail(Aspect::Run, error.to_string()),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as part of `update`")]
    fn texts(&self, case: &Case) -> String {
        ["config.yaml", "diff.patch", "results.yaml"].iter().filter_map(|file| case.expected(file)).collect()
    }

    fn reason_to_skip(&self, case: &Case, config: &CaseConfig) -> Option<String> {
        if config.skip {
            return Some("its config.yaml says `skip: true`".to_owned());
        }
        let runtime = "docker";
        if !config.runtimes.is_empty() && !config.runtimes.iter().any(|name| name.eq_ignore_ascii_case(runtime)) {
            return Some(format!("for {}, and this is {runtime}", config.runtimes.join(", ")));
        }
        match self.program.dialect {
            Dialect::Kpt { profile } => {
                if let Ok(Some(wanted)) = config.profile()
                    && wanted != profile
                {
                    return Some(format!("shows profile {wanted}, and this kpt is {profile}"));
                }
            }
            Dialect::Porchlight { .. } => {
                if !config.deviation.is_empty() {
                    return Some(format!("deliberately different: {}", config.deviation));
                }
            }
        }
        // A case that expects a failure may well get it without the function.
        (config.exit_code == 0).then(|| self.missing_stand_in(case, config)).flatten()
    }

    fn missing_stand_in(&self, case: &Case, config: &CaseConfig) -> Option<String> {
        let has = |image: &str| match self.program.dialect {
            Dialect::Kpt { .. } => self.functions.command(image).is_some(),
            Dialect::Porchlight { .. } => self.functions.stands_in(image),
        };
        let missing = images(case, config).into_iter().find(|image| !has(image))?;
        Some(format!("no stand-in for the image `{missing}`"))
    }

    /// One run in a fresh copy.
    fn once(&self, case: &Case, config: &CaseConfig) -> io::Result<Seen> {
        let temporary = tempfile::Builder::new().prefix("kpt-pipeline-e2e-").tempdir()?;
        let root = fs::canonicalize(temporary.path())?;
        let package = root.join(case.package_name());
        case.copy_to(&package)?;
        let source = match &case.source {
            Source::Folder(folder) => folder.clone(),
            Source::Archive { archive, .. } => {
                let folder = root.join("case").join(case.package_name());
                archive.unpack(&folder)?;
                folder
            }
        };
        let expected = source.join(EXPECTED);
        let repository = Repository::begin(&package)?;
        let original = repository.original("Kptfile").unwrap_or_default();
        let start = self.starting_folder(case, &root, &source)?;

        let script = |name: &str| Some(expected.join(name)).filter(|path| path.exists());
        let bash =
            |path: PathBuf| self.prepared(Run::new(Path::new("bash"), &package).arguments([path]), config, &expected);
        let must = |run: Run, name: &str| {
            let finished = run.finish()?;
            let message = || format!("{name} ended with code {}: {}", finished.code, finished.stderr.trim());
            if finished.code == 0 { Ok(()) } else { Err(io::Error::other(message())) }
        };
        if let Some(setup) = script("setup.sh") {
            must(bash(setup), "setup.sh")?;
        }
        let results = case.expected("results.yaml").map(|_| root.join("results"));
        let finished = match script("exec.sh") {
            Some(script) => bash(script).finish()?,
            None => {
                let words = self.words(case, config, &package, results.as_deref(), &expected);
                self.prepared(Run::new(&self.program.path, &start).arguments(words), config, &expected).finish()?
            }
        };
        let seen = seen(&finished, &root, &package, &repository, original, results.as_deref())?;
        if let Some(teardown) = script("teardown.sh") {
            must(bash(teardown), "teardown.sh")?;
        }
        if config.debug {
            let _ = temporary.keep();
        }
        Ok(seen)
    }

    /// Where the command starts: kpt's suite names executables relative to the folder that holds `testdata/fn-render/CASE`.
    fn starting_folder(&self, case: &Case, root: &Path, source: &Path) -> io::Result<PathBuf> {
        let start = root.join("start");
        for group in ["fn-render", "fn-eval"] {
            let link = start.join("testdata").join(group).join(&case.name);
            if let Some(parent) = link.parent() {
                fs::create_dir_all(parent)?;
            }
            std::os::unix::fs::symlink(source, link)?;
        }
        Ok(start)
    }

    /// The command line, except the program.
    fn words(
        &self,
        case: &Case,
        config: &CaseConfig,
        package: &Path,
        results: Option<&Path>,
        expected: &Path,
    ) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let flag = |words: &mut Vec<String>, name: &str, value: String| words.extend([name.to_owned(), value]);
        let command = match config.test_type {
            TestType::Render => "render",
            TestType::Eval => "eval",
        };
        match self.program.dialect {
            Dialect::Porchlight { .. } if command == "render" => words.push("render".to_owned()),
            Dialect::Kpt { .. } | Dialect::Porchlight { .. } => words.extend(["fn".to_owned(), command.to_owned()]),
        }
        words.push(package.display().to_string());
        words.extend(self.tools.flags(self.program, self.profile_of(config)));
        if self.program.writes_status()
            && matches!(self.program.dialect, Dialect::Porchlight { .. })
            && status::is_expected(&case.expected("diff.patch").unwrap_or_default())
        {
            words.push("--write-status".to_owned());
        }
        if let Some(results) = results {
            flag(&mut words, "--results-dir", results.display().to_string());
        }
        if case.has_folder("out") {
            flag(&mut words, "-o", package.join("out").display().to_string());
        }
        if config.allow_wasm {
            words.push("--allow-alpha-wasm".to_owned());
        }
        if !config.image_pull_policy.is_empty() {
            flag(&mut words, "--image-pull-policy", config.image_pull_policy.clone());
        }
        words.extend(config.flags.iter().cloned());
        let below = |path: &str| expected.join(path).display().to_string();
        match config.test_type {
            TestType::Render => {
                if config.allow_exec {
                    words.push("--allow-exec".to_owned());
                }
                if config.disable_output_truncate {
                    words.push("--truncate-output=false".to_owned());
                }
            }
            TestType::Eval => {
                if config.network {
                    words.push("--network".to_owned());
                }
                if !config.image.is_empty() {
                    flag(&mut words, "--image", config.image.clone());
                } else if !config.exec_path.is_empty() {
                    flag(&mut words, "--exec", below(&config.exec_path));
                }
                if !config.tag.is_empty() {
                    flag(&mut words, "--tag", config.tag.clone());
                }
                if !config.fn_config.is_empty() {
                    flag(&mut words, "--fn-config", below(&config.fn_config));
                }
                if config.include_meta_resources {
                    words.push("--include-meta-resources".to_owned());
                }
                if !config.args.is_empty() {
                    words.push("--".to_owned());
                    words.extend(config.args.iter().map(|(key, value)| format!("{key}={value}")));
                }
            }
        }
        words
    }

    fn profile_of(&self, config: &CaseConfig) -> Profile {
        config.profile().ok().flatten().unwrap_or(self.profile)
    }

    /// The environment: the case's own programs (`.expected/bin`) and ours first on `PATH`, nothing of the caller's kpt settings,
    /// then what the case sets.
    fn prepared(&self, run: Run, config: &CaseConfig, expected: &Path) -> Run {
        let run = self.tools.prepared_with(run, self.profile_of(config), &expected.join("bin"));
        config.env.iter().fold(run, |run, (name, value)| run.variable(name, value))
    }
}

fn fail(aspect: Aspect, message: String) -> Verdict {
    Verdict::Fail { mismatches: vec![Mismatch::new(aspect, message)] }
}

fn seen(
    finished: &Finished,
    root: &Path,
    package: &Path,
    repository: &Repository<'_>,
    original: String,
    results: Option<&Path>,
) -> io::Result<Seen> {
    let temporary = root.display().to_string();
    let written =
        results.map(|folder| fs::read_to_string(folder.join("results.yaml")).unwrap_or_default().trim().to_owned());
    let rendered = fs::read_to_string(package.join("Kptfile")).unwrap_or_default();
    Ok(Seen {
        code: finished.code,
        stdout: finished.stdout.replace(&format!("{temporary}/"), ""),
        stderr: compare::steady(&finished.stderr, &temporary),
        diff: repository.changes()?,
        results: written,
        kptfile: (original, rendered),
    })
}

/// The images a case runs: those of its Kptfiles' pipelines, its `eval` function, and those its script names.
fn images(case: &Case, config: &CaseConfig) -> Vec<String> {
    static IN_KPTFILE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r##"(?m)^\s*(?:-\s+)?image:\s*['"]?([^\s'"#]+)"##).ok());
    static IN_SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:--image|\s-i)[ =](\S+)").ok());
    let mut texts = case.kptfiles();
    let found = |pattern: &LazyLock<Option<Regex>>, text: &str| -> Vec<String> {
        let Some(pattern) = &**pattern else { return Vec::new() };
        pattern.captures_iter(text).map(|captures| captures[1].to_owned()).collect()
    };
    let script = case.expected("exec.sh");
    if script.as_ref().is_some_and(|script| !script.contains("render")) {
        texts.clear();
    }
    let mut images: Vec<String> = texts.iter().flat_map(|text| found(&IN_KPTFILE, text)).collect();
    images.extend(script.iter().flat_map(|text| found(&IN_SCRIPT, text)));
    images.extend((!config.image.is_empty()).then(|| config.image.clone()));
    images.retain(|image| !image.contains('$') && !image.starts_with("builtins/"));
    images
}
