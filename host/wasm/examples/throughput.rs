//! How fast the sandbox runs a module whose work is told on stdin in rounds: `throughput MODULE ROUNDS`. The module says on
//! stdout how many bytes a round works on. Prints MB/s; starting the module does not count.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers: it prints, and fails by panicking"
)]

use std::time::Instant;

use porchlight_wasm::{Limits, Sandbox};

/// The best of this many runs counts.
const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, rounds] = arguments.as_slice() else { panic!("expected MODULE ROUNDS") };
    let rounds: usize = rounds.parse().unwrap();
    let module = Sandbox::new().unwrap().compile("throughput", &std::fs::read(module).unwrap()).unwrap();
    let run = |rounds: usize| {
        let times = (0..RUNS).map(|_| {
            let start = Instant::now();
            let output = module.run(rounds.to_string().into_bytes(), &Limits::default()).unwrap();
            assert_eq!(output.exit_code, 0);
            (start.elapsed(), String::from_utf8(output.stdout).unwrap())
        });
        times.min().unwrap()
    };
    let (start, (time, bytes)) = (run(1).0, run(1 + rounds));
    let bytes: f64 = bytes.trim().parse().unwrap();
    println!("{:.0} MB/s", bytes * rounds as f64 / 1e6 / time.saturating_sub(start).as_secs_f64());
}
