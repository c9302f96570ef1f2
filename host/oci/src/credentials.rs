//! Credentials for registries, as docker keeps them: in its configuration, or with a helper program.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// How long a helper may take; it may ask for a password.
const PATIENCE: Duration = Duration::from_secs(60);

/// The name Docker Hub has in docker's configuration.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// Who one is at a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Login {
    Password {
        user: String,
        password: String,
    },
    /// Is exchanged for a token of a single repository.
    Identity(String),
    /// Is sent as it is.
    Token(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Config {
    auths: BTreeMap<String, Entry>,
    creds_store: String,
    cred_helpers: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: String,
    username: String,
    password: String,
    identitytoken: String,
    registrytoken: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// The login for `registry` in docker's configuration `file`; none where nothing is known about it.
///
/// # Errors
/// What is wrong, and where.
pub(crate) fn login(file: &Path, registry: &str) -> Result<Option<Login>, String> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(format!("`{}`: {error}", file.display())),
    };
    let config: Config = serde_json::from_slice(&bytes).map_err(|error| format!("`{}`: {error}", file.display()))?;
    let names = names(registry);
    let helper = names.iter().find_map(|name| config.cred_helpers.get(name)).unwrap_or(&config.creds_store);
    if !helper.is_empty()
        && let Some(login) = ask(helper, &names[0])?
    {
        return Ok(Some(login));
    }
    let entry = names.iter().find_map(|name| config.auths.get(name));
    entry.map_or(Ok(None), |entry| {
        entry.login().map_err(|problem| format!("`{}`, `auths`, `{registry}`: {problem}", file.display()))
    })
}

/// What a registry may be called in docker's configuration, its own name first.
fn names(registry: &str) -> Vec<String> {
    let mut names = vec![registry.to_owned()];
    if registry == "docker.io" {
        names.insert(0, DOCKER_HUB.to_owned());
        names.push("index.docker.io".to_owned());
    }
    for scheme in ["https://", "http://"] {
        names.extend(["", "/", "/v1/", "/v2/"].map(|path| format!("{scheme}{registry}{path}")));
    }
    names
}

impl Entry {
    fn login(&self) -> Result<Option<Login>, String> {
        if !self.registrytoken.is_empty() {
            return Ok(Some(Login::Token(self.registrytoken.clone())));
        }
        if !self.identitytoken.is_empty() {
            return Ok(Some(Login::Identity(self.identitytoken.clone())));
        }
        if !self.auth.is_empty() {
            let decoded = STANDARD.decode(self.auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
            let (user, password) = pair.ok_or("`auth` is no `user:password` in base64")?;
            let password = password.trim_end_matches('\0').to_owned();
            return Ok(Some(Login::Password { user: user.to_owned(), password }));
        }
        Ok((!self.username.is_empty())
            .then(|| Login::Password { user: self.username.clone(), password: self.password.clone() }))
    }
}

/// Asks `docker-credential-<helper>`.
fn ask(helper: &str, registry: &str) -> Result<Option<Login>, String> {
    let program = PathBuf::from(format!("docker-credential-{helper}"));
    if helper.contains('/') {
        return Err(format!("`{helper}` is no name of a credential helper"));
    }
    let failed = |error: io::Error| format!("cannot ask `{}`: {error}", program.display());
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A helper that does not read will not answer either.
        drop(stdin.write_all(registry.as_bytes()));
    }
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut answer = Vec::new();
            let read = stdout.take(1 << 20).read_to_end(&mut answer);
            drop(sender.send(read.map(|_| answer)));
        });
    }
    let answer = receiver.recv_timeout(PATIENCE);
    if answer.is_err() {
        drop(child.kill());
    }
    let status = child.wait().map_err(failed)?;
    let answer =
        answer.map_err(|_| format!("`{}` gave no answer within {PATIENCE:?}", program.display()))?.map_err(failed)?;
    if !status.success() {
        let said = String::from_utf8_lossy(&answer);
        // The words of docker's own helpers, which other helpers repeat.
        if said.contains("credentials not found") {
            return Ok(None);
        }
        return Err(format!("`{}` failed ({status}): {}", program.display(), said.trim()));
    }
    let Answer { username, secret } = serde_json::from_slice(&answer)
        .map_err(|error| format!("the answer of `{}` cannot be read: {error}", program.display()))?;
    Ok(match username.as_str() {
        "<token>" => Some(Login::Identity(secret)),
        "" => None,
        _ => Some(Login::Password { user: username, password: secret }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(config: &str, registry: &str) -> Result<Option<Login>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.json");
        fs::write(&file, config).unwrap();
        login(&file, registry)
    }

    fn password(user: &str, password: &str) -> Option<Login> {
        Some(Login::Password { user: user.to_owned(), password: password.to_owned() })
    }

    #[test]
    fn entries_are_found_under_all_their_names() {
        let config = |name: &str, entry: &str| format!(r#"{{"auths": {{"{name}": {entry}}}, "other": 1}}"#);
        // `me:pass:word`
        let auth = r#"{"auth": "bWU6cGFzczp3b3Jk"}"#;
        for (name, registry) in [
            ("r.example:5000", "r.example:5000"),
            ("https://r.example", "r.example"),
            ("https://r.example/v1/", "r.example"),
            ("https://index.docker.io/v1/", "docker.io"),
        ] {
            assert_eq!(of(&config(name, auth), registry), Ok(password("me", "pass:word")), "{name}");
        }
        assert_eq!(of(&config("r.example", auth), "other.example"), Ok(None));
        let plain = r#"{"username": "me", "password": "p"}"#;
        assert_eq!(of(&config("r", plain), "r"), Ok(password("me", "p")));
        for (field, login) in
            [("identitytoken", Login::Identity("t".to_owned())), ("registrytoken", Login::Token("t".to_owned()))]
        {
            let entry = format!(r#"{{"{field}": "t", "auth": "bWU6cA=="}}"#);
            assert_eq!(of(&config("r", &entry), "r"), Ok(Some(login)));
        }
        assert_eq!(of(&config("r", "{}"), "r"), Ok(None));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        assert_eq!(login(Path::new("/nowhere/config.json"), "r"), Ok(None));
        assert!(of("{", "r").unwrap_err().contains("config.json"));
        assert!(of(r#"{"auths": {"r": {"auth": "%"}}}"#, "r").unwrap_err().contains("`user:password`"));
        let helper = r#"{"credsStore": "that-nobody-has"}"#;
        assert!(of(helper, "r").unwrap_err().contains("docker-credential-that-nobody-has"));
        assert!(of(r#"{"credsStore": "../x"}"#, "r").unwrap_err().contains("no name"));
    }
}
