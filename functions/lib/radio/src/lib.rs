//! What radio planning goes by: bands, rasters, channel sizes, identities of cells, and places on earth.
//!
//! Figures are data in `data/`, each entry with its source; code says how they are applied.
//!
//! ```
//! use porchlight_radio::{band, raster, resource_blocks};
//!
//! let n78 = band::find(78).expect("a band in use");
//! assert_eq!(raster::frequency_khz(640_000), Some(3_600_000));
//! assert_eq!(resource_blocks::of(n78.frequency_range(), 30, 100).map(|found| found.blocks), Some(273));
//! ```

pub mod band;
pub mod carrier;
pub mod environment;
pub mod geo;
pub mod identity;
pub mod raster;
pub mod rate;
pub mod resource_blocks;
