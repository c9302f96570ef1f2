//! A registry of the test's own, which answers as it is told and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use porchlight_oci::Digest;

/// One answer.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// What `Content-Length` says, where that is not true.
    pub(crate) length: Option<u64>,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into(), length: None }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::ok("") }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// A request: its method and path, its headers in lower case, its body.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }
}

type Script = dyn Fn(&Request, usize) -> Answer + Send + Sync;

/// A server that runs until the test ends.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// A server that answers by `script`, which also gets how often this very request came before.
    pub(crate) fn start(script: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (script, seen): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, seen) = (Arc::clone(&script), Arc::clone(&seen));
                thread::spawn(move || serve(stream, &*script, &seen));
            }
        });
        Self { address, requests }
    }

    /// A server with fixed content by path; everything else is 404.
    pub(crate) fn with(content: &[(String, Answer)]) -> Self {
        let content: BTreeMap<String, Answer> = content.iter().cloned().collect();
        Self::start(move |request, _| {
            let path = request.line.split(' ').nth(1).unwrap_or_default();
            content.get(path).cloned().unwrap_or_else(|| Answer::status(404))
        })
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths that were asked for, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.line.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
    }
}

fn serve(stream: TcpStream, script: &Script, seen: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).unwrap();
    let request = Request { line: line.trim_end().to_owned(), headers, body };
    let before = {
        let mut seen = seen.lock().unwrap();
        let before = seen.iter().filter(|other| other.line == request.line).count();
        seen.push(request.clone());
        before
    };
    let Answer { status, headers, body, length } = script(&request, before);
    let sent: &[u8] = if request.line.starts_with("HEAD ") { b"" } else { &body };
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n");
    head += &format!("Content-Length: {}\r\n", length.unwrap_or(body.len() as u64));
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    // The other side may have heard enough.
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent)));
}

/// The smallest module.
pub(crate) const WASM: &[u8] = b"\0asm\x01\0\0\0";

/// Content as a registry has it: path and answer.
pub(crate) fn blob(content: &[u8]) -> (String, Answer) {
    (format!("/v2/a/b/blobs/{}", Digest::of(content)), Answer::ok(content))
}

/// A manifest by tag or digest.
pub(crate) fn manifest(version: impl std::fmt::Display, content: &str) -> (String, Answer) {
    let answer = Answer::ok(content).header("Docker-Content-Digest", Digest::of(content.as_bytes()).to_string());
    (format!("/v2/a/b/manifests/{version}"), answer)
}

pub(crate) fn descriptor(kind: &str, content: &[u8], more: &str) -> String {
    format!(r#"{{"mediaType": "{kind}", "digest": "{}", "size": {}{more}}}"#, Digest::of(content), content.len())
}

/// A manifest with one bare module as its layer.
pub(crate) fn artifact(wasm: &[u8]) -> String {
    let config = descriptor("application/vnd.wasm.config.v0+json", b"{}", "");
    format!(r#"{{"schemaVersion": 2, "config": {config}, "layers": [{}]}}"#, descriptor("application/wasm", wasm, ""))
}

/// An index of manifests by platform.
pub(crate) fn index(images: &[(&str, &str, &str)]) -> String {
    let entries: Vec<String> = images
        .iter()
        .map(|(os, architecture, manifest)| {
            let platform = format!(r#", "platform": {{"os": "{os}", "architecture": "{architecture}"}}"#);
            descriptor("application/vnd.oci.image.manifest.v1+json", manifest.as_bytes(), &platform)
        })
        .collect();
    format!(r#"{{"schemaVersion": 2, "manifests": [{}]}}"#, entries.join(", "))
}
