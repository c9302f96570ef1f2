//! Packages that others wrote: what is found in them, as counts. `UPDATE=1` records them in `tests/corpus.txt`; every finding
//! behind a count was looked at, and `FINDINGS=1` prints them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use porchlight_cases::corpus;
use porchlight_krm::{ResourceList, run_text};
use validate_specialization::ValidateSpecialization;

/// The catalog's packages are healthy blueprints: nothing in them is wrong, and what is unfinished is information.
#[test]
fn blueprints_of_the_catalog_are_healthy() {
    let Some(packages) = corpus::packages() else { return };
    let config = "{apiVersion: v1, kind: ConfigMap, data: {blueprint: 'true', policyCoverage: 'off'}}";
    let mut count = 0;
    for (name, folder) in packages.into_iter().filter(|(name, _)| name.starts_with("nephio-catalog/")) {
        let outcome = run_text::<ValidateSpecialization>(&corpus::source(&folder, config).unwrap());
        assert_eq!((outcome.exit_code, outcome.stderr.as_str()), (0, ""), "{name}");
        count += 1;
    }
    assert!(count >= 14, "{count} packages");
}

#[test]
fn findings_in_the_corpus_are_those_recorded() {
    let Some(packages) = corpus::packages() else { return };
    let mut table = String::new();
    for (name, folder) in packages {
        let input = match corpus::source(&folder, "") {
            Ok(input) => input,
            Err(error) => {
                writeln!(table, "{name}: unreadable").unwrap();
                println!("{name}: {error}");
                continue;
            }
        };
        let outcome = run_text::<ValidateSpecialization>(&input);
        let list = ResourceList::parse(&outcome.stdout).unwrap();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for finding in &list.results {
            if std::env::var_os("FINDINGS").is_some() {
                let file = finding.file.as_ref().map_or("", |file| file.path.as_str());
                println!("{name}/{file}: {} {} [{}]", finding.severity, finding.message, finding.tags["rule"]);
            }
            let rule = finding.tags.get("rule").map_or("", String::as_str);
            *counts.entry(format!("{} {} {rule}", finding.severity, finding.tags["code"])).or_default() += 1;
        }
        writeln!(table, "{name}: exit {}", outcome.exit_code).unwrap();
        for (what, count) in counts {
            writeln!(table, "  {count} {what}").unwrap();
        }
        let items = |text: &str| {
            let mut list = ResourceList::parse(text).unwrap();
            list.results.clear();
            list.to_text()
        };
        assert_eq!(items(&input), items(&outcome.stdout), "{name}: a validator changes nothing");
    }
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus.txt");
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(recorded, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(recorded).unwrap_or_default(), table);
}
