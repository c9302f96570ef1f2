//! Numbers about the service, in Prometheus' form.

pub(crate) mod endpoint;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// What came of a call; one label each, so that their number stays small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    /// The function ended with an exit code other than 0, or with an output that is none.
    Failed,
    /// Answered by the fallback runner, whatever the answer.
    Forwarded,
    NotFound,
    Timeout,
    /// More memory or output than allowed.
    Exhausted,
    Trapped,
    /// The caller went away, or its deadline passed.
    Cancelled,
    /// A request that cannot be read.
    Invalid,
    TooLarge,
    /// Not let in.
    Full,
}

impl Outcome {
    /// True where the caller got what a runner answered.
    pub(crate) fn is_answer(self) -> bool {
        matches!(self, Self::Ok | Self::Forwarded)
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Forwarded => "forwarded",
            Self::NotFound => "not_found",
            Self::Timeout => "timeout",
            Self::Exhausted => "exhausted",
            Self::Trapped => "trapped",
            Self::Cancelled => "cancelled",
            Self::Invalid => "invalid",
            Self::TooLarge => "too_large",
            Self::Full => "full",
        }
    }
}

/// Name of a function as a label; shared, as there are few of them and many calls.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Name(Arc<str>);

impl EncodeLabelValue for Name {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        EncodeLabelValue::encode(&&*self.0, encoder)
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CallLabels {
    function: Name,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct FunctionLabels {
    function: Name,
}

/// All numbers.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    seconds: Family<FunctionLabels, Histogram>,
    waited: Histogram,
    request_bytes: Histogram,
    in_progress: Gauge<i64, AtomicI64>,
    running: Gauge<i64, AtomicI64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("porchlight");
        let calls = Family::default();
        // 0.25 ms to 65 s.
        let times = || Histogram::new(exponential_buckets(0.000_25, 2.0, 18));
        let seconds = Family::new_with_constructor(times as fn() -> Histogram);
        let waited = times();
        // 1 KiB to 16 MiB.
        let request_bytes = Histogram::new(exponential_buckets(1024.0, 4.0, 8));
        let (in_progress, running) = (Gauge::default(), Gauge::default());
        registry.register("build", "This program", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("calls", "Calls that have ended, by function and outcome", calls.clone());
        let time = "Time from the whole request to the answer, by function";
        registry.register_with_unit("call_duration", time, Unit::Seconds, seconds.clone());
        registry.register_with_unit("call_wait", "Time a call waited for its turn", Unit::Seconds, waited.clone());
        registry.register_with_unit("request_size", "Size of requests", Unit::Bytes, request_bytes.clone());
        registry.register("calls_in_progress", "Calls being worked on or waiting", in_progress.clone());
        registry.register("functions_running", "Functions running in the sandbox", running.clone());
        Self { registry, calls, seconds, waited, request_bytes, in_progress, running }
    }
}

impl Metrics {
    pub(crate) fn begun(&self, bytes: usize) {
        self.in_progress.inc();
        self.request_bytes.observe(bytes as f64);
    }

    pub(crate) fn ended(&self, function: &Arc<str>, outcome: Outcome, time: Duration) {
        self.in_progress.dec();
        self.count(function, outcome);
        self.seconds
            .get_or_create_owned(&FunctionLabels { function: Name(Arc::clone(function)) })
            .observe(time.as_secs_f64());
    }

    /// A call that never began.
    pub(crate) fn count(&self, function: &Arc<str>, outcome: Outcome) {
        let labels = CallLabels { function: Name(Arc::clone(function)), outcome: outcome.label() };
        self.calls.get_or_create_owned(&labels).inc();
    }

    pub(crate) fn waited(&self, time: Duration) {
        self.waited.observe(time.as_secs_f64());
    }

    /// Calls being worked on or waiting.
    pub(crate) fn in_progress(&self) -> i64 {
        self.in_progress.get()
    }

    /// Counts a function that runs until the guard is dropped.
    pub(crate) fn running(&self) -> Running {
        self.running.inc();
        Running { gauge: self.running.clone() }
    }

    /// All numbers as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// A function that runs.
#[derive(Debug)]
pub(crate) struct Running {
    gauge: Gauge<i64, AtomicI64>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gauge.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_the_form_of_prometheus() {
        let metrics = Metrics::default();
        let function: Arc<str> = "inject-policy".into();
        metrics.begun(2000);
        let running = metrics.running();
        assert!(metrics.text().contains("porchlight_functions_running 1\n"));
        drop(running);
        metrics.waited(Duration::from_millis(3));
        metrics.ended(&function, Outcome::Ok, Duration::from_millis(3));
        let text = metrics.text();
        for line in [
            "porchlight_calls_total{function=\"inject-policy\",outcome=\"ok\"} 1\n",
            "porchlight_call_duration_seconds_count{function=\"inject-policy\"} 1\n",
            "porchlight_call_wait_seconds_bucket{le=\"0.004\"} 1\n",
            "porchlight_request_size_bytes_bucket{le=\"4096.0\"} 1\n",
            "porchlight_calls_in_progress 0\n",
            "porchlight_functions_running 0\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
