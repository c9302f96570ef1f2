//! Spans by OpenTelemetry's own crates, over gRPC.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, TracerProvider as _};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span as SdkSpan};
use tonic::metadata::{KeyRef, MetadataMap};

/// Longest wait for the collector at the end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes the spans of calls.
#[derive(Debug)]
pub(crate) struct Tracer {
    provider: Option<SdkTracerProvider>,
}

/// The span of one call, if there is a collector.
#[derive(Debug)]
pub(crate) struct Span {
    inner: Option<SdkSpan>,
}

impl Tracer {
    /// Sends spans to the collector that the environment names. Within the runtime of the server.
    pub(crate) fn start() -> Self {
        if !super::is_asked_for() {
            return Self { provider: None };
        }
        let provider = match SpanExporter::builder().with_tonic().build() {
            Ok(exporter) => {
                let resource = Resource::builder().with_service_name("porchlight").build();
                Some(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
            }
            Err(error) => {
                tracing::warn!(%error, "no spans are sent");
                None
            }
        };
        Self { provider }
    }

    /// Begins the span of a call, below that of its caller.
    pub(crate) fn span(&self, metadata: &MetadataMap) -> Span {
        let inner = self.provider.as_ref().map(|provider| {
            let parent = TraceContextPropagator::new().extract(&Headers(metadata));
            SpanBuilder::from_name("evaluator.FunctionEvaluator/EvaluateFunction")
                .with_kind(SpanKind::Server)
                .start_with_context(&provider.tracer("porchlight"), &parent)
        });
        Span { inner }
    }

    /// Sends what has not been sent. May take a while.
    pub(crate) fn finish(&self) {
        if let Some(Err(error)) = self.provider.as_ref().map(|provider| provider.shutdown_with_timeout(PATIENCE)) {
            tracing::warn!(%error, "spans are lost");
        }
    }
}

impl Span {
    pub(crate) fn end(&mut self, image: &str, function: &str, outcome: &'static str) {
        if let Some(mut span) = self.inner.take() {
            span.set_attribute(KeyValue::new("rpc.system", "grpc"));
            span.set_attribute(KeyValue::new("porchlight.image", image.to_owned()));
            span.set_attribute(KeyValue::new("porchlight.function", function.to_owned()));
            span.set_attribute(KeyValue::new("porchlight.outcome", outcome));
            span.end();
        }
    }
}

/// Headers of a call, as OpenTelemetry reads them.
struct Headers<'a>(&'a MetadataMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        let text = |key| match key {
            KeyRef::Ascii(key) => Some(key.as_str()),
            KeyRef::Binary(_) => None,
        };
        self.0.keys().filter_map(text).collect()
    }
}
