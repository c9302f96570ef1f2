//! What a safe commit costs: `cargo run --release -p porchlight-package --example commit [FILES]`. Changes so many files
//! of a package, in turn by a commit and by writing over them one by one, as kpt does.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers: it prints, and fails by panicking"
)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use porchlight_package::{Compat, PackageTree};

/// Each figure is the median of this many rounds.
const ROUNDS: usize = 9;
/// Bytes of a file, about as many as a resource has.
const LENGTH: usize = 640;

fn main() {
    let files: usize = std::env::args().nth(1).map_or(1_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Kptfile"), "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: commit\n")
        .unwrap();
    write_over(folder.path(), files, 0);
    let mut times: [Vec<Duration>; 2] = Default::default();
    for round in 0..ROUNDS {
        for (way, times) in times.iter_mut().enumerate() {
            let content = round * 2 + way + 1;
            rest(folder.path());
            times.push(if way == 0 {
                commit(folder.path(), files, content)
            } else {
                write_over(folder.path(), files, content)
            });
        }
    }
    let [safe, unsafe_] = times.map(|mut times| {
        times.sort_unstable();
        times[ROUNDS / 2].as_secs_f64() * 1e3
    });
    println!("{files} files: commit {safe:.1} ms, written over {unsafe_:.1} ms, {:.2} times", safe / unsafe_);
}

fn bytes(file: usize, content: usize) -> Vec<u8> {
    format!("# {file} {content}\n").into_bytes().into_iter().cycle().take(LENGTH).collect()
}

fn name(file: usize) -> String {
    format!("r{file}.yaml")
}

fn commit(folder: &Path, files: usize, content: usize) -> Duration {
    let tree = PackageTree::open(folder, Compat::Latest).unwrap();
    let mut plan = tree.plan_nothing();
    for file in 0..files {
        plan = plan.with_file(&name(file), bytes(file, content)).unwrap();
    }
    let start = Instant::now();
    plan.commit().unwrap();
    start.elapsed()
}

fn write_over(folder: &Path, files: usize, content: usize) -> Duration {
    let contents: Vec<_> = (0..files).map(|file| (folder.join(name(file)), bytes(file, content))).collect();
    let start = Instant::now();
    for (path, bytes) in contents {
        fs::write(path, bytes).unwrap();
    }
    start.elapsed()
}

/// Leaves nothing of one round for the next to write.
fn rest(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        fs::File::open(entry.unwrap().path()).unwrap().sync_all().unwrap();
    }
}
