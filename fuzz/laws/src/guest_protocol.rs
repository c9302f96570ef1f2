//! The bytes between host and functions: whatever either side sends, the other reads it or refuses it; what a tree is
//! packed to is unpacked as the same tree.
//!
//! The first byte of an input says whose bytes the rest is.

use porchlight_krm::protocol::{Answer, MARK, PackedItem, Request};
use porchlight_krm::{CodedError, FieldPath, Finding, Function, ResourceList, run_packed};
use porchlight_package::Compat;
use porchlight_yaml::packed::{Packed, Texts, unpack};
use porchlight_yaml::{Document, SequenceIndent, emit, parse_first};

use crate::function_output::{Answers, check};
use crate::{outline, seeds};

/// Looks at everything and changes something.
struct Meddle;

impl Function for Meddle {
    const NAME: &'static str = "meddle";
    const DESCRIPTION: &'static str = "Looks at everything and changes something";
    const CONFIG_KIND: &'static str = "MeddleConfig";
    type Config = std::collections::BTreeMap<String, String>;

    fn run(list: &mut ResourceList, config: Self::Config) -> Result<(), CodedError> {
        for (number, item) in list.items.iter_mut().enumerate() {
            let seen = format!("{} {:?} {:?}", item.id(), item.label("a"), item.annotation("b"));
            if number % 2 == 0 {
                item.set_label("a", config.get("label").map_or("", String::as_str));
                item.set(&FieldPath::of(["spec", "replicas"]), &2);
            }
            let whole = (item.annotations().count(), item.document().node_count());
            let code = porchlight_krm::Code::CapacityInvalid;
            list.results.push(Finding::info(code, format!("{seen} {whole:?}")));
        }
        list.items.reverse();
        Ok(())
    }
}

/// The law.
pub fn holds(bytes: &[u8]) {
    let Some((side, bytes)) = bytes.split_first() else { return };
    match side % 4 {
        0 => {
            let outcome = run_packed::<Meddle>([&MARK[..], bytes].concat());
            assert!(Answer::read(&outcome.stdout).is_ok(), "an answer that its host cannot read");
        }
        1 => {
            let packed = [&MARK[..], bytes].concat();
            drop(Answer::read(&packed));
            check(&Answers { text: Vec::new(), packed: Some(packed) }, Compat::Latest);
        }
        2 => unpacks(bytes),
        _ => {
            if let Some(document) = std::str::from_utf8(bytes).ok().and_then(|text| parse_first(text.into()).ok()?) {
                comes_back(&document);
            }
        }
    }
}

/// Nodes and their texts, half and half.
fn unpacks(bytes: &[u8]) {
    let (nodes, texts) = bytes.split_at(bytes.len() / 2);
    let texts = Texts { source: String::from_utf8_lossy(texts).into(), start: 0 };
    let Ok(document) = unpack(nodes, &texts, 0, &[("key", "value")]) else { return };
    // A gap adds two nodes.
    assert!(document.node_count() <= nodes.len() * 2, "more nodes than bytes");
    emit(&document, SequenceIndent::Compact, &mut String::new());
    comes_back(&document);
}

fn comes_back(document: &Document) {
    let Some(root) = document.root() else { return };
    let mut packed = Packed::default();
    packed.push(document, root, 0, None);
    let texts = Texts { source: packed.texts.as_str().into(), start: 0 };
    let again = unpack(&packed.nodes, &texts, 0, &[]).expect("what was packed just now");
    // Comments of the document are none of the tree's.
    assert_eq!(outline::of(&again)[1..], outline::of(document)[1..]);
}

/// Requests, answers, trees and texts.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for text in seeds::resource_lists().into_iter().take(30) {
        let Some(request) = std::str::from_utf8(&text).ok().and_then(request) else { continue };
        all.push([&[0], &request[MARK.len()..]].concat());
        let answer = run_packed::<Meddle>(request).stdout;
        all.push([&[1], &answer[MARK.len()..]].concat());
        all.push([&[3], &text[..]].concat());
    }
    for text in seeds::yaml().into_iter().take(60) {
        all.push([&[3], &text[..]].concat());
    }
    all
}

/// A list as a host sends it.
fn request(text: &str) -> Option<Vec<u8>> {
    let list = parse_first(text.into()).ok()??;
    let items = list.get(list.root()?, "items")?;
    let items: Vec<PackedItem> = list.children(items).map(|item| PackedItem::new(&list, item, 0, None)).collect();
    let config = list.get(list.root()?, "functionConfig").map(|config| PackedItem::new(&list, config, 0, None));
    let mut request = Request::new(Vec::new());
    for item in items.iter().take(4) {
        request.item(item, 3, Vec::new());
    }
    if let Some(config) = &config {
        request.config(config, 9);
    }
    Some(request.finish())
}
