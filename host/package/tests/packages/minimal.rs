//! `Format::Minimal`: what no function changed keeps its bytes.

mod corpus;
mod edits;
mod files;
mod passage;
