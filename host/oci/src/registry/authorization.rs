//! What a registry asks for before it answers, and what it gets.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use ureq::http::Uri;

use super::connection::{Connection, Response};
use super::{protocol, resolve};
use crate::credentials::{self, Login};
use crate::error::ImageError;
use crate::reference::Reference;

/// Largest answer of a token server, in bytes.
const LARGEST_TOKEN: u64 = 1 << 20;

/// A `WWW-Authenticate` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    Basic,
    Bearer { realm: Uri, service: Option<String>, scope: Option<String> },
}

/// What to try next.
#[derive(Debug, Default)]
pub(super) struct Granted {
    /// An `Authorization` header, if there is anything to send.
    pub(super) header: Option<String>,
    /// What to do if that is not enough.
    pub(super) advice: String,
}

impl Challenge {
    /// The challenge of a refused request; a token goes before a password.
    pub(super) fn of(response: &Response, image: &Reference, plain_http: bool) -> Result<Self, ImageError> {
        let from = super::base(image, plain_http).parse().ok();
        let mut challenges: Vec<Self> =
            response.headers("www-authenticate").filter_map(|text| parse(text, from.as_ref())).collect();
        challenges.sort_by_key(|challenge| *challenge == Self::Basic);
        challenges.into_iter().next().ok_or_else(|| {
            protocol(image, "it refuses access (HTTP 401) without saying what it wants to see".to_owned())
        })
    }

    /// The credentials, or the token they buy. Without credentials a token for everybody is asked for.
    pub(super) fn answer(
        &self,
        connection: &Connection,
        docker_config: Option<&Path>,
        image: &Reference,
        actions: &str,
    ) -> Result<Granted, ImageError> {
        let registry = image.registry();
        let login = match docker_config {
            Some(file) => credentials::login(file, registry)
                .map_err(|problem| ImageError::Credentials { registry: registry.to_owned(), problem })?,
            None => None,
        };
        let advice = match (&login, docker_config) {
            (Some(_), Some(file)) => format!("the credentials for it in `{}` are not enough", file.display()),
            (None, Some(file)) => {
                format!("`{}` has no credentials for it; get some with `docker login {registry}`", file.display())
            }
            (_, None) => "there is no docker configuration to take credentials from".to_owned(),
        };
        let header = match (self, login) {
            (_, Some(Login::Token(token))) => Some(format!("Bearer {token}")),
            (Self::Basic, Some(Login::Password { user, password })) => Some(basic(&user, &password)),
            (Self::Basic, _) => None,
            (Self::Bearer { realm, service, scope }, login) => {
                let scope = scope.clone().unwrap_or_else(|| format!("repository:{}:{actions}", image.repository()));
                token(connection, image, realm, service.as_deref(), &scope, login)?
            }
        };
        Ok(Granted { header, advice })
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Asks the token server; nothing where it grants nothing.
fn token(
    connection: &Connection,
    image: &Reference,
    realm: &Uri,
    service: Option<&str>,
    scope: &str,
    login: Option<Login>,
) -> Result<Option<String>, ImageError> {
    #[derive(Deserialize)]
    struct Answer {
        token: Option<String>,
        access_token: Option<String>,
    }
    let mut response = match login {
        Some(Login::Identity(identity)) => {
            let form = [
                ("grant_type", "refresh_token"),
                ("service", service.unwrap_or_default()),
                ("client_id", "porchlight"),
                ("scope", scope),
                ("refresh_token", identity.as_str()),
            ];
            connection.post(image, realm, &form)?
        }
        login => {
            let header = match &login {
                Some(Login::Password { user, password }) => Some(basic(user, password)),
                _ => None,
            };
            connection.ask(image, &with_query(realm, service, scope, image)?, header.as_deref())?
        }
    };
    let status = response.status();
    if status.is_server_error() {
        return Err(ImageError::Server {
            registry: realm.authority().map_or_else(String::new, ToString::to_string),
            status: status.as_u16(),
        });
    }
    if !status.is_success() {
        return Ok(None);
    }
    let bytes = response.bytes(LARGEST_TOKEN, "a token")?;
    let answer: Answer = serde_json::from_slice(&bytes)
        .map_err(|error| protocol(image, format!("the token from `{realm}` cannot be read: {error}")))?;
    Ok(answer.token.or(answer.access_token).filter(|token| !token.is_empty()).map(|token| format!("Bearer {token}")))
}

fn with_query(realm: &Uri, service: Option<&str>, scope: &str, image: &Reference) -> Result<Uri, ImageError> {
    let mut url = realm.to_string();
    let mut sign = if realm.query().is_some() { '&' } else { '?' };
    for (name, value) in service.map(|service| ("service", service)).into_iter().chain([("scope", scope)]) {
        let _ = write!(url, "{sign}{name}={}", encoded(value));
        sign = '&';
    }
    url.parse().map_err(|error| protocol(image, format!("`{url}` is no URL: {error}")))
}

/// Percent-encoded but for the unreserved characters of RFC 3986 and the separators of scopes.
fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b',' => {
                text.push(byte.into());
            }
            _ => drop(write!(text, "%{byte:02X}")),
        }
        text
    })
}

