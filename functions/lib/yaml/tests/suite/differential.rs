//! Our bytes against the bytes of the real kpt.

use std::path::Path;

use super::{dice, kpt, nasty, ordinary, render, soup};

/// Generated documents per run; `PORCHLIGHT_FUZZ_DOCUMENTS` overrides it.
const DOCUMENTS: usize = 400;
const BATCH: usize = 1_000;

#[test]
fn files_of_real_packages_come_out_as_kpt_writes_them() {
    let Some(corpus) = std::env::var_os("PORCHLIGHT_CORPUS") else {
        println!("skipped: no corpus (set PORCHLIGHT_CORPUS to a folder of packages)");
        return;
    };
    if !kpt::is_present() {
        println!("skipped: no kpt");
        return;
    }
    let files = kpt::yaml_files(Path::new(&corpus));
    let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect::<Vec<_>>();
    let report = compare(&texts);
    println!("{} files, {} compared, {} refused by both", files.len(), report.compared, report.refused);
    assert!(report.differences.is_empty(), "{}", report.differences.join("\n"));
}

#[test]
fn nasty_documents_come_out_as_kpt_writes_them() {
    compare_generated(nasty::resource);
}

#[test]
fn ordinary_documents_come_out_as_kpt_writes_them() {
    compare_generated(ordinary::resource);
}

#[test]
fn random_signs_come_out_as_kpt_writes_them() {
    compare_generated(soup::resource);
}

#[test]
fn lists_for_functions_come_out_as_kpt_writes_them() {
    if !kpt::is_present() {
        println!("skipped: no kpt");
        return;
    }
    let documents = number("PORCHLIGHT_FUZZ_DOCUMENTS", DOCUMENTS);
    let first_seed = number("PORCHLIGHT_FUZZ_SEED", 1);
    let mut different = Vec::new();
    for generate in [nasty::resource, ordinary::resource] {
        let texts: Vec<String> = (first_seed..first_seed + documents)
            .map(|seed| generate(&mut dice::Dice::new(seed as u64)))
            .filter(|text| render::render(text).is_ok_and(|out| !out.is_empty()) && is_one_document(text))
            .collect();
        let accepted: Vec<String> = texts
            .iter()
            .zip(kpt::render(&texts))
            .filter_map(|(text, result)| result.ok().map(|_| text.clone()))
            .collect();
        println!("{} documents in lists", accepted.len());
        // Small lists: where one differs, the item is easily found.
        for batch in accepted.chunks(50) {
            if kpt::source(batch) == kpt::our_source(batch) {
                continue;
            }
            let alone = batch.iter().map(std::slice::from_ref).find(|one| kpt::source(one) != kpt::our_source(one));
            different.push(alone.unwrap_or(batch).join("\n---\n"));
        }
    }
    assert!(different.is_empty(), "{} differ\n{}", different.len(), different.join("\n=====\n"));
}

fn is_one_document(text: &str) -> bool {
    porchlight_yaml::split_documents(text).is_ok_and(|parts| parts.len() == 1)
}

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn compare_generated(generate: impl Fn(&mut dice::Dice) -> String) {
    if !kpt::is_present() {
        println!("skipped: no kpt");
        return;
    }
    let documents = number("PORCHLIGHT_FUZZ_DOCUMENTS", DOCUMENTS);
    let first_seed = number("PORCHLIGHT_FUZZ_SEED", 1);
    let mut report = Report::default();
    let seeds: Vec<usize> = (first_seed..first_seed + documents).collect();
    for batch in seeds.chunks(BATCH) {
        let texts: Vec<String> = batch.iter().map(|seed| generate(&mut dice::Dice::new(*seed as u64))).collect();
        report.add(compare(&texts));
    }
    println!("{documents} documents, {} compared, {} refused", report.compared, report.refused);
    let shown: Vec<String> = report.differences.iter().take(20).cloned().collect();
    assert!(report.differences.is_empty(), "{} differences\n{}", report.differences.len(), shown.join("\n"));
}

#[derive(Default)]
struct Report {
    compared: usize,
    refused: usize,
    differences: Vec<String>,
}

impl Report {
    fn add(&mut self, other: Self) {
        self.compared += other.compared;
        self.refused += other.refused;
        self.differences.extend(other.differences);
    }
}

fn compare(texts: &[String]) -> Report {
    let mut report = Report::default();
    let mut accepted = Vec::new();
    for text in texts {
        match render::render(text) {
            Ok(ours) => accepted.push((text.clone(), ours)),
            Err(_) => report.refused += 1,
        }
    }
    let inputs: Vec<String> = accepted.iter().map(|(text, _)| text.clone()).collect();
    for ((text, ours), theirs) in accepted.iter().zip(kpt::render(&inputs)) {
        match theirs {
            // A file without any document is left alone.
            Ok(theirs) if *ours == theirs || (ours.is_empty() && *text == theirs) => report.compared += 1,
            Ok(theirs) => report.differences.push(format!("=== input\n{text}\n=== kpt\n{theirs}\n=== ours\n{ours}")),
            Err(message) if message.contains("MalformedYAML") => {
                report.differences.push(format!("=== input\n{text}\n=== kpt\n{message}\n=== ours\n{ours}"));
            }
            // Not a resource: none of this library's business.
            Err(_) => report.refused += 1,
        }
    }
    report
}
