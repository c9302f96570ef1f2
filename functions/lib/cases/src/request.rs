//! The same case without text: as a request, and back to the text it stands for.

use porchlight_krm::protocol::{Answer, Entry, PackedItem, Request, Results};
use porchlight_krm::{Finding, Function, ResourceList, run_packed};
use porchlight_yaml::serde::to_node;
use porchlight_yaml::{Document, Kind, NodeId, SequenceIndent, Style, emit, parse_first};

/// What a function did that was asked by a request.
pub struct Answered {
    /// What it would have written as text; of a failed run only the results.
    pub stdout: String,
    /// As the process has it.
    pub stderr: String,
    /// As the process has it.
    pub exit_code: u8,
}

/// Runs `F` on a list as our host would send it; `None` for what our host would send as text.
#[must_use]
pub fn run_by_request<F: Function>(input: &str) -> Option<Answered> {
    // Whatever is wrong with a list, a host finds before it sends anything.
    ResourceList::parse(input).ok()?;
    let list = parse_first(input.into()).ok()??;
    let root = list.root().filter(|root| list.style(*root) != Style::Flow)?;
    let items: Vec<NodeId> = list.get(root, "items").map(|items| list.children(items).collect()).unwrap_or_default();
    let config = list.get(root, "functionConfig").filter(|config| list.kind(*config) == Kind::Mapping);
    let packed: Vec<PackedItem> = items.iter().map(|item| PackedItem::new(&list, *item, 0, None)).collect();
    let packed_config = config.map(|config| PackedItem::new(&list, config, 0, None));
    let mut request = Request::new(Vec::new());
    for item in &packed {
        request.item(item, 0, Vec::new());
    }
    if let Some(config) = &packed_config {
        request.config(config, 0);
    }
    let outcome = run_packed::<F>(request.finish());
    let answer = Answer::read(&outcome.stdout).ok()?;
    let stdout =
        if outcome.exit_code == 0 { text(&list, root, &items, config, answer)? } else { results_text(answer.results)? };
    Some(Answered { stdout, stderr: outcome.stderr, exit_code: outcome.exit_code })
}

/// The list that an answer stands for.
fn text(list: &Document, root: NodeId, items: &[NodeId], config: Option<NodeId>, answer: Answer) -> Option<String> {
    let mut output = Document::new(list.source().clone());
    let top = output.new_mapping();
    output.set_root(top);
    let put = |output: &mut Document, key: &str, value: NodeId| {
        let key = output.new_string(key);
        output.push_entry(top, key, value);
    };
    for key in ["apiVersion", "kind"] {
        let value = output.new_string(list.text(list.get(root, key)?));
        put(&mut output, key, value);
    }
    let sequence = output.new_sequence();
    for entry in answer.entries {
        let copy = match entry {
            Entry::Kept(position) => output.import(list, *items.get(position)?),
            Entry::Whole(document) => output.import(&document, document.root()?),
        };
        output.push(sequence, copy);
    }
    put(&mut output, "items", sequence);
    if let Some(config) = config {
        let copy = output.import(list, config);
        put(&mut output, "functionConfig", copy);
    }
    if !answer.results.is_empty() {
        let results = results_node(&mut output, answer.results)?;
        put(&mut output, "results", results);
    }
    let mut text = String::new();
    emit(&output, SequenceIndent::Compact, &mut text);
    Some(text)
}

/// Results as they stand at the end of a list, and nothing else; "" without any.
fn results_text(results: Results) -> Option<String> {
    if results.is_empty() {
        return Some(String::new());
    }
    let mut output = Document::default();
    let (top, key) = (output.new_mapping(), output.new_string("results"));
    output.set_root(top);
    let list = results_node(&mut output, results)?;
    output.push_entry(top, key, list);
    let mut text = String::new();
    emit(&output, SequenceIndent::Compact, &mut text);
    Some(text)
}

fn results_node(output: &mut Document, results: Results) -> Option<NodeId> {
    let (document, list) = results.list()?;
    Some(to_node(output, &Finding::read_all(&document, list).ok()?))
}
