//! Tests of reading and writing as a whole: recorded pairs, the real kpt, generated documents, hostile texts.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests may fail and speak")]

// What the tests share.
mod dice;
mod disturb;
mod kpt;
mod nasty;
mod ordinary;
mod render;
mod soup;

// The tests.
mod differential;
mod errors;
mod fmt;
mod hostile;
mod properties;
mod short_way;
mod text;
mod yaml_test_suite;
