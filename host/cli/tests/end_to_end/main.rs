//! The program as its users meet it: whole packages in, whole packages out, and the real kpt beside it where installed.

mod bad_input;
mod catalog;
mod corpus;
mod program;
