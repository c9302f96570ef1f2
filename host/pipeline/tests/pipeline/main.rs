//! Renders of whole packages.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test tells what it skips")]

mod against_kpt;
mod ahead;
mod breadth_first;
mod config;
mod demo;
mod exchange;
mod generated;
mod output;
mod results;
mod selection;
mod siblings;
mod support;
mod walk;
