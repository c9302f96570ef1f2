//! Functions that edit a ResourceList as text, line by line, without any YAML library: what is tested must not edit for its
//! own test. kpt sends lists in one form (kpt-render §2.6), so lines are enough.

use super::random::Random;
use lines::{Item, List};

mod edit;
mod lines;

/// Functions whose render succeeds.
pub const MUTATORS: &[&str] = &[
    "cat",
    "cat",
    "pass",
    "set-label",
    "set-label",
    "change-values",
    "change-values",
    "requote",
    "drop-comments",
    "add-comments",
    "reverse-items",
    "delete-item",
    "add-item",
    "add-item-beside",
    "clone-item",
    "reverse-keys",
    "reverse-keys",
    "rotate-lists",
    "rotate-lists",
    "shorten-lists",
    "lengthen-lists",
    "move-file",
    "move-file-legacy",
    "swap-index",
    "rename",
    "results",
    "stderr",
    "widen",
    "delete-keys",
    "add-keys",
    "flatten",
];

/// Functions for validators whose render succeeds.
pub const VALIDATORS: &[&str] = &["cat", "pass", "results", "stderr", "set-label", "delete-item"];

/// Functions that may make a render fail.
pub const WILD: &[&str] = &[
    "fail",
    "fail-with-results",
    "garbage",
    "no-name",
    "duplicate-item",
    "move-out",
    "scalar-to-map",
    "unwrapped",
    "bad-results",
    "drop-annotations",
];

/// What a function prints, and how it ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code.
    pub code: u8,
}

/// Runs the function `name` on the text of a list; `seed` chooses what it edits. `None` where there is no such function.
#[must_use]
pub fn run(name: &str, seed: u64, text: &str) -> Option<Printed> {
    let mut random = Random::new(seed);
    let mut list = List::parse(text);
    let mut printed = Printed::default();
    let count = list.items.len();
    let chosen = random.below(count);
    // Kptfiles are left alone by what would break later functions.
    let chosen_resource = (0..count).map(|at| (chosen + at) % count).find(|at| !list.items[*at].is_kptfile());
    match name {
        "cat" | "pass" => {}
        "set-label" => list.items.iter_mut().for_each(|item| edit::set_label(item, seed)),
        "change-values" => each(&mut list, &mut random, edit::change_values),
        "requote" => each(&mut list, &mut random, edit::requote),
        "drop-comments" => list.items.iter_mut().for_each(edit::drop_comments),
        "add-comments" => each(&mut list, &mut random, edit::add_comments),
        "reverse-items" => list.items.reverse(),
        "delete-item" => drop(chosen_resource.map(|at| list.items.remove(at))),
        "add-item" => list.items.push(Item::new(&edit::new_resource(seed, ""))),
        "add-item-beside" => {
            let path = chosen_resource.and_then(|at| list.items[at].annotation("config.kubernetes.io/path"));
            let path = path.unwrap_or_else(|| "new.yaml".to_owned());
            let annotations = format!("\n    annotations:\n      config.kubernetes.io/path: '{path}'");
            list.items.insert(chosen, Item::new(&edit::new_resource(seed, &annotations)));
        }
        "clone-item" => {
            if let Some(at) = chosen_resource {
                let mut clone = list.items[at].clone();
                edit::forget_origin(&mut clone);
                edit::rename(&mut clone, seed);
                list.items.push(clone);
            }
        }
        "reverse-keys" => each(&mut list, &mut random, edit::reverse_keys),
        "rotate-lists" => each(&mut list, &mut random, |item, random| edit::lists(item, random, edit::Change::Rotate)),
        "shorten-lists" => {
            each(&mut list, &mut random, |item, random| edit::lists(item, random, edit::Change::Shorten));
        }
        "lengthen-lists" => {
            each(&mut list, &mut random, |item, random| edit::lists(item, random, edit::Change::Prepend));
        }
        "delete-keys" => each(&mut list, &mut random, edit::delete_key),
        "add-keys" => each(&mut list, &mut random, edit::add_key),
        "flatten" => each(&mut list, &mut random, edit::flatten),
        "move-file" => {
            change(&mut list, chosen_resource, |item| edit::move_file(item, seed, &["config", "internal.config"]));
        }
        "move-file-legacy" => change(&mut list, chosen_resource, |item| edit::move_file(item, seed, &["config"])),
        "swap-index" => change(&mut list, chosen_resource, |item| edit::set_index(item, "7")),
        "rename" => change(&mut list, chosen_resource, |item| edit::rename(item, seed)),
        "widen" => change(&mut list, chosen_resource, edit::other_indent),
        "results" => list.tail.push_str(edit::RESULTS[usize::try_from(seed).unwrap_or(0) % edit::RESULTS.len()]),
        "stderr" => printed.stderr = "first line\n  second \"quoted\" line\n\nä\n".to_owned(),
        "fail" => {
            printed.stderr = "it did not work\n".to_owned();
            printed.code = 3;
        }
        "fail-with-results" => {
            list.tail.push_str(edit::RESULTS[0]);
            printed.code = 1;
        }
        "garbage" => {
            printed.stdout = "a: [\n".to_owned();
            return Some(printed);
        }
        "no-name" => change(&mut list, chosen_resource, edit::remove_name),
        "duplicate-item" => {
            if let Some(item) = list.items.get(chosen).cloned() {
                list.items.push(item);
            }
        }
        "move-out" => change(&mut list, chosen_resource, |item| {
            edit::set_path(item, "../out.yaml", &["config", "internal.config"]);
        }),
        "scalar-to-map" => change(&mut list, chosen_resource, edit::scalar_to_map),
        "unwrapped" => {
            printed.stdout = list.items.iter().map(|item| item.document() + "---\n").collect();
            return Some(printed);
        }
        "bad-results" => list.tail.push_str("results: nothing\n"),
        "drop-annotations" => change(&mut list, chosen_resource, edit::forget_origin),
        _ => return None,
    }
    printed.stdout = list.to_text();
    Some(printed)
}

