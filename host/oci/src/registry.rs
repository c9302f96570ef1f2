//! The distribution protocol: manifests, blobs and tags of a registry.

mod authorization;
mod connection;
mod push;
mod repository;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use ureq::http::{StatusCode, Uri};

use crate::digest::{Digest, Hasher};
use crate::document::{self, Descriptor};
use crate::error::ImageError;
use crate::reference::{Reference, is_loopback};
use crate::repository::{Manifest, Version};
use authorization::Challenge;
use connection::{Connection, Request, Response};

pub(crate) use repository::InRegistry;

/// Requests that are made for one answer where a registry is busy, in trouble, or breaks off.
const TRIES: u32 = 3;

/// The longest time a registry may ask to wait.
const LONGEST_WAIT: u64 = 10;

/// Largest list of tags, in bytes, and the most parts it may come in.
const LARGEST_TAGS: u64 = 4 << 20;
const MOST_PAGES: usize = 16;

/// Registries, as one user with one configuration sees them.
#[derive(Debug)]
pub(crate) struct Registries {
    connection: Connection,
    plain_http: bool,
    /// docker's `config.json`.
    docker_config: Option<PathBuf>,
    /// `Authorization` headers by registry and repository.
    authorized: Mutex<BTreeMap<(String, String), String>>,
}

impl Registries {
    /// With `plain_http`, registries of this machine are spoken to without TLS; others never are.
    pub(crate) fn new(docker_config: Option<PathBuf>, plain_http: bool) -> Self {
        let connection = Connection::new(plain_http);
        Self { connection, plain_http, docker_config, authorized: Mutex::default() }
    }

    pub(crate) fn with_tls_only(self) -> Self {
        Self::new(self.docker_config, false)
    }

    /// The manifest or index a reference means, checked against the digest it names.
    pub(crate) fn manifest(&self, image: &Reference) -> Result<Manifest, ImageError> {
        let version = image.version();
        let manifest = self.document(image, &version.to_string())?;
        match version {
            Version::Digest(expected) => checked(manifest, expected),
            Version::Tag(_) => Ok(manifest),
        }
    }

    /// A manifest that an index names.
    pub(crate) fn manifest_of(&self, image: &Reference, digest: Digest) -> Result<Manifest, ImageError> {
        checked(self.document(image, &digest.to_string())?, digest)
    }

    fn document(&self, image: &Reference, version: &str) -> Result<Manifest, ImageError> {
        let url = format!("{}/manifests/{version}", self.base(image));
        again(|| {
            let mut response = self.get(image, &url, document::ACCEPT, &format!("image `{image}`"))?;
            let bytes = response.bytes(document::LARGEST, &format!("the manifest of `{image}`"))?;
            let manifest = Manifest::new(bytes);
            // What the registry says of it guards against what comes between.
            match response.header("docker-content-digest").and_then(|text| text.parse().ok()) {
                Some(expected) if expected != manifest.digest => {
                    let what = format!("the manifest of `{image}`");
                    Err(ImageError::DigestMismatch { what, expected, actual: manifest.digest })
                }
                _ => Ok(manifest),
            }
        })
    }

    /// Brings a blob into `incoming` and checks it.
    pub(crate) fn blob(
        &self,
        image: &Reference,
        blob: &Descriptor,
        digest: Digest,
        sink: &mut dyn Sink,
    ) -> Result<(), ImageError> {
        let url = format!("{}/blobs/{digest}", self.base(image));
        let what = format!("layer {digest} of `{image}`");
        again(|| {
            sink.restart()?;
            let mut response = self.get(image, &url, "*/*", &what)?;
            transfer(&mut response, blob.size, digest, &what, sink)
        })
    }

