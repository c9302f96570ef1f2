//! `/metrics` for Prometheus, `/healthz` and `/readyz` for probes, over HTTP/1.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use super::Metrics;
use crate::health::Healthy;

/// The form that [`prometheus_client`] writes.
const FORM: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Longest wait for the head of a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers until it is dropped.
pub(crate) async fn serve(listener: TcpListener, metrics: Arc<Metrics>, health: Healthy) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, for instance; it will not be better at once.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (metrics, health) = (Arc::clone(&metrics), health.clone());
        tokio::spawn(async move {
            let answer = service_fn(move |request| {
                let response = answer(&request, &metrics, &health);
                async move { Ok::<_, Infallible>(response) }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            // A caller that breaks off has its own reasons.
            drop(http.serve_connection(TokioIo::new(stream), answer).await);
        });
    }
}

fn answer(request: &Request<Incoming>, metrics: &Metrics, health: &Healthy) -> Response<Full<Bytes>> {
    let (status, form, text) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/metrics") => (StatusCode::OK, FORM, metrics.text()),
        (&Method::GET, "/healthz") => (StatusCode::OK, "text/plain", "ok\n".to_owned()),
        (&Method::GET, "/readyz") if health.is_serving() => (StatusCode::OK, "text/plain", "ok\n".to_owned()),
        (&Method::GET, "/readyz") => (StatusCode::SERVICE_UNAVAILABLE, "text/plain", "ending\n".to_owned()),
        _ => (StatusCode::NOT_FOUND, "text/plain", "there are /metrics, /healthz and /readyz\n".to_owned()),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(form));
    response
}
