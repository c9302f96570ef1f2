//! The function on whole packages: controls, laws, and packages that others wrote.

mod catalog;
mod controls;
mod corpus;
mod laws;
mod package;
