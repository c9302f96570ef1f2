//! HTTP under the distribution protocol: TLS, redirects, bounds.

use std::io::{self, Read};
use std::sync::OnceLock;
use std::time::Duration;

use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, LINK, LOCATION};
use ureq::http::{self, Method, StatusCode, Uri};
use ureq::{Agent, Body, BodyReader, Error};

use super::{protocol, resolve};
use crate::error::ImageError;
use crate::reference::{Reference, host, is_loopback};

const CONNECT: Duration = Duration::from_secs(10);

/// The longest silence.
const SILENCE: Duration = Duration::from_secs(30);

const MOST_REDIRECTS: usize = 5;

/// Connections, made when they are needed.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// Registries of this machine are spoken to without TLS.
    plain_http: bool,
    secure: OnceLock<Result<Agent, String>>,
    plain: OnceLock<Agent>,
}

/// A request to a registry.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) url: &'a str,
    pub(super) headers: Vec<(HeaderName, &'a str)>,
    pub(super) body: Option<&'a [u8]>,
}

impl<'a> Request<'a> {
    /// A question.
    pub(super) fn get(url: &'a str, accept: &'a str) -> Self {
        Self { method: Method::GET, url, headers: vec![(ACCEPT, accept)], body: None }
    }

    /// A question whether something is there.
    pub(super) fn head(url: &'a str) -> Self {
        Self { method: Method::HEAD, ..Self::get(url, "*/*") }
    }

    /// Content of a kind to be kept.
    pub(super) fn put(url: &'a str, kind: &'a str, body: &'a [u8]) -> Self {
        Self { method: Method::PUT, url, headers: vec![(CONTENT_TYPE, kind)], body: Some(body) }
    }

    /// The begin of something.
    pub(super) fn post(url: &'a str) -> Self {
        Self { method: Method::POST, url, headers: Vec::new(), body: Some(b"") }
    }

    /// Whether it changes what a registry holds.
    pub(super) fn is_push(&self) -> bool {
        self.body.is_some()
    }
}

/// An answer whose content is still to come.
pub(super) struct Response {
    registry: String,
    uri: Uri,
    parts: http::response::Parts,
    body: BodyReader<'static>,
}

impl Connection {
    pub(super) fn new(plain_http: bool) -> Self {
        Self { plain_http, ..Self::default() }
    }

    /// The answer of a registry, whatever its status. Redirects of questions are followed; the authorization goes to the
    /// registry only.
    pub(super) fn send(
        &self,
        image: &Reference,
        request: &Request<'_>,
        authorization: Option<&str>,
    ) -> Result<Response, ImageError> {
        let url = request.url;
        let mut uri: Uri = url.parse().map_err(|error| protocol(image, format!("`{url}` is no URL: {error}")))?;
        let origin = super::base(image, self.plain_http).parse::<Uri>().ok().and_then(|base| base.authority().cloned());
        for _ in 0..=MOST_REDIRECTS {
            let agent = self.agent(&uri, image)?;
            let mut built = http::Request::builder().method(&request.method).uri(uri.clone());
            for (name, value) in &request.headers {
                built = built.header(name, *value);
            }
            if let Some(authorization) = authorization.filter(|_| uri.authority() == origin.as_ref()) {
                built = built.header(AUTHORIZATION, authorization);
            }
            let unfit = |error: http::Error| protocol(image, format!("no request to `{uri}` is possible: {error}"));
            let result = match request.body {
                Some(body) => agent.run(built.body(body).map_err(unfit)?),
                None => agent.run(built.body(()).map_err(unfit)?),
            };
            let response = Response::new(result, uri.clone(), image, self.plain_http)?;
            let moved = response.status().is_redirection() && response.status() != StatusCode::NOT_MODIFIED;
            if !moved || request.body.is_some() {
                return Ok(response);
            }
            let next = response.location();
            uri = next.ok_or_else(|| protocol(image, format!("a redirect from `{uri}` to nowhere")))?;
        }
        Err(protocol(image, format!("more than {MOST_REDIRECTS} redirects from `{url}`")))
    }

    /// The answer of a token server to a request with parameters in the URL.
    pub(super) fn ask(&self, image: &Reference, uri: &Uri, login: Option<&str>) -> Result<Response, ImageError> {
        let mut request = self.agent(uri, image)?.get(uri.clone());
        if let Some(login) = login {
            request = request.header(AUTHORIZATION, login);
        }
        Response::new(request.call(), uri.clone(), image, self.plain_http)
    }

