//! Name and origin of a package that was copied from another one.

use porchlight_yaml::{Document, NodeId, SequenceIndent, emit, normalise_line_ends};

use super::{KptfileProblem, marshal, read};
use crate::compat::Compat;

/// Where a blueprint is in git.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSource {
    /// URL of the repository; `.git` is added where it is missing.
    pub repo: String,
    /// Directory in it.
    pub directory: String,
    /// Branch or tag.
    pub reference: String,
    /// Commit; "" where it is not known.
    pub commit: String,
}

/// The text of a Kptfile with another name, and with `upstream` and `upstreamLock` in place of those it had, as Porch
/// writes it for a clone: fields in kpt's order, without comments, dashes indented. Without a source the package has no
/// upstream afterwards. Only the first document is kept.
///
/// # Errors
/// As [`super::Kptfile::parse`].
pub fn with_upstream(
    text: &str,
    name: &str,
    source: Option<&GitSource>,
    compat: Compat,
) -> Result<String, KptfileProblem> {
    let (old, fields) = read::fields(&normalise_line_ends(text), compat)?;
    let mut new = marshal::marshal(&old, &fields);
    if let Some(root) = new.root() {
        set(&mut new, root, name, source);
    }
    let mut written = String::with_capacity(text.len() + 512);
    emit(&new, SequenceIndent::Wide, &mut written);
    Ok(written)
}

fn set(kptfile: &mut Document, root: NodeId, name: &str, source: Option<&GitSource>) {
    let rest: Vec<(NodeId, NodeId)> = kptfile.entries(root).collect();
    let mut entries: Vec<(NodeId, NodeId)> = Vec::with_capacity(rest.len() + 3);
    let (head, tail): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|(key, _)| ["apiVersion", "kind"].contains(&kptfile.text(*key)));
    entries.extend(head);

    let is = |kptfile: &Document, (key, _): &(NodeId, NodeId), name: &str| kptfile.text(*key) == name;
    let metadata = tail.iter().find(|entry| is(kptfile, entry, "metadata")).copied();
    let metadata = metadata.unwrap_or_else(|| (kptfile.new_string("metadata"), kptfile.new_mapping()));
    let own: Vec<(NodeId, NodeId)> = kptfile.entries(metadata.1).filter(|entry| !is(kptfile, entry, "name")).collect();
    let name = (kptfile.new_string("name"), kptfile.new_string(name));
    let children: Vec<NodeId> = [name].into_iter().chain(own).flat_map(|(key, value)| [key, value]).collect();
    kptfile.set_children(metadata.1, &children);
    entries.push(metadata);

    if let Some(GitSource { repo, directory, reference, commit }) = source {
        let repo = if repo.ends_with(".git") { repo.clone() } else { format!("{repo}.git") };
        let directory = directory.strip_prefix('/').unwrap_or(directory);
        let place = [("repo", repo.as_str()), ("directory", directory), ("ref", reference)];
        let lock = place.into_iter().chain([("commit", commit.as_str())]);
        entries.push(origin(kptfile, "upstream", place.into_iter()));
        entries.push(origin(kptfile, "upstreamLock", lock));
    }
    let others =
        tail.into_iter().filter(|(key, _)| !["metadata", "upstream", "upstreamLock"].contains(&kptfile.text(*key)));
    entries.extend(others.collect::<Vec<_>>());
    let children: Vec<NodeId> = entries.iter().flat_map(|(key, value)| [*key, *value]).collect();
    kptfile.set_children(root, &children);
}

fn origin<'a>(kptfile: &mut Document, key: &str, fields: impl Iterator<Item = (&'a str, &'a str)>) -> (NodeId, NodeId) {
    let git = kptfile.new_mapping();
    for (key, text) in fields.filter(|(_, text)| !text.is_empty()) {
        let (key, text) = (kptfile.new_string(key), kptfile.new_string(text));
        kptfile.push_entry(git, key, text);
    }
    let mapping = kptfile.new_mapping();
    let (kind, value) = (kptfile.new_string("type"), kptfile.new_string("git"));
    kptfile.push_entry(mapping, kind, value);
    let kind = kptfile.new_string("git");
    kptfile.push_entry(mapping, kind, git);
    (kptfile.new_string(key), mapping)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_origin_are_those_of_the_copy() {
        let text = "# ours\nkind: Kptfile\napiVersion: kpt.dev/v1\nmetadata:\n  labels: {a: b}\n  name: old\nupstreamLock:\n  type: git\npipeline:\n  mutators:\n  - image: i\n";
        let source = GitSource {
            repo: "https://git.example.org/blueprints".into(),
            directory: "/core/upf".into(),
            reference: "core/upf/v2".into(),
            commit: String::new(),
        };
        let written = with_upstream(text, "edge/upf", Some(&source), Compat::Latest).unwrap();
        assert_eq!(
            written,
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: edge/upf\n  labels:\n    a: b\nupstream:\n  type: git\n  git:\n    repo: https://git.example.org/blueprints.git\n    directory: core/upf\n    ref: core/upf/v2\nupstreamLock:\n  type: git\n  git:\n    repo: https://git.example.org/blueprints.git\n    directory: core/upf\n    ref: core/upf/v2\npipeline:\n  mutators:\n    - image: i\n"
        );
        let again = with_upstream(&written, "edge/upf", Some(&source), Compat::Latest).unwrap();
        assert_eq!(again, written);
        assert!(!with_upstream(&written, "x", None, Compat::Latest).unwrap().contains("upstream"));
    }
}