fn each(list: &mut List, random: &mut Random, mut edit: impl FnMut(&mut Item, &mut Random)) {
    for item in &mut list.items {
        // The stream is the item's own, so that the order of items does not matter.
        let mut own = random.clone();
        if !item.is_kptfile() {
            edit(item, &mut own);
        }
    }
}

fn change(list: &mut List, at: Option<usize>, edit: impl FnOnce(&mut Item)) {
    if let Some(item) = at.and_then(|at| list.items.get_mut(at)) {
        edit(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
# head
- apiVersion: v1
  kind: Pod
  metadata:
    name: a # tail
    annotations:
      config.kubernetes.io/index: '0'
      config.kubernetes.io/path: 'a.yaml'
      internal.config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/path: 'a.yaml'
  spec:
    containers:
    # one
    - name: x
    - name: y
- apiVersion: kpt.dev/v1
  kind: Kptfile
  metadata:
    name: k
functionConfig:
  data: {a: b}
";

    fn edited(name: &str) -> String {
        run(name, 1, LIST).unwrap().stdout
    }

    #[test]
    fn passing_is_exact_and_every_function_exists() {
        assert_eq!(edited("cat"), LIST);
        for name in MUTATORS.iter().chain(VALIDATORS).chain(WILD) {
            assert!(run(name, 1, LIST).is_some(), "{name}");
            assert!(run(name, 1, "kind: ResourceList\nitems: []\n").is_some(), "{name} of nothing");
        }
        assert!(run("none", 1, LIST).is_none());
    }

    #[test]
    fn edits_do_what_they_say() {
        assert!(edited("delete-item").contains("items:\n- apiVersion: kpt.dev/v1\n"));
        assert!(!edited("drop-comments").contains('#'));
        let reversed = edited("reverse-items");
        assert!(reversed.find("Kptfile") < reversed.find("# head\n- apiVersion: v1\n"), "{reversed}");
        assert!(
            edited("rotate-lists").contains("    - name: y\n    # one\n    - name: x\n"),
            "{}",
            edited("rotate-lists")
        );
        assert!(edited("shorten-lists").contains("containers:\n    - name: y\n"));
        assert!(edited("swap-index").contains("      config.kubernetes.io/index: '7'\n"));
        assert!(edited("reverse-keys").contains("- spec:\n"), "{}", edited("reverse-keys"));
    }
}
