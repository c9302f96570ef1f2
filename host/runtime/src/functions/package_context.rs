//! `builtins/gen-pkg-context`, a function inside kpt: a ConfigMap with the package's name beside each Kptfile
//! (kpt-render §6.6).

use std::sync::Arc;

use porchlight_krm::Code;
use porchlight_oci::Digest;
use porchlight_package::{Compat, KPTFILE, annotation, join};
use porchlight_pipeline::{Invocation, Prepared, RunOutput, RuntimeError};
use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, Style, emit, parse_first};

/// How a pipeline names it.
pub(super) const IMAGE: &str = "builtins/gen-pkg-context";

/// Name of the ConfigMap.
const NAME: &str = "kptfile.kpt.dev";
/// Its file, beside the Kptfile.
const FILE: &str = "package-context.yaml";

/// The function, as one kpt release has it.
pub(super) struct PackageContext {
    compat: Compat,
}

impl PackageContext {
    pub(super) fn new(compat: Compat) -> Self {
        Self { compat }
    }

    fn generate(&self, list: &mut Document) -> Option<()> {
        let root = list.root()?;
        let items = list.get(root, "items").filter(|items| list.kind(*items) == Kind::Sequence)?;
        let mut kept = Vec::new();
        let mut contexts = Vec::new();
        let results = list.new_sequence();
        let old: Vec<NodeId> = list.children(items).collect();
        for item in old {
            if is(list, item, "v1", "ConfigMap") && text(list, item, &["metadata", "name"]) == NAME {
                continue;
            }
            kept.push(item);
            if is(list, item, "kpt.dev/v1", KPTFILE)
                && let Some((path, context)) = self.context(list, item)
            {
                contexts.push(context);
                let result = list.new_mapping();
                put_text(list, result, "message", "generated package context");
                put_text(list, result, "severity", "info");
                let file = list.new_mapping();
                put_text(list, file, "path", &path);
                put(list, result, "file", file);
                list.push(results, result);
            }
        }
        kept.extend(contexts);
        list.set_children(items, &kept);
        if list.first_child(results).is_some() {
            list.remove(root, "results");
            put(list, root, "results", results);
        }
        Some(())
    }

    /// The ConfigMap of a Kptfile, and its file.
    fn context(&self, list: &mut Document, kptfile: NodeId) -> Option<(String, NodeId)> {
        let note = |key| text(list, kptfile, &["metadata", "annotations", key]).to_owned();
        let path = [annotation::PATH, annotation::LEGACY_PATH].into_iter().map(note).find(|path| !path.is_empty())?;
        let package = note(annotation::PACKAGE_PATH);
        // beta.56 takes every Kptfile; those of subpackages have the same path, which it then refuses.
        if self.compat == Compat::Latest && path != KPTFILE {
            return None;
        }
        let file = join(path.rsplit_once('/').map_or("", |(folder, _)| folder), FILE);
        let name = text(list, kptfile, &["metadata", "name"]).to_owned();
        let context = list.new_mapping();
        put_text(list, context, "apiVersion", "v1");
        put_text(list, context, "kind", "ConfigMap");
        let metadata = list.new_mapping();
        put_text(list, metadata, "name", NAME);
        let annotations = list.new_mapping();
        let local = list.new_scalar("true", Style::DoubleQuoted);
        put(list, annotations, "config.kubernetes.io/local-config", local);
        put_text(list, annotations, annotation::PATH, &file);
        if self.compat == Compat::Latest && !package.is_empty() {
            put_text(list, annotations, annotation::PACKAGE_PATH, &package);
        }
        put(list, metadata, "annotations", annotations);
        put(list, context, "metadata", metadata);
        let data = list.new_mapping();
        put_text(list, data, "name", &name);
        put(list, context, "data", data);
        Some((file, context))
    }
}

impl Prepared for PackageContext {
    fn display_name(&self) -> &str {
        IMAGE
    }

    /// The program it is part of.
    fn sha256(&self) -> Option<String> {
        Digest::of_file(&std::env::current_exe().ok()?).ok().map(|digest| digest.hex())
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let list = parse_first(Arc::from(input.text())).ok().flatten();
        let mut list = list.ok_or_else(|| RuntimeError::new(Code::FnOutputInvalid, "the input is no ResourceList"))?;
        self.generate(&mut list);
        let mut stdout = String::with_capacity(input.text().len());
        emit(&list, SequenceIndent::Compact, &mut stdout);
        Ok(RunOutput { stdout: stdout.into_bytes(), ..RunOutput::default() })
    }
}

fn is(list: &Document, item: NodeId, api_version: &str, kind: &str) -> bool {
    text(list, item, &["apiVersion"]) == api_version && text(list, item, &["kind"]) == kind
}

/// The text of a scalar below `node`; "" where there is none.
fn text<'d>(list: &'d Document, node: NodeId, path: &[&str]) -> &'d str {
    let found = path.iter().try_fold(node, |node, key| list.get(node, key));
    found.filter(|node| list.kind(*node) == Kind::Scalar).map_or("", |node| list.text(node))
}

fn put_text(list: &mut Document, mapping: NodeId, key: &str, text: &str) {
    let text = list.new_string(text);
    put(list, mapping, key, text);
}

fn put(list: &mut Document, mapping: NodeId, key: &str, value: NodeId) {
    let key = list.new_string(key);
    list.push_entry(mapping, key, value);
}
