//! A program that cannot send spans.

use tonic::metadata::MetadataMap;

use crate::metrics::Outcome;

/// Makes no spans.
#[derive(Debug)]
pub(crate) struct Tracer;

/// No span.
#[derive(Debug)]
pub(crate) struct Span;

impl Tracer {
    /// # Errors
    /// Where spans are asked for.
    pub(crate) fn start(collector: Option<&str>) -> Result<Self, String> {
        if collector.is_some() || super::is_asked_for() {
            return Err("this program is built without the feature `otlp`".to_owned());
        }
        Ok(Self)
    }

    pub(crate) fn none() -> Self {
        Self
    }

    pub(crate) fn span(&self, _: &MetadataMap) -> Span {
        Span
    }

    pub(crate) fn finish(&self) {}
}

impl Span {
    pub(crate) fn end(&mut self, _image: &str, _function: &str, _outcome: Outcome) {}
}
