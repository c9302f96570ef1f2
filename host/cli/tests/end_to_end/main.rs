//! The program as its users meet it: whole packages in, whole packages out, and the real kpt beside it where installed.

#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod bad_input;
mod catalog;
mod corpus;
mod coverage;
mod delivery;
#[cfg(target_os = "linux")]
mod disk;
mod eval;
mod explanation;
mod findings;
mod functions;
mod hostile_answers;
#[cfg(target_os = "linux")]
mod hostile_packages;
mod images;
#[cfg(target_os = "linux")]
mod kill;
mod limits;
#[cfg(target_os = "linux")]
mod measured;
mod minimal;
mod permutations;
mod podman;
mod porch;
mod program;
mod provenance;
mod registry;
mod render;
mod repo;
mod report;
mod runtimes;
mod shell;
#[cfg(target_os = "linux")]
mod size;
mod status;
#[cfg(target_os = "linux")]
mod terminal;
mod upf_edge;
mod variant;
