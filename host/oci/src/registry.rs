//! The distribution protocol: manifests, blobs and tags of a registry.

mod authorization;
mod connection;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use ureq::http::{StatusCode, Uri};

use crate::digest::{Digest, Hasher};
use crate::document::{self, Descriptor};
use crate::error::PullError;
use crate::reference::{Reference, is_loopback};
use crate::store::Incoming;
use authorization::Challenge;
use connection::{Connection, Response};

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
    /// docker's `config.json`.
    docker_config: Option<PathBuf>,
    /// `Authorization` headers by registry and repository.
    authorized: Mutex<BTreeMap<(String, String), String>>,
}

/// A manifest as it came.
pub(crate) struct Manifest {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
}

impl Registries {
    pub(crate) fn new(docker_config: Option<PathBuf>) -> Self {
        Self { connection: Connection::default(), docker_config, authorized: Mutex::default() }
    }

    /// The manifest or index a reference means, checked against the digest it names.
    pub(crate) fn manifest(&self, image: &Reference) -> Result<Manifest, PullError> {
        let version = image.version();
        let manifest = self.document(image, &version)?;
        match image.digest() {
            Some(expected) => checked(manifest, expected),
            None => Ok(manifest),
        }
    }

    /// A manifest that an index names.
    pub(crate) fn manifest_of(&self, image: &Reference, digest: Digest) -> Result<Manifest, PullError> {
        checked(self.document(image, &digest.to_string())?, digest)
    }

    fn document(&self, image: &Reference, version: &str) -> Result<Manifest, PullError> {
        let url = format!("{}/manifests/{version}", base(image));
        again(|| {
            let mut response = self.get(image, &url, document::ACCEPT, &format!("image `{image}`"))?;
            let bytes = response.bytes(document::LARGEST, &format!("the manifest of `{image}`"))?;
            let digest = Digest::of(&bytes);
            // What the registry says of it guards against what comes between.
            match response.header("docker-content-digest").and_then(|text| text.parse().ok()) {
                Some(expected) if expected != digest => {
                    let what = format!("the manifest of `{image}`");
                    Err(PullError::DigestMismatch { what, expected, actual: digest })
                }
                _ => Ok(Manifest { bytes, digest }),
            }
        })
    }

    /// Brings a blob into `incoming` and checks it.
    pub(crate) fn blob(
        &self,
        image: &Reference,
        blob: &Descriptor,
        digest: Digest,
        incoming: &mut Incoming<'_>,
    ) -> Result<(), PullError> {
        let url = format!("{}/blobs/{digest}", base(image));
        let what = format!("layer {digest} of `{image}`");
        again(|| {
            incoming.restart()?;
            let mut response = self.get(image, &url, "*/*", &what)?;
            transfer(&mut response, blob.size, digest, &what, incoming)
        })
    }

    /// All tags of a repository.
    pub(crate) fn tags(&self, image: &Reference) -> Result<Vec<String>, PullError> {
        #[derive(Deserialize)]
        struct Page {
            tags: Option<Vec<String>>,
        }
        let what = format!("repository `{}`", image.repository());
        let mut tags = Vec::new();
        let mut next = Some(format!("{}/tags/list", base(image)));
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

    /// The answer to a request, with whatever authorization the registry asks for.
    fn get(&self, image: &Reference, url: &str, accept: &str, what: &str) -> Result<Response, PullError> {
        let key = (image.registry().to_owned(), image.repository().to_owned());
        let known = self.lock().get(&key).cloned();
        let mut response = self.connection.get(image, url, accept, known.as_deref())?;
        let mut advice = String::new();
        if response.status() == StatusCode::UNAUTHORIZED {
            let challenge = Challenge::of(&response, image)?;
            let granted = challenge.answer(&self.connection, self.docker_config.as_deref(), image)?;
            advice = granted.advice;
            if let Some(header) = granted.header {
                response = self.connection.get(image, url, accept, Some(&header))?;
                self.lock().insert(key, header);
            }
        }
        let registry = || image.registry().to_owned();
        let status = response.status();
        match status {
            StatusCode::OK => Ok(response),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                if advice.is_empty() {
                    advice = "this user may not read the repository".to_owned();
                }
                Err(PullError::Unauthorized { registry: registry(), status: status.as_u16(), advice })
            }
            StatusCode::NOT_FOUND => Err(PullError::NotFound { registry: registry(), what: what.to_owned() }),
            StatusCode::TOO_MANY_REQUESTS => {
                let retry_after = response.header("retry-after").and_then(|text| text.trim().parse().ok());
                Err(PullError::TooManyRequests { registry: registry(), retry_after })
            }
            _ if status.is_server_error() => Err(PullError::Server { registry: registry(), status: status.as_u16() }),
            _ => Err(protocol(image, format!("HTTP {} for {what}", status.as_u16()))),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String), String>> {
        self.authorized.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn base(image: &Reference) -> String {
    let scheme = if is_loopback(image.host()) { "http" } else { "https" };
    // Docker Hub is called one thing and answers under another name.
    let host = if image.registry() == "docker.io" { "registry-1.docker.io" } else { image.registry() };
    format!("{scheme}://{host}/v2/{}", image.repository())
}

fn protocol(image: &Reference, problem: String) -> PullError {
    PullError::Protocol { registry: image.registry().to_owned(), problem }
}

fn checked(manifest: Manifest, expected: Digest) -> Result<Manifest, PullError> {
    if manifest.digest == expected {
        return Ok(manifest);
    }
    Err(PullError::DigestMismatch { what: "the manifest".to_owned(), expected, actual: manifest.digest })
}

/// Asks again where that may help, after a pause.
fn again<T>(mut request: impl FnMut() -> Result<T, PullError>) -> Result<T, PullError> {
    for before in 1.. {
        let error = match request() {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let pause = match &error {
            PullError::TooManyRequests { retry_after: Some(seconds), .. } if *seconds > LONGEST_WAIT => {
                return Err(error);
            }
            PullError::TooManyRequests { retry_after: Some(seconds), .. } => Duration::from_secs(*seconds),
            PullError::TooManyRequests { .. } | PullError::Server { .. } | PullError::Truncated { .. } => {
                Duration::from_millis(250 << before)
            }
            _ => return Err(error),
        };
        if before >= TRIES {
            return Err(error);
        }
        thread::sleep(pause);
    }
    unreachable!("the loop ends by returning")
}

/// Writes `size` bytes of `digest` to `sink`, and not one byte more.
fn transfer(
    source: &mut Response,
    size: u64,
    digest: Digest,
    what: &str,
    sink: &mut Incoming<'_>,
) -> Result<(), PullError> {
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 64 << 10];
    let mut got = 0;
    let truncated = |got| PullError::Truncated { what: what.to_owned(), got, expected: size };
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
            return Err(PullError::Protocol { registry: source.registry().to_owned(), problem });
        }
        hasher.update(&buffer[..read]);
        sink.write_all(&buffer[..read]).map_err(|error| sink.error(error))?;
    }
    if got < size {
        return Err(truncated(got));
    }
    let actual = hasher.finish();
    if actual != digest {
        return Err(PullError::DigestMismatch { what: what.to_owned(), expected: digest, actual });
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
            assert_eq!(base(&image.parse().unwrap()), url);
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
