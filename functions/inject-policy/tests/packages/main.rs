//! The function on whole packages: controls, laws, and packages that others wrote.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is wrong")]

mod catalog;
mod chain;
mod controls;
mod corpus;
mod laws;
mod package;
mod review;
mod rules;