    /// All tags of a repository.
    pub(crate) fn tags(&self, image: &Reference) -> Result<Vec<String>, ImageError> {
        #[derive(Deserialize)]
        struct Page {
            tags: Option<Vec<String>>,
        }
        let what = format!("repository `{}`", image.repository());
        let mut tags = Vec::new();
        let mut next = Some(format!("{}/tags/list", self.base(image)));
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { break };
            let (page, link) = again(|| {
                let mut response = self.get(image, &url, "application/json", &what)?;
                let link = response.next_page()?;
                Ok((response.bytes(LARGEST_TAGS, "the list of tags")?, link))
            })?;
            let page: Page = serde_json::from_slice(&page)
                .map_err(|error| protocol(image, format!("its list of tags cannot be read: {error}")))?;
            tags.extend(page.tags.unwrap_or_default());
            next = link;
        }
        Ok(tags)
    }

    /// The answer to a question.
    fn get(&self, image: &Reference, url: &str, accept: &str, what: &str) -> Result<Response, ImageError> {
        self.ask(image, &Request::get(url, accept), what)
    }

    /// The good answer to a request, with whatever authorization the registry asks for.
    fn ask(&self, image: &Reference, request: &Request<'_>, what: &str) -> Result<Response, ImageError> {
        let key = (image.registry().to_owned(), image.repository().to_owned());
        let known = self.lock().get(&key).cloned();
        let mut response = self.connection.send(image, request, known.as_deref())?;
        let mut advice = String::new();
        if response.status() == StatusCode::UNAUTHORIZED {
            let challenge = Challenge::of(&response, image, self.plain_http)?;
            let actions = if request.is_push() { "pull,push" } else { "pull" };
            let granted = challenge.answer(&self.connection, self.docker_config.as_deref(), image, actions)?;
            advice = granted.advice;
            if let Some(header) = granted.header {
                response = self.connection.send(image, request, Some(&header))?;
                self.lock().insert(key, header);
            }
        }
        let registry = || image.registry().to_owned();
        let status = response.status();
        match status {
            _ if status.is_success() => Ok(response),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                if advice.is_empty() {
                    let verb = if request.is_push() { "write" } else { "read" };
                    advice = format!("this user may not {verb} the repository");
                }
                Err(ImageError::Unauthorized { registry: registry(), status: status.as_u16(), advice })
            }
            StatusCode::NOT_FOUND => Err(ImageError::NotFound { registry: registry(), what: what.to_owned() }),
            StatusCode::TOO_MANY_REQUESTS => {
                let retry_after = response.header("retry-after").and_then(|text| text.trim().parse().ok());
                Err(ImageError::TooManyRequests { registry: registry(), retry_after })
            }
            _ if status.is_server_error() => Err(ImageError::Server { registry: registry(), status: status.as_u16() }),
            _ => {
                let said = push::reason(&mut response);
                Err(protocol(image, format!("HTTP {} for {what}{said}", status.as_u16())))
            }
        }
    }

    fn base(&self, image: &Reference) -> String {
        base(image, self.plain_http)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String), String>> {
        self.authorized.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the repository of an image is found.
fn base(image: &Reference, plain_http: bool) -> String {
    let scheme = if plain_http && is_loopback(image.host()) { "http" } else { "https" };
    // Docker Hub is called one thing and answers under another name.
    let host = if image.registry() == "docker.io" { "registry-1.docker.io" } else { image.registry() };
    format!("{scheme}://{host}/v2/{}", image.repository())
}

fn protocol(image: &Reference, problem: String) -> ImageError {
    ImageError::Protocol { registry: image.registry().to_owned(), problem }
}

fn checked(manifest: Manifest, expected: Digest) -> Result<Manifest, ImageError> {
    if manifest.digest == expected {
        return Ok(manifest);
    }
    Err(ImageError::DigestMismatch { what: "the manifest".to_owned(), expected, actual: manifest.digest })
}

/// What takes a blob in, piece by piece, before it is known to be right.
pub(crate) trait Sink {
    /// Forgets what came so far.
    fn restart(&mut self) -> Result<(), ImageError>;

    fn accept(&mut self, piece: &[u8]) -> Result<(), ImageError>;
}

impl Sink for Vec<u8> {
    fn restart(&mut self) -> Result<(), ImageError> {
        self.clear();
        Ok(())
    }

    fn accept(&mut self, piece: &[u8]) -> Result<(), ImageError> {
        self.extend_from_slice(piece);
        Ok(())
    }
}

/// Asks again where that may help, after a pause.
fn again<T>(mut request: impl FnMut() -> Result<T, ImageError>) -> Result<T, ImageError> {
    for before in 1.. {
        let error = match request() {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let pause = match &error {
            ImageError::TooManyRequests { retry_after: Some(seconds), .. } if *seconds > LONGEST_WAIT => {
                return Err(error);
            }
            ImageError::TooManyRequests { retry_after: Some(seconds), .. } => Duration::from_secs(*seconds),
            ImageError::TooManyRequests { .. } | ImageError::Server { .. } | ImageError::Truncated { .. } => {
                Duration::from_millis(250 << before)
            }
            _ => return Err(error),
        };
        if before >= TRIES {
            return Err(error);
        }
        thread::sleep(pause);
    }
    unreachable!("invariant: the loop ends by returning")
}

/// Writes `size` bytes of `digest` to `sink`, and not one byte more.
fn transfer(
    source: &mut Response,
    size: u64,
    digest: Digest,
    what: &str,
    sink: &mut dyn Sink,
) -> Result<(), ImageError> {
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 64 << 10];
    let mut got = 0;
    let truncated = |got| ImageError::Truncated { what: what.to_owned(), got, expected: size };
    loop {
        let read = match source.body().read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(truncated(got)),
        };
        got += read as u64;
        if got > size {
            let problem = format!("{what} has more bytes than the {size} announced");
            return Err(ImageError::Protocol { registry: source.registry().to_owned(), problem });
        }
        hasher.update(&buffer[..read]);
        sink.accept(&buffer[..read])?;
    }
    if got < size {
        return Err(truncated(got));
    }
    let actual = hasher.finish();
    if actual != digest {
        return Err(ImageError::DigestMismatch { what: what.to_owned(), expected: digest, actual });
    }
    Ok(())
}

