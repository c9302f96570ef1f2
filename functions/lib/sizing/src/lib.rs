//! Sizing: from the demand on a network to the resources that carry it. One home for the rules that several functions
//! apply, so that the same demand gives the same numbers whichever of them is asked.
//!
//! Code says how a rule is applied; its figures stand in `data/`, each with its source. All arithmetic is exact in
//! whole numbers and saturates. More demand never gives less of anything.
//!
//! ```
//! use porchlight_sizing::{Figures, StatedDemand, user_plane};
//!
//! let figures = Figures::get();
//! let stated = StatedDemand { devices: 20_000, sessions: None, downlink: 20_000_000_000, uplink: 5_000_000_000 };
//! let slice = stated.planned(figures);
//! assert_eq!((slice.downlink, slice.sessions), (24_000_000_000, 32_400));
//! assert_eq!(user_plane::dpdk_size(slice.share(60, 100), 700).cpus, 4);
//! ```

pub mod capacity;
mod demand;
mod figures;
mod load;
pub mod operator;
pub mod pool;
pub mod profile;
pub mod quota;
pub mod size;
pub mod user_plane;

pub use capacity::CapacityField;
pub use demand::{Demand, StatedDemand};
pub use figures::{Figure, Figures};
pub use load::{Load, in_words};

#[cfg(test)]
mod tests;
