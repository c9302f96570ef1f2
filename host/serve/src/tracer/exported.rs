//! Spans by OpenTelemetry's own crates, over gRPC.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TracerProvider as _};
use opentelemetry_otlp::{SpanExporter as Exporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span as SdkSpan, SpanData, SpanExporter};
use tonic::metadata::{KeyRef, MetadataMap};

use crate::message;
use crate::metrics::Outcome;

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
    /// Sends spans to a collector: the given one, else that of the environment, else nowhere. Within the runtime of the
    /// server.
    ///
    /// # Errors
    /// An address that is none, or a variable of OpenTelemetry that cannot be read.
    pub(crate) fn start(collector: Option<&str>) -> Result<Self, String> {
        let mut builder = Exporter::builder().with_tonic();
        match collector {
            Some(address) => builder = builder.with_endpoint(address),
            None if super::is_asked_for() => {}
            None => return Ok(Self::none()),
        }
        let exporter = builder.build().map_err(|error| error.to_string())?;
        let mut resource = Resource::builder();
        if std::env::var_os(SERVICE_NAME).is_none() {
            resource = resource.with_service_name("porchlight");
        }
        let exporter = Telling { exporter, has_told: AtomicBool::new(false) };
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
        Ok(Self { provider: Some(provider) })
    }

    pub(crate) fn none() -> Self {
        Self { provider: None }
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

/// The variable that gives the service another name than ours.
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";

impl Span {
    pub(crate) fn end(&mut self, image: &str, function: &str, outcome: Outcome) {
        let Some(mut span) = self.inner.take() else { return };
        span.set_attribute(KeyValue::new("rpc.system", "grpc"));
        span.set_attribute(KeyValue::new("rpc.service", message::SERVICE));
        span.set_attribute(KeyValue::new("rpc.method", "EvaluateFunction"));
        span.set_attribute(KeyValue::new("porchlight.image", image.to_owned()));
        span.set_attribute(KeyValue::new("porchlight.function", function.to_owned()));
        span.set_attribute(KeyValue::new("porchlight.outcome", outcome.label()));
        if !outcome.is_answer() {
            span.set_status(Status::error(outcome.label()));
        }
        span.end();
    }
}

/// Says once that the collector does not take spans: calls go on without.
#[derive(Debug)]
struct Telling {
    exporter: Exporter,
    has_told: AtomicBool,
}

impl SpanExporter for Telling {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let sent = self.exporter.export(batch).await;
        if let Err(error) = &sent
            && !self.has_told.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(%error, "the collector does not take spans; said once");
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
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
