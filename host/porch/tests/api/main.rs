//! The client against a server that keeps Porch's rules.

mod client;
mod create;
mod fake;
mod lifecycle;
mod refusals;
mod resources;
mod watch;
