//! Spans of calls, for an OpenTelemetry collector.
//!
//! Only a program that is built with the feature `otlp` can send them, and it does where a setting names a collector, or
//! the environment, as OpenTelemetry and Porch have it: `OTEL_EXPORTER_OTLP_ENDPOINT`.

#[cfg(not(feature = "otlp"))]
mod absent;
#[cfg(feature = "otlp")]
mod exported;

#[cfg(not(feature = "otlp"))]
pub(crate) use absent::{Span, Tracer};
#[cfg(feature = "otlp")]
pub(crate) use exported::{Span, Tracer};

/// Variables that name a collector.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// Whether a collector is named.
fn is_asked_for() -> bool {
    ENDPOINTS.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
