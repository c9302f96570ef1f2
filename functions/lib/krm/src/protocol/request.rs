//! Requests: a list and its configuration, from the host to a function.

use std::sync::Arc;

use super::MARK;
use super::frame::{Damaged, Frame, Given};
use super::incoming::Incoming;
use super::item::PackedItem;
use super::number::{push, push_bytes};
use crate::{Resource, ResourceList};

/// A request in the making.
#[derive(Debug, Default)]
pub struct Request<'a> {
    marks: Vec<&'a str>,
    items: Vec<(&'a PackedItem, u32, Vec<usize>)>,
    config: Option<(&'a PackedItem, u32)>,
}

impl<'a> Request<'a> {
    /// A request whose items have these annotations at the end, each with a number.
    #[must_use]
    pub fn new(marks: Vec<&'a str>) -> Self {
        Self { marks, ..Self::default() }
    }

    /// Adds an item that starts at `line`; its marks have these numbers, one for each.
    pub fn item(&mut self, item: &'a PackedItem, line: u32, numbers: Vec<usize>) {
        self.items.push((item, line, numbers));
    }

    /// Sets the functionConfig, which starts at `line` and has no gap.
    pub fn config(&mut self, config: &'a PackedItem, line: u32) {
        self.config = Some((config, line));
    }

    /// The bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let all = || self.config.iter().map(|(item, _)| *item).chain(self.items.iter().map(|(item, ..)| *item));
        let texts: usize = all().map(|item| item.tree.texts.len()).sum();
        let size: usize = all().map(|item| item.size() + 32).sum();
        let mut bytes = Vec::with_capacity(size + 64);
        bytes.extend_from_slice(&MARK);
        // Of a fixed size, so that who reads knows what is to come.
        bytes.extend_from_slice(&u32::try_from(texts).unwrap_or(u32::MAX).to_le_bytes());
        for item in all() {
            bytes.extend_from_slice(item.tree.texts.as_bytes());
        }
        push(&mut bytes, self.marks.len());
        for mark in &self.marks {
            push_bytes(&mut bytes, mark.as_bytes());
        }
        push(&mut bytes, usize::from(self.config.is_some()));
        if let Some((config, line)) = self.config {
            item(&mut bytes, config, line);
        }
        push(&mut bytes, self.items.len());
        for (packed, line, numbers) in &self.items {
            for number in numbers {
                push(&mut bytes, *number);
            }
            item(&mut bytes, packed, *line);
        }
        bytes
    }
}

fn item(bytes: &mut Vec<u8>, item: &PackedItem, line: u32) {
    push(bytes, line as usize);
    push(bytes, item.tree.texts.len());
    push_bytes(bytes, &item.heading);
    push_bytes(bytes, &item.tree.nodes);
}

/// The list of a request. Its resources are unpacked when they are looked into.
pub(crate) fn read(request: Incoming) -> Result<(ResourceList, Arc<Frame>), Damaged> {
    let Incoming { texts, rest, start } = request;
    let frame = Arc::new(Frame::read(texts.ok_or(Damaged)?, rest, start)?);
    let mut list = ResourceList::default();
    let given = |index: usize| {
        let index = u32::try_from(index).map_err(|_| Damaged)?;
        Ok(Resource::given(Given::new(Arc::clone(&frame), index)))
    };
    let first = usize::from(frame.has_config());
    if frame.has_config() {
        list.function_config = Some(given(0)?);
    }
    list.items.reserve_exact(frame.len() - first);
    for index in first..frame.len() {
        list.items.push(given(index)?);
    }
    Ok((list, frame))
}
