//! Renders of whole packages.

mod demo;
mod support;