/// What a location means, seen from the URL it was met at. Only whole URLs and whole paths: registries send no others.
fn resolve(from: &Uri, location: &str) -> Option<Uri> {
    let (scheme, authority) = (from.scheme_str()?, from.authority()?);
    let text = if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        location.to_owned()
    };
    // A fragment is for browsers.
    text.split('#').next()?.parse().ok().filter(|uri: &Uri| uri.scheme().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_are_asked_where_they_live() {
        for (image, url) in [
            ("alpine", "https://registry-1.docker.io/v2/library/alpine"),
            ("r.example:8443/a/b", "https://r.example:8443/v2/a/b"),
            ("localhost:5000/a", "http://localhost:5000/v2/a"),
            ("[::1]:5000/a", "http://[::1]:5000/v2/a"),
            ("10.0.0.1:5000/a", "https://10.0.0.1:5000/v2/a"),
        ] {
            assert_eq!(base(&image.parse().unwrap(), true), url);
            assert_eq!(base(&image.parse().unwrap(), false), url.replace("http:", "https:"));
        }
    }

    #[test]
    fn locations_are_resolved() {
        let from: Uri = "https://r.example:1/v2/a".parse().unwrap();
        for (location, uri) in [
            ("/x?y=z#f", Some("https://r.example:1/x?y=z")),
            ("//other.example/x", Some("https://other.example/x")),
            ("http://other.example/x", Some("http://other.example/x")),
            ("x", None),
            ("", None),
            ("https://", None),
        ] {
            assert_eq!(resolve(&from, location).map(|uri| uri.to_string()).as_deref(), uri, "{location}");
        }
    }
}
