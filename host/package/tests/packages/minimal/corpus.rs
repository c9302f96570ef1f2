//! Every package of the corpus, left alone and edited.

use std::collections::BTreeMap;
use std::path::PathBuf;

use porchlight_krm::Resource;
use porchlight_package::{Change, Compat, Format, PlanOptions, WritePlan, annotation};
use porchlight_yaml::{Document, normalise_line_ends, parse_first, same_values, split_documents};
use similar::{ChangeTag, TextDiff};

use super::edits::{EDITS, MARK};
use super::passage::Passage;
use crate::reading::{Package, corpus, packages};

/// All packages that can be read; some test cases of kpt are not meant to be.
fn all_packages() -> Option<Vec<(PathBuf, Package)>> {
    let read = |path: PathBuf| Some((path.clone(), Package::read(&path, Compat::Latest).ok()?));
    let found: Vec<_> = packages(&corpus()?).into_iter().filter_map(read).collect();
    assert!(found.len() >= 14, "{} packages", found.len());
    Some(found)
}

fn plan(package: &Package, items: Vec<Resource>, format: Format) -> WritePlan {
    package.plan(items, PlanOptions { format, ..PlanOptions::default() }).expect("a plan")
}

#[test]
fn what_no_function_changed_keeps_its_bytes() {
    let Some(packages) = all_packages() else { return };
    let (mut files, mut rewritten_by_kpt) = (0, 0);
    for (path, package) in &packages {
        for passage in Passage::ALL {
            let items = package.items.iter().map(|item| passage.of(item)).collect();
            let plan = plan(package, items, Format::Minimal);
            assert!(plan.is_empty(), "{} {passage:?}\n{}", path.display(), plan.diff());
        }
        files += package.sources.len();
        rewritten_by_kpt += plan(package, package.items.clone(), Format::Kpt).changes().len();
    }
    println!("{} packages, {files} files unchanged; kpt changes {rewritten_by_kpt} of them", packages.len());
}

#[test]
fn an_edit_touches_its_lines_only() {
    let Some(mut packages) = all_packages() else { return };
    // A value that is no resource: its new line goes to the end of a text without a final line end.
    packages.retain(|(path, _)| !path.ends_with("non-krm-resource"));
    for edit in &EDITS {
        let (mut edited, mut lines) = (0, 0);
        for (path, package) in &packages {
            for passage in Passage::ALL {
                let mut counts: BTreeMap<String, usize> = BTreeMap::new();
                let mut items = Vec::new();
                for item in &package.items {
                    let mut item = passage.of(item);
                    if edit.make(&mut item) {
                        let (file, _) = annotation::file(item.document());
                        let package = annotation::get(item.document(), annotation::PACKAGE_PATH).expect("a package");
                        *counts.entry(format!("{package}/{file}")).or_default() += 1;
                    }
                    items.push(item);
                }
                let kpt = plan(package, items.clone(), Format::Kpt);
                let minimal = plan(package, items, Format::Minimal);
                for change in minimal.changes() {
                    let file = package.tree.root().join(&change.path);
                    let count = counts.get(file.to_str().expect("UTF-8")).copied().unwrap_or_default();
                    let problem = judge(change, edit.removed * count, edit.added * count);
                    assert_eq!(problem, None, "{} in {}, {passage:?}\n{}", edit.name, path.display(), minimal.diff());
                    edited += count;
                    lines += 1;
                }
                assert_same_values(&kpt, &minimal, &format!("{} in {}, {passage:?}", edit.name, path.display()));
            }
        }
        println!("{}: {edited} resources in {lines} files", edit.name);
        assert!(edited > 0, "{}: nothing to edit", edit.name);
    }
}

/// What is wrong with a change that may take and bring so many lines.
fn judge(change: &Change, most_removed: usize, most_added: usize) -> Option<String> {
    let text = |bytes: &Option<std::sync::Arc<[u8]>>| {
        String::from_utf8(bytes.as_ref().expect("bytes").to_vec()).expect("UTF-8")
    };
    let (old, new) = (text(&change.old), text(&change.new));
    let diff = TextDiff::from_lines(&old, &new);
    let (mut removed, mut added) = (0, 0);
    for line in diff.iter_all_changes() {
        match line.tag() {
            ChangeTag::Equal => {}
            ChangeTag::Delete => removed += 1,
            ChangeTag::Insert => {
                let value = line.value();
                let is_edit = value.contains(MARK) || ["annotations:", "env:", "spec: {}"].contains(&value.trim().trim_start_matches("- "))
                    // The mark of kpt on Config Connector resources.
                    || value.contains("cnrm.cloud.google.com/blueprint");
                if !is_edit {
                    return Some(format!("added {value:?}"));
                }
                added += usize::from(!value.contains("cnrm.cloud.google.com/blueprint"));
            }
        }
    }
    (removed > most_removed || added > most_added)
        .then(|| format!("{removed} lines removed, {added} added; {most_removed} and {most_added} are right"))
}

/// Both hold the same values, up to what the host takes out in kpt's format.
fn assert_same_values(kpt: &WritePlan, minimal: &WritePlan, what: &str) {
    let documents = |bytes: &[u8]| -> Vec<Document> {
        let text = normalise_line_ends(std::str::from_utf8(bytes).expect("UTF-8")).into_owned();
        let parts = split_documents(&text).expect("documents");
        let parts = parts.into_iter().filter_map(|part| parse_first(part.into()).expect("YAML"));
        parts.filter(|document| document.root().is_some_and(|root| document.first_child(root).is_some())).collect()
    };
    let bare = |document: &mut Document| {
        annotation::clear_all(
            document,
            &[
                annotation::INDEX,
                annotation::LEGACY_INDEX,
                annotation::PATH,
                annotation::LEGACY_PATH,
                annotation::SEQUENCE_INDENT,
                "cnrm.cloud.google.com/blueprint",
            ],
        );
        annotation::remove_empty(document).expect("mappings");
    };
    for ((path, theirs), (_, ours)) in kpt.files().zip(minimal.files()) {
        let (theirs, ours) = (documents(theirs), documents(ours));
        assert_eq!(theirs.len(), ours.len(), "{what}: {path}");
        for (mut theirs, mut ours) in theirs.into_iter().zip(ours) {
            bare(&mut theirs);
            bare(&mut ours);
            let roots = (ours.root().expect("a root"), theirs.root().expect("a root"));
            assert!(same_values((&ours, roots.0), (&theirs, roots.1)), "{what}: {path} holds other values");
        }
    }
}
