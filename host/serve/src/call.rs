//! One call, from its request to its end.

use std::sync::Arc;
use std::time::Instant;

use porchlight_pipeline::Cancellation;
use tonic::metadata::MetadataMap;

use crate::metrics::{Metrics, Outcome};
use crate::tracer::{Span, Tracer};

/// What is told about a call when it has ended, however it ends: a caller that goes away just drops it.
pub(crate) struct Call {
    metrics: Arc<Metrics>,
    begun: Instant,
    image: String,
    trace: Option<String>,
    span: Span,
    function: Arc<str>,
    outcome: Outcome,
    /// Ends the function when the call ends before it.
    pub(crate) cancellation: Cancellation,
}

impl Call {
    pub(crate) fn begin(metrics: &Arc<Metrics>, tracer: &Tracer, metadata: &MetadataMap, bytes: usize) -> Self {
        metrics.begun(bytes);
        Self {
            metrics: Arc::clone(metrics),
            begun: Instant::now(),
            image: String::new(),
            trace: trace(metadata),
            span: tracer.span(metadata),
            function: UNKNOWN.into(),
            outcome: Outcome::Cancelled,
            cancellation: Cancellation::default(),
        }
    }

    pub(crate) fn asks_for(&mut self, image: &str) {
        image.clone_into(&mut self.image);
    }

    pub(crate) fn runs(&mut self, function: &Arc<str>) {
        self.function = Arc::clone(function);
    }

    /// The call has come to its end by itself.
    pub(crate) fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

/// Label of functions that are not known.
pub(crate) const UNKNOWN: &str = "unknown";

impl Drop for Call {
    fn drop(&mut self) {
        self.cancellation.cancel();
        let time = self.begun.elapsed();
        self.metrics.ended(&self.function, self.outcome, time);
        let (image, function, outcome) = (self.image.as_str(), &*self.function, self.outcome.label());
        self.span.end(image, function, self.outcome);
        let milliseconds = time.as_secs_f64() * 1e3;
        let trace_id = self.trace.as_deref();
        if self.outcome.is_answer() {
            tracing::debug!(operation = "evaluate", image, function, outcome, milliseconds, trace_id, "answered");
        } else {
            tracing::warn!(operation = "evaluate", image, function, outcome, milliseconds, trace_id, "not answered");
        }
    }
}

/// The trace a call belongs to, by the header of W3C Trace Context that Porch's client sends.
fn trace(metadata: &MetadataMap) -> Option<String> {
    let parent = metadata.get("traceparent")?.to_str().ok()?;
    let id = parent.split('-').nth(1)?;
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_of_the_caller() {
        let trace = |text: &str| {
            let mut metadata = MetadataMap::new();
            metadata.insert("traceparent", text.parse().unwrap());
            trace(&metadata)
        };
        let id = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(trace(&format!("00-{id}-b7ad6b7169203331-01")).as_deref(), Some(id));
        for text in ["", "00", "00-xyz-1-1", "00-0af7651916cd43dd8448eb211c8031zz-b7ad6b7169203331-01"] {
            assert_eq!(trace(text), None, "{text}");
        }
    }
}
