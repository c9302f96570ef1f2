//! An API server with Porch's rules (porch §2.4, §3.1), over HTTP on this machine.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PREFIX: &str = "/apis/porch.kpt.dev/v1alpha1/namespaces/ns/";

/// What the server has, and what it was asked.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) revisions: BTreeMap<String, Value>,
    pub(crate) files: BTreeMap<String, Value>,
    /// Method and path of every request.
    pub(crate) log: Vec<String>,
    /// Somebody else writes this file into a draft before the next update arrives.
    pub(crate) rival: Option<(String, String)>,
    /// Statuses that are answered before anything else happens.
    pub(crate) trouble: Vec<u16>,
    /// So many streams of changes end when all that has happened is told; -1: all of them.
    pub(crate) short_streams: i64,
    /// Versions before this one are not known any more.
    pub(crate) oldest: u64,
    /// Repository objects.
    pub(crate) repositories: Vec<Value>,
    version: u64,
    /// What has happened: version, type of the event, object.
    events: Vec<(u64, &'static str, Value)>,
}

pub(crate) struct Fake {
    state: Arc<Mutex<State>>,
    address: String,
}

impl Fake {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || drop(serve(&stream, &shared)));
            }
        });
        Self { state, address }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no poison")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts a package revision there.
    pub(crate) fn add(&self, package: &str, workspace: &str, lifecycle: &str, files: &[(&str, &str)]) -> String {
        let mut state = self.state();
        state.version += 1;
        let version = state.version.to_string();
        let name = format!("repo.{}.{workspace}", package.replace('/', "."));
        let metadata = json!({"name": name, "namespace": "ns", "resourceVersion": version, "uid": "1"});
        let spec = json!({"packageName": package, "repository": "repo", "workspaceName": workspace, "lifecycle": lifecycle,
            "revision": i64::from(lifecycle.contains("Pub")), "aFieldOfTomorrow": {"kept": true}});
        let files: BTreeMap<_, _> = files.iter().copied().collect();
        state.files.insert(
            name.clone(),
            json!({"apiVersion": "porch.kpt.dev/v1alpha1", "kind": "PackageRevisionResources", "metadata": metadata,
                "spec": {"packageName": package, "repository": "repo", "workspaceName": workspace, "resources": files}}),
        );
        state.revisions.insert(
            name.clone(),
            json!({"apiVersion": "porch.kpt.dev/v1alpha1", "kind": "PackageRevision", "metadata": metadata, "spec": spec, "status": {}}),
        );
        state.happened("ADDED", &name);
        name
    }
}

/// A kubeconfig for the server.
pub(crate) fn kubeconfig(url: &str, token: &str) -> String {
    format!(
        "current-context: c\nclusters: [{{name: c, cluster: {{server: '{url}'}}}}]\ncontexts: [{{name: c, context: {{cluster: c, user: u, namespace: ns}}}}]\nusers: [{{name: u, user: {{token: {token}}}}}]\n"
    )
}

fn status(code: u16, reason: &str, message: &str) -> (u16, Value) {
    (
        code,
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message, "code": code}),
    )
}

fn serve(stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" => value.trim().clone_into(&mut token),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    if path.contains("watch=true") && state.lock().expect("no poison").trouble.is_empty() {
        return watch(stream, state, &path);
    }
    let (code, answer) = state.lock().expect("no poison").answer(&method, &path, &token, body);
    let text = if answer.is_string() { answer.as_str().unwrap_or_default().to_owned() } else { answer.to_string() };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nRetry-After: 0\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    )
}

