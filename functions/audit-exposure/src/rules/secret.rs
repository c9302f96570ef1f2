//! Secrets that stand in the package. Their values are never repeated in a finding.

use serde_json::Value;

use crate::data::Data;
use crate::object::{Object, items};
use crate::report::{Hit, Report};

const HIDDEN: &str = "(hidden)";

/// A Secret with values: the package is in Git. Values that are secrets by name or form are told one by one, the others
/// together.
pub(super) fn secret(object: &Object<'_>, report: &mut Report<'_>) {
    let name = object.resource.name();
    let mut others = Vec::new();
    for section in ["data", "stringData"] {
        for (key, value) in object.value().get(section).and_then(Value::as_object).into_iter().flatten() {
            let Some(text) = value.as_str().filter(|text| !text.trim().is_empty()) else { continue };
            let decoded = if section == "data" { base64(text) } else { None };
            let text = decoded.as_deref().unwrap_or(text);
            if is_secret_name(key) || is_private_key(text) || assigns_secret(text) {
                let message = format!("the Secret `{name}` holds the value of `{key}`");
                let path = format!("{section}[\"{key}\"]");
                report.add(object, Hit::new("secret-in-package", message).at(path).current(HIDDEN));
            } else {
                others.push(key.as_str());
            }
        }
    }
    if !others.is_empty() {
        let message = format!("the Secret `{name}` holds the values of `{}`", others.join("`, `"));
        report.add(object, Hit::new("secret-object", message));
    }
}

fn is_private_key(text: &str) -> bool {
    text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----")
}

/// A configuration file with a line such as `PASSWD=…` or `password: …`.
fn assigns_secret(text: &str) -> bool {
    text.lines().filter_map(|line| line.split_once(['=', ':'])).any(|(name, value)| {
        let name = name.trim().trim_matches('"');
        let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        word && is_secret_name(name) && is_value(value.trim().trim_matches('"'))
    })
}

/// Base64 as Secrets hold it; `None` where it is none, or no text.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0x00ff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Values of a ConfigMap that are secrets by their name or their form.
pub(super) fn config_map(object: &Object<'_>, report: &mut Report<'_>) {
    let name = object.resource.name();
    for (key, value) in object.value().get("data").and_then(Value::as_object).into_iter().flatten() {
        let Some(text) = value.as_str() else { continue };
        let path = format!("data[\"{key}\"]");
        let single = !text.trim().contains('\n');
        if is_private_key(text) || (single && is_secret_name(key) && is_value(text)) {
            let message = format!("`{key}` of the ConfigMap `{name}` is a secret in plain text");
            report.add(object, Hit::new("secret-in-text", message).at(path).current(HIDDEN));
        } else if has_credentials(text) {
            let message = format!("`{key}` of the ConfigMap `{name}` holds a URL with a password");
            report.add(object, Hit::new("secret-in-url", message).at(path).current(HIDDEN));
        }
    }
}

/// Environment variables whose value is a secret.
pub(super) fn environment(object: &Object<'_>, report: &mut Report<'_>) {
    if !may_hold_secrets(object) {
        return;
    }
    let Some((spec, path)) = object.pod_spec() else { return };
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for (place, container) in items(spec.get(list)) {
            for (position, variable) in items(container.get("env")) {
                let name = variable.get("name").and_then(Value::as_str).unwrap_or_default();
                let Some(value) = variable.get("value").and_then(Value::as_str) else { continue };
                let path = || format!("{path}.{list}[{place}].env[{position}].value");
                if is_secret_name(name) && is_value(value) {
                    let message = format!("the environment variable `{name}` is a secret in plain text");
                    report.add(object, Hit::new("secret-in-text", message).at(path()).current(HIDDEN));
                } else if has_credentials(value) {
                    let message = format!("the environment variable `{name}` holds a URL with a password");
                    report.add(object, Hit::new("secret-in-url", message).at(path()).current(HIDDEN));
                }
            }
        }
    }
}

/// What is in every secret word of the data, so that neither they nor the object have to be read in vain.
const STEMS: [&str; 6] = ["pass", "secret", "token", "key", "dockerc", "kubeconfig"];

/// False where certainly no name is that of a secret and no value a URL.
fn may_hold_secrets(object: &Object<'_>) -> bool {
    object.resource.may_mention("://") || STEMS.iter().any(|stem| object.resource.may_mention_in_any_case(stem))
}

/// `DB_PASSWORD`, not `DB_PASSWORD_FILE`.
fn is_secret_name(name: &str) -> bool {
    let names = Data::names();
    let name = name.to_lowercase().replace(['-', '.'], "_");
    let last = name.rsplit('_').next().unwrap_or_default();
    let place = names.place_endings.iter().any(|ending| ending.value == last);
    !place && names.secret_words.iter().any(|word| name.contains(&word.value))
}

/// A text that can be a secret: not empty, no switch or number, not taken from elsewhere.
fn is_value(text: &str) -> bool {
    let text = text.trim();
    let switch =
        ["true", "false", "yes", "no", "on", "off", "none", "null"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let reference = text.starts_with("$(") || text.starts_with("${") || text.starts_with("{{") || text.starts_with('/');
    !text.is_empty() && !switch && !reference && text.parse::<f64>().is_err()
}

/// `scheme://user:password@host` with a password that is written out.
fn has_credentials(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', ' ', '\n', '"', '\'', '<', '>']).next().unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else { return false };
        user.split_once(':').is_some_and(|(_, password)| !password.is_empty() && !password.starts_with(['$', '{', '*']))
    })
}

#[cfg(test)]
mod tests {
    use super::{Data, STEMS, assigns_secret, base64, has_credentials, is_secret_name, is_value};

    #[test]
    fn what_a_secret_holds() {
        assert_eq!(base64("aHVudGVyMg=="), Some("hunter2".to_owned()));
        assert_eq!(base64("////"), None);
        assert_eq!(base64("not base64!"), None);
        assert!(assigns_secret("USER=gitea\nPASSWD=hunter2\n") && assigns_secret("\"password\": \"x\""));
        assert!(!assigns_secret("PASSWD=$(PW)\nINSTALL_LOCK=true\n# the password: is elsewhere"));
    }

    #[test]
    fn names_and_values_of_secrets() {
        for name in ["DB_PASSWORD", "apiKey", "client-secret", "GITEA_TOKEN", "aws_secret_access_key"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["PASSWORD_FILE", "SECRET_NAME", "tokenUrl_url", "USER", "keyboard"] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert!(is_value("hunter2") && !is_value("") && !is_value("true") && !is_value("$(PW)") && !is_value("3600"));
    }

    #[test]
    fn every_secret_word_has_its_stem() {
        for word in &Data::names().secret_words {
            assert!(STEMS.iter().any(|stem| word.value.contains(stem)), "{}", word.value);
        }
    }

    #[test]
    fn credentials_in_urls() {
        assert!(has_credentials("mongodb://root:pw@db:27017/x"));
        assert!(
            !has_credentials("https://example.com/a@b")
                && !has_credentials("ssh://git@host/x")
                && !has_credentials("http://u:$PW@h")
        );
    }
}
