//! Lists that a host has as text, for functions that take requests.

use super::{Answer, PackedItem, Request};
use crate::resource_list::{answered_text, failure_text_of};
use crate::{Resource, ResourceList};

/// A list between its text and a function that takes requests: the request goes out, the answer becomes the text that the
/// function itself would have written.
///
/// Reading and writing YAML costs most functions more than their work, and costs less outside the sandbox than in it.
#[derive(Clone, Debug)]
pub struct Relay<'a> {
    text: &'a str,
    list: ResourceList,
}

impl<'a> Relay<'a> {
    /// Reads a list. `None` where the function has to get the text: what is wrong with it is for the function to say, and
    /// lists in JSON, with anchors, or with entries that the specification does not know are rare.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        if text.contains('&') {
            return None;
        }
        let list = ResourceList::parse(text).ok()?;
        list.is_usual().then_some(Self { text, list })
    }

    /// The bytes for the function.
    #[must_use]
    pub fn request(&self) -> Vec<u8> {
        // Lines stay those of the text.
        let pack = |resource: &Resource| PackedItem::new(resource.document(), resource.root(), 0, None);
        let items: Vec<PackedItem> = self.list.items.iter().map(pack).collect();
        let config = self.list.function_config.as_ref().map(pack);
        let mut request = Request::new(Vec::new());
        for item in &items {
            request.item(item, 0, Vec::new());
        }
        if let Some(config) = &config {
            request.config(config, 0);
        }
        request.finish()
    }

    /// What the function would have written to stdout, had it got the text. `None` for what is no answer to the request:
    /// the function has to get the text after all.
    #[must_use]
    pub fn output(&self, exit_code: i32, answer: &[u8]) -> Option<String> {
        let answer = Answer::read(answer).ok()?;
        if exit_code == 0 { answered_text(&self.list, answer) } else { failure_text_of(self.text, answer.results) }
    }
}
