//! Edits of a text: recorded cases and laws.

#![expect(clippy::unwrap_used, reason = "tests may fail")]

#[path = "../suite/dice.rs"]
mod dice;
#[path = "../suite/ordinary.rs"]
mod ordinary;
#[path = "../suite/soup.rs"]
mod soup;

mod cases;
mod change;
mod laws;
