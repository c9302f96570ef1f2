//! HTTP under the API: TLS, bounds, and what a Kubernetes server answers.

use std::io::{self, BufRead, BufReader, Read};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use ureq::{Agent, Body, Error, http};

use crate::access::Access;
use crate::error::PorchError;

const CONNECT: Duration = Duration::from_secs(10);

/// The longest time for an answer: a server renders a package before it answers an update (porch §1.3 gives 291 s).
const ANSWER: Duration = Duration::from_secs(320);

/// Largest answer, in bytes.
const LARGEST: u64 = 64 << 20;

/// A stream may end this much later than it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// Requests that are made for one answer where a server is busy and nothing was changed.
const TRIES: u32 = 3;

/// The longest time a server may ask to wait, in seconds.
const LONGEST_WAIT: u64 = 10;

/// A way to one API server.
#[derive(Debug)]
pub(crate) struct Http {
    agent: Agent,
    access: Access,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Events of a watch, as they come.
pub(crate) struct Events {
    lines: BufReader<Box<dyn Read>>,
}

impl Iterator for Events {
    type Item = Value;

    /// The next one; none where the stream ends, breaks off, or makes no sense.
    fn next(&mut self) -> Option<Value> {
        let mut line = Vec::new();
        (&mut self.lines).take(LARGEST).read_until(b'\n', &mut line).ok()?;
        serde_json::from_slice(&line).ok()
    }
}

impl Answer {
    /// The message of a `Status` object, as one line.
    pub(crate) fn message(&self) -> String {
        let message = self.body["message"].as_str().unwrap_or("no reason given");
        message.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Http {
    pub(crate) fn new(access: Access) -> Result<Self, PorchError> {
        let config = Agent::config_builder()
            .user_agent(concat!("porchlight/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER));
        let agent = if access.server.starts_with("https://") {
            let identity =
                access.certificate.as_ref().map(|(certificate, key)| (certificate.as_slice(), key.as_slice()));
            let tls = porchlight_tls::config(access.authorities.as_deref(), identity);
            let tls = tls.map_err(|reason| unreachable(&access, reason))?;
            config.tls_config(tls).https_only(true).build().new_agent()
        } else {
            // A server of this machine; no proxy stands in between.
            config.proxy(None).build().new_agent()
        };
        Ok(Self { agent, access })
    }

    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// The answer to a request; `path` starts with a slash.
    ///
    /// # Errors
    /// None came, or it is no JSON; 401 and 403.
    pub(crate) fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, PorchError> {
        let mut tries = 1;
        loop {
            let (answer, wait) = self.once(method, path, body)?;
            let answer = self.admitted(answer)?;
            match answer.status {
                429 | 503 | 504 if method == Method::Get && tries < TRIES => {
                    thread::sleep(Duration::from_secs(wait.unwrap_or(1).min(LONGEST_WAIT)));
                    tries += 1;
                }
                _ => return Ok(answer),
            }
        }
    }

    fn once(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(Answer, Option<u64>), PorchError> {
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let name = match method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Delete => http::Method::DELETE,
        };
        let mut request = self.request(path).method(name);
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(bytes).map_err(|error| unreachable(&self.access, error.to_string()))?;
        let response = self.agent.run(request).map_err(|error| unreachable(&self.access, reason(&error)))?;
        self.read(response)
    }

    fn request(&self, path: &str) -> http::request::Builder {
        let request = http::Request::builder().uri(format!("{}{path}", self.access.server));
        let request = request.header(ACCEPT, "application/json");
        match &self.access.authorization {
            Some(authorization) => request.header(AUTHORIZATION, authorization),
            None => request,
        }
    }

    /// Events as they come, for `time` at most; an answer that is no stream of them as it is.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(crate) fn stream(&self, path: &str, time: Duration) -> Result<Result<Events, Answer>, PorchError> {
        let told = |error: &Error| unreachable(&self.access, reason(error));
        let request = self.request(path).body(()).map_err(|error| unreachable(&self.access, error.to_string()))?;
        // A server that has gone without a word must not be waited for.
        let request = self.agent.configure_request(request).timeout_recv_body(Some(time + GRACE)).build();
        let response = self.agent.run(request).map_err(|error| told(&error))?;
        if response.status().is_success() {
            let reader = response.into_body().into_with_config().limit(u64::MAX).reader();
            return Ok(Ok(Events { lines: BufReader::new(Box::new(reader)) }));
        }
        let (answer, _) = self.read(response)?;
        self.admitted(answer).map(Err)
    }

    /// An answer, unless it tells that the user may not.
    fn admitted(&self, answer: Answer) -> Result<Answer, PorchError> {
        match answer.status {
            401 | 403 => {
                let (server, status) = (self.access.server.clone(), answer.status);
                Err(PorchError::Denied { server, status, reason: answer.message() })
            }
            _ => Ok(answer),
        }
    }

    fn read(&self, response: http::Response<Body>) -> Result<(Answer, Option<u64>), PorchError> {
        let (parts, body) = response.into_parts();
        let wait = parts.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let mut bytes = Vec::new();
        let read = body.into_reader().take(LARGEST + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreachable(&self.access, format!("its answer broke off: {error}")))?;
        if bytes.len() as u64 > LARGEST {
            return Err(unreachable(&self.access, "its answer has more than 64 MiB".to_owned()));
        }
        let status = parts.status.as_u16();
        let body = match serde_json::from_slice(&bytes) {
            Ok(body) => body,
            // Proxies and old servers answer errors in plain text.
            Err(_) if status >= 400 => Value::from_iter([("message", String::from_utf8_lossy(&bytes).into_owned())]),
            Err(error) => return Err(unreachable(&self.access, format!("its answer is no JSON: {error}"))),
        };
        Ok((Answer { status, body }, wait))
    }
}

fn unreachable(access: &Access, reason: String) -> PorchError {
    PorchError::Unreachable { server: access.server.clone(), reason }
}

fn reason(error: &Error) -> String {
    match error {
        Error::HostNotFound => "no such host".to_owned(),
        Error::Timeout(_) => "it does not answer in time".to_owned(),
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        Error::ConnectionFailed => "no connection".to_owned(),
        _ => error.to_string(),
    }
}
