//! Functions of the tests.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use porchlight_krm::Code;
use porchlight_pipeline::{Invocation, Prepared, RunOutput, RuntimeError};
use porchlight_serve::{Inside, Source};

/// The functions, by the last part of their image, and what became of them.
#[derive(Clone, Default)]
pub(crate) struct Functions {
    pub(crate) seen: Arc<Seen>,
}

#[derive(Default)]
pub(crate) struct Seen {
    /// Runs that came to their end.
    pub(crate) finished: AtomicUsize,
    /// Runs that were cancelled.
    pub(crate) cancelled: AtomicUsize,
    pub(crate) running: AtomicUsize,
    /// Most of them at a time.
    pub(crate) most: AtomicUsize,
}

struct Function {
    name: String,
    seen: Arc<Seen>,
}

impl Source for Functions {
    fn image(&self, image: &str, tag: &str) -> Result<Box<dyn Prepared>, RuntimeError> {
        let name = image.strip_prefix("test.io/").and_then(|name| name.split(':').next());
        match name {
            Some(name) if tag.is_empty() || tag == "v1" => {
                Ok(Box::new(Function { name: name.to_owned(), seen: Arc::clone(&self.seen) }))
            }
            _ => Err(RuntimeError::new(Code::FnImageUnresolved, format!("cannot resolve image `{image}` {tag}"))),
        }
    }

    fn file(&self, path: &Path) -> Result<Box<dyn Prepared>, RuntimeError> {
        Err(RuntimeError::new(Code::FnImageUnresolved, format!("no file `{}`", path.display())))
    }

    fn inside(&self) -> Vec<Inside> {
        vec![Inside { name: "echo".to_owned(), repository: "test.io/echo".to_owned(), tag: "v1".to_owned() }]
    }
}

impl Prepared for Function {
    fn display_name(&self) -> &str {
        &self.name
    }

    fn run(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let running = self.seen.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.seen.most.fetch_max(running, Ordering::SeqCst);
        let outcome = self.outcome(input);
        self.seen.running.fetch_sub(1, Ordering::SeqCst);
        self.seen.finished.fetch_add(1, Ordering::SeqCst);
        outcome
    }
}

impl Function {
    fn outcome(&self, input: Invocation<'_>) -> Result<RunOutput, RuntimeError> {
        let list = input.text().as_bytes().to_vec();
        let with_results = |exit_code| {
            let results = "results:\n- {message: too small, severity: error, file: {path: a.yaml}}\n";
            let stdout = [&list[..], results.as_bytes()].concat();
            Ok(RunOutput { stdout, stderr: b"said\n".to_vec(), exit_code })
        };
        match self.name.as_str() {
            "echo" => Ok(RunOutput { stdout: list, stderr: b"said\n".to_vec(), exit_code: 0 }),
            "slow" => {
                thread::sleep(Duration::from_millis(50));
                Ok(RunOutput { stdout: list, ..RunOutput::default() })
            }
            "fail" => with_results(1),
            "errors" => with_results(0),
            "garbage" => Ok(RunOutput { stdout: b"hello".to_vec(), ..RunOutput::default() }),
            "no-list" => Ok(RunOutput { stdout: b"kind: ResourceListing\n".to_vec(), ..RunOutput::default() }),
            "flood" => Ok(RunOutput { stdout: "kind: ResourceList\n".repeat(100_000).into(), ..RunOutput::default() }),
            "panic" => panic!("a defect"),
            "endless" => {
                let (sender, cancelled) = std::sync::mpsc::channel();
                let _waiting = input.cancellation().unwrap().on_cancel(move || sender.send(()).unwrap());
                cancelled.recv_timeout(Duration::from_secs(30)).unwrap();
                self.seen.cancelled.fetch_add(1, Ordering::SeqCst);
                Err(RuntimeError::new(Code::Cancelled, "stopped"))
            }
            stopped => {
                let code: Code = stopped.parse().unwrap();
                Err(RuntimeError::new(code, format!("function `{stopped}` stopped")).stderr(b"last words".to_vec()))
            }
        }
    }
}