    /// The answer of a token server to a form.
    pub(super) fn post(&self, image: &Reference, uri: &Uri, form: &[(&str, &str)]) -> Result<Response, ImageError> {
        let request = self.agent(uri, image)?.post(uri.clone());
        Response::new(request.send_form(form.iter().copied()), uri.clone(), image, self.plain_http)
    }

    /// What speaks to `uri`. Without TLS only a registry of this machine is spoken to, and nobody is led there from
    /// elsewhere.
    fn agent(&self, uri: &Uri, image: &Reference) -> Result<&Agent, ImageError> {
        match uri.scheme_str() {
            Some("https") => self.secure.get_or_init(secure).as_ref().map_err(|reason| ImageError::Unreachable {
                registry: image.registry().to_owned(),
                reason: reason.clone(),
            }),
            Some("http")
                if self.plain_http
                    && is_loopback(image.host())
                    && uri.authority().is_some_and(|to| is_loopback(host(to.as_str()))) =>
            {
                Ok(self.plain.get_or_init(|| config().proxy(None).build().new_agent()))
            }
            _ => Err(protocol(image, format!("it leads to `{uri}`; only TLS (https) is used outside this machine"))),
        }
    }
}

fn config() -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Agent::config_builder()
        .user_agent(concat!("porchlight/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
}

/// TLS with the certificates this machine trusts (or `SSL_CERT_FILE`, `SSL_CERT_DIR`).
fn secure() -> Result<Agent, String> {
    let tls = porchlight_tls::config(None, None)?;
    Ok(config().tls_config(tls).https_only(true).build().new_agent())
}

impl Response {
    fn new(
        result: Result<http::Response<Body>, Error>,
        uri: Uri,
        image: &Reference,
        plain_http: bool,
    ) -> Result<Self, ImageError> {
        match result {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                Ok(Self { registry: image.registry().to_owned(), uri, parts, body: body.into_reader() })
            }
            Err(Error::Protocol(error)) => Err(protocol(image, error.to_string())),
            Err(error) => {
                let asked = uri.authority().map_or(image.registry(), http::uri::Authority::as_str);
                let hint = if !plain_http && is_loopback(image.host()) {
                    "; if it does not speak TLS, allow `--plain-http`"
                } else {
                    ""
                };
                Err(ImageError::Unreachable { registry: asked.to_owned(), reason: format!("{}{hint}", reason(&error)) })
            }
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// Where the answer says to go on.
    pub(super) fn location(&self) -> Option<Uri> {
        resolve(&self.uri, self.parts.headers.get(LOCATION)?.to_str().ok()?)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// All values of a header that may stand several times.
    pub(super) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    pub(super) fn registry(&self) -> &str {
        &self.registry
    }

    pub(super) fn body(&mut self) -> &mut impl Read {
        &mut self.body
    }

    /// The content, called `what` in errors.
    pub(super) fn bytes(&mut self, limit: u64, what: &str) -> Result<Vec<u8>, ImageError> {
        let expected = self.header("content-length").and_then(|text| text.parse().ok());
        let mut bytes = Vec::new();
        let outcome = self.body.by_ref().take(limit + 1).read_to_end(&mut bytes);
        let got = bytes.len() as u64;
        if got > limit {
            return Err(ImageError::TooLarge { what: what.to_owned(), limit });
        }
        match outcome {
            Ok(_) => Ok(bytes),
            Err(_) => Err(ImageError::Truncated { what: what.to_owned(), got, expected: expected.unwrap_or(got) }),
        }
    }

    /// Where a list goes on (RFC 8288, as the distribution protocol uses it).
    pub(super) fn next_page(&self) -> Result<Option<String>, ImageError> {
        let Some(link) = self.parts.headers.get(LINK).and_then(|value| value.to_str().ok()) else { return Ok(None) };
        let next = link.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let Some((target, _)) = next.filter(|(_, parameters)| parameters.contains("rel=\"next\"")) else {
            return Ok(None);
        };
        let wrong = || ImageError::Protocol {
            registry: self.registry.clone(),
            problem: format!("its list of tags goes on at `{target}`"),
        };
        let uri = resolve(&self.uri, target).filter(|uri| uri.authority() == self.uri.authority()).ok_or_else(wrong)?;
        Ok(Some(uri.to_string()))
    }
}

fn reason(error: &Error) -> String {
    match error {
        Error::HostNotFound => "no such host".to_owned(),
        Error::Timeout(_) => "it does not answer in time".to_owned(),
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        Error::Io(error) => error.to_string(),
        Error::ConnectionFailed => "no connection".to_owned(),
        _ => error.to_string(),
    }
}
