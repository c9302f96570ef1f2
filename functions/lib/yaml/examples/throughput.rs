//! How fast Kubernetes files are read and written: `cargo run --release -p porchlight-yaml --example throughput
//! [FOLDER]`. Without a folder it measures generated resources. As a WebAssembly module, which has no clock, it only does the
//! work, as many rounds as stdin says, and whoever runs it measures (`host/wasm/examples/throughput.rs`).

#![expect(clippy::print_stdout, reason = "a program whose output is its purpose")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use porchlight_yaml::{SequenceIndent, emit, parse};

/// Each figure is the best of this many rounds.
const ROUNDS: usize = 15;

fn main() {
    let texts: Vec<Arc<str>> = match std::env::args().nth(1) {
        Some(folder) => files(Path::new(&folder)),
        None => (0..1_000).map(|number| resource(number).into()).collect(),
    };
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    if cfg!(target_family = "wasm") {
        let rounds = std::io::read_to_string(std::io::stdin()).ok().and_then(|text| text.trim().parse().ok());
        for _ in 0..rounds.unwrap_or(1) {
            round(&texts);
        }
        println!("{bytes}");
        return;
    }
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (best, time) in best.iter_mut().zip(round(&texts)) {
            *best = time.min(*best);
        }
    }
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{} files, {:.2} MB", texts.len(), bytes as f64 / 1e6);
    println!("parse {:.0} MB/s", rate(best[0]));
    println!("emit {:.0} MB/s", rate(best[1]));
    println!("parse and emit {:.0} MB/s", rate(best[0] + best[1]));
}

/// Times of reading all and of writing all.
fn round(texts: &[Arc<str>]) -> [Duration; 2] {
    let start = Instant::now();
    let documents: Vec<_> = texts.iter().filter_map(|text| parse(Arc::clone(text)).ok()).collect();
    let read = start.elapsed();
    let start = Instant::now();
    let mut out = String::new();
    for document in documents.iter().flatten() {
        out.clear();
        emit(document, SequenceIndent::Compact, &mut out);
    }
    [read, start.elapsed()]
}

fn files(folder: &Path) -> Vec<Arc<str>> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                texts.push(text.into());
            }
        }
    }
    texts
}

/// A Deployment, with comments in every third.
fn resource(number: usize) -> String {
    let comment = if number.is_multiple_of(3) { "# who may change this: the owner" } else { "" };
    let line = if number.is_multiple_of(3) { " # from the catalog" } else { "" };
    format!(
        "{comment}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: upf-{number}
  namespace: core
  labels:
    app.kubernetes.io/name: upf
    app.kubernetes.io/part-of: \"5gc\"{line}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: upf-{number}
  template:
    metadata:
      labels:
        app: upf-{number}
    spec:
      {comment}
      containers:
      - name: upf
        image: registry.example/upf:v1.2.{number}
        args: [\"--config\", \"/etc/upf/config.yaml\"]
        ports:
        - containerPort: 8805
          protocol: UDP
        resources:
          requests:
            cpu: 500m
            memory: 512Mi{line}
        volumeMounts:
        - name: config
          mountPath: /etc/upf
      volumes:
      - name: config
        configMap:
          name: upf-config-{number}
"
    )
}