/// Tells what happens from a version on, a line for each event, until the time is over.
fn watch(mut stream: &TcpStream, state: &Mutex<State>, path: &str) -> std::io::Result<()> {
    let number = |key: &str| {
        let value = path.split(['?', '&']).find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        value.and_then(|value| value.parse::<u64>().ok())
    };
    let (mut version, seconds) = (number("resourceVersion").unwrap_or(0), number("timeoutSeconds").unwrap_or(60));
    let is_short = {
        let mut state = state.lock().expect("no poison");
        state.log.push(format!("GET {path}"));
        let is_short = state.short_streams != 0;
        state.short_streams -= i64::from(state.short_streams > 0);
        is_short
    };
    write!(stream, "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")?;
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        let (new, oldest) = {
            let state = state.lock().expect("no poison");
            let new: Vec<_> = state.events.iter().filter(|(number, ..)| *number > version).cloned().collect();
            (new, state.oldest)
        };
        if version < oldest {
            let (_, gone) = status(410, "Expired", "too old resource version");
            return writeln!(stream, "{}", json!({"type": "ERROR", "object": gone}));
        }
        for (number, kind, object) in new {
            version = number;
            writeln!(stream, "{}", json!({"type": kind, "object": object}))?;
        }
        let mark = json!({"kind": "PackageRevision", "metadata": {"resourceVersion": version.to_string()}});
        writeln!(stream, "{}", json!({"type": "BOOKMARK", "object": mark}))?;
        stream.flush()?;
        if is_short {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

impl State {
    /// Notes what happened to a package revision.
    fn happened(&mut self, kind: &'static str, name: &str) {
        let object = self.revisions[name].clone();
        self.events.push((self.version, kind, object));
    }

    fn answer(&mut self, method: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
        self.log.push(format!("{method} {path}"));
        if let Some(code) = self.trouble.pop() {
            return status(code, "ServiceUnavailable", "try again");
        }
        match token {
            "Bearer writer" => {}
            "Bearer reader" if method == "GET" => {}
            "Bearer reader" => return status(403, "Forbidden", "you may not"),
            _ => return status(401, "Unauthorized", "Unauthorized"),
        }
        if path == "/apis/config.porch.kpt.dev/v1alpha1/namespaces/ns/repositories" {
            return (200, json!({"kind": "RepositoryList", "items": self.repositories}));
        }
        let Some(rest) = path.strip_prefix(PREFIX) else { return (404, json!("404 page not found\n")) };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parts: Vec<&str> = rest.split('/').collect();
        match (method, parts.as_slice()) {
            ("GET", ["packagerevisions"]) => {
                let wanted =
                    query.replace("fieldSelector=", "").replace("%3D", "=").replace("%2C", ",").replace("%2F", "/");
                let keep = |object: &&Value| {
                    wanted.split(',').filter_map(|part| part.split_once('=')).all(|(field, value)| {
                        object.pointer(&format!("/{}", field.replace('.', "/"))).and_then(Value::as_str) == Some(value)
                    })
                };
                (
                    200,
                    json!({"kind": "PackageRevisionList", "metadata": {"resourceVersion": self.version.to_string()}, "items": self.revisions.values().filter(keep).collect::<Vec<_>>()}),
                )
            }
            ("POST", ["packagerevisions"]) => self.post(body),
            (_, [_, name, ..]) if name.starts_with("moved.") => status(410, "Gone", "use v1alpha2"),
            (_, [_, name, ..]) if !self.revisions.contains_key(*name) => {
                let (code, mut answer) = status(404, "NotFound", "not found");
                answer["details"] = json!({"name": name});
                (code, answer)
            }
            ("GET", ["packagerevisions", name]) => (200, self.revisions[*name].clone()),
            ("GET", ["packagerevisionresources", name]) => (200, self.files[*name].clone()),
            ("PUT", ["packagerevisionresources", name]) => self.put_files(name, &body),
            ("PUT", ["packagerevisions", name]) => self.put_revision(name, body, false),
            ("PUT", ["packagerevisions", name, "approval"]) => self.put_revision(name, body, true),
            ("DELETE", ["packagerevisions", name]) => {
                if self.lifecycle(name) == "Published" {
                    return status(403, "Forbidden", "published package revisions must be proposed for deletion");
                }
                self.files.remove(*name);
                self.version += 1;
                self.happened("DELETED", name);
                (200, self.revisions.remove(*name).unwrap_or_default())
            }
            _ => status(405, "MethodNotAllowed", "no"),
        }
    }

    fn lifecycle(&self, name: &str) -> String {
        self.revisions[name]["spec"]["lifecycle"].as_str().unwrap_or_default().to_owned()
    }

    fn fresh(&mut self, name: &str) {
        self.version += 1;
        let version = json!(self.version.to_string());
        for objects in [&mut self.revisions, &mut self.files] {
            objects.get_mut(name).expect("it is there")["metadata"]["resourceVersion"] = version.clone();
        }
        self.happened("MODIFIED", name);
    }

    /// A new draft, with a task of one of the kinds that make one.
    fn post(&mut self, mut body: Value) -> (u16, Value) {
        let spec = &body["spec"];
        let text = |key: &str| spec[key].as_str().unwrap_or_default().to_owned();
        let (package, workspace) = (text("packageName"), text("workspaceName"));
        let kind = spec["tasks"][0]["type"].as_str().unwrap_or_default().to_owned();
        if body["kind"] != "PackageRevision"
            || spec["lifecycle"] != "Draft"
            || spec["tasks"].as_array().map(Vec::len) != Some(1)
        {
            return status(422, "Invalid", "a draft with one task is expected");
        }
        if text("repository") == "moved" {
            return status(410, "Gone", "use v1alpha2");
        }
        let name = format!("{}.{}.{workspace}", text("repository"), package.replace('/', "."));
        let of_package: Vec<&Value> =
            self.revisions.values().filter(|other| other["spec"]["packageName"] == *package).collect();
        if self.revisions.contains_key(&name) {
            return status(409, "AlreadyExists", "package revision workspaces must be unique");
        }
        if kind != "edit" && !of_package.is_empty() {
            return status(500, "InternalError", "cannot create a package that exists; use copy");
        }
        let source = match kind.as_str() {
            "edit" => spec.pointer("/tasks/0/edit/sourceRef/name"),
            "clone" => spec.pointer("/tasks/0/clone/upstreamRef/upstreamRef/name"),
            _ => None,
        };
        let resources = match source.and_then(Value::as_str) {
            Some(source) if !self.files.contains_key(source) => {
                return status(500, "InternalError", &format!("no package revision {source}"));
            }
            Some(source) if kind == "edit" && self.lifecycle(source) != "Published" => {
                return status(500, "InternalError", "source revision must be published");
            }
            Some(source) => self.files[source]["spec"]["resources"].clone(),
            None => {
                json!({"Kptfile": format!("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: {package}\n")})
            }
        };
        body["metadata"] = json!({"name": name, "namespace": "ns", "uid": "1"});
        body["spec"]["aFieldOfTomorrow"] = json!({"kept": true});
        let files = json!({"apiVersion": "porch.kpt.dev/v1alpha1", "kind": "PackageRevisionResources",
            "metadata": body["metadata"].clone(), "spec": {"packageName": package, "resources": resources}});
        self.files.insert(name.clone(), files);
        self.revisions.insert(name.clone(), body);
        self.version += 1;
        let version = json!(self.version.to_string());
        for objects in [&mut self.revisions, &mut self.files] {
            objects.get_mut(&name).expect("it is there")["metadata"]["resourceVersion"] = version.clone();
        }
        self.happened("ADDED", &name);
        (201, self.revisions[&name].clone())
    }

    fn is_stale(&self, name: &str, body: &Value) -> bool {
        body["metadata"]["resourceVersion"] != self.revisions[name]["metadata"]["resourceVersion"]
    }

    fn put_files(&mut self, name: &str, body: &Value) -> (u16, Value) {
        if let Some((path, text)) = self.rival.take() {
            self.files.get_mut(name).expect("it is there")["spec"]["resources"][path] = json!(text);
            self.fresh(name);
        }
        if self.is_stale(name, body) {
            return status(
                409,
                "Conflict",
                "the object has been modified; please apply your changes to the latest version",
            );
        }
        if self.lifecycle(name) != "Draft" {
            return status(500, "InternalError", "cannot update a package revision with lifecycle value Proposed");
        }
        let resources = body["spec"]["resources"].clone();
        if resources.to_string().contains("FAIL") {
            return status(
                500,
                "InternalError",
                "Error rendering package in kpt function pipeline. Package NOT pushed to remote. Details: fn.render: pkg /: [error] field is wrong",
            );
        }
        self.files.get_mut(name).expect("it is there")["spec"]["resources"] = resources;
        self.fresh(name);
        (200, self.files[name].clone())
    }

    fn put_revision(&mut self, name: &str, body: Value, approval: bool) -> (u16, Value) {
        if let Some((path, text)) = self.rival.take() {
            self.files.get_mut(name).expect("it is there")["spec"]["resources"][path] = json!(text);
            self.fresh(name);
        }
        if self.is_stale(name, &body) {
            return status(409, "Conflict", "the object has been modified");
        }
        let (from, to) = (self.lifecycle(name), body["spec"]["lifecycle"].as_str().unwrap_or_default().to_owned());
        let allowed: &[(&str, &str)] = if approval {
            &[("Proposed", "Published"), ("Proposed", "Draft"), ("DeletionProposed", "Published")]
        } else {
            &[("Draft", "Draft"), ("Draft", "Proposed"), ("Proposed", "Draft"), ("Published", "DeletionProposed")]
        };
        if !allowed.contains(&(&from, &to)) {
            return status(422, "Invalid", "spec.lifecycle: Invalid value");
        }
        if body["spec"]["aFieldOfTomorrow"]["kept"] != true || body["kind"] != "PackageRevision" {
            return status(422, "Invalid", "fields were lost");
        }
        let mut body = body;
        if to == "Published" && from == "Proposed" {
            body["spec"]["revision"] = json!(1);
        }
        self.revisions.insert(name.to_owned(), body);
        self.fresh(name);
        (200, self.revisions[name].clone())
    }
}
