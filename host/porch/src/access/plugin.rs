//! Programs that a kubeconfig names for getting credentials (client.authentication.k8s.io).

use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::json;

use super::{Access, AccessError, bearer};

/// `exec` of a user in a kubeconfig.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Plugin {
    api_version: String,
    command: String,
    args: Option<Vec<String>>,
    env: Option<Vec<Variable>>,
    install_hint: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Variable {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Answer {
    status: Option<Credentials>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Runs the program, which is the user's own choice, and takes over what it gives. It cannot ask anything.
pub(super) fn run(plugin: &Plugin, access: &mut Access) -> Result<(), AccessError> {
    let failed = |problem: String| AccessError::Plugin { command: plugin.command.clone(), problem };
    let version = if plugin.api_version.is_empty() { "client.authentication.k8s.io/v1" } else { &plugin.api_version };
    let info = json!({"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": false}});
    let mut command = Command::new(&plugin.command);
    command.args(plugin.args.iter().flatten()).env("KUBERNETES_EXEC_INFO", info.to_string()).stdin(Stdio::null());
    for variable in plugin.env.iter().flatten() {
        command.env(&variable.name, &variable.value);
    }
    let output = command.output().map_err(|error| {
        let hint = plugin.install_hint.as_deref().map(|hint| format!("; {}", hint.trim())).unwrap_or_default();
        failed(format!("{error}{hint}"))
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(failed(if said.is_empty() { output.status.to_string() } else { said }));
    }
    let answer: Answer = serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?;
    let Some(given) = answer.status else { return Err(failed("its answer has no status".to_owned())) };
    if let Some(token) = given.token.filter(|token| !token.is_empty()) {
        access.authorization = Some(bearer(&token));
    }
    let certificate = given.client_certificate_data.zip(given.client_key_data);
    if let Some((certificate, key)) = certificate {
        access.certificate = Some((certificate.into_bytes(), key.into_bytes()));
    }
    Ok(())
}
