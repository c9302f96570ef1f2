//! Renders of whole packages.

mod demo;
mod output;
mod results;
mod selection;
mod support;
