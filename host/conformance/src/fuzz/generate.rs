//! Packages out of numbers.

mod json;
mod package;
mod resource;
mod yaml;

pub use package::{Generated, package};
