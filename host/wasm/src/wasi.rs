//! The host side of WASI preview 1, complete and harmless.
//!
//! All 46 calls of the interface exist, so modules of any toolchain link. Those about arguments, standard streams,
//! clocks and random numbers work; everything else answers as on a machine that has no files, no directories and no
//! sockets. The interface is written here, not taken from `wasmtime-wasi`, for three reasons: nothing that could reach
//! a real file or clock is even linked in; the clock and the random numbers must be the same in every run; and it
//! spares a hundred crates of asynchronous I/O.

mod abi;
mod clock;
mod process;
mod random;
mod refused;
mod stdio;

pub(crate) use clock::Clock;
pub(crate) use random::Random;
pub(crate) use stdio::Stdio;

use wasmtime::Linker;

use crate::guest::Guest;

/// Name of the import module.
const MODULE: &str = "wasi_snapshot_preview1";

/// Calls that do something; the rest is in [`refused::CALLS`].
const WORKING: [&str; 19] = [
    "args_get",
    "args_sizes_get",
    "clock_res_get",
    "clock_time_get",
    "environ_get",
    "environ_sizes_get",
    "fd_close",
    "fd_fdstat_get",
    "fd_fdstat_set_flags",
    "fd_filestat_get",
    "fd_prestat_get",
    "fd_read",
    "fd_write",
    "poll_oneoff",
    "proc_exit",
    "proc_raise",
    "random_get",
    "sched_yield",
    "fd_sync",
];

/// Puts every call of the interface into `linker`.
pub(crate) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    process::link(linker)?;
    clock::link(linker)?;
    random::link(linker)?;
    stdio::link(linker)?;
    refused::link(linker)
}

/// Whether the sandbox has this import.
pub(crate) fn offers(module: &str, name: &str) -> bool {
    module == MODULE && (WORKING.contains(&name) || refused::CALLS.iter().any(|call| call.name == name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::Guest;
    use crate::interrupt::Interrupt;
    use crate::limits::Limits;

    #[test]
    fn every_call_of_the_interface_is_linked_once() {
        let engine = wasmtime::Engine::default();
        let mut linker = Linker::new(&engine);
        link(&mut linker).unwrap();
        let store = wasmtime::Store::new(
            &engine,
            Guest::new("test", Default::default(), &Limits::default(), Interrupt::default()),
        );
        let mut linked: Vec<String> = linker.iter(store).map(|(_, name, _)| name.to_owned()).collect();
        linked.sort();
        let mut offered: Vec<&str> = WORKING.into_iter().chain(refused::CALLS.iter().map(|call| call.name)).collect();
        offered.sort_unstable();
        assert_eq!(linked, offered);
        assert_eq!(linked.len(), 46);
    }
}