/// Reads a challenge; `from` is the URL it came from. None where it is of a kind that is not known.
fn parse(text: &str, from: Option<&Uri>) -> Option<Challenge> {
    let (scheme, parameters) = text.split_once(' ').unwrap_or((text, ""));
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let (mut realm, mut service, mut scope) = (None, None, None);
    for (name, value) in parameters_of(parameters) {
        match name.to_ascii_lowercase().as_str() {
            "realm" => realm = Some(value),
            "service" => service = Some(value),
            "scope" => scope = Some(value),
            _ => {}
        }
    }
    Some(Challenge::Bearer { realm: resolve(from?, &realm?)?, service, scope })
}

/// `name="value"` pairs; a value may hold commas and escaped characters.
fn parameters_of(mut text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let name = name.trim_matches([' ', ',', '\t']);
        let mut value = String::new();
        text = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut characters = quoted.chars();
                while let Some(next) = characters.next() {
                    match next {
                        '"' => break,
                        '\\' => value.extend(characters.next()),
                        other => value.push(other),
                    }
                }
                characters.as_str()
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                rest[..end].trim().clone_into(&mut value);
                &rest[end..]
            }
        };
        found.push((name, value));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let from: Uri = "https://r.example/v2/".parse().unwrap();
        let bearer = |realm: &str, service: Option<&str>, scope: Option<&str>| {
            let own = |text: Option<&str>| text.map(str::to_owned);
            Some(Challenge::Bearer { realm: realm.parse().unwrap(), service: own(service), scope: own(scope) })
        };
        for (text, challenge) in [
            ("Basic realm=\"x\"", Some(Challenge::Basic)),
            ("basic", Some(Challenge::Basic)),
            ("Negotiate", None),
            ("Bearer service=\"s\"", None),
            (
                "Bearer realm=\"https://a.example/token\",service=\"r.example\",scope=\"repository:a/b:pull,push\"",
                bearer("https://a.example/token", Some("r.example"), Some("repository:a/b:pull,push")),
            ),
            (
                "bearer Realm=\"/token\", service=s , error=\"in\\\"valid\"",
                bearer("https://r.example/token", Some("s"), None),
            ),
        ] {
            assert_eq!(parse(text, Some(&from)), challenge, "{text}");
        }
    }

    #[test]
    fn token_requests_name_the_scope() {
        let image = "r.example/a/b".parse().unwrap();
        for (realm, url) in [
            ("https://t.example/", "https://t.example/?service=a%20b%26c&scope=repository:a/b:pull"),
            ("https://t.example/t?x=y", "https://t.example/t?x=y&service=a%20b%26c&scope=repository:a/b:pull"),
        ] {
            let uri = with_query(&realm.parse().unwrap(), Some("a b&c"), "repository:a/b:pull", &image).unwrap();
            assert_eq!(uri.to_string(), url);
        }
    }

    #[test]
    fn passwords_are_encoded() {
        // RFC 7617 §2.
        assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
