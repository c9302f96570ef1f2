//! HTTP under the distribution protocol: TLS, redirects, bounds.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::http::header::{ACCEPT, AUTHORIZATION, LINK, LOCATION};
use ureq::http::{self, StatusCode, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, BodyReader, Error};

use super::{protocol, resolve};
use crate::error::PullError;
use crate::reference::{Reference, host, is_loopback};

const CONNECT: Duration = Duration::from_secs(10);

/// The longest silence.
const SILENCE: Duration = Duration::from_secs(30);

const MOST_REDIRECTS: usize = 5;

/// Connections, made when they are needed.
#[derive(Debug, Default)]
pub(super) struct Connection {
    secure: OnceLock<Result<Agent, String>>,
    plain: OnceLock<Agent>,
}

/// An answer whose content is still to come.
pub(super) struct Response {
    registry: String,
    uri: Uri,
    parts: http::response::Parts,
    body: BodyReader<'static>,
}

impl Connection {
    /// The answer of a registry, whatever its status. Redirects are followed; the authorization goes to the registry
    /// only.
    pub(super) fn get(
        &self,
        image: &Reference,
        url: &str,
        accept: &str,
        authorization: Option<&str>,
    ) -> Result<Response, PullError> {
        let mut uri: Uri = url.parse().map_err(|error| protocol(image, format!("`{url}` is no URL: {error}")))?;
        let origin = uri.authority().cloned();
        for _ in 0..=MOST_REDIRECTS {
            let mut request = self.agent(&uri, image)?.get(uri.clone()).header(ACCEPT, accept);
            if let Some(authorization) = authorization.filter(|_| uri.authority() == origin.as_ref()) {
                request = request.header(AUTHORIZATION, authorization);
            }
            let response = Response::new(request.call(), uri.clone(), image)?;
            if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED {
                return Ok(response);
            }
            let location = response.parts.headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| resolve(&uri, location));
            uri = next.ok_or_else(|| protocol(image, format!("a redirect from `{uri}` to nowhere")))?;
        }
        Err(protocol(image, format!("more than {MOST_REDIRECTS} redirects from `{url}`")))
    }

    /// The answer of a token server to a request with parameters in the URL.
    pub(super) fn ask(&self, image: &Reference, uri: &Uri, login: Option<&str>) -> Result<Response, PullError> {
        let mut request = self.agent(uri, image)?.get(uri.clone());
        if let Some(login) = login {
            request = request.header(AUTHORIZATION, login);
        }
        Response::new(request.call(), uri.clone(), image)
    }

    /// The answer of a token server to a form.
    pub(super) fn post(&self, image: &Reference, uri: &Uri, form: &[(&str, &str)]) -> Result<Response, PullError> {
        let request = self.agent(uri, image)?.post(uri.clone());
        Response::new(request.send_form(form.iter().copied()), uri.clone(), image)
    }

    /// What speaks to `uri`. Without TLS only a registry of this machine is spoken to, and nobody is led there from
    /// elsewhere.
    fn agent(&self, uri: &Uri, image: &Reference) -> Result<&Agent, PullError> {
        match uri.scheme_str() {
            Some("https") => self.secure.get_or_init(secure).as_ref().map_err(|reason| PullError::Unreachable {
                registry: image.registry().to_owned(),
                reason: reason.clone(),
            }),
            Some("http")
                if is_loopback(image.host()) && uri.authority().is_some_and(|to| is_loopback(host(to.as_str()))) =>
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
    if let Some(missing) = missing_instructions() {
        return Err(format!("the processor lacks what the TLS of this program needs: {missing}"));
    }
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why = found.errors.first().map(|error| format!(" ({error})")).unwrap_or_default();
        return Err(format!(
            "no certificate authorities are found on this machine{why}; install `ca-certificates` or set `SSL_CERT_FILE`"
        ));
    }
    let roots: Vec<Certificate<'static>> =
        found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls_graviola::default_provider()))
        .build();
    Ok(config().tls_config(tls).https_only(true).build().new_agent())
}

/// What graviola asks of a processor; it would stop the program otherwise.
#[cfg(target_arch = "x86_64")]
fn missing_instructions() -> Option<&'static str> {
    [
        ("aes", is_x86_feature_detected!("aes")),
        ("ssse3", is_x86_feature_detected!("ssse3")),
        ("pclmulqdq", is_x86_feature_detected!("pclmulqdq")),
        ("avx", is_x86_feature_detected!("avx")),
        ("avx2", is_x86_feature_detected!("avx2")),
        ("bmi1", is_x86_feature_detected!("bmi1")),
        ("bmi2", is_x86_feature_detected!("bmi2")),
        ("adx", is_x86_feature_detected!("adx")),
    ]
    .into_iter()
    .find_map(|(name, found)| (!found).then_some(name))
}

/// What graviola asks of a processor; it would stop the program otherwise.
#[cfg(target_arch = "aarch64")]
fn missing_instructions() -> Option<&'static str> {
    use std::arch::is_aarch64_feature_detected as detected;
    [("neon", detected!("neon")), ("aes", detected!("aes")), ("pmull", detected!("pmull")), ("sha2", detected!("sha2"))]
        .into_iter()
        .find_map(|(name, found)| (!found).then_some(name))
}

impl Response {
    fn new(result: Result<http::Response<Body>, Error>, uri: Uri, image: &Reference) -> Result<Self, PullError> {
        match result {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                Ok(Self { registry: image.registry().to_owned(), uri, parts, body: body.into_reader() })
            }
            Err(Error::Protocol(error)) => Err(protocol(image, error.to_string())),
            Err(error) => {
                let asked = uri.authority().map_or(image.registry(), http::uri::Authority::as_str);
                Err(PullError::Unreachable { registry: asked.to_owned(), reason: reason(&error) })
            }
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.parts.status
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
    pub(super) fn bytes(&mut self, limit: u64, what: &str) -> Result<Vec<u8>, PullError> {
        let expected = self.header("content-length").and_then(|text| text.parse().ok());
        let mut bytes = Vec::new();
        let outcome = self.body.by_ref().take(limit + 1).read_to_end(&mut bytes);
        let got = bytes.len() as u64;
        if got > limit {
            return Err(PullError::TooLarge { what: what.to_owned(), limit });
        }
        match outcome {
            Ok(_) => Ok(bytes),
            Err(_) => Err(PullError::Truncated { what: what.to_owned(), got, expected: expected.unwrap_or(got) }),
        }
    }

    /// Where a list goes on (RFC 8288, as the distribution protocol uses it).
    pub(super) fn next_page(&self) -> Result<Option<String>, PullError> {
        let Some(link) = self.parts.headers.get(LINK).and_then(|value| value.to_str().ok()) else { return Ok(None) };
        let next = link.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let Some((target, _)) = next.filter(|(_, parameters)| parameters.contains("rel=\"next\"")) else {
            return Ok(None);
        };
        let wrong = || PullError::Protocol {
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
