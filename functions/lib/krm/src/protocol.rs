//! What our host and our functions say to each other in place of YAML text.
//!
//! The text of a ResourceList costs more than what functions do with it: the host writes a thousand resources, the
//! function reads them, changes three and writes a thousand, the host reads and compares them. Here the host sends
//! [packed](porchlight_yaml::packed) trees, which it keeps from call to call; the function unpacks what it looks into;
//! and the answer names what it did not change by its position.
//!
//! It is the same list: a function cannot tell which way its input came, lines and columns of nodes included, and what
//! it answers means the same. A request comes on stdin like the text would, and starts with [`MARK`], which no text
//! starts with; the answer goes to stdout. A host may send requests to modules that say they read them, and to every
//! other module the text.

mod answer;
mod frame;
mod heading;
mod incoming;
mod item;
mod number;
mod relay;
mod request;
mod results;
mod word;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Entry};
pub use frame::Damaged;
pub(crate) use frame::{Given, Identity};
pub(crate) use heading::{Found, Section};
pub(crate) use incoming::Incoming;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub(crate) use incoming::Input;
pub use item::PackedItem;
pub use relay::Relay;
pub use request::Request;
pub use results::Results;

pub(crate) use answer::{answer, failure};
pub(crate) use request::read as read_request;

/// How requests and answers start. The last byte but one is the version.
pub const MARK: [u8; 8] = *b"\0krm-1\0\0";
