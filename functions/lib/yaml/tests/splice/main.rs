//! Edits of a text: recorded cases and laws.

#![expect(clippy::print_stdout, reason = "tests say what they measured")]

#[path = "../suite/dice.rs"]
mod dice;
#[path = "../suite/ordinary.rs"]
mod ordinary;
#[path = "../suite/soup.rs"]
mod soup;

mod cases;
mod change;
mod laws;
