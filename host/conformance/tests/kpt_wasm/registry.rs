//! docker's own registry on this machine.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::installed;

/// A registry on a port of its own, until it is dropped.
pub(crate) struct Registry {
    process: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Registry {
    /// `None`, told visibly, where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        if !installed("docker-registry") {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let file = folder.path().join("config.yml");
        let data = folder.path().join("data").display().to_string();
        let config =
            format!("version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {data}\nhttp:\n  addr: {address}\n");
        fs::write(&file, config).unwrap();
        let quiet = Stdio::null;
        let mut command = Command::new("docker-registry");
        let process = command.arg("serve").arg(file).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn().unwrap();
        let registry = Self { process, address, _folder: folder };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "the registry does not come up");
            thread::sleep(Duration::from_millis(50));
        }
        Some(registry)
    }

    /// What images of this registry begin with; kpt speaks plain HTTP to this name.
    pub(crate) fn prefix(&self) -> String {
        format!("localhost:{}/porchlight", self.address.port())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.process.kill().and_then(|()| self.process.wait()));
    }
}
