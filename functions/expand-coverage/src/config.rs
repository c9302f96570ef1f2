//! functionConfig of the function; the kind is documented in the API crate.

pub use porchlight_api::expand_coverage_config::ExpandCoverageConfig as Config;
