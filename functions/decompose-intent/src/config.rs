//! functionConfig of the function; the kind is documented in the API crate.

pub use porchlight_api::decompose_intent_config::DecomposeIntentConfig as Config;
