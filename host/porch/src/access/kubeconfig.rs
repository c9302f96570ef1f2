//! Kubeconfigs, as kubectl reads them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use porchlight_krm::Resource;
use porchlight_yaml::parse_first;
use serde::Deserialize;

use super::plugin::{self, Plugin};
use super::{Access, AccessError, basic, bearer, read};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Config {
    #[serde(rename = "current-context")]
    current_context: Option<String>,
    clusters: Option<Vec<NamedCluster>>,
    contexts: Option<Vec<NamedContext>>,
    users: Option<Vec<NamedUser>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedCluster {
    name: String,
    cluster: Cluster,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Cluster {
    server: String,
    certificate_authority: Option<String>,
    certificate_authority_data: Option<String>,
    insecure_skip_tls_verify: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    cluster: String,
    user: String,
    namespace: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedUser {
    name: String,
    user: User,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct User {
    token: Option<String>,
    #[serde(rename = "tokenFile")]
    token_file: Option<String>,
    client_certificate: Option<String>,
    client_certificate_data: Option<String>,
    client_key: Option<String>,
    client_key_data: Option<String>,
    username: Option<String>,
    password: Option<String>,
    exec: Option<Plugin>,
}

/// What a context of the files gives access to. Of what stands in several of them, the first counts.
pub(super) fn access(files: &[PathBuf], context: Option<&str>) -> Result<Access, AccessError> {
    let configs: Vec<(PathBuf, Config)> =
        files.iter().map(|file| Ok((file.clone(), parse(file)?))).collect::<Result<_, AccessError>>()?;
    let current = configs.iter().find_map(|(_, config)| config.current_context.clone().filter(|name| !name.is_empty()));
    let wanted = context.map(str::to_owned).or(current);
    let missing = |what: &str, name: &str| AccessError::Config {
        place: format!("`{}`", files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join("`, `")),
        problem: format!("there is no {what} `{name}`"),
    };
    let wanted = wanted.ok_or_else(|| missing("context", "current-context"))?;
    let context = configs
        .iter()
        .find_map(|(_, config)| config.contexts.iter().flatten().find(|context| context.name == wanted))
        .ok_or_else(|| missing("context", &wanted))?;
    let context = &context.context;
    let (home, cluster) = configs
        .iter()
        .find_map(|(file, config)| Some((file, config.clusters.iter().flatten().find(|c| c.name == context.cluster)?)))
        .ok_or_else(|| missing("cluster", &context.cluster))?;
    let cluster = &cluster.cluster;
    if cluster.insecure_skip_tls_verify == Some(true) {
        return Err(AccessError::Insecure(cluster.server.clone()));
    }
    let mut access = Access::open(&cluster.server);
    access.authorities =
        bytes(home, cluster.certificate_authority_data.as_ref(), cluster.certificate_authority.as_ref())?;
    if let Some(namespace) = context.namespace.as_ref().filter(|namespace| !namespace.is_empty()) {
        access.namespace.clone_from(namespace);
    }
    // A context without a user asks as nobody.
    if context.user.is_empty() {
        return Ok(access);
    }
    let (home, user) = configs
        .iter()
        .find_map(|(file, config)| Some((file, config.users.iter().flatten().find(|u| u.name == context.user)?)))
        .ok_or_else(|| missing("user", &context.user))?;
    let user = &user.user;
    let certificate = bytes(home, user.client_certificate_data.as_ref(), user.client_certificate.as_ref())?;
    let key = bytes(home, user.client_key_data.as_ref(), user.client_key.as_ref())?;
    access.certificate = certificate.zip(key);
    access.authorization = match user {
        User { token: Some(token), .. } if !token.is_empty() => Some(bearer(token)),
        User { token_file: Some(file), .. } if !file.is_empty() => {
            Some(bearer(&String::from_utf8_lossy(&read(&beside(home, file))?)))
        }
        User { username: Some(name), password, .. } if !name.is_empty() => {
            Some(basic(name, password.as_deref().unwrap_or_default()))
        }
        _ => None,
    };
    if let Some(plugin) = &user.exec {
        plugin::run(plugin, &mut access)?;
    }
    Ok(access)
}

fn parse(file: &Path) -> Result<Config, AccessError> {
    let wrong = |problem: String| AccessError::Config { place: format!("`{}`", file.display()), problem };
    let text = String::from_utf8(read(file)?).map_err(|error| wrong(error.to_string()))?;
    let document = parse_first(Arc::from(text)).map_err(|error| wrong(error.to_string()))?;
    // kubectl writes an empty file where the last context was removed.
    let Some(document) = document else { return Ok(Config::default()) };
    let resource = Resource::from_document(document).map_err(|error| wrong(error.to_string()))?;
    resource.deserialize().map_err(|error| wrong(error.to_string()))
}

/// Data of the config itself, else of a file that it names.
fn bytes(home: &Path, data: Option<&String>, file: Option<&String>) -> Result<Option<Vec<u8>>, AccessError> {
    if let Some(data) = data.filter(|data| !data.is_empty()) {
        let packed: String = data.split_whitespace().collect();
        let decoded = STANDARD.decode(packed).map_err(|error| AccessError::Config {
            place: format!("`{}`", home.display()),
            problem: format!("data that is no base64: {error}"),
        })?;
        return Ok(Some(decoded));
    }
    file.filter(|file| !file.is_empty()).map(|file| read(&beside(home, file))).transpose()
}

/// A path of a kubeconfig, which starts where the file is.
fn beside(home: &Path, file: &str) -> PathBuf {
    home.parent().unwrap_or(Path::new(".")).join(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Place;

    const CONFIG: &str = "apiVersion: v1\nkind: Config\ncurrent-context: one\nclusters:\n- name: c\n  cluster:\n    server: https://h:6443/\n    certificate-authority-data: QUJD\n- name: open\n  cluster:\n    server: https://open\n    insecure-skip-tls-verify: true\ncontexts:\n- name: one\n  context: {cluster: c, user: u, namespace: blue}\n- name: two\n  context: {cluster: c, user: file}\n- name: open\n  context: {cluster: open, user: u}\n- name: bad\n  context: {cluster: c, user: nobody}\n- name: plugin\n  context: {cluster: c, user: plugin}\nusers:\n- name: u\n  user: {token: secret, client-certificate-data: Q0VSVA==, client-key-data: S0VZ}\n- name: file\n  user: {tokenFile: token}\n- name: plugin\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: ./login\n      args: [a]\n      env: [{name: WHO, value: me}]\n";

    fn find(folder: &Path, context: Option<&str>) -> Result<Access, AccessError> {
        let kubeconfigs = vec![folder.join("config")];
        Access::find(&Place { kubeconfigs, context: context.map(str::to_owned), ..Place::default() })
    }

    #[test]
    fn contexts_clusters_and_users() {
        let scratch = tempfile::tempdir().unwrap();
        std::fs::write(scratch.path().join("config"), CONFIG).unwrap();
        std::fs::write(scratch.path().join("token"), "from-file\n").unwrap();
        let access = find(scratch.path(), None).unwrap();
        assert_eq!((access.server.as_str(), access.namespace.as_str()), ("https://h:6443", "blue"));
        assert_eq!(access.authorization.as_deref(), Some("Bearer secret"));
        assert_eq!(access.authorities.as_deref(), Some(&b"ABC"[..]));
        assert_eq!(access.certificate, Some((b"CERT".to_vec(), b"KEY".to_vec())));
        let access = find(scratch.path(), Some("two")).unwrap();
        assert_eq!(access.authorization.as_deref(), Some("Bearer from-file"));
        assert_eq!(access.namespace, "default");
        assert!(matches!(find(scratch.path(), Some("open")), Err(AccessError::Insecure(_))));
        for (context, problem) in [("bad", "no user `nobody`"), ("x", "no context `x`")] {
            let error = find(scratch.path(), Some(context)).unwrap_err();
            assert!(error.to_string().contains(problem), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn plugins_of_the_kubeconfig_give_credentials() {
        use std::os::unix::fs::PermissionsExt;
        let scratch = tempfile::tempdir().unwrap();
        std::fs::write(scratch.path().join("config"), CONFIG).unwrap();
        let login = scratch.path().join("login");
        let script = "#!/bin/sh\necho \"{\\\"kind\\\":\\\"ExecCredential\\\",\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1\\\",\\\"status\\\":{\\\"token\\\":\\\"$WHO-$1\\\"}}\"\n";
        std::fs::write(&login, script).unwrap();
        std::fs::set_permissions(&login, std::fs::Permissions::from_mode(0o755)).unwrap();
        let config = CONFIG.replace("./login", &login.display().to_string());
        std::fs::write(scratch.path().join("config"), config).unwrap();
        assert_eq!(find(scratch.path(), Some("plugin")).unwrap().authorization.as_deref(), Some("Bearer me-a"));
        std::fs::write(&login, "#!/bin/sh\necho expired >&2\nexit 3\n").unwrap();
        let error = find(scratch.path(), Some("plugin")).unwrap_err();
        assert!(error.to_string().contains("expired"), "{error}");
    }
}
